"""Entries of arrays: plain axes, single places, picked entries `p[n, y[n]]`, diagonals."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr

from codegen.lower.align import aligned, union
from codegen.lower.lowered import Lowered
from codegen.program import Kind, Name, Operation, Range, Size, Take
from derive.entry import Entry
from derive.index import Index, is_letter

Lower = Callable[[Expr], Lowered]


def lower_entry(entry: Entry, lower: Lower) -> Lowered:
    """An entry as an array with the letters of its subscripts; `lower` answers for subscripts that are data."""
    kind: Kind = "real" if entry.tensor.within is None else "whole"
    name = Name(entry.tensor.name)
    subscripts = entry.subscripts
    letters = tuple(subscript for subscript in subscripts if is_letter(subscript))
    if len(letters) == len(subscripts) == len(set(letters)):
        return Lowered(name, letters, kind)
    picked = _picked(subscripts)
    first, last = min(picked), max(picked)
    block = [lower_subscript(subscript, lower) for subscript in subscripts[first : last + 1]]
    order = union(block)
    arrays = iter([aligned(item, order) for item in block])
    taken: list[Operation | None] = [
        next(arrays) if first <= place <= last else None for place in range(len(subscripts))
    ]
    before, after = subscripts[:first], subscripts[last + 1 :]
    while taken and taken[-1] is None:
        taken.pop()
    return Lowered(Take(name, tuple(taken)), (*before, *order, *after), kind)


def _picked(subscripts: tuple[Expr, ...]) -> set[int]:
    """Places that need an index array: what is no letter, and every letter that stands at more than one place."""
    picked = {place for place, subscript in enumerate(subscripts) if not is_letter(subscript)}
    while True:
        block = range(min(picked), max(picked) + 1) if picked else range(0)
        inside = {letter for place in block for letter in _letters(subscripts[place])}
        more = {
            place
            for place, subscript in enumerate(subscripts)
            if place in block or subscript in inside or (is_letter(subscript) and subscripts.count(subscript) > 1)
        }
        if more == picked:
            return picked
        picked = more


def _letters(subscript: Expr) -> set[Expr]:
    return set(subscript.atoms(Index))


def lower_subscript(subscript: Expr, lower: Lower) -> Lowered:
    """A subscript as whole numbers."""
    if is_letter(subscript):
        return Lowered(Range(subscript.size), (subscript,), "whole")
    if isinstance(subscript, Entry):
        return lower(subscript)
    if not subscript.atoms(Index, Entry):
        return Lowered(Size(subscript), (), "whole", True)
    raise NotImplementedError(f"the subscript {subscript} is no letter, number or label")


def letter_as_value(letter: Index) -> Lowered:
    """A letter that is computed with."""
    return Lowered(Range(letter.size), (letter,), "whole")
