"""Numbers, names, arithmetic and scalar functions."""

from __future__ import annotations

import math
from collections.abc import Callable

import sympy
from sympy import Basic, Symbol

from derive.evaluate.point import Environment, Number, Point, value
from derive.functions import PRIMITIVES
from derive.index import Bound, Index
from derive.operators import Apply, Delta, Written

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
    # A delta that is 0 settles a product, whatever stands beside it: delta(i, t-1) x[t-1] is 0 at t = 0, where there is
    # no x[t-1] (Knuth calls such a 0 a strong one).
    if any(isinstance(factor, Delta) and not value(factor, at, letters) for factor in expr.args):
        return 0
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


# Functions


@value.register
def _(expr: Apply, at: Point, letters: Environment) -> Number:
    function = expr.function
    if function.name == "stop" and at.unmoved is not None:
        at = at.unmoved
    if function.formula is not None and _stops(function.formula):
        # What is stopped must be seen as an expression, not as a number that may have moved already.
        return value(function.expand(*expr.arguments), at, letters)
    arguments = tuple(value(argument, at, letters) for argument in expr.arguments)
    if function.formula is not None:
        return value(function.formula, at, {**letters, **dict(zip(function.parameters, arguments, strict=True))})
    if at.watch:
        _watch_primitive(function.name, arguments, at.watch)
    return primitive_value(function.name, *arguments)


def _stops(formula: Basic) -> bool:
    """True where `stop` stands in a formula, or in one that it uses."""
    applied = formula.atoms(Apply)
    return any(
        node.name == "stop" or (node.function.formula is not None and _stops(node.function.formula)) for node in applied
    )


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
