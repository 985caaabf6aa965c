"""Notes beside a gradient: kinks, where it stops, and facts that are missing."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr

from codegen.block import Block, Display, Math, Paragraph, Piece, Stressed, Text
from codegen.outline.page import Page
from codegen.outline.words import explain, listed, merged, symbol
from derive.binding import free_letters, substitute
from derive.derivation import Adjoint, Note
from derive.functions import PRIMITIVES
from derive.index import Index
from derive.operators import Apply, Compare, Maximum, Minimum, Where


def kink(page: Page, note: Note) -> list[Block]:
    """Where a function has no derivative, and what is used there."""
    words = _at_the_kink(page, note) or explain(note.text, page.setting)
    return [Paragraph(merged((Stressed("A kink"), f" in{page.reference(note.where)}: ", *words, ".")))]


def _at_the_kink(page: Page, note: Note) -> Text | None:
    """The note with its expressions as formulas; None where it has none that can be printed."""
    node = None if note.result is None else with_letters(page, note.result)
    edge = PRIMITIVES[node.name].kink if isinstance(node, Apply) and node.name in PRIMITIVES else None
    if isinstance(node, Apply) and edge is not None:
        place = (_where_equal(page, edge.at(*node.arguments)), "; ", edge.chosen(*node.arguments))
        return (page.math(node), " has no derivative where ", *place)
    if isinstance(node, Where) and isinstance(node.condition, Compare):
        case = "second" if node.condition.relation in ("<", ">") else "first"
        return ("where ", _where_equal(page, node.condition), f", the derivative of the {case} case is used")
    if isinstance(node, Maximum | Minimum):
        return ("at a tie in ", page.math(node), " the first of the equal values takes the whole gradient")
    return None


def _where_equal(page: Page, at: Compare) -> Math:
    """Both sides of a comparison as an equation, a number on its right side."""
    sides = (at.right, at.left) if at.left.is_number else (at.left, at.right)
    return page.math(Compare("==", *sides))


def with_letters(page: Page, node: Expr) -> Expr:
    """A node of an equation, with the author's letters in place of those that stood beside others."""
    letters = sorted(free_letters(node), key=str)
    used: set[str] = set()
    mapping: dict[Index, Index] = {}
    for letter in letters:
        mapping[letter] = Index(page.setting.letter(letter.size, used), letter.size)
        used.add(mapping[letter].name)
    # By way of names that nobody has, so that two letters can change places.
    between = {letter: Index(str(place), letter.size) for place, letter in enumerate(letters)}
    return substitute(substitute(node, between), {between[letter]: mapping[letter] for letter in letters})


def flat(page: Page, item: Adjoint, note: Note) -> list[Block]:
    """A function at which the gradient stops, said where it stops."""
    words: Text = (f"The derivative of {note.function} in{page.reference(note.where)}",
                   " is 0 wherever there is one, so nothing passes to ", symbol(item.of.name), ".")  # fmt: skip
    return [Paragraph(merged((Stressed("Here the gradient stops."), " ", *words)))]


def unreached(page: Page) -> list[Text]:
    """A sentence for every value without gradient: the functions that stop it, and the equations they stand in."""
    derivation = page.derivation
    reached = {item.of.name for item in derivation.adjoints if item.equation.right != 0}
    names = [name for name in derivation.wanted if name not in reached]
    return [_unreached(page, name, note) for name, note in zip(names, derivation.notes, strict=True)]


def _unreached(page: Page, name: str, note: Note) -> Text:
    lead: list[Piece] = ["No gradient reaches ", symbol(name)]
    places = note.where.split(", ")
    stops = [item for adjoint in page.derivation.adjoints for item in adjoint.notes if item.kind == "flat"]
    found = list(dict.fromkeys((item.function, item.where) for item in stops if item.where in places))
    if not found:
        return merged((*lead, ": no path from it to the loss can be differentiated."))
    slope = "whose derivative is" if len(found) == 1 else "and their derivatives are"
    return merged((*lead, ". On its way to the loss there is ", *_in(page, found),
                   f", {slope} 0 wherever there is one: training leaves ", symbol(name), " as it is."))  # fmt: skip


def _in(page: Page, found: Iterable[tuple[str, str]]) -> Text:
    return listed([(f"{function} in{page.reference(where)}",) for function, where in found])


def missing_fact(page: Page, item: Adjoint, note: Note) -> list[Block]:
    """What the result would be if one more thing were known."""
    words = explain(note.text, page.setting)
    lead = Stressed("A fact is missing for a shorter form.")
    blocks: list[Block] = [Paragraph(merged((lead, " If it were known that ", *words, ", the result would be")))]
    if note.result is not None:
        left = page.formula(item.equation.left, item.letters)
        blocks.append(Display(((left, page.formula(note.result, item.letters), None),)))
    return blocks
