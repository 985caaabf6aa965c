"""Exact numbers as people write them: 2, 1/2, 0.044715, 10^-5."""

from __future__ import annotations

from decimal import Decimal, localcontext

from sympy import Float, Integer, Rational
from sympy import Number as SymPyNumber

from codegen.notation.formula import Formula, Fraction, Negative, Number, Power

LARGEST_FRACTION = 16
_DIGITS = 17
_POWER_OF_TEN = 4


def number(value: SymPyNumber) -> Formula:
    """The formula of a positive number or zero. Fractions stay fractions while their denominator is small."""
    if isinstance(value, Float):
        return Number(repr(float(value)))
    if isinstance(value, Integer):
        return Number(str(value.p))
    assert isinstance(value, Rational)
    if value.q <= LARGEST_FRACTION:
        return Fraction(Number(str(value.p)), Number(str(value.q)))
    zeros = len(str(value.q)) - 1
    if value.p == 1 and value.q == 10**zeros and zeros >= _POWER_OF_TEN:
        return Power(Number("10"), Negative(Number(str(zeros))))
    if _is_decimal(value.q):
        with localcontext() as context:
            context.prec = _DIGITS
            return Number(format((Decimal(value.p) / Decimal(value.q)).normalize(), "f"))
    return Fraction(Number(str(value.p)), Number(str(value.q)))


def _is_decimal(denominator: int) -> bool:
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1
