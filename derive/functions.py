"""The primitive scalar functions: slope, kink and numeric meaning, one record each.

What SymPy can differentiate is differentiated by SymPy. The others give their slope here, with the value that is
chosen at a kink. Everything else (sigmoid, gelu, ...) is a formula of these: see `derive.activations`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Expr, Integer, S, Symbol

from derive.entry import Entry
from derive.function import Function
from derive.operators import Apply, Compare, Where, iverson


@dataclass(frozen=True)
class Kink:
    """Where a function has no derivative, and the one that is used there."""

    at: Callable[..., Compare]
    chosen: Callable[..., str]


@dataclass(frozen=True)
class Primitive:
    """A scalar function that no formula defines.

    slope    the partial derivatives by each argument, as expressions in the arguments
    numeric  its value for floats, for the loop oracle
    domain   an interval of each argument on which tests sample it
    flat     True where the slope is zero almost everywhere, so that no gradient passes
    """

    name: str
    arity: int
    slope: Callable[..., tuple[Expr, ...]]
    numeric: Callable[..., float]
    domain: tuple[float, float] = (-3.0, 3.0)
    kink: Kink | None = None
    flat: bool = False


def apply(name: str, *arguments: Any) -> Expr:
    """A primitive applied to arguments: apply("exp", z)."""
    return Apply(Function(name), *(sympy.sympify(argument) for argument in arguments))


def exp(argument: Any) -> Expr:
    """e to the power of the argument; exp(0) is 1."""
    return S.One if argument == 0 else apply("exp", argument)


def log(argument: Any) -> Expr:
    """The natural logarithm; log(1) is 0."""
    return S.Zero if argument == 1 else apply("log", argument)


def _by_sympy(function: Callable[[Expr], Expr]) -> Callable[[Expr], tuple[Expr, ...]]:
    """The slope that SymPy finds, with SymPy's own functions replaced by ours."""

    def slope(argument: Expr) -> tuple[Expr, ...]:
        u = Symbol("u")
        return (from_sympy(function(u).diff(u)).xreplace({u: argument}),)

    return slope


def from_sympy(expr: Expr) -> Expr:
    """An expression in SymPy's scalar functions, written in ours."""
    if isinstance(expr, sympy.exp):
        return exp(from_sympy(expr.args[0]))
    if isinstance(expr, sympy.Function):
        return apply(type(expr).__name__.lower(), *(from_sympy(argument) for argument in expr.args))
    return expr.func(*(from_sympy(argument) for argument in expr.args)) if expr.args else expr


def is_constant(expr: Expr) -> bool:
    """True when no tensor stands in the expression."""
    return not expr.has(Entry)


def _max_slope(first: Expr, second: Expr) -> tuple[Expr, ...]:
    if is_constant(second):
        return iverson(Compare(">", first, second)), S.Zero
    if is_constant(first):
        return S.Zero, iverson(Compare(">", second, first))
    return iverson(Compare(">=", first, second)), iverson(Compare(">", second, first))


def _min_slope(first: Expr, second: Expr) -> tuple[Expr, ...]:
    if is_constant(second):
        return iverson(Compare("<", first, second)), S.Zero
    if is_constant(first):
        return S.Zero, iverson(Compare("<", second, first))
    return iverson(Compare("<=", first, second)), iverson(Compare("<", second, first))


_ZERO_THERE = "the derivative used there is 0"


def _at_zero(argument: Expr) -> Compare:
    return Compare("==", argument, Integer(0))


def _at_a_tie(first: Expr, second: Expr) -> str:
    return _ZERO_THERE if is_constant(first) or is_constant(second) else "there the first argument takes the gradient"


def _xlogy_slope(factor: Expr, argument: Expr) -> tuple[Expr, ...]:
    return (
        Where(Compare("==", factor, Integer(0)), Integer(0), log(argument)),
        factor / argument,
    )


def _zero_slope(*arguments: Expr) -> tuple[Expr, ...]:
    return tuple(S.Zero for _ in arguments)


def _numeric_log(value: float) -> float:
    return math.log(value) if value > 0 else (-math.inf if value == 0 else math.nan)


def _numeric_exp(value: float) -> float:
    return math.exp(value) if value < 709 else math.inf


PRIMITIVES: dict[str, Primitive] = {
    primitive.name: primitive
    for primitive in (
        Primitive("exp", 1, _by_sympy(sympy.exp), _numeric_exp),
        Primitive("log", 1, _by_sympy(sympy.log), _numeric_log, domain=(0.1, 4.0)),
        Primitive("sin", 1, _by_sympy(sympy.sin), math.sin),
        Primitive("cos", 1, _by_sympy(sympy.cos), math.cos),
        Primitive("erf", 1, _by_sympy(sympy.erf), math.erf),
        Primitive("abs", 1, lambda u: (apply("sign", u),), abs, kink=Kink(_at_zero, lambda u: _ZERO_THERE)),
        Primitive(
            "max", 2, _max_slope, lambda a, b: a if a >= b else b,
            kink=Kink(lambda a, b: Compare("==", a, b), _at_a_tie),
        ),
        Primitive(
            "min", 2, _min_slope, lambda a, b: a if a <= b else b,
            kink=Kink(lambda a, b: Compare("==", a, b), _at_a_tie),
        ),
        Primitive("xlogy", 2, _xlogy_slope, lambda a, b: 0.0 if a == 0 else a * _numeric_log(b), domain=(0.1, 4.0)),
        Primitive("sign", 1, _zero_slope, lambda u: float((u > 0) - (u < 0)), flat=True),
        Primitive("step", 1, _zero_slope, lambda u: float(u > 0), flat=True),
        Primitive("floor", 1, _zero_slope, lambda u: float(math.floor(u)), flat=True),
        Primitive("ceil", 1, _zero_slope, lambda u: float(math.ceil(u)), flat=True),
        Primitive("round", 1, _zero_slope, lambda u: float(round(u)), flat=True),
        Primitive("stop", 1, _zero_slope, lambda u: u),
    )
}  # fmt: skip
