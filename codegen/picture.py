"""The pictures of a derivation: the computational graph, and the way back of its gradients."""

from __future__ import annotations

from codegen.block import Document, Graph
from codegen.figure.svg import draw, png
from codegen.languages import ENGLISH, language
from codegen.outline.distinct import told_apart
from codegen.outline.graph import graph
from codegen.outline.page import page
from derive.derivation import Derivation

KINDS = ("svg", "png")


def picture(derivation: Derivation, format: str = "svg", backward: bool = False, lang: str = ENGLISH) -> str | bytes:
    """The computational graph as `svg`, a text, or as `png`, bytes; with `backward` the way back of the gradients.

    Raises ValueError for a format that does not exist, InputError where the compiler of formulas is not installed.
    """
    if format not in KINDS:
        raise ValueError(f"no picture is called {format!r}; there are {', '.join(KINDS)}")
    return drawn(derivation, graph_of(derivation, lang), format, backward, lang)


def drawn(derivation: Derivation, forward: Graph, format: str, backward: bool, lang: str) -> str | bytes:
    """The picture of the derivation's graph, where that is at hand."""
    shown = forward.flow if backward and forward.flow is not None else forward
    title = language(lang).phrase("graph.flow_title" if backward else "graph.heading")
    name = derivation.source.title or derivation.source.name
    return png(shown) if format == "png" else draw(shown, title=f"{name}: {title}")


def graph_of(derivation: Derivation, lang: str = ENGLISH) -> Graph:
    """The graph as it stands in the document, `flow` its way back: names that look alike are told apart."""
    blocks = told_apart(Document("", tuple(graph(page(derivation, {}, lang=lang))))).blocks
    return next(block for block in blocks if isinstance(block, Graph))
