"""`chainscribe verify`: notes, a formula or a backward function in, a verdict on every claim out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codegen.cli.report_format import FORMATS, format_of, in_file, on_screen, worst
from derive.errors import InputError, InputErrors

if TYPE_CHECKING:
    from derive.network import Network
    from derive.verification.document import Document
    from derive.verification.verdict import Report

EXAMPLES = """\b
Examples:
  chainscribe verify notes.md                          what the notes define, and every claim about it
  chainscribe verify "dW1 = x.T @ dz1" --network mlp   one claim on a network of the gallery
  chainscribe verify hw.tex --network my.net --layout column --batch one
  chainscribe verify notes.ipynb --output report.html
  chainscribe verify --code my_backward.py --network mlp
  cat notes.md | chainscribe verify - --json

\b
Exit codes: 0 all claims hold, 1 a claim fails, 2 wrong usage or bad input,
3 a claim is undecided or was not understood.
"""


@click.command(epilog=EXAMPLES)
@click.argument("texts", nargs=-1, metavar="[FILE|-|CLAIM]...")
@click.option("--claim", "claims", multiple=True, metavar="TEXT", help="A claim; may be given several times.")
@click.option("--network", "named", metavar="FILE|NAME",
              help="The network that the claims are about; else the text defines it, or names it.")  # fmt: skip
@click.option("--symbols", type=click.Path(path_type=Path), metavar="FILE",
              help="What symbols mean, in lines such as: a^{(1)} = h.")  # fmt: skip
@click.option("--layout", type=click.Choice(["row", "column", "mixed"]),
              help="An example is a row (z = x W), a column (z = W x), or a column beside z = W.T x.")  # fmt: skip
@click.option("--batch", type=click.Choice(["all", "one"]), help="Claims are about the batch, or one example.")
@click.option("--code", type=click.Path(path_type=Path), metavar="FILE",
              help="Check a backward function in a Python file. This runs the file.")  # fmt: skip
@click.option("--function", metavar="NAME", help="The function of --code, where its name does not tell.")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), default=60.0, show_default=True,
              metavar="SECONDS", help="Give up running --code after this time.")  # fmt: skip
@click.option(
    "--format", "format", type=click.Choice(FORMATS), help="Without it: by the ending of --output, else text."
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the report to FILE.")
@click.option("--force", is_flag=True, help="Let --output replace a file that is not ours, or was edited.")
@click.option("-v", "--verbose", is_flag=True, help="Also show definitions, and each link of chains that hold.")
@click.pass_context
def verify(
    context: click.Context, texts: tuple[str, ...], claims: tuple[str, ...], named: str | None, symbols: Path | None,
    layout: str | None, batch: str | None, code: Path | None, function: str | None, timeout: float,
    format: str | None, as_json: bool, output: Path | None, force: bool, verbose: bool,
) -> None:  # fmt: skip
    """Verify derivations that people wrote.

    FILE is Markdown, LaTeX, a Jupyter notebook or plain text; - is standard input; anything else with a relation in it
    is a CLAIM. Every formula is compared with what chainscribe derives. A claim that fails gets the mistake, the
    correction and numbers that show it.
    """
    if as_json and format not in (None, "json"):
        raise click.UsageError("--json and --format ask for different things")
    if not (texts or claims or code):
        raise click.UsageError("name a file, a claim in quotes, - for standard input, or --code FILE")
    if code and not named:
        raise click.UsageError("--code needs --network: the network whose gradients the function computes")
    if not code and (function or _given(context, "timeout")):
        raise click.UsageError("--function and --timeout belong to --code FILE")
    if force and not output:
        raise click.UsageError("--force belongs to --output FILE")
    shown_as = "json" if as_json else format or format_of(output.suffix if output else "")
    reports = _reports(texts, claims, named, symbols, layout, batch, (code, function, timeout) if code else None)
    if output is None:
        click.echo(on_screen(reports, shown_as, verbose=verbose), nl=False)
    else:
        from codegen.cli.report_file import write_report

        written = write_report(in_file(reports, shown_as, verbose=verbose), output, shown_as, force=force)
        click.echo(f"{output} {'written' if written else 'unchanged'}; {_closing(reports)}")
    context.exit(worst(reports))


def _reports(
    words: Sequence[str], claims: Sequence[str], named: str | None, symbols: Path | None, layout: str | None,
    batch: str | None, code: tuple[Path, str | None, float] | None,
) -> list[Report]:  # fmt: skip
    """A report for each text, one for all claims, and one for the code; or all mistakes in what was given."""
    from codegen.cli.text_source import texts

    given = texts(words, claims)
    network = _network(named) if named else None
    meanings = _symbols(symbols) if symbols else ()
    tasks: list[Callable[[], Report]] = [
        partial(_text_verified, network, text, symbols=meanings, layout=layout, batch=batch) for text in given
    ]
    if code is not None and network is not None:
        tasks.append(partial(_code, network, *code))
    reports: list[Report] = []
    errors: list[InputError] = []
    for task in tasks:
        try:
            reports.append(task())
        except InputError as error:
            errors.append(error)
    if errors:
        raise errors[0] if len(errors) == 1 else InputErrors(errors)
    return reports


def _text_verified(network: Network | None, text: Path | str | Document, **conventions: Any) -> Report:
    from derive import verify as verified

    report = verified(network, text, **conventions)
    # What was typed has no file; whoever typed it knows where it stood.
    return replace(report, file="") if isinstance(text, str) else report


def _network(word: str) -> Network:
    from codegen.cli.source import load, locate

    return load(locate(word)).network


def _symbols(path: Path) -> tuple[tuple[str, str], ...]:
    from derive.verification.document import read_symbols

    return tuple((symbol, meaning) for symbol, meaning, _ in read_symbols(path))


def _code(network: Network, path: Path, function: str | None, timeout: float) -> Report:
    from derive.verification.code import verify_code

    return verify_code(network, path, function, timeout)


def _given(context: click.Context, option: str) -> bool:
    return context.get_parameter_source(option) is click.core.ParameterSource.COMMANDLINE


def _closing(reports: Sequence[Report]) -> str:
    from derive.verification.report.wording import summary

    return summary(reports[0]) if len(reports) == 1 else f"{len(reports)} reports"
