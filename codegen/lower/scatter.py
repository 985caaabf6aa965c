"""Sums in which a delta says where each summand goes: to the row of its label, or to its place under a window."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sympy import Expr, Mul, S

from codegen.lower.align import aligned, as_real, turned
from codegen.lower.factors import factors_of
from codegen.lower.lowered import Letters, Lowered
from codegen.program import Insert, Operation, Overlap, Scatter, Stretch
from derive.binding import free_letters
from derive.entry import Entry
from derive.index import Index, is_letter
from derive.operators import Compare, Delta, Where
from derive.subscript import coefficients, never_negative, solve

LowerSum = Callable[[Expr, Sequence[Index], Letters], Lowered]
"""Lowers the sum of an expression over letters, wanted in an order of axes."""


def lower_scatter(body: Expr, summed: Sequence[Index], want: Letters, lower_sum: LowerSum) -> Lowered | None:
    """sum_n delta(y[n], k) g[n,d]: the rows g added up by their labels, repeated labels too."""
    for first, second, rest in _deltas(body):
        for label, letter in ((first, second), (second, first)):
            if not isinstance(label, Entry) or not is_letter(letter) or letter in summed:
                continue
            left = [item for item in summed if item not in free_letters(label)]
            if not free_letters(label) <= set(summed) or letter in free_letters(rest):
                continue
            if not free_letters(rest) & free_letters(label):
                continue
            labels = lower_sum(label, (), ())
            rows = lower_sum(rest, left, (*labels.letters, *want))
            row = tuple(item for item in (*want, *rows.letters) if item in rows.letters and item not in labels.letters)
            row = tuple(dict.fromkeys(row))
            operation = _rows(rows, labels.letters, row)
            return Lowered(Scatter(labels.operation, operation, letter.size), (letter, *row))  # type: ignore[arg-type]
    return None


def _deltas(body: Expr) -> Iterator[tuple[Expr, Expr, Expr]]:
    """What is equal to what, and the rest of the product, for every factor that is a delta or a condition like it."""
    coefficient, factors = factors_of(body)
    for place, factor in enumerate(factors):
        rest = coefficient * Mul(*factors[:place], *factors[place + 1 :])
        if isinstance(factor, Delta):
            yield (*factor.args, rest)
        elif isinstance(factor, Where) and factor.otherwise == 0:
            condition = factor.condition
            if isinstance(condition, Compare) and condition.relation == "==":
                yield condition.left, condition.right, rest * factor.then


def _rows(rows: Lowered, labels: Letters, row: Letters) -> Operation:
    """The rows with one axis for each axis of the labels (of size 1 where they do not depend on it), then their own."""
    order = (*labels, *row)
    operation = aligned(as_real(rows), order)
    first = next(place for place, letter in enumerate(order) if letter in rows.letters)
    return operation if first == 0 else Insert(operation, tuple(range(first)))


def lower_overlap(body: Expr, summed: Sequence[Index], want: Letters, lower_sum: LowerSum) -> Lowered | None:
    """sum_{r,u} delta(2*r+u-1, h) g(r,u): every g added to the place h that its window had it from."""
    for first, second, rest in _deltas(body):
        if any(coefficients(side) is None for side in (first, second)):
            continue
        for letter in sorted((free_letters(first) | free_letters(second)) - set(summed), key=lambda item: item.name):
            value = solve(letter, first, second)
            form = None if value is None else coefficients(value)
            if form is None or letter in free_letters(rest) or not form[0] or not set(form[0]) <= set(summed):
                continue
            steps = sorted(form[0].items(), key=lambda item: (-_step(item[1]), str(item[0])))
            if len(steps) > 2 or not never_negative(steps[0][1] - 1):
                continue
            pair = tuple(item for item, _ in steps)
            left = [item for item in summed if item not in pair]
            order = tuple(other for place in want for other in (pair if place == letter else (place,)))
            item = lower_sum(rest, left, order)
            others = tuple(dict.fromkeys(v for v in (*order, *item.letters) if v in item.letters and v not in pair))  # type: ignore[misc]
            spread = steps[1][1] if len(steps) == 2 else S.One
            place = next(
                (
                    k
                    for k, v in enumerate(others)
                    if v in want and letter in want and want.index(v) > want.index(letter)
                ),
                len(others),
            )  # type: ignore[arg-type]
            full = (*others[:place], *pair, *others[place:])
            operation = _stretched(as_real(item), full)  # type: ignore[arg-type]
            if len(pair) == 1:
                operation = Insert(operation, (place + 1,))
            operation = Overlap(operation, place, letter.size, steps[0][1], spread, form[1])
            return Lowered(operation, (*others[:place], letter, *others[place:]))  # type: ignore[arg-type]
    return None


def _step(coefficient: Expr) -> int:
    return int(coefficient) if coefficient.is_Integer else 2


def _stretched(item: Lowered, order: Letters) -> Operation:
    """The item with exactly these letters, repeated along those that it does not have."""
    if set(item.letters) == set(order):
        return turned(item, order).operation
    return Stretch(aligned(item, order), tuple(letter.size for letter in order))
