"""Notes beside a gradient: kinks, where it stops, and facts that are missing."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr

from codegen.block import Block, Display, Math, Paragraph, Text
from codegen.outline.page import Page
from codegen.outline.words import explain, symbol
from derive.binding import free_letters, substitute
from derive.derivation import Adjoint, Note
from derive.functions import PRIMITIVES
from derive.index import Index
from derive.operators import Apply, Compare, Maximum, Minimum, Where


def kink(page: Page, note: Note) -> list[Block]:
    """Where a function has no derivative, and what is used there."""
    words = _at_the_kink(page, note) or explain(page, note.text)
    return [Paragraph(page.say("notes.kink", equation=page.reference(note.where), what=words))]


def _at_the_kink(page: Page, note: Note) -> Text | None:
    """The note with its expressions as formulas; None where it has none that can be printed."""
    node = None if note.result is None else with_letters(page, note.result)
    edge = PRIMITIVES[node.name].kink if isinstance(node, Apply) and node.name in PRIMITIVES else None
    if isinstance(node, Apply) and edge is not None:
        place, chosen = _where_equal(page, edge.at(*node.arguments)), explain(page, edge.chosen(*node.arguments))
        return page.say("notes.no_derivative", function=page.math(node), place=place, chosen=chosen)
    if isinstance(node, Where) and isinstance(node.condition, Compare):
        key = "notes.second_case" if node.condition.relation in ("<", ">") else "notes.first_case"
        return page.say(key, place=_where_equal(page, node.condition))
    if isinstance(node, Maximum | Minimum):
        return page.say("notes.tie", node=page.math(node))
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
    equation = page.reference(note.where)
    return [Paragraph(page.say("notes.flat", function=note.function, equation=equation, name=symbol(item.of.name)))]


def unreached(page: Page) -> list[Text]:
    """A sentence for every value without gradient: the functions that stop it, and the equations they stand in."""
    derivation = page.derivation
    reached = {item.of.name for item in derivation.adjoints if item.equation.right != 0}
    names = [name for name in derivation.wanted if name not in reached]
    return [_unreached(page, name, note) for name, note in zip(names, derivation.notes, strict=True)]


def _unreached(page: Page, name: str, note: Note) -> Text:
    places = note.where.split(", ")
    stops = [item for adjoint in page.derivation.adjoints for item in adjoint.notes if item.kind == "flat"]
    found = list(dict.fromkeys((item.function, item.where) for item in stops if item.where in places))
    if not found:
        return page.say("notes.no_path", name=symbol(name))
    return page.say("notes.unreached", len(found), name=symbol(name), functions=_in(page, found))


def _in(page: Page, found: Iterable[tuple[str, str]]) -> Text:
    return page.listed(
        [page.say("notes.function_in", function=name, equation=page.reference(where)) for name, where in found]
    )


def missing_fact(page: Page, item: Adjoint, note: Note) -> list[Block]:
    """What the result would be if one more thing were known."""
    blocks: list[Block] = [Paragraph(page.say("notes.missing_fact", fact=explain(page, note.text)))]
    if note.result is not None:
        left = page.formula(item.equation.left, item.letters)
        blocks.append(Display(((left, page.formula(note.result, item.letters), None),)))
    return blocks
