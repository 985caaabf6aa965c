"""An index expression as an array: a case for every kind of node, aligned by letters."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, singledispatch
from typing import Protocol

import numpy as np
import sympy
from sympy import Basic, Symbol

from derive.arrays.functions import ON_ARRAYS, larger, smaller
from derive.arrays.named import Named, TooLarge, Whole, combined
from derive.binding import free_letters, unbind
from derive.entry import Entry
from derive.index import Index
from derive.operators import (
    Apply,
    ArgMax,
    ArgMin,
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

_COMPARISONS = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal,
}  # fmt: skip


class Lookup(Protocol):
    """What an expression is evaluated against: sizes, named numbers, and entries of tensors."""

    @property
    def most(self) -> float:
        """How many numbers one array may have."""

    def size(self, axis: Basic) -> int:
        """The number that a size stands for."""

    def number(self, name: str) -> Named:
        """The value of a dimension or a named constant."""

    def entry(self, name: str, subscripts: tuple[Named, ...]) -> Named:
        """The entries of a tensor at subscripts that are whole numbers along letters."""


@dataclass(frozen=True)
class Surroundings:
    """The lookup, what letters are fixed to, and the values of a function's parameters."""

    lookup: Lookup
    fixed: Mapping[Basic, Named]


def evaluated(expr: Basic, lookup: Lookup, fixed: Mapping[Basic, Named] | None = None) -> Named:
    """The expression at all values of its free letters; `fixed` gives some of them (or parameters) a value."""
    at = Surroundings(lookup, fixed or {})
    _allow(expr, at)
    with np.errstate(all="ignore"):
        return _value(expr, at)


def _allow(expr: Basic, at: Surroundings) -> None:
    """TooLarge where the letters of an expression have more values together than one array may hold."""
    if at.lookup.most < math.inf:
        count = math.prod(at.lookup.size(letter.size) for letter in free_letters(expr) if letter not in at.fixed)
        if count > at.lookup.most:
            raise TooLarge


@singledispatch
def _value(expr: Basic, at: Surroundings) -> Named:
    raise NotImplementedError(f"arrays have no case for {type(expr).__name__}: {expr}")


@_value.register
def _(expr: sympy.Integer, at: Surroundings) -> Named:
    return Named.number(expr.p)


@_value.register(sympy.Rational)
@_value.register(sympy.Float)
@_value.register(sympy.NumberSymbol)
@_value.register(type(sympy.oo))
@_value.register(type(-sympy.oo))
@_value.register(type(sympy.nan))
def _(expr: sympy.Expr, at: Surroundings) -> Named:
    return Named.number(float(expr))


@_value.register
def _(expr: Index, at: Surroundings) -> Named:
    if expr in at.fixed:
        return at.fixed[expr]
    return Whole.over(expr, at.lookup.size(expr.size))


@_value.register
def _(expr: Symbol, at: Surroundings) -> Named:
    return at.fixed[expr] if expr in at.fixed else at.lookup.number(expr.name)


@_value.register
def _(expr: Entry, at: Surroundings) -> Named:
    return at.lookup.entry(expr.tensor.name, tuple(_value(subscript, at) for subscript in expr.subscripts))


@_value.register
def _(expr: sympy.Add, at: Surroundings) -> Named:
    return combined(_total, *(_value(term, at) for term in expr.args))


def _total(*terms: np.ndarray) -> np.ndarray:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


@_value.register(sympy.Mul)
@_value.register(Written)
def _(expr: sympy.Expr, at: Surroundings) -> Named:
    factors = [_value(factor, at) for factor in expr.args]
    product = factors[0]
    for factor in factors[1:]:
        product = product * factor
    # A delta that is 0 settles a product, whatever stands beside it.
    for factor, node in zip(factors, expr.args, strict=True):
        if isinstance(node, Delta) and not np.all(np.isfinite(product.array)):
            product = combined(lambda mask, rest: np.where(mask == 0, 0, rest), factor, product)
    return product


