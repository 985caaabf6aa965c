"""Formulas of one number: as SymPy knows them, how large they get, and where they are zero."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy
from sympy import Basic, Expr, Rational, Symbol, sympify

from derive.entry import Entry
from derive.operators import Apply, Compare, Logic, Where

_WINDOW, _POINTS = 30.0, 6001
_FAR = 1000
_SLACK = 1e-6
_MANY_DIGITS = 60
_LARGEST_DENOMINATOR = 16

_FUNCTIONS = {
    "exp": sympy.exp,
    "log": sympy.log,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "erf": sympy.erf,
    "abs": sympy.Abs,
    "sign": sympy.sign,
    "max": sympy.Max,
    "min": sympy.Min,
    "xlogy": lambda a, b: a * sympy.log(b),
    "stop": lambda a: a,
}
_RELATIONS = {"<": sympy.Lt, "<=": sympy.Le, ">": sympy.Gt, ">=": sympy.Ge, "==": sympy.Eq, "!=": sympy.Ne}
_WORDS = {"and": sympy.And, "or": sympy.Or, "not": sympy.Not}


class NotScalar(ValueError):
    """The expression is no formula of these numbers alone: it has sums, or entries that stand for nothing."""


def as_sympy(expr: Basic, symbols: Mapping[Basic, Expr]) -> Basic:
    """The expression in SymPy's own functions, with numbers or symbols for its entries and parameters."""
    expr = sympify(expr)
    if expr in symbols:
        return symbols[expr]
    match expr:
        case Apply():
            if expr.function.formula is not None:
                return as_sympy(expr.function.expand(*expr.arguments), symbols)
            if expr.name not in _FUNCTIONS:
                raise NotScalar(expr.name)
            return _FUNCTIONS[expr.name](*(as_sympy(argument, symbols) for argument in expr.arguments))
        case Where():
            condition = as_sympy(expr.condition, symbols)
            then, otherwise = as_sympy(expr.then, symbols), as_sympy(expr.otherwise, symbols)
            return sympy.Piecewise((then, condition), (otherwise, True))
        case Compare():
            return _RELATIONS[expr.relation](as_sympy(expr.left, symbols), as_sympy(expr.right, symbols))
        case Logic():
            return _WORDS[expr.word](*(as_sympy(condition, symbols) for condition in expr.conditions))
        case sympy.Add() | sympy.Mul() | sympy.Pow():
            return expr.func(*(as_sympy(argument, symbols) for argument in expr.args))
        case Entry() | Symbol():
            raise NotScalar(str(expr))
    if expr.args or not expr.is_number:
        raise NotScalar(str(expr))
    return expr


@dataclass(frozen=True)
class Reach:
    """How a function of one number behaves: its extremes (None: no bound), where, and what happens far out.

    left, right   whether it goes to 0 far out on that side
    zero          `<=` or `>=` and a place: there and beyond it is exactly zero
    """

    low: Expr | None
    high: Expr | None
    highest_at: Expr | None
    left: bool
    right: bool
    zero: tuple[tuple[str, Expr], ...]


def reach(slope: Expr, variable: Symbol) -> Reach | None:
    """Found on a fine grid, then sharpened around the extremes; None where the function is not real everywhere."""
    function = sympy.lambdify(variable, slope, modules=[{"erf": np.vectorize(math.erf)}, "numpy"])
    grid = np.linspace(-_WINDOW, _WINDOW, _POINTS)
    values = np.array(_values(function, grid))
    far = _far(slope, variable)
    # Quotients of huge exponentials are not numbers in floats; with larger exponents they are.
    exact = sympy.lambdify(variable, slope, modules="mpmath")
    for at in np.flatnonzero(~np.isfinite(values)):
        values[at] = _exact(exact, float(grid[at]))
    if far is None or not np.all(np.isfinite(values)):
        return None
    low, _ = _sharpened(lambda place: -_values(function, place), grid, int(np.argmin(values)))
    high, place = _sharpened(lambda place: _values(function, place), grid, int(np.argmax(values)))
    vanishing = min(abs(value) for value in far) < _SLACK and min(far) > -_SLACK
    return Reach(
        _plain(min(-low, 0.0) if vanishing else -low) if min(far) >= -low - _SLACK or vanishing else None,
        _plain(high) if max(far) <= high + _SLACK else None,
        _plain(place) if _peaks(values, high) == 1 else None,
        abs(far[0]) < _SLACK,
        abs(far[1]) < _SLACK,
        _zero_side(slope, variable, grid, values),
    )


def _peaks(values: np.ndarray, high: float) -> int:
    """How many places of the grid are as high as their neighbours and nearly as high as any."""
    inside = values[1:-1]
    return int(np.count_nonzero((inside >= values[:-2]) & (inside >= values[2:]) & (inside > high - 1e-4)))


def _values(function: Callable[[np.ndarray], Any], places: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.broadcast_to(np.asarray(function(places), dtype=float), np.shape(places))


def _far(slope: Expr, variable: Symbol) -> tuple[float, float] | None:
    """The values far out on both sides, in numbers of any size."""
    exact = sympy.lambdify(variable, slope, modules="mpmath")
    left, right = _exact(exact, -_FAR), _exact(exact, _FAR)
    return None if math.isnan(left) or math.isnan(right) else (left, right)


def _exact(function: Callable[[Any], Any], place: float) -> float:
    """One value with exponents of any size; not a number where it is no real one."""
    try:
        return float(function(float(place)))
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return math.nan


def _sharpened(function: Callable[[np.ndarray], np.ndarray], grid: np.ndarray, place: int) -> tuple[float, float]:
    """The largest value between the neighbours of a grid point, on finer and finer grids, and where it is."""
    best = float(grid[place])
    width = float(grid[1] - grid[0])
    for _ in range(8):
        near = np.linspace(best - width, best + width, 41)
        values = np.where(np.isfinite(found := function(near)), found, -np.inf)
        at = int(np.argmax(values))
        best = best if values[20] >= values[at] else float(near[at])
        width /= 10
    return float(function(np.array([best]))[0]), best


def _plain(value: float) -> Expr:
    """A fraction with a small denominator where the number is one, three digits otherwise."""
    for denominator in range(1, _LARGEST_DENOMINATOR + 1):
        if abs(value * denominator - round(value * denominator)) < 1e-7:
            return Rational(round(value * denominator), denominator)
    return sympy.Float(f"{value:.3f}")


def _zero_side(slope: Expr, variable: Symbol, grid: np.ndarray, values: np.ndarray) -> tuple[tuple[str, Expr], ...]:
    """Where the slope is exactly zero, not only small enough to be rounded to zero."""
    moving = np.flatnonzero(values)
    if len(moving) == 0:
        return ()
    sides = []
    for relation, empty, edge in (
        ("<=", moving[0], moving[0] - 1),
        (">=", len(grid) - 1 - moving[-1], moving[-1] + 1),
    ):
        if empty > len(grid) // 10:
            value = slope.subs(variable, sympy.Float(float(grid[edge]), _MANY_DIGITS))
            if sympy.N(value, _MANY_DIGITS) == 0:
                sides.append((relation, _plain(round(float(grid[edge]), 6))))
    return tuple(sides)
