"""`chainscribe derive`: one expression, its gradients with their steps, in the terminal."""

from __future__ import annotations

import click


@click.command()
@click.argument("expression")
@click.option("--wrt", multiple=True, metavar="NAME",
              help="Differentiate by NAME; several with commas. Without it: by all names but x, y and t.")  # fmt: skip
def derive(expression: str, wrt: tuple[str, ...]) -> None:
    """Derive the gradients of EXPRESSION, step by step.

    Shapes are inferred: in "mean((sigmoid(x @ W + b) - y)**2)", W is a matrix because x is multiplied by it.
    """
    names = tuple(dict.fromkeys(name.strip() for item in wrt for name in item.split(",") if name.strip()))
    if wrt and not names:
        raise click.BadParameter("name at least one value", param_hint="--wrt")
    from codegen.formats.terminal import Part, describe
    from derive.backward import differentiate
    from derive.language import one_liner

    derivation = differentiate(one_liner(expression, names))

    def paint(text: str, part: Part) -> str:
        return click.style(text, bold=True) if part is Part.HEADING else click.style(text, fg="cyan")

    # Where the output is no terminal, the colours are taken out again.
    click.echo(describe(derivation, names or derivation.wanted, paint=paint).rstrip("\n"))
