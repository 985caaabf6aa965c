"""Recurrences in words and formulas: where the steps begin, how they are run through, and what all of them share."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Integer, Symbol

from codegen.block import Block, Display, Heading, Math, Paragraph, Text
from codegen.language import joined, merged
from codegen.notation.formula import Cases, Formula, Name, Number, Relation
from codegen.notation.latex import latex
from codegen.outline.page import Page
from codegen.outline.stepwise import split
from derive.binding import substitute
from derive.derivation import Adjoint
from derive.entry import Entry
from derive.equation import Equation
from derive.index import Index
from derive.network import Recurrence
from derive.operators import Delta, Sum

Side = tuple[Formula, Formula, int | None]
_MOST_VALUES = 8
_MOST_NAMES = 7


def boundaries(page: Page) -> list[Block]:
    """For every recurrence of the forward pass: which equations recur, in which direction, from which values."""
    blocks: list[Block] = []
    for recurrence in page.derivation.network.recurrences:
        letter = _letter(page, recurrence)
        upwards = recurrence.step < 0
        key = "recurrence.up" if upwards else "recurrence.down"
        names, steps = _named(page, recurrence.members), _range(page, letter, upwards)
        sentences = [page.say(key, len(recurrence.members), names=names, range=steps)]
        sides = [_given(page, equation) for equation in recurrence.boundaries]
        # h_0 = h_0 would say nothing: there the given tensor is named like the step that it stands for.
        alike = [right for left, right, _ in sides if latex(left) == latex(right)]
        others = tuple(row for row in sides if latex(row[0]) != latex(row[1]))
        if alike:
            values = page.listed([(Math(right),) for right in alike])
            sentences.append(page.say("recurrence.start_given", values=values))
        elif others:
            sentences.append(page.say("recurrence.start"))
        blocks.append(Paragraph(merged(joined(sentences, page.language.phrase("list.sentences")))))
        if others:
            blocks.append(Display(others))
    return blocks


def _given(page: Page, equation: Equation) -> Side:
    return page.formula(equation.left, equation.letters), page.formula(equation.right, equation.letters), None


def through_the_steps(page: Page) -> list[Block]:
    """The backward pass of every recurrence in one place: the cases at its ends, and the sums of what steps share."""
    blocks: list[Block] = []
    for recurrence in page.derivation.recurrences:
        members = [item for item in page.derivation.adjoints if item.tensor.name in recurrence.members]
        members.sort(key=lambda item: recurrence.members.index(item.tensor.name))
        letter = next(i for item in members for i in item.letters if i.size == recurrence.size)
        upwards = recurrence.step < 0
        key = "recurrence.back_up" if upwards else "recurrence.back_down"
        steps = _range(page, letter, upwards)
        blocks.append(Paragraph(page.say(key, gradients=_gradients(page, members), range=steps)))
        blocks.append(Display(tuple(row for item in members for row in _by_cases(page, item))))
        shared = [item for item in page.derivation.adjoints if _is_shared(item, recurrence)]
        own = [item for item in page.derivation.adjoints if _is_of_the_step(item, recurrence)]
        if own:
            names = page.listed([(Math(Name(item.of.name)),) for item in own])
            blocks.append(Paragraph(page.say("recurrence.slices", len(own), names=names)))
            blocks.append(Display(tuple(row for item in own for row in _by_cases(page, item))))
        if shared:
            names = page.listed([(Math(Name(item.of.name)),) for item in shared])
            rows = tuple(row for item in shared for row in _by_cases(page, item))
            blocks += [Paragraph(page.say("recurrence.shared", len(shared), names=names)), Display(rows)]
    return [Heading(2, page.say("recurrence.heading")), *blocks] if blocks else []


def _by_cases(page: Page, item: Adjoint) -> list[Side]:
    """The result in matrix notation for one step, in index notation where there is none."""
    number = page.numbers[item.tensor.name]
    sides = page.matrix(item.equation)
    if sides is not None:
        return [(*sides, number)]
    blocks = by_value(page, item)
    return [(left, right, number) for left, right, _ in blocks] or [(*index_cases(page, item.equation), number)]


def by_value(page: Page, item: Adjoint) -> list[Side]:
    """One row for every value of a letter that the result compares with numbers: one for each gate of a block."""
    equation = item.equation
    compared = {letter for delta in equation.right.atoms(Delta) for letter in _against_a_number(delta)}
    if len(compared) != 1:
        return []
    (letter,) = compared
    if not letter.size.is_Integer or letter.size > _MOST_VALUES:
        return []
    rows: list[Side] = []
    for value in range(int(letter.size)):
        at = {letter: Integer(value)}
        left, right = substitute(equation.left, at), substitute(equation.right, at)
        rows.append((page.formula(left, item.letters), page.formula(right, item.letters), None))
    return rows


def _against_a_number(delta: Delta) -> list[Index]:
    number = any(side.is_Integer for side in delta.args)
    return [side for side in delta.args if isinstance(side, Index)] if number else []


def index_cases(page: Page, equation: Equation) -> tuple[Formula, Formula]:
    """Both sides in index notation, with the end of the steps as a case of its own."""
    letters = equation.letters
    left = page.formula(equation.left, letters)
    letter = next((i for i in letters if str(i.size) in page.setting.stepped), None)
    cases = split(equation.right, letter) if letter is not None else ()
    if len(cases) != 2:
        return left, page.formula(equation.right, letters)
    (inner, then), (end, otherwise) = ((case.condition, case.right) for case in cases)
    assert inner is not None and end is not None
    return left, Cases(
        page.formula(then, letters), page.formula(inner), page.formula(otherwise, letters), page.formula(end)
    )


def _is_shared(item: Adjoint, recurrence: Recurrence) -> bool:
    """Whether a gradient of the result sums over the steps and has no axis for them."""
    if recurrence.size in item.of.axes:
        return False
    sums = item.equation.right.atoms(Sum)
    reads = {entry.tensor.name for entry in item.equation.right.atoms(Entry)} & set(recurrence.members)
    return bool(reads) and any(letter.size == recurrence.size for total in sums for letter in total.letters)


def _is_of_the_step(item: Adjoint, recurrence: Recurrence) -> bool:
    """Whether a gradient that nothing else reads is that of a slice for every step."""
    reads = {entry.tensor.name for entry in item.equation.right.atoms(Entry)} & set(recurrence.members)
    return bool(reads) and recurrence.size in item.of.axes and item.tensor.name not in recurrence.members


def _letter(page: Page, recurrence: Recurrence) -> Index:
    first = page.derivation.network.equation(recurrence.members[0])
    assert first is not None
    return first.letters[recurrence.axes[0]]


def _range(page: Page, letter: Index, upwards: bool) -> Text:
    """t = 1, ..., T, or from T down to 1."""
    size = page.formula(letter.size)
    first, last = (Number("1"), size) if upwards else (size, Number("1"))
    begin = Math(Relation("==", Name(letter.name), first))
    return page.say("recurrence.from_to" if upwards else "recurrence.from_down_to", first=begin, last=Math(last))


def _named(page: Page, names: tuple[str, ...]) -> Text:
    if len(names) > _MOST_NAMES:
        return _numbers(page, names)
    return page.listed([(Math(Name(name)), page.reference(name)) for name in names])


def _numbers(page: Page, names: Iterable[str]) -> Text:
    """The equations (2) to (19), or a list of their numbers."""
    numbers = sorted(page.numbers[name] for name in names)
    if numbers == list(range(numbers[0], numbers[-1] + 1)):
        return page.say("recurrence.equations_from_to", first=numbers[0], last=numbers[-1])
    return page.say("recurrence.equations", numbers=page.language.enumerated([f"({number})" for number in numbers]))


def _gradients(page: Page, members: list[Adjoint]) -> Text:
    if len(members) > _MOST_NAMES:
        return _numbers(page, [item.tensor.name for item in members])
    return page.listed([(page.math(item.tensor), page.reference(item.tensor.name)) for item in members])


def counting(page: Page) -> Text:
    """How indices and steps are counted."""
    sizes = sorted(page.setting.stepped)
    if not sizes:
        return page.say("symbols.counting")
    named = page.listed([(page.math(Symbol(size, integer=True, positive=True)),) for size in sizes])
    return page.say("symbols.counting_steps", sizes=named)
