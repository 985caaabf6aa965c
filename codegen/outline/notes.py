"""Notes beside a gradient: kinks, where it stops, and facts that are missing."""

from __future__ import annotations

from sympy import Expr

from codegen.block import Block, Display, Paragraph, Stressed, Text
from codegen.outline.page import Page
from codegen.outline.words import explain, merged
from derive.derivation import Adjoint, Note
from derive.functions import PRIMITIVES
from derive.index import Bound, Index
from derive.operators import Apply, Binder, Compare, Where


def kink(page: Page, note: Note) -> list[Block]:
    """Where a function has no derivative, and what is used there."""
    words = _at_the_kink(page, note) or explain(note.text, page.setting)
    return [Paragraph(merged((Stressed("A kink"), f" in{page.reference(note.where)}: ", *words, ".")))]


def _at_the_kink(page: Page, note: Note) -> Text | None:
    """The note with its expressions as formulas; None where it has none that can be printed."""
    node = None if note.result is None else _with_letters(page, note.result)
    if isinstance(node, Apply) and node.name in PRIMITIVES and "; " in note.text:
        edge = PRIMITIVES[node.name].kink
        if edge is not None:
            at = edge.at(*node.arguments)
            place: Text = (page.math(Compare("==", at.left, at.right)), "; ", note.text.split("; ", 1)[1])
            return (page.math(node), " has no derivative where ", *place)
    if isinstance(node, Where) and isinstance(node.condition, Compare) and ", " in note.text:
        at = node.condition
        return ("where ", page.math(Compare("==", at.left, at.right)), ", ", note.text.rsplit(", ", 1)[1])
    return None


def _with_letters(page: Page, node: Expr) -> Expr | None:
    """A node from inside a sum, with readable letters for those that the sum binds."""
    bound = sorted(node.atoms(Bound), key=lambda letter: letter.level)
    if not bound:
        return node
    if node.has(Binder):
        return None
    used = {letter.name for letter in node.atoms(Index)}
    letters: dict[Bound, Index] = {}
    for letter in bound:
        letters[letter] = Index(page.setting.letter(letter.size, used), letter.size)
        used.add(letters[letter].name)
    return node.xreplace(letters)


def flat(page: Page, note: Note) -> list[Block]:
    """A function at which the gradient stops."""
    return [Paragraph(merged((Stressed("The gradient stops here"), ": ", *explain(note.text, page.setting), ".")))]


def missing_fact(page: Page, item: Adjoint, note: Note) -> list[Block]:
    """What the result would be if one more thing were known."""
    words = explain(note.text, page.setting)
    lead = Stressed("A fact is missing for a shorter form.")
    blocks: list[Block] = [Paragraph(merged((lead, " If it were known that ", *words, ", the result would be")))]
    if note.result is not None:
        left = page.formula(item.equation.left, item.letters)
        blocks.append(Display(((left, page.formula(note.result, item.letters), None),)))
    return blocks
