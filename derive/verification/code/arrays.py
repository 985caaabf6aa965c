"""The value of index expressions over whole arrays at once: every letter is an axis.

The loop oracle says what is true; this says the same some hundred times faster, so that hundreds of mistakes can be
tried. A test compares the two over the gallery. Nothing is guarded by order here: both cases of a `where` are computed,
an entry outside its array is nan, and so is one that a recurrence has not reached yet.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

import numpy as np
import sympy
from sympy import Basic, Symbol

from derive.entry import Entry
from derive.equation import Equation
from derive.evaluate import Point, primitive_value
from derive.index import Bound, Index
from derive.network import Recurrence
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
    Product,
    Sum,
    Where,
    Written,
)

LARGEST = 4_000_000


class TooLarge(Exception):
    """More numbers at once than are worth the memory."""


@dataclass(frozen=True)
class Arrays:
    """Arrays by name, and sizes.

    first   of a recurrent tensor with slices outside its array: their axis, and the number of the first: -1 for h[-1]
    """

    values: Mapping[str, np.ndarray]
    sizes: Mapping[str, int]
    at: Point
    first: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class _Scope:
    """What letters and parameters stand for: arrays with `axes` axes, of `count` numbers at most."""

    letters: Mapping[Basic, Any]
    axes: int
    count: int


def arrays(at: Point) -> Arrays:
    """All arrays of a point; those of recurrent tensors with the slices outside them."""
    values, first = dict(at.values), {}
    for name, slices in at.slices.items():
        if slices.known and name in values:
            inside = values[name].shape[slices.axis]
            low, high = min(0, *slices.known), max(inside - 1, *slices.known)
            nothing = np.full_like(next(iter(slices.known.values())), np.nan, dtype=float)
            known = {**{number: values[name].take(number, slices.axis) for number in range(inside)}, **slices.known}
            parts = [known.get(number, nothing) for number in range(low, high + 1)]
            values[name] = np.stack(parts, slices.axis)
            first[name] = (slices.axis, low)
    return Arrays(values, at.sizes, at, first)


def continued(
    equations: Iterable[Equation], there: Arrays, recurrences: Iterable[Recurrence] = ()
) -> Iterable[tuple[str, np.ndarray]]:
    """The arrays of these equations, one after the other, those of a recurrence step by step."""
    equations = tuple(equations)
    by_name = {equation.tensor.name: equation for equation in equations}
    groups = {name: recurrence for recurrence in recurrences for name in recurrence.members}
    values = dict(there.values)
    there = replace(there, values=values)
    done: set[str] = set()
    with np.errstate(all="ignore"):
        for equation in equations:
            name = equation.tensor.name
            if name in done:
                continue
            if name not in groups:
                values[name] = _empty(equation, there)
                _fill(values[name], equation, there, {})
                done.add(name)
                yield name, values[name]
            else:
                recurrence = groups[name]
                yield from _steps(recurrence, by_name, there, values)
                done.update(recurrence.members)


def _steps(
    recurrence: Recurrence, by_name: Mapping[str, Equation], there: Arrays, values: dict[str, np.ndarray]
) -> Iterable[tuple[str, np.ndarray]]:
    members = dict(zip(recurrence.members, recurrence.axes, strict=True))
    steps = range(there.at.size(recurrence.size))
    inside = {}
    for name, axis in members.items():
        # What lies outside, such as h[-1], is given; a slice inside that an equation of its own gives is not computed.
        if any(_number(end, members, there) in steps for end in recurrence.boundaries if end.tensor.name == name):
            raise NotImplementedError(f"{name} has a slice with an equation of its own")
        low = there.first[name][1] if name in there.first else 0
        inside[name] = (slice(None),) * axis + (slice(-low, len(steps) - low),)
        values[name] = (
            np.array(there.values[name], dtype=float) if name in there.first else _empty(by_name[name], there)
        )
        values[name][inside[name]] = np.nan
    for number in reversed(steps) if recurrence.step > 0 else steps:
        for name, axis in members.items():
            equation = by_name[name]
            _fill(values[name], equation, there, {equation.left.subscripts[axis]: number})
    yield from ((name, values[name][inside[name]]) for name in members)


def _number(end: Equation, members: Mapping[str, int], there: Arrays) -> int:
    return there.at.size(end.left.subscripts[members[end.tensor.name]])


def _empty(equation: Equation, there: Arrays) -> np.ndarray:
    return np.full([there.at.size(axis) for axis in equation.tensor.axes], np.nan)


def _fill(array: np.ndarray, equation: Equation, there: Arrays, fixed: Mapping[Basic, int]) -> None:
    letters = [letter for letter in equation.letters if letter not in fixed]
    sizes = [there.at.size(letter.size) for letter in letters]
    known: dict[Basic, Any] = dict(fixed)
    for place, (letter, size) in enumerate(zip(letters, sizes, strict=True)):
        known[letter] = np.arange(size).reshape([size if other == place else 1 for other in range(len(sizes))])
    scope = _Scope(known, len(sizes), _checked(math.prod(sizes)))
    found = whole(equation.right, there, scope)
    axis, low = there.first.get(equation.tensor.name, (0, 0))
    subscripts = [
        whole(subscript, there, scope) - (low if place == axis else 0)
        for place, subscript in enumerate(equation.left.subscripts)
    ]
    array[tuple(np.broadcast_arrays(*subscripts))] = found


def _checked(count: int) -> int:
    if count > LARGEST:
        raise TooLarge
    return count


@singledispatch
def whole(expr: Basic, there: Arrays, scope: _Scope) -> Any:
    """The value of a node for all values of the letters at once: an array that broadcasts over their axes."""
    raise NotImplementedError(f"no case for {type(expr).__name__}")


@whole.register(sympy.Integer)
def _(expr: sympy.Integer, there: Arrays, scope: _Scope) -> Any:
    return expr.p


@whole.register(sympy.Rational)
@whole.register(sympy.Float)
@whole.register(sympy.NumberSymbol)
@whole.register(type(sympy.oo))
@whole.register(type(-sympy.oo))
@whole.register(type(sympy.nan))
def _(expr: Basic, there: Arrays, scope: _Scope) -> Any:
    return float(expr)  # type: ignore[arg-type]


@whole.register(Index)
@whole.register(Bound)
def _(expr: Basic, there: Arrays, scope: _Scope) -> Any:
    return scope.letters[expr]


@whole.register
def _(expr: Symbol, there: Arrays, scope: _Scope) -> Any:
    if expr in scope.letters:
        return scope.letters[expr]
    return there.sizes[expr.name] if expr.name in there.sizes else there.values[expr.name]


@whole.register
def _(expr: sympy.Add, there: Arrays, scope: _Scope) -> Any:
    return sum(whole(term, there, scope) for term in expr.args)


@whole.register(sympy.Mul)
@whole.register(Written)
def _(expr: Basic, there: Arrays, scope: _Scope) -> Any:
    found = {kind: [f for f in expr.args if isinstance(f, Delta) is kind] for kind in (True, False)}
    product = math.prod((whole(factor, there, scope) for factor in found[False]), start=1)
    if not found[True]:
        return product
    # A delta that is 0 settles a product, also where another factor has no value.
    return np.where(math.prod(whole(delta, there, scope) for delta in found[True]), product, 0)


@whole.register
def _(expr: sympy.Pow, there: Arrays, scope: _Scope) -> Any:
    base, exponent = (whole(argument, there, scope) for argument in expr.args)
    return np.power(np.asarray(base, dtype=float), exponent)


@whole.register
def _(expr: sympy.floor, there: Arrays, scope: _Scope) -> Any:
    return np.floor(whole(expr.args[0], there, scope)).astype(int)


@whole.register
def _(expr: sympy.ceiling, there: Arrays, scope: _Scope) -> Any:
    return np.ceil(whole(expr.args[0], there, scope)).astype(int)


@whole.register
def _(expr: sympy.Mod, there: Arrays, scope: _Scope) -> Any:
    return np.mod(*(whole(argument, there, scope) for argument in expr.args))


@whole.register
def _(expr: Entry, there: Arrays, scope: _Scope) -> Any:
    name = expr.tensor.name
    array = there.values[name]
    if not array.ndim:
        return array
    axis, low = there.first.get(name, (0, 0))
    outside: Any = False
    places = []
    for place, subscript in enumerate(expr.subscripts):
        number = np.asarray(whole(subscript, there, scope)).astype(int) - (low if place == axis else 0)
        size = array.shape[place]
        if number.min() < 0 or number.max() >= size:
            outside = outside | (number < 0) | (number >= size)
            number = np.clip(number, 0, size - 1)
        places.append(number)
    found = array[tuple(places)]
    return found if outside is False else np.where(outside, np.nan, found)


@whole.register
def _(expr: Apply, there: Arrays, scope: _Scope) -> Any:
    arguments = [whole(argument, there, scope) for argument in expr.arguments]
    function = expr.function
    if function.formula is not None:
        known = {**scope.letters, **dict(zip(function.parameters, arguments, strict=True))}
        return whole(function.formula, there, replace(scope, letters=known))
    if function.name in _FAST:
        return _FAST[function.name](*arguments)
    return np.vectorize(lambda *numbers: primitive_value(function.name, *numbers), otypes=[float])(*arguments)


_FAST: Mapping[str, Any] = {"exp": np.exp, "log": np.log, "sin": np.sin, "cos": np.cos, "abs": np.abs, "sign": np.sign}


@whole.register
def _(expr: Delta, there: Arrays, scope: _Scope) -> Any:
    first, second = (whole(argument, there, scope) for argument in expr.args)
    return np.equal(first, second).astype(int)


@whole.register
def _(expr: Where, there: Arrays, scope: _Scope) -> Any:
    return np.where(*(whole(argument, there, scope) for argument in expr.args))


_RELATIONS: Mapping[str, Any] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


@whole.register
def _(expr: Compare, there: Arrays, scope: _Scope) -> Any:
    return _RELATIONS[expr.relation](whole(expr.left, there, scope), whole(expr.right, there, scope))


@whole.register
def _(expr: Logic, there: Arrays, scope: _Scope) -> Any:
    found = [whole(condition, there, scope) for condition in expr.conditions]
    if expr.word == "not":
        return np.logical_not(found[0])
    joined = found[0]
    for condition in found[1:]:
        joined = np.logical_and(joined, condition) if expr.word == "and" else np.logical_or(joined, condition)
    return joined


def _bodies(expr: Binder, there: Arrays, scope: _Scope) -> tuple[np.ndarray, int]:
    """The body with an axis in front for every bound letter, the first letter's first; and how many these are."""
    sizes = [there.at.size(letter.size) for letter in expr.letters]
    count = _checked(scope.count * math.prod(sizes))
    known = dict(scope.letters)
    for place, letter in enumerate(expr.letters):
        own = [size if other == place else 1 for other, size in enumerate(sizes)]
        known[letter] = np.arange(sizes[place]).reshape(own + [1] * scope.axes)
    body = np.asarray(whole(expr.body, there, _Scope(known, scope.axes + len(sizes), count)))
    body = body.reshape((1,) * (scope.axes + len(sizes) - body.ndim) + body.shape)
    return np.broadcast_to(body, (*sizes, *body.shape[len(sizes) :])), len(sizes)


_REDUCTIONS: Mapping[type, Any] = {Sum: np.sum, Product: np.prod, Maximum: np.max, Minimum: np.min}


@whole.register(Sum)
@whole.register(Product)
@whole.register(Maximum)
@whole.register(Minimum)
def _(expr: Binder, there: Arrays, scope: _Scope) -> Any:
    body, count = _bodies(expr, there, scope)
    return _REDUCTIONS[type(expr)](body, axis=tuple(range(count)))


@whole.register(ArgMax)
@whole.register(ArgMin)
def _(expr: Binder, there: Arrays, scope: _Scope) -> Any:
    body, _ = _bodies(expr, there, scope)
    return np.argmax(body, axis=0) if isinstance(expr, ArgMax) else np.argmin(body, axis=0)