@_value.register
def _(expr: sympy.Pow, at: Surroundings) -> Named:
    return _value(expr.base, at) ** _value(expr.exp, at)


@_value.register
def _(expr: sympy.floor, at: Surroundings) -> Named:
    inner = _value(expr.args[0], at)
    return Named(inner.letters, np.floor(inner.array.real).astype(int))


@_value.register
def _(expr: sympy.ceiling, at: Surroundings) -> Named:
    inner = _value(expr.args[0], at)
    return Named(inner.letters, np.ceil(inner.array.real).astype(int))


@_value.register
def _(expr: sympy.Mod, at: Surroundings) -> Named:
    return combined(np.mod, *(_value(argument, at) for argument in expr.args))


@_value.register
def _(expr: Apply, at: Surroundings) -> Named:
    function = expr.function
    arguments = [_value(argument, at) for argument in expr.arguments]
    if function.formula is not None:
        fixed = {**at.fixed, **dict(zip(function.parameters, arguments, strict=True))}
        return _value(function.formula, replace(at, fixed=fixed))
    return combined(ON_ARRAYS[function.name], *arguments)


@_value.register
def _(expr: Delta, at: Surroundings) -> Named:
    return combined(lambda a, b: (a == b).astype(int), *(_value(argument, at) for argument in expr.args))


@_value.register
def _(expr: Compare, at: Surroundings) -> Named:
    compare = _COMPARISONS[expr.relation]
    return combined(lambda a, b: compare(np.real(a), np.real(b)), _value(expr.left, at), _value(expr.right, at))


@_value.register
def _(expr: Logic, at: Surroundings) -> Named:
    parts = [_value(condition, at) for condition in expr.conditions]
    if expr.word == "not":
        return combined(np.logical_not, *parts)
    function = np.logical_and if expr.word == "and" else np.logical_or
    result = parts[0]
    for part in parts[1:]:
        result = combined(function, result, part)
    return result


@_value.register
def _(expr: Where, at: Surroundings) -> Named:
    return combined(np.where, _value(expr.condition, at), _value(expr.then, at), _value(expr.otherwise, at))


def _opened(expr: Basic, at: Surroundings) -> tuple[tuple[Index, ...], Named]:
    """The letters of a binder and its body with all of them as axes."""
    taken = {key for key in at.fixed if isinstance(key, Index)}
    taken |= {letter for item in at.fixed.values() for letter in item.letters}
    letters, body = _unbound(expr, frozenset(taken))
    _allow(body, at)
    inner = _value(body, at)
    lacking = tuple(letter for letter in letters if letter not in inner.letters)
    if lacking:
        shape = tuple(at.lookup.size(letter.size) for letter in lacking)
        inner = Named((*lacking, *inner.letters), np.broadcast_to(inner.array, shape + inner.array.shape))
    return letters, inner


_unbound = lru_cache(maxsize=8192)(unbind)


@_value.register
def _(expr: Sum, at: Surroundings) -> Named:
    letters, body = _opened(expr, at)
    return body.reduced(np.sum, letters)


@_value.register
def _(expr: Product, at: Surroundings) -> Named:
    letters, body = _opened(expr, at)
    return body.reduced(np.prod, letters)


@_value.register(Maximum)
@_value.register(Minimum)
def _(expr: Basic, at: Surroundings) -> Named:
    letters, body = _opened(expr, at)
    best = larger if isinstance(expr, Maximum) else smaller
    for letter in letters:
        parts = [body.at(letter, number) for number in range(at.lookup.size(letter.size))]
        body = parts[0]
        for part in parts[1:]:
            body = combined(best, body, part)
    return body


@_value.register(ArgMax)
@_value.register(ArgMin)
def _(expr: Basic, at: Surroundings) -> Named:
    (letter,), body = _opened(expr, at)
    axis = body.letters.index(letter)
    function = np.argmax if isinstance(expr, ArgMax) else np.argmin
    return Named(body.letters[:axis] + body.letters[axis + 1 :], function(body.array.real, axis=axis))
