"""Decimal numbers as worked examples print them: so many digits after the point, powers of ten where a number is small.

decimal(0.0259228616, 8)   0.02592286
decimal(-1.25e-7, 8)       -1.25000000 × 10^-7
"""

from __future__ import annotations

import math

from codegen.notation.formula import Formula, Infix, Name, Negative, Number, Power

DIGITS = 8
_LARGEST = 1e6
# Beyond these a number that a person gave is easier to read with a power of ten.
_LONGEST = 12


def decimal(value: float, digits: int = DIGITS) -> Formula:
    """A computed number with so many digits after its point; whole numbers as they are."""
    return _formula(_spelled(value, digits))


def given(value: float) -> Formula:
    """A number that a person gave, with the digits that it was given with."""
    return _formula(_as_given(value))


def as_printed(value: float, digits: int = DIGITS) -> float:
    """The number that a reader of `decimal` finds on the page."""
    return float(_spelled(value, digits))


def said(formula: Formula) -> str:
    """A number of this module in a line of text: −0.5, 1.25e−7."""
    match formula:
        case Negative(body):
            return f"−{said(body)}"
        case Infix("times", (Number(mantissa), Power(_, exponent))):
            return f"{mantissa}e{said(exponent)}"
        case Number(digits):
            return digits
        case Name("inf"):
            return "∞"
    return "nan"


def _spelled(value: float, digits: int) -> str:
    """The number as Python reads it."""
    value = float(value)
    if not math.isfinite(value):
        return str(value)
    if value.is_integer() and abs(value) < _LARGEST:
        return str(int(value))
    # Three digits of a small number are left at least, four where there is room for them.
    smallest = 10.0 ** -max(digits - 3, min(digits, 2))
    if not smallest <= abs(value) < _LARGEST:
        return f"{value:.{digits}e}"
    return f"{value:.{digits}f}"


def _as_given(value: float) -> str:
    spelled = repr(float(value)).removesuffix(".0")
    return spelled if len(spelled) <= _LONGEST or "e" in spelled else f"{value:.{_LONGEST}g}"


def _formula(spelled: str) -> Formula:
    if spelled.startswith("-"):
        return Negative(_formula(spelled.removeprefix("-")))
    if spelled in ("inf", "nan"):
        return Name(spelled)
    mantissa, _, exponent = spelled.partition("e")
    if not exponent:
        return Number(mantissa)
    power = int(exponent)
    shown: Formula = Number(str(abs(power)))
    return Infix("times", (Number(mantissa), Power(Number("10"), Negative(shown) if power < 0 else shown)))
