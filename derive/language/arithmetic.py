"""Exact arithmetic that cannot run away: `9**9**9` and `1/0` are mistakes of the author, not of the machine."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from sympy import Add, Basic, Expr, Integer, Mul, Pow, Rational, floor, nan, zoo

from derive.entry import Entry
from derive.errors import InputError, Place
from derive.evaluate.expression import value
from derive.evaluate.point import point
from derive.functions import exp, log
from derive.index import Bound, Index

LARGEST_BITS = 4096
LARGEST_OF_FLOATS = 1022


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
    if isinstance(result, Add | Mul | Pow) and any(part.is_infinite for part in result.args):
        what = "infinity is no number to compute with: times zero, or less infinity, it would be none"
        raise InputError(what, place, "where(c, x, -inf), or max(x, -inf)")
    if isinstance(result, Mul):
        _within_floats(result.as_coeff_Mul()[0], place)
    if result.is_Rational and max(_bits(result.p), _bits(result.q)) > 2 * LARGEST_BITS:
        raise InputError("this number is too large", place, "a smaller one")
    return result


def real(expr: Any, place: Place, known: Mapping[Basic, Expr]) -> None:
    """InputError where an expression without tensors and letters is not a number that a program can compute with.

    `known` holds the values of constants. Infinity alone is let through: it is a bound, or stands for what is left out.
    """
    if not isinstance(expr, Expr) or expr.has(Entry, Index, Bound):
        return
    number = expr.xreplace(known)
    if number.free_symbols or number.is_infinite:
        return
    if isinstance(number, Rational):
        _within_floats(number, place)
        return
    try:
        with np.errstate(all="ignore"):
            result = float(value(number, point({}, {}), {}))
    except (TypeError, ValueError, ArithmeticError, NotImplementedError):
        # An imaginary number, or one beyond floating point.
        result = math.nan
    if not math.isfinite(result):
        raise InputError("this is not a finite real number", place, "another value")


def _within_floats(number: Expr, place: Place) -> None:
    if isinstance(number, Rational) and max(_bits(number.p), _bits(number.q)) > LARGEST_OF_FLOATS:
        size = "large" if abs(number) > 1 else "small"
        raise InputError(f"this number is too {size} for floating point", place, "a number between 1e-300 and 1e300")


def whole_division(of: Expr, by: Expr, place: Place) -> Expr:
    """of // by, for sizes."""
    if by == 0:
        raise InputError("this divides by zero", place, "another divisor")
    return floor(of / by)


def _bits(number: Any) -> int:
    return int(abs(int(number))).bit_length()
