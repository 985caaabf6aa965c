"""From a derivation to its document: which blocks, in which order."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from codegen.block import Block, Document, Heading, Paragraph
from codegen.calculation import Calculation
from codegen.detail import Detail
from codegen.languages import ENGLISH
from codegen.outline.adjoint import adjoint
from codegen.outline.checked import checked
from codegen.outline.closing import gradients, update
from codegen.outline.distinct import told_apart
from codegen.outline.example import example
from codegen.outline.forward import forward
from codegen.outline.graph import graph
from codegen.outline.legend import legend
from codegen.outline.local import slopes
from codegen.outline.loss_limits import loss_limits
from codegen.outline.page import Page, page
from codegen.outline.recurrence import through_the_steps
from codegen.outline.restated import restated
from codegen.outline.result import gradients_in_full, results
from codegen.outline.risks import risks
from codegen.outline.stationary import stationary
from codegen.outline.symbols import symbols
from codegen.outline.worded import worded
from derive.derivation import Derivation

_PLAIN = Calculation()


def outline(
    derivation: Derivation,
    code: Mapping[str, tuple[str, ...]],
    origin: str = "",
    spelled: Callable[[str], str] = str,
    lang: str = ENGLISH,
    detail: Detail = Detail.STEPS,
    backward: tuple[str, ...] = (),
    how: Calculation = _PLAIN,
) -> Document:
    """The document of a derivation.

    code      the emitted lines by the name of the tensor that they compute
    spelled   how these lines spell a name of the network
    lang      the code of the language in which everything is said
    backward  the emitted lines of the whole backward pass, where all details or none are shown
    how       how the worked example is worked
    """
    here = page(derivation, code, spelled=spelled, lang=lang, detail=detail, backward_lines=backward)
    source = derivation.source
    if detail is Detail.RESULT:
        # One page is not lost on what is read once: who looks a formula up knows the signs and the story.
        every: tuple[Block, ...] = tuple(results(here))
    else:
        blocks = _in_steps(here, how)
        about = [Paragraph((source.about,))] if source.about else []
        every = (*about, *symbols(here), *legend(blocks, here.language), *blocks)
    if lang != ENGLISH:
        every = worded(every, here.language)
    return told_apart(Document(source.title or source.name, every, origin, lang))


def _in_steps(here: Page, how: Calculation) -> list[Block]:
    """The whole derivation, and what can be said of it."""
    derivation = here.derivation
    blocks = restated(here)
    blocks += forward(here)
    blocks += graph(here)
    blocks += slopes(here)
    blocks.append(Heading(2, here.say("adjoint.section")))
    for item in derivation.adjoints:
        blocks += adjoint(here, item)
    blocks += through_the_steps(here)
    blocks += gradients_in_full(here) if here.detail is Detail.EVERYTHING else gradients(here)
    blocks += update(here)
    blocks += example(here, how)
    blocks += loss_limits(here)
    blocks += stationary(here)
    blocks += risks(here)
    blocks += checked(here)
    return blocks
