"""Where an expression is evaluated, and the function that every kind of node adds its own case to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import singledispatch
from typing import Any

import numpy as np
from sympy import Basic

from derive.equation import Equation

Number = int | float
Environment = dict[Basic, Number]


@dataclass(frozen=True)
class Point:
    """Where expressions are evaluated: an array for each tensor and each named constant, a whole number for each size.

    `equations` says by tensor name what an entry is made of: only the derivative of an entry asks for it.
    `watch`, when given, is called with the distance of every decision and every singularity from its edge: how far a
    comparison of real values is from a tie, a denominator from 0. A caller keeps away from kinks with it.
    `unmoved` is the point that differences started from: there, `stop(e)` keeps the value that it has.
    """

    values: Mapping[str, np.ndarray]
    sizes: Mapping[str, int]
    equations: Mapping[str, Equation] = field(default_factory=dict)
    watch: Callable[[float], None] | None = None
    unmoved: Point | None = None

    def size(self, axis: Basic) -> int:
        """The number that an axis such as D, H*K or 3 stands for. ValueError where that is no whole number."""
        number = value(axis, self, {})
        if number != int(number):
            raise ValueError(f"the size {axis} is {number}, which is no whole number")
        return int(number)

    def with_value(self, name: str, array: np.ndarray) -> Point:
        """The same point with another array for one tensor."""
        return replace(self, values={**self.values, name: array})

    def moved(self, name: str, array: np.ndarray) -> Point:
        """The same point with one tensor moved away from here, for differences."""
        return replace(self.with_value(name, array), unmoved=self.unmoved or self)


def point(values: Mapping[str, Any], sizes: Mapping[Any, int], equations: Iterable[Equation] = ()) -> Point:
    """A point from arrays or nested tuples by name, sizes by dimension or by name, and what is known of definitions."""
    return Point(
        {name: np.asarray(array) for name, array in values.items()},
        {getattr(dimension, "name", dimension): int(size) for dimension, size in sizes.items()},
        {equation.tensor.name: equation for equation in equations},
    )


@singledispatch
def value(expr: Basic, at: Point, letters: Environment) -> Number:
    """The value of a node at a point; `letters` holds what its letters and parameters stand for."""
    raise NotImplementedError(f"the oracle has no case for {type(expr).__name__}: {expr}")
