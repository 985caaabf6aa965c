"""`chainscribe build`: networks in, a NumPy module and the documents of each out."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.artifacts import KINDS, Wish
from codegen.cli.side_by_side import Made, made
from codegen.cli.variant import Variant, varied
from codegen.detail import DETAILS
from derive.errors import InputError, InputErrors

if TYPE_CHECKING:
    from codegen.cli.source import Source
    from codegen.cli.watch import State
    from codegen.output import Written

USUAL = ("py", "md")
# Which of the files of a network somebody would rather read.
READ = ("html", "pdf", "svg", "png", "md", "tex", "typ", "py")


def _kinds(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    """The kinds of file in a comma list, in the order of KINDS."""
    asked = [kind.strip() for kind in value.split(",") if kind.strip()]
    for kind in asked:
        if kind not in KINDS:
            raise click.BadParameter(f"{kind!r} is no kind of file; there are {', '.join(KINDS)}")
    if not asked:
        raise click.BadParameter(f"name at least one of {', '.join(KINDS)}")
    return tuple(kind for kind in KINDS if kind in asked)


def _language(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    from codegen.languages import codes

    if value not in codes():
        raise click.BadParameter(f"there are no documents in {value!r}; there are {', '.join(codes())}")
    return value


@click.command()
@click.argument("networks", nargs=-1, metavar="[FILE|NAME]...")
@click.option(
    "-o", "--output", "root", type=click.Path(path_type=Path), default=Path("generated"), show_default=True,
    metavar="DIR", help="Write into DIR/<network>/.",
)  # fmt: skip
@click.option(
    "--only", "kinds", default=",".join(USUAL), show_default=True, callback=_kinds, metavar="KINDS",
    help=f"The files to write, a comma list of {', '.join(KINDS)}.",
)  # fmt: skip
@click.option(
    "--lang", default="en", show_default=True, metavar="CODE", callback=_language,
    help="The language of the documents, a code such as en or ko.",
)  # fmt: skip
@click.option(
    "--detail", type=click.Choice(DETAILS), default="steps", show_default=True,
    help="How much documents show: the gradients alone, their steps, or every application of every rule.",
)  # fmt: skip
@click.option(
    "--engine", type=click.Choice(("typst", "latex")), default="typst", show_default=True,
    help="What sets a PDF: Typst, which needs nothing else, or the LaTeX of this machine.",
)  # fmt: skip
@click.option("--font", default="", metavar="FILE|NAME", help="A font for letters that Typst's own fonts do not have.")
@varied
@click.option("--force", is_flag=True, help="Also overwrite files that were edited since they were emitted.")
@click.option("--watch", "watching", is_flag=True, help="Stay, and build a network again when its file changes.")
@click.option("--open", "opening", is_flag=True, help="Open the document when it is made; of several, the folder.")
def build(
    networks: tuple[str, ...], root: Path, kinds: tuple[str, ...], lang: str, detail: str, engine: str,
    font: str, variant: Variant, force: bool, watching: bool, opening: bool,
) -> None:  # fmt: skip
    """Derive all gradients; write module and documents.

    Each network is a .net file or a name of the gallery; without any, the whole gallery is built. All files of a
    network are written, or none. Nothing is written before every network has been read and derived without a mistake.
    """
    wish = Wish(kinds, lang, detail, engine, font, variant.digits, variant.steps)

    def once(words: Sequence[str | Path]) -> list[Written]:
        return _written(_read(words), variant, wish, root, force=force)

    words = tuple(dict.fromkeys(networks or _gallery()))
    before = _states(words) if watching else {}
    written = once(words)
    if opening:
        click.launch(str(_to_open(written)))
    if watching:
        from codegen.cli.watch import watch

        watch(before, once)


def _states(words: Sequence[str]) -> dict[Path, State]:
    from codegen.cli.source import locate
    from codegen.cli.watch import states_of

    return states_of(locate(word) for word in words)


def _gallery() -> tuple[str, ...]:
    from derive.language import gallery

    return gallery()


def _written(sources: Sequence[Source], variant: Variant, wish: Wish, root: Path, *, force: bool) -> list[Written]:
    """Make the files of all networks, then write them, network by network, and say so."""
    from codegen.output import Outcome, write

    finished = []
    for name, files, notes in _in_sight(made(sources, variant, wish), len(sources)):
        for note in notes:
            click.echo(note, err=True)
        finished.append((name, files))
    width = max(len(name) for name, _ in finished)
    every: list[Written] = []
    for name, files in finished:
        written = write(files, root / name, root, force=force)
        every += written
        told = ", ".join(f"{item.path.name} {item.outcome.value}" for item in written)
        click.echo(f"{click.style(name.ljust(width), bold=True)}  {root / name}: {told}")
    changed = sum(item.outcome is Outcome.WRITTEN for item in every)
    click.echo(
        f"{_count(len(finished), 'network')}, {_count(len(every), 'file')}: "
        f"{changed} written, {len(every) - changed} unchanged"
    )
    return every


def _to_open(written: Sequence[Written]) -> Path:
    """What a reader would look at: the document that is best to read; of several networks, the folder with all."""
    folders = {item.path.parent for item in written}
    if len(folders) > 1:
        return written[0].path.parent.parent
    return min((item.path for item in written), key=lambda path: READ.index(path.suffix[1:]))


def _read(words: Sequence[str | Path]) -> list[Source]:
    """All networks, or all mistakes in all of them."""
    from codegen.cli.source import load, locate

    sources: list[Source] = []
    errors: list[InputError] = []
    for word in words:
        try:
            sources.append(load(word if isinstance(word, Path) else locate(word)))
        except InputError as error:
            errors.append(error)
    if errors:
        raise errors[0] if len(errors) == 1 else InputErrors(errors)
    by_name: dict[str, Source] = {}
    for source in sources:
        other = by_name.setdefault(source.network.name.casefold(), source)
        if other is not source:
            raise InputError(
                f"{other.path} and {source.path} are both called {source.network.name}: one would overwrite the other",
                remedy="another name in the first line of one of them",
            )
    return sources


def _in_sight(networks: Iterator[Made], count: int) -> Iterator[Made]:
    """The networks one after the other; a terminal sees how far the work has come."""
    if not sys.stderr.isatty() or count < 2:
        yield from networks
        return
    with click.progressbar(
        networks, length=count, file=sys.stderr, show_pos=True, item_show_func=lambda network: network and network[0]
    ) as bar:
        yield from bar


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
