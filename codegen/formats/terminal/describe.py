"""The gradients that somebody asks for, with all that leads to them, as text for a terminal."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence

from codegen.block import Block, Display, Heading, Paragraph, laid_out
from codegen.formats.terminal.paint import Paint, unpainted
from codegen.formats.terminal.render import block_text
from codegen.outline.adjoint import adjoint
from codegen.outline.forward import equations
from codegen.outline.local import slopes
from codegen.outline.notes import unreached
from codegen.outline.page import Page, page
from codegen.outline.restated import restated
from codegen.outline.symbols import read_again
from derive.derivation import Derivation
from derive.entry import Entry

_WIDEST = 110
_NARROWEST = 40


def describe(
    derivation: Derivation, wrt: str | Sequence[str], width: int | None = None, paint: Paint = unpainted
) -> str:
    """How the gradients by the names in `wrt` come about, as text, ending in a newline.

    width: of a line in characters; that of the terminal without it
    paint: gives colours to headings and reasons

    Raises KeyError for a name without gradient.
    """
    names = [wrt] if isinstance(wrt, str) else list(wrt)
    columns = shutil.get_terminal_size((_WIDEST, 24)).columns if width is None else width
    columns = max(_NARROWEST, min(columns, _WIDEST))
    here = page(derivation, {}, linear=True)
    blocks: list[Block] = [*restated(here), Heading(2, here.say("terminal.forward")), equations(here), *slopes(here)]
    if here.setting.handed:
        blocks.append(Paragraph(read_again(here)))
    needed = _needed(derivation, names)
    for item in derivation.adjoints:
        if item.tensor.name in needed:
            blocks += adjoint(here, item)
    results = _results(here, names)
    if results.rows:
        blocks += [Heading(2, here.say("terminal.result")), results]
    blocks += [Paragraph(sentence) for sentence in unreached(here)]
    return "\n\n".join(block_text(block, columns, paint) for block in laid_out(blocks)) + "\n"


def _results(here: Page, names: Iterable[str]) -> Display:
    """The gradients asked for; KeyError for one that is not there, unless a note says why."""
    derivation = here.derivation
    reached = {item.of.name for item in derivation.adjoints}
    rows = []
    for name in names:
        if name not in reached and name in derivation.wanted:
            continue
        equation = derivation[name].equation
        left = here.formula(equation.left, equation.letters)
        rows.append((left, here.formula(equation.right, equation.letters), here.numbers[equation.tensor.name]))
    return Display(tuple(rows))


def _needed(derivation: Derivation, names: Iterable[str]) -> set[str]:
    """The gradients that those by `names` are made of, by the steps that led to them."""
    reached = {item.of.name: item for item in derivation.adjoints}
    needed = {reached[name].tensor.name for name in names if name in reached}
    for item in reversed(derivation.adjoints):
        if item.tensor.name in needed:
            expressions = [item.equation.right, *(step.after for step in item.steps)]
            needed |= {entry.tensor.name for expr in expressions for entry in expr.atoms(Entry)}
    return needed
