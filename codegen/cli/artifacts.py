"""The files that are made of one network, by the endings that somebody asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

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


def artifacts(source: Source, wish: Wish) -> tuple[list[Artifact], tuple[str, ...]]:
    """The files, in the order of KINDS, and what the derivation has to say."""
    from derive.backward import differentiate

    derivation = differentiate(source.network)
    files = [*_modules(derivation, source, wish), *_documents(derivation, source, wish), *_pictures(derivation, wish)]
    return files, tuple(f"{source.network.name}: {note.text}" for note in derivation.notes)


def _modules(derivation: Derivation, source: Source, wish: Wish) -> Iterator[Artifact]:
    if "py" in wish.kinds:
        from codegen.emit import emit
        from codegen.seal import Artifact

        text = emit(derivation, target="numpy", made_from=source.file, sha256=source.sha256)
        yield Artifact(f"{source.network.name}.py", text)


def _documents(derivation: Derivation, source: Source, wish: Wish) -> Iterator[Artifact]:
    formats = [kind for kind in wish.kinds if kind in _DOCUMENTS]
    if not formats:
        return
    from codegen.document import outlined, rendered
    from codegen.seal import Artifact

    whole = outlined(derivation, source.file, source.sha256, wish.lang, wish.detail, wish.digits, wish.steps)
    for format in formats:
        yield Artifact(f"{wish.stem}.{format}", rendered(whole, format, wish.engine, wish.font))


def _pictures(derivation: Derivation, wish: Wish) -> Iterator[Artifact]:
    """The computational graph and the way back of its gradients."""
    formats = [kind for kind in wish.kinds if kind in _PICTURES]
    if not formats:
        return
    from codegen.picture import drawn, graph_of
    from codegen.seal import Artifact

    graph = graph_of(derivation, wish.lang)
    for format in formats:
        ending = format if wish.lang == "en" else f"{wish.lang}.{format}"
        for name in ("graph", "backward"):
            picture = drawn(derivation, graph, format, name == "backward", wish.lang)
            yield Artifact(f"{name}.{ending}", picture)


_DOCUMENTS = ("md", "tex", "html", "typ", "pdf")
_PICTURES = ("svg", "png")
KINDS = ("py", *_DOCUMENTS, *_PICTURES)
