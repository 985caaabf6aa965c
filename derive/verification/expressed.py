"""An array that knows the index expression whose values it holds, so that what is equal at points can be proved.

The expression stands in the letters of the array and in sizes that stay symbolic. It is made when it is asked for;
an operation that has no case here, or an operand without an expression, gives a plain array: no proof, only numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sympy import Expr, Integer, Rational, sympify

from derive.arrays import Named
from derive.arrays.named import combined
from derive.binding import bind, substitute
from derive.functions import apply, exp
from derive.index import Index
from derive.operators import Sum

Formula = Callable[[], Expr]
HIGHEST_POWER = 64  # of a number
LONGEST_NUMBER = 256  # in bits
MOST_OPERATIONS = 6000  # of an expression: no longer one is proved


class NoExpression(ValueError):
    """A value that is known by its numbers only."""


@dataclass(frozen=True, eq=False)
class Expressed(Named):
    """`array` with its letters, and `formula()`, the index expression of its values; `source` is the array it is of.

    operations   how many the expression has at most, written out: of definitions in definitions it may be any number
    """

    formula: Formula
    source: np.ndarray | None = field(default=None, repr=False)
    operations: int = field(default=1, repr=False)

    def __post_init__(self) -> None:
        # Another array put in its place, with `replace`, is not what the expression says.
        if self.source is None:
            object.__setattr__(self, "source", self.array)
        elif self.source is not self.array:
            object.__setattr__(self, "formula", _unknown)

    def __add__(self, other: Named) -> Named:
        return express(super().__add__(other), lambda a, b: a + b, self, other)

    def __sub__(self, other: Named) -> Named:
        return express(super().__sub__(other), lambda a, b: a - b, self, other)

    def __mul__(self, other: Named) -> Named:
        return express(super().__mul__(other), lambda a, b: a * b, self, other)

    def __truediv__(self, other: Named) -> Named:
        return express(super().__truediv__(other), lambda a, b: a / b, self, other)

    def __pow__(self, other: Named) -> Named:
        return express(super().__pow__(other), _power, self, other)

    def __neg__(self) -> Named:
        return express(super().__neg__(), lambda a: -a, self)

    def reduced(self, function: Callable[..., Any], letters: tuple[Index, ...]) -> Named:
        """A reduction; sums and means keep their expression."""
        result = super().reduced(function, letters)
        bound = tuple(letter for letter in dict.fromkeys(letters) if letter in self.letters)
        if function is np.sum:
            return express(result, lambda body: bind(Sum, body, bound), self)
        if function is np.mean:
            return express(result, lambda body: _mean(body, bound), self)
        return result

    def renamed(self, names: Mapping[Index, Index]) -> Named:
        """The same array with other letters, in its expression too."""
        changed = {old: new for old, new in names.items() if old in self.letters and old != new}
        return express(super().renamed(names), lambda body: substitute(body, changed), self)

    def at(self, letter: Index, number: int) -> Named:
        """The part at one value of a letter."""
        return express(super().at(letter, number), lambda body: substitute(body, {letter: Integer(number)}), self)


def _unknown() -> Expr:
    raise NoExpression


def _power(base: Expr, exponent: Expr) -> Expr:
    # SymPy works out powers of numbers: 9^(9^9) has more digits than fit anywhere.
    if base.is_Rational and exponent.is_Rational:
        digits = max(abs(base.p).bit_length(), base.q.bit_length())
        if digits > LONGEST_NUMBER or abs(exponent) > HIGHEST_POWER or exponent.q > HIGHEST_POWER:
            raise NoExpression
    return base**exponent


def _mean(body: Expr, letters: tuple[Index, ...]) -> Expr:
    total = bind(Sum, body, letters)
    for letter in letters:
        total = total / letter.size
    return total


def express(result: Named, make: Callable[..., Expr], *operands: Named) -> Named:
    """The result with the expression made of its operands'; plain where one of them has none."""
    if not all(isinstance(operand, Expressed) for operand in operands):
        return Named(result.letters, result.array)
    operations = 1 + sum(operand.operations for operand in operands)  # type: ignore[attr-defined]
    if operations > MOST_OPERATIONS:
        return Named(result.letters, result.array)
    # The formulas alone are kept: with the operands, every array on the way would stay in memory.
    formulas = [operand.formula for operand in operands]  # type: ignore[attr-defined]
    return Expressed(result.letters, result.array, lambda: make(*(made() for made in formulas)), operations=operations)


def exactly(value: Any, formula: Any = None) -> Expressed:
    """A number with its exact expression: a size, a constant, a fraction; by itself a whole number."""
    exact = sympify(int(value)) if formula is None else sympify(formula)
    return Expressed((), np.asarray(value), lambda: exact)


def fraction(value: Any, numerator: int, denominator: int) -> Expressed:
    """A number that a text writes in digits."""
    return exactly(value, Rational(numerator, denominator))


def along(letter: Index, size: int, first: int = 0) -> Expressed:
    """The values of a letter, counted from `first`."""
    return Expressed((letter,), np.arange(first, size + first), lambda: letter + first)


def formula_of(data: Named) -> Expr:
    """The expression of an array. NoExpression where it has none."""
    if not isinstance(data, Expressed):
        raise NoExpression
    return data.formula()


@dataclass(frozen=True)
class Elementwise:
    """A scalar function: what it does to arrays, and to expressions."""

    on_arrays: Callable[..., np.ndarray]
    on_expressions: Callable[..., Expr]

    def __call__(self, *arguments: np.ndarray) -> np.ndarray:
        return self.on_arrays(*arguments)


def modulus(array: np.ndarray) -> np.ndarray:
    """|u|, continued along a complex step."""
    return np.asarray(np.sign(np.real(array)) * array)


_KNOWN: dict[Any, Callable[..., Expr]] = {
    np.exp: exp,
    np.abs: lambda u: apply("abs", u),
    np.sqrt: lambda u: u ** Rational(1, 2),
    modulus: lambda u: apply("abs", u),
}


def mapped(function: Callable[..., Any], *operands: Named) -> Named:
    """An elementwise function of operands that are aligned by letter."""
    result = combined(function, *operands)
    make = function.on_expressions if isinstance(function, Elementwise) else _KNOWN.get(function)
    return result if make is None else express(result, make, *operands)
