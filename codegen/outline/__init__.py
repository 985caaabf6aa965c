"""From a derivation to its document: which blocks, in which order."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from codegen.block import Block, Document, Heading, Paragraph
from codegen.outline.adjoint import adjoint
from codegen.outline.checked import checked
from codegen.outline.closing import gradients, update
from codegen.outline.distinct import told_apart
from codegen.outline.example import example
from codegen.outline.forward import forward, graph
from codegen.outline.legend import legend
from codegen.outline.local import slopes
from codegen.outline.loss_limits import loss_limits
from codegen.outline.page import page
from codegen.outline.recurrence import through_the_steps
from codegen.outline.restated import restated
from codegen.outline.risks import risks
from codegen.outline.stationary import stationary
from codegen.outline.symbols import symbols
from derive.derivation import Derivation


def outline(
    derivation: Derivation,
    code: Mapping[str, tuple[str, ...]],
    origin: str = "",
    spelled: Callable[[str], str] = str,
) -> Document:
    """The document of a derivation.

    code      the emitted lines by the name of the tensor that they compute
    spelled   how these lines spell a name of the network
    """
    here = page(derivation, code, spelled=spelled)
    source = derivation.source
    blocks: list[Block] = []
    if source.about:
        blocks.append(Paragraph((source.about,)))
    opening = [*blocks, *symbols(here)]
    blocks = restated(here)
    blocks += forward(here)
    blocks += graph(here)
    blocks += slopes(here)
    blocks.append(Heading(2, ("Backward pass",)))
    for item in derivation.adjoints:
        blocks += adjoint(here, item)
    blocks += through_the_steps(here)
    blocks += gradients(here)
    blocks += update(here)
    blocks += example(here)
    blocks += loss_limits(here)
    blocks += stationary(here)
    blocks += risks(here)
    blocks += checked(here)
    return told_apart(Document(source.title or source.name, (*opening, *legend(blocks), *blocks), origin))
