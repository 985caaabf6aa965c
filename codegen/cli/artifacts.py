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
    """What is asked for besides the network.

    kinds    names of KINDS
    lang     the language of the documents
    detail   how much of the derivation they show
    engine   what sets a PDF
    font     the font for characters that the engine has no letters for
    digits   after the point in worked examples
    steps    of gradient descent in worked examples
    """

    kinds: tuple[str, ...]
    lang: str = "en"
    detail: str = "steps"
    engine: str = "typst"
    font: str = ""
    digits: int = 8
    steps: int = 0

    @property
    def stem(self) -> str:
        """The name of a document without its ending: those of other languages and details can stand beside it."""
        parts = ("derivation", self.detail if self.detail != "steps" else "", self.lang if self.lang != "en" else "")
        return ".".join(part for part in parts if part)


def artifacts(source: Source, wish: Wish) -> list[Artifact]:
    """The files, in the order of KINDS. What a derivation has to say is said on standard error."""
    from derive.backward import differentiate

    derivation = differentiate(source.network)
    for note in derivation.notes:
        click.echo(f"{source.network.name}: {note.text}", err=True)
    return [artifact for kind in wish.kinds for artifact in _made(kind, derivation, source, wish)]


def _made(kind: str, derivation: Derivation, source: Source, wish: Wish) -> list[Artifact]:
    if kind in _PICTURES:
        return _pictures(kind, derivation, wish)
    return [_MAKERS[kind](derivation, source, wish)]


def _pictures(kind: str, derivation: Derivation, wish: Wish) -> list[Artifact]:
    """The computational graph and the way back of its gradients."""
    from codegen.picture import picture
    from codegen.seal import Artifact

    ending = kind if wish.lang == "en" else f"{wish.lang}.{kind}"
    return [
        Artifact(f"{name}.{ending}", picture(derivation, kind, backward=name == "backward", lang=wish.lang))
        for name in ("graph", "backward")
    ]


def _module(derivation: Derivation, source: Source, _wish: Wish) -> Artifact:
    from codegen.emit import emit
    from codegen.seal import Artifact

    text = emit(derivation, target="numpy", made_from=source.file, sha256=source.sha256)
    return Artifact(f"{source.network.name}.py", text)


def _document(format: str) -> Callable[[Derivation, Source, Wish], Artifact]:
    def make(derivation: Derivation, source: Source, wish: Wish) -> Artifact:
        from codegen.document import document
        from codegen.seal import Artifact

        text = document(
            derivation,
            format=format,
            made_from=source.file,
            sha256=source.sha256,
            lang=wish.lang,
            detail=wish.detail,
            engine=wish.engine,
            font=wish.font,
            digits=wish.digits,
            steps=wish.steps,
        )
        return Artifact(f"{wish.stem}.{format}", text)

    return make


_DOCUMENTS = ("md", "tex", "html", "typ", "pdf")
_MAKERS = {"py": _module} | {format: _document(format) for format in _DOCUMENTS}
_PICTURES = ("svg", "png")
KINDS = (*_MAKERS, *_PICTURES)
