"""A derivative that has not been worked out: by differences."""

from __future__ import annotations

import numpy as np
from sympy import Basic

from derive.entry import Entry
from derive.evaluate.differences import derivative
from derive.evaluate.point import Environment, Number, Point, value
from derive.evaluate.scalars import place
from derive.operators import Partial


@value.register
def _(expr: Partial, at: Point, letters: Environment) -> Number:
    """By differences: one component moves, every other named value stays.

    What is differentiated may be an entry of a defined tensor: then it is what its own equation says, one level deep.
    """
    name, component = expr.by.tensor.name, place(expr.by, at, letters)
    of, inner = _opened(expr, at, letters)
    array = at.values[name]

    def moved(number: float) -> float:
        changed = np.array(array, dtype=np.float64)
        changed[component] = number
        return value(of, at.moved(name, changed), inner)

    return derivative(moved, array.item(component))


def _opened(expr: Partial, at: Point, letters: Environment) -> tuple[Basic, Environment]:
    """What is differentiated, with the letters in which it is written."""
    of = expr.of
    if not isinstance(of, Entry) or of.tensor == expr.by.tensor or of.tensor.name not in at.equations:
        return of, letters
    equation = at.equations[of.tensor.name]
    return equation.right, dict(zip(equation.letters, place(of, at, letters), strict=True))
