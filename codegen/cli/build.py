"""`chainscribe build`: networks in, a NumPy module and the documents of each out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from derive.errors import InputError, InputErrors

if TYPE_CHECKING:
    from codegen.cli.source import Source
    from codegen.seal import Artifact
    from derive.derivation import Derivation

KINDS = ("py", "md", "tex")
LATER = ("html", "pdf")
USUAL = ("py", "md")


def _kinds(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    """The kinds of file in a comma list, in the order of KINDS."""
    asked = [kind.strip() for kind in value.split(",") if kind.strip()]
    for kind in asked:
        if kind in LATER:
            raise click.BadParameter(f"{kind} is not made yet; there are {', '.join(KINDS)}")
        if kind not in KINDS:
            raise click.BadParameter(f"{kind!r} is no kind of file; there are {', '.join(KINDS)}")
    if not asked:
        raise click.BadParameter(f"name at least one of {', '.join(KINDS)}")
    return tuple(kind for kind in KINDS if kind in asked)


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
@click.option("--hvp", "second", is_flag=True, help="Build the products of the Hessian with a vector instead.")
@click.option("--force", is_flag=True, help="Also overwrite files that were edited since they were emitted.")
def build(networks: tuple[str, ...], root: Path, kinds: tuple[str, ...], second: bool, force: bool) -> None:
    """Derive all gradients; write module and documents.

    Each network is a .net file or a name of the gallery; without any, the whole gallery is built. All files of a
    network are written, or none. Nothing is written before every network has been read and derived without a mistake.
    """
    from codegen.output import Outcome, write

    sources = _read(networks)
    if second:
        sources = [_twice(source) for source in sources]
    made = [(source.network.name, _artifacts(source, kinds)) for source in _in_sight(sources)]
    width = max(len(name) for name, _ in made)
    outcomes: list[Outcome] = []
    for name, artifacts in made:
        written = write(artifacts, root / name, root, force=force)
        outcomes += [item.outcome for item in written]
        files = ", ".join(f"{item.path.name} {item.outcome.value}" for item in written)
        click.echo(f"{click.style(name.ljust(width), bold=True)}  {root / name}: {files}")
    changed = outcomes.count(Outcome.WRITTEN)
    click.echo(
        f"{_count(len(made), 'network')}, {_count(len(outcomes), 'file')}: "
        f"{changed} written, {len(outcomes) - changed} unchanged"
    )


def _read(words: Sequence[str]) -> list[Source]:
    """All networks, or all mistakes in all of them."""
    from codegen.cli.source import load, locate
    from derive.language import gallery

    sources: list[Source] = []
    errors: list[InputError] = []
    for word in dict.fromkeys(words or gallery()):
        try:
            sources.append(load(locate(word)))
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


def _twice(source: Source) -> Source:
    """The network of the Hessian times a vector, from the same file."""
    from derive.hessian import hvp

    return replace(source, network=hvp(source.network))


def _in_sight(sources: Sequence[Source]) -> Iterator[Source]:
    """The sources one after the other; a terminal sees how far the work has come."""
    if not sys.stderr.isatty() or len(sources) < 2:
        yield from sources
        return
    with click.progressbar(
        sources, file=sys.stderr, show_pos=True, item_show_func=lambda source: source and source.network.name
    ) as bar:
        yield from bar


def _artifacts(source: Source, kinds: Sequence[str]) -> list[Artifact]:
    from derive.backward import differentiate

    derivation = differentiate(source.network)
    for note in derivation.notes:
        click.echo(f"{source.network.name}: {note.text}", err=True)
    return [_MAKERS[kind](derivation, source) for kind in kinds]


def _module(derivation: Derivation, source: Source) -> Artifact:
    from codegen.emit import emit
    from codegen.seal import Artifact

    text = emit(derivation, target="numpy", made_from=source.file, sha256=source.sha256)
    return Artifact(f"{source.network.name}.py", text)


def _document(format: str) -> Callable[[Derivation, Source], Artifact]:
    def make(derivation: Derivation, source: Source) -> Artifact:
        from codegen.document import document
        from codegen.seal import Artifact

        text = document(derivation, format=format, made_from=source.file, sha256=source.sha256)
        return Artifact(f"derivation.{format}", text)

    return make


_MAKERS = {"py": _module, "md": _document("md"), "tex": _document("tex")}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
