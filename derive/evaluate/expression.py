"""The value of an index expression, by plain loops over its letters: slow, obvious, and the judge of everything else.

A letter, free or bound, and a parameter of a defined function are looked up in one environment, the inner binding
first; so nothing is renamed here. Whole numbers stay Python integers, everything else is a float.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sympy import Basic

from derive.equation import Equation

# Each of these adds its cases to `value`.
from derive.evaluate import binders, cases, entries, partial, scalars  # noqa: F401
from derive.evaluate.point import Number, point, value
from derive.index import Index


def evaluate(
    expr: Basic,
    values: Mapping[str, Any],
    sizes: Mapping[Any, int],
    letters: Mapping[Index, int] | None = None,
    equations: Iterable[Equation] = (),
) -> Number:
    """The value of an expression; a condition has the value 0 or 1.

    values   by name: an array or nested tuples for each tensor, a number for each constant
    sizes    by dimension or by name
    letters  the value of every free letter
    equations  what the derivative of an entry goes through: the definitions of named values
    KeyError where one of them is missing, IndexError where a subscript lies outside its axis.
    """
    return value(expr, point(values, sizes, equations), dict(letters or {}))
