"""Conditions as arrays of truth values, and what a condition on letters says about the entry that it guards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sympy import Expr, S, expand

from codegen.lower.align import elementwise
from codegen.lower.lowered import Letters, Lowered
from codegen.lower.subscript import lower_integer
from codegen.program import Band, Elementwise, Operation
from derive.entry import Entry
from derive.index import Index
from derive.operators import Compare, Condition, Logic
from derive.subscript import coefficients

Lower = Callable[[Expr], Lowered]
_NEGATED = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}


def lower_condition(condition: Condition, want: Letters, lower: Lower) -> Lowered:
    """A condition as an array of truth values; `lower` answers for the values that are compared."""
    if isinstance(condition, Compare):
        band = _band(condition, want)
        if band is not None:
            return band
        sides = lower_sides((condition.left, condition.right), lower)
        return elementwise(condition.relation, sides, want, "truth")
    if isinstance(condition, Logic):
        inner = condition.conditions[0]
        if condition.word == "not":
            if isinstance(inner, Compare):
                return lower_condition(Compare(_NEGATED[inner.relation], inner.left, inner.right), want, lower)
            return elementwise("not", [lower_condition(inner, want, lower)], want, "truth")
        result = lower_condition(inner, want, lower)
        for part in condition.conditions[1:]:
            result = elementwise(condition.word, [result, lower_condition(part, want, lower)], want, "truth")
        return result
    raise TypeError(f"no array form for the condition {condition}")


def lower_sides(sides: Sequence[Expr], lower: Lower) -> list[Lowered]:
    """What is compared: letters, labels and sizes stay whole numbers."""
    whole = all(side.is_integer for side in sides)
    return [lower_integer(side, lower) if whole else lower(side) for side in sides]


def _band(condition: Compare, want: Letters) -> Lowered | None:
    """u <= t + k for two letters, as a triangle of True."""
    form = at_least_zero(condition)
    if form is None:
        return None
    found = coefficients(form)
    if found is None or sorted(found[0].values(), key=str) != [S.NegativeOne, S.One]:
        return None
    row = next(letter for letter, coefficient in found[0].items() if coefficient == 1)
    column = next(letter for letter, coefficient in found[0].items() if coefficient == -1)
    if not isinstance(row, Index) or not isinstance(column, Index):
        return None
    operation: Operation = Band(row.size, column.size, found[1])
    order = [letter for letter in want if letter in (row, column)]
    if order == [column, row]:  # column <= row + k  is  not row <= column - k - 1
        operation = Elementwise("not", (Band(column.size, row.size, -found[1] - 1),))
        return Lowered(operation, (column, row), "truth")
    return Lowered(operation, (row, column), "truth")


def at_least_zero(condition: Compare) -> Expr | None:
    """The form that the condition says is at least 0; None for == and !=, and where values are compared."""
    left, right = condition.left, condition.right
    if left.atoms(Entry) or right.atoms(Entry) or not (left - right).is_integer:
        return None
    forms = {"<=": right - left, "<": right - left - 1, ">=": left - right, ">": left - right - 1}
    form = forms.get(condition.relation)
    return None if form is None else expand(form)


def conjunction(condition: Condition) -> Iterator[Condition]:
    """The conditions that all have to hold."""
    if isinstance(condition, Logic) and condition.word == "and":
        for part in condition.conditions:
            yield from conjunction(part)
    else:
        yield condition


def keeps_inside(condition: Condition, entry: Entry) -> bool:
    """Whether a condition says that the subscripts of an entry stay inside their axes, and nothing else."""
    said: set[Expr] = set()
    for subscript, size in zip(entry.subscripts, entry.tensor.axes, strict=True):
        if coefficients(subscript) is not None:
            said |= {expand(subscript), expand(size - 1 - subscript)}
    return all(isinstance(part, Compare) and at_least_zero(part) in said for part in conjunction(condition))
