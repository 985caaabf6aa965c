"""The value of an index expression, by plain loops over its letters: slow, obvious, and the judge of everything else.

A letter, free or bound, and a parameter of a defined function are looked up in one environment, the inner binding
first; so nothing is renamed here. Whole numbers stay Python integers, everything else is a float.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import singledispatch
from typing import Any

import numpy as np
import sympy
from sympy import Basic, Symbol

from derive.entry import Entry
from derive.equation import Equation
from derive.evaluate.differences import derivative
from derive.functions import PRIMITIVES
from derive.index import Bound, Index
from derive.operators import (
    Apply,
    ArgMax,
    ArgMin,
    Binder,
    Compare,
    Delta,
    Logic,
    Maximum,
    Minimum,
    Partial,
    Product,
    Sum,
    Where,
    Written,
)

Number = int | float
Environment = dict[Basic, Number]


@dataclass(frozen=True)
class Point:
    """Where expressions are evaluated: an array for each tensor and each named constant, a whole number for each size.

    `equations` says by tensor name what an entry is made of: only the derivative of an entry asks for it.
    `watch`, when given, is called with the distance of every decision and every singularity from its edge: how far a
    comparison of real values is from a tie, a denominator from 0. A caller keeps away from kinks with it.
    """

    values: Mapping[str, np.ndarray]
    sizes: Mapping[str, int]
    equations: Mapping[str, Equation] = field(default_factory=dict)
    watch: Callable[[float], None] | None = None

    def size(self, axis: Basic) -> int:
        """The number that an axis such as D, H*K or 3 stands for. ValueError where that is no whole number."""
        number = value(axis, self, {})
        if number != int(number):
            raise ValueError(f"the size {axis} is {number}, which is no whole number")
        return int(number)

    def with_value(self, name: str, array: np.ndarray) -> Point:
        """The same point with another array for one tensor."""
        return replace(self, values={**self.values, name: array})


def point(values: Mapping[str, Any], sizes: Mapping[Any, int], equations: Iterable[Equation] = ()) -> Point:
    """A point from arrays or nested tuples by name, sizes by dimension or by name, and what is known of definitions."""
    return Point(
        {name: np.asarray(array) for name, array in values.items()},
        {getattr(dimension, "name", dimension): int(size) for dimension, size in sizes.items()},
        {equation.tensor.name: equation for equation in equations},
    )


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


@singledispatch
def value(expr: Basic, at: Point, letters: Environment) -> Number:
    """The value of a node at a point; `letters` holds what its letters and parameters stand for."""
    raise NotImplementedError(f"the oracle has no case for {type(expr).__name__}: {expr}")


# Numbers and names


@value.register
def _(expr: sympy.Integer, at: Point, letters: Environment) -> Number:
    return expr.p


@value.register
def _(expr: sympy.Rational, at: Point, letters: Environment) -> Number:
    return expr.p / expr.q


@value.register(sympy.Float)
@value.register(sympy.NumberSymbol)
@value.register(type(sympy.oo))
@value.register(type(-sympy.oo))
@value.register(type(sympy.nan))
def _(expr: sympy.Expr, at: Point, letters: Environment) -> Number:
    return float(expr)


@value.register(Index)
@value.register(Bound)
def _(expr: Basic, at: Point, letters: Environment) -> Number:
    return letters[expr]


@value.register
def _(expr: Symbol, at: Point, letters: Environment) -> Number:
    """A parameter of a defined function, a dimension, or a named constant."""
    if expr in letters:
        return letters[expr]
    if expr.name in at.sizes:
        return at.sizes[expr.name]
    if expr.name in at.values:
        return at.values[expr.name].item()
    raise KeyError(f"nothing says what {expr} is")


@value.register
def _(expr: Entry, at: Point, letters: Environment) -> Number:
    array = at.values[expr.tensor.name]
    return array.item(place(expr, at, letters))


def place(entry: Entry, at: Point, letters: Environment) -> tuple[int, ...]:
    """The subscripts of an entry as numbers. IndexError where one lies outside, for nothing ever wraps around."""
    numbers = tuple(value(subscript, at, letters) for subscript in entry.subscripts)
    shape = at.values[entry.tensor.name].shape
    inside = (0 <= number < size and number == int(number) for number, size in zip(numbers, shape, strict=False))
    if len(numbers) != len(shape) or not all(inside):
        raise IndexError(f"{entry} stands for {entry.tensor.name}{list(numbers)}, but its shape is {shape}")
    return tuple(int(number) for number in numbers)


# Arithmetic


@value.register
def _(expr: sympy.Add, at: Point, letters: Environment) -> Number:
    total: Number = 0
    for term in expr.args:
        total = total + value(term, at, letters)
    return total


@value.register(sympy.Mul)
@value.register(Written)
def _(expr: sympy.Expr, at: Point, letters: Environment) -> Number:
    product: Number = 1
    for factor in expr.args:
        product = product * value(factor, at, letters)
    return product


@value.register
def _(expr: sympy.Pow, at: Point, letters: Environment) -> Number:
    base, exponent = (value(argument, at, letters) for argument in expr.args)
    if at.watch and not (isinstance(exponent, int) and exponent >= 0):
        at.watch(abs(base))
    return _power(base, exponent)


def _power(base: Number, exponent: Number) -> Number:
    try:
        power = base**exponent
    except ZeroDivisionError:
        return math.inf
    except OverflowError:
        return math.inf
    return math.nan if isinstance(power, complex) else power


@value.register
def _(expr: sympy.floor, at: Point, letters: Environment) -> Number:
    return math.floor(value(expr.args[0], at, letters))


@value.register
def _(expr: sympy.ceiling, at: Point, letters: Environment) -> Number:
    return math.ceil(value(expr.args[0], at, letters))


@value.register
def _(expr: sympy.Mod, at: Point, letters: Environment) -> Number:
    dividend, divisor = (value(argument, at, letters) for argument in expr.args)
    return dividend % divisor


# Binders


def _bodies(node: Binder, at: Point, letters: Environment) -> Iterator[tuple[tuple[int, ...], Number]]:
    """For all values of the letters, first letter slowest: these values and the value of the body."""
    ranges = [range(at.size(letter.size)) for letter in node.letters]
    for numbers in itertools.product(*ranges):
        yield numbers, value(node.body, at, {**letters, **dict(zip(node.letters, numbers, strict=True))})


@value.register
def _(expr: Sum, at: Point, letters: Environment) -> Number:
    total: Number = 0
    for _, number in _bodies(expr, at, letters):
        total = total + number
    return total


@value.register
def _(expr: Product, at: Point, letters: Environment) -> Number:
    product: Number = 1
    for _, number in _bodies(expr, at, letters):
        product = product * number
    return product


def _first_largest(expr: Binder, at: Point, letters: Environment, sign: int) -> tuple[tuple[int, ...], Number]:
    """Where sign * body is largest for the first time, and that largest value; -inf over nothing."""
    best: tuple[tuple[int, ...], Number] = ((), -math.inf)
    runner_up: Number = -math.inf
    for numbers, number in _bodies(expr, at, letters):
        if not best[0] or sign * number > best[1]:
            best, runner_up = (numbers, sign * number), best[1]
        else:
            runner_up = max(runner_up, sign * number)
    if at.watch and math.isfinite(runner_up):
        at.watch(best[1] - runner_up)
    return best


@value.register
def _(expr: Maximum, at: Point, letters: Environment) -> Number:
    return _first_largest(expr, at, letters, 1)[1]


@value.register
def _(expr: Minimum, at: Point, letters: Environment) -> Number:
    return -_first_largest(expr, at, letters, -1)[1]


@value.register
def _(expr: ArgMax, at: Point, letters: Environment) -> Number:
    return _first_largest(expr, at, letters, 1)[0][0]


@value.register
def _(expr: ArgMin, at: Point, letters: Environment) -> Number:
    return _first_largest(expr, at, letters, -1)[0][0]


# Functions, cases and conditions


@value.register
def _(expr: Apply, at: Point, letters: Environment) -> Number:
    function = expr.function
    arguments = tuple(value(argument, at, letters) for argument in expr.arguments)
    if function.formula is not None:
        return value(function.formula, at, {**letters, **dict(zip(function.parameters, arguments, strict=True))})
    if at.watch:
        _watch_primitive(function.name, arguments, at.watch)
    return primitive_value(function.name, *arguments)


def primitive_value(name: str, *arguments: Number) -> Number:
    """A primitive function of numbers; nan where it has no value."""
    try:
        return PRIMITIVES[name].numeric(*arguments)
    except (ValueError, OverflowError):
        return math.nan


def _watch_primitive(name: str, arguments: tuple[Number, ...], watch: Callable[[float], None]) -> None:
    primitive = PRIMITIVES[name]
    if primitive.kink is not None:
        tie = primitive.kink.at(*(sympy.sympify(argument) for argument in arguments))
        watch(abs(float(tie.left) - float(tie.right)))
    if primitive.flat and primitive_value(name, arguments[0] - 0.1) != primitive_value(name, arguments[0] + 0.1):
        watch(0.0)
    if primitive.domain[0] > 0:
        watch(arguments[-1])


@value.register
def _(expr: Delta, at: Point, letters: Environment) -> Number:
    first, second = (value(argument, at, letters) for argument in expr.args)
    return 1 if first == second else 0


@value.register
def _(expr: Where, at: Point, letters: Environment) -> Number:
    # Only the branch that is taken: the other one may lie outside its axis or its domain.
    return value(expr.then if value(expr.condition, at, letters) else expr.otherwise, at, letters)


RELATIONS: dict[str, Callable[[Number, Number], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


@value.register
def _(expr: Compare, at: Point, letters: Environment) -> Number:
    left, right = value(expr.left, at, letters), value(expr.right, at, letters)
    if at.watch and not (isinstance(left, int) and isinstance(right, int)):
        at.watch(abs(left - right))
    return int(RELATIONS[expr.relation](left, right))


@value.register
def _(expr: Logic, at: Point, letters: Environment) -> Number:
    if expr.word == "not":
        return int(not value(expr.conditions[0], at, letters))
    holds = {"and": all, "or": any}[expr.word]
    return int(holds(value(condition, at, letters) for condition in expr.conditions))


# Derivatives


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
        return value(of, at.with_value(name, changed), inner)

    return derivative(moved, array.item(component))


def _opened(expr: Partial, at: Point, letters: Environment) -> tuple[Basic, Environment]:
    """What is differentiated, with the letters in which it is written."""
    of = expr.of
    if not isinstance(of, Entry) or of.tensor == expr.by.tensor or of.tensor.name not in at.equations:
        return of, letters
    equation = at.equations[of.tensor.name]
    return equation.right, dict(zip(equation.letters, place(of, at, letters), strict=True))
