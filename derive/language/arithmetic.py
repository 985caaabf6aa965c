"""Exact arithmetic that cannot run away: `9**9**9` and `1/0` are mistakes of the author, not of the machine."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Integer, floor, nan, zoo

from derive.entry import Entry
from derive.errors import InputError, Place
from derive.functions import exp, log

LARGEST_BITS = 4096


def power(of: Expr, exponent: Expr, place: Place) -> Expr:
    """of ** exponent; with a tensor in the exponent it is exp(exponent * log(of))."""
    if exponent.has(Entry):
        return checked(exp(exponent * log(of)), place)
    if of.is_number and exponent.is_number:
        size = abs(float(exponent)) * max((_bits(part) for part in of.atoms(Integer)), default=1)
        if not size <= LARGEST_BITS:
            raise InputError("this number is too large", place, "a smaller exponent")
    return checked(of**exponent, place)


def checked(result: Any, place: Place) -> Any:
    """The result, unless it is no number at all or absurdly large."""
    if result.has(zoo) or result.has(nan):
        raise InputError(
            "this is not a number: it divides by zero, or takes infinity from itself", place, "another value"
        )
    if result.is_Rational and max(_bits(result.p), _bits(result.q)) > 2 * LARGEST_BITS:
        raise InputError("this number is too large", place, "a smaller one")
    return result


def whole_division(of: Expr, by: Expr, place: Place) -> Expr:
    """of // by, for sizes."""
    if by == 0:
        raise InputError("this divides by zero", place, "another divisor")
    return floor(of / by)


def _bits(number: Any) -> int:
    return int(abs(int(number))).bit_length()
