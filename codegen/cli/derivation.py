"""`chainscribe derive`: one expression, its gradients with their steps, in the terminal."""

from __future__ import annotations

import click


@click.command()
@click.argument("expression")
@click.option("--wrt", required=True, multiple=True, metavar="NAME", help="Differentiate by NAME; several with commas.")
def derive(expression: str, wrt: tuple[str, ...]) -> None:
    """Derive the gradient of EXPRESSION and show every step.

    Shapes are inferred: in "mean((sigmoid(x @ W + b) - y)**2)", W is a matrix because x is multiplied by it.
    """
    names = tuple(dict.fromkeys(name.strip() for item in wrt for name in item.split(",") if name.strip()))
    if not names:
        raise click.BadParameter("name at least one value", param_hint="--wrt")
    from codegen.notation.unicode import describe
    from derive.backward import differentiate
    from derive.language import one_liner

    click.echo(describe(differentiate(one_liner(expression, names)), names).rstrip("\n"))
