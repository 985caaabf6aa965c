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
class Slices:
    """Parts of a recurrent tensor at single numbers on one axis: those outside its array, such as h[-1], and while it
    is being computed all that are known so far. Each part has the other axes."""

    axis: int
    known: Mapping[int, np.ndarray] = field(default_factory=dict)

    def with_slice(self, number: int, part: np.ndarray) -> Slices:
        """The same with one part more, or another one."""
        return replace(self, known={**self.known, number: part})


@dataclass(frozen=True)
class Point:
    """Where expressions are evaluated: an array for each tensor and each named constant, a whole number for each size.

    `slices` holds by name what an array does not: the ends of a recurrence.
    `equations` says by tensor name what an entry is made of, the first that fits: only the derivative of an entry asks.
    `watch`, when given, is called with the distance of every decision and every singularity from its edge: how far a
    comparison of real values is from a tie, a denominator from 0. A caller keeps away from kinks with it.
    `unmoved` is the point that differences started from: there, `stop(e)` keeps the value that it has.
    """

    values: Mapping[str, np.ndarray]
    sizes: Mapping[str, int]
    equations: Mapping[str, tuple[Equation, ...]] = field(default_factory=dict)
    watch: Callable[[float], None] | None = None
    unmoved: Point | None = None
    slices: Mapping[str, Slices] = field(default_factory=dict)

    def size(self, axis: Basic) -> int:
        """The number that an axis such as D, H*K or 3 stands for. ValueError where that is no whole number."""
        number = value(axis, self, {})
        if number != int(number):
            raise ValueError(f"the size {axis} is {number}, which is no whole number")
        return int(number)

    def with_value(self, name: str, array: np.ndarray) -> Point:
        """The same point with another array for one tensor."""
        return replace(self, values={**self.values, name: array})

    def with_slices(self, name: str, slices: Slices) -> Point:
        """The same point with other slices for one tensor."""
        return replace(self, slices={**self.slices, name: slices})

    def without(self, names: Iterable[str]) -> Point:
        """The same point without the arrays of these tensors."""
        gone = set(names)
        return replace(self, values={name: array for name, array in self.values.items() if name not in gone})

    def moving(self) -> Point:
        """The same point as one that differences move away from: what is stopped stays as it is here."""
        return replace(self, unmoved=self.unmoved or self)


def point(values: Mapping[str, Any], sizes: Mapping[Any, int], equations: Iterable[Equation] = ()) -> Point:
    """A point from arrays or nested tuples by name, sizes by dimension or by name, and what is known of definitions.

    Of several equations for one entry the first counts, so boundaries of recurrences stand first.
    """
    known: dict[str, tuple[Equation, ...]] = {}
    for equation in equations:
        known[equation.tensor.name] = (*known.get(equation.tensor.name, ()), equation)
    return Point(
        {name: np.asarray(array) for name, array in values.items()},
        {getattr(dimension, "name", dimension): int(size) for dimension, size in sizes.items()},
        known,
    )


@singledispatch
def value(expr: Basic, at: Point, letters: Environment) -> Number:
    """The value of a node at a point; `letters` holds what its letters and parameters stand for."""
    raise NotImplementedError(f"the oracle has no case for {type(expr).__name__}: {expr}")
