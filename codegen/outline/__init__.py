"""From a derivation to its document: which blocks, in which order."""

from __future__ import annotations

from collections.abc import Mapping

from codegen.block import Block, Document, Heading, Paragraph
from codegen.outline.adjoint import adjoint
from codegen.outline.checked import checked
from codegen.outline.closing import gradients, update
from codegen.outline.example import example
from codegen.outline.forward import forward, graph
from codegen.outline.legend import legend
from codegen.outline.local import slopes
from codegen.outline.page import page
from codegen.outline.symbols import symbols
from derive.derivation import Derivation


def outline(derivation: Derivation, code: Mapping[str, tuple[str, ...]], origin: str = "") -> Document:
    """The document of a derivation; `code` holds the emitted lines by the name of the tensor that they compute."""
    here = page(derivation, code)
    source = derivation.source
    blocks: list[Block] = []
    if source.about:
        blocks.append(Paragraph((source.about,)))
    opening = [*blocks, *symbols(here)]
    blocks = forward(here)
    blocks += graph(here)
    blocks += slopes(here)
    blocks.append(Heading(2, ("Backward pass",)))
    for item in derivation.adjoints:
        blocks += adjoint(here, item)
    blocks += gradients(here)
    blocks += update(here)
    blocks += example(here)
    blocks += checked(here)
    return Document(source.title or source.name, (*opening, *legend(blocks), *blocks), origin)
