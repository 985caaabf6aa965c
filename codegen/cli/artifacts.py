"""The files that are made of one network, by the endings that somebody asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from codegen.cli.source import Source
    from codegen.seal import Artifact
    from derive.derivation import Derivation


@dataclass(frozen=True)
class Wish:
    """What is asked for besides the network: `kinds` are names of KINDS."""

    kinds: tuple[str, ...]


def artifacts(source: Source, wish: Wish) -> list[Artifact]:
    """The files, in the order of KINDS. What a derivation has to say is said on standard error."""
    from derive.backward import differentiate

    derivation = differentiate(source.network)
    for note in derivation.notes:
        click.echo(f"{source.network.name}: {note.text}", err=True)
    return [_MAKERS[kind](derivation, source, wish) for kind in wish.kinds]


def _module(derivation: Derivation, source: Source, _wish: Wish) -> Artifact:
    from codegen.emit import emit
    from codegen.seal import Artifact

    text = emit(derivation, target="numpy", made_from=source.file, sha256=source.sha256)
    return Artifact(f"{source.network.name}.py", text)


def _document(format: str) -> Callable[[Derivation, Source, Wish], Artifact]:
    def make(derivation: Derivation, source: Source, wish: Wish) -> Artifact:
        from codegen.document import document
        from codegen.seal import Artifact

        text = document(derivation, format=format, made_from=source.file, sha256=source.sha256)
        return Artifact(f"derivation.{format}", text)

    return make


_MAKERS = {"py": _module, "md": _document("md"), "tex": _document("tex")}
KINDS = tuple(_MAKERS)
