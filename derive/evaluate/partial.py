"""A derivative that has not been worked out: by differences."""

from __future__ import annotations

from sympy import Basic

from derive.entry import Entry
from derive.evaluate.differences import derivative
from derive.evaluate.entries import definition, held, place_of, with_entry
from derive.evaluate.point import Environment, Number, Point, value
from derive.operators import Partial


@value.register
def _(expr: Partial, at: Point, letters: Environment) -> Number:
    """By differences: one component moves, every other named value stays.

    What is differentiated may be an entry of a defined tensor: then it is what its own equation says, one level deep.
    """
    place = place_of(expr.by, at, letters)
    of, inner = _opened(expr, at, letters)
    array, inside = held(at, expr.by, place)
    start = at.moving()
    return derivative(lambda number: value(of, with_entry(start, expr.by, place, number), inner), array.item(inside))


def _opened(expr: Partial, at: Point, letters: Environment) -> tuple[Basic, Environment]:
    """What is differentiated, with the letters in which it is written.

    An entry by itself stays: its derivative is 1 whatever its equation says.
    """
    of = expr.of
    if not isinstance(of, Entry):
        return of, letters
    place = place_of(of, at, letters)
    if of.tensor == expr.by.tensor and place == place_of(expr.by, at, letters):
        return of, letters
    found = definition(at, of, place)
    return (of, letters) if found is None else (found[0].right, found[1])
