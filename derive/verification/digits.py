"""Printed numbers: what a side of a claim may be when every number in it is only as exact as its digits.

A number with few digits is meant exactly (0.5, a learning rate; 0.3, a given weight); a rounded one stands for all
numbers that round to it. So a side has a value and a reach, to first order: the sum of what each of its rounded numbers
moves it by.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from derive.errors import InputError
from derive.verification.elaborate import elaborated
from derive.verification.formula.tree import Negative, Node, Number, Symbol, walk
from derive.verification.scope import Scope
from derive.verification.value import DoesNotFit

_EXACT_DIGITS = 2


@dataclass(frozen=True)
class Reach:
    """A number, and how far the printed one may be from it."""

    value: float
    radius: float


def half_unit(text: str) -> float:
    """Half a unit of the last printed digit; 0 for a whole number without a point."""
    mantissa, _, exponent = text.lower().partition("e")
    if "." not in mantissa:
        return 0.0
    decimals = len(mantissa.split(".")[1])
    return float(Fraction(1, 2) * Fraction(10) ** (int(exponent or 0) - decimals))


def significant(text: str) -> int:
    """How many significant digits a number is printed with; zeros behind the point count."""
    mantissa = text.lower().partition("e")[0]
    return len(mantissa.replace(".", "").lstrip("0"))


def has_decimals(node: Node) -> bool:
    """True where a number with a decimal point stands in a formula."""
    return any(isinstance(item, Number) and "." in item.text for item in walk(node))


def is_arithmetic(node: Node) -> bool:
    """True for a formula of numbers alone, other than 0 and 1."""
    nodes = list(walk(node))
    numbers = [item.text for item in nodes if isinstance(item, Number)]
    return not any(isinstance(item, Symbol) for item in nodes) and any(text not in ("0", "1") for text in numbers)


def is_pure_arithmetic(node: Node) -> bool:
    """True for numbers alone, whatever they are."""
    return not any(isinstance(item, Symbol) for item in walk(node))


def lone_number(node: Node) -> Number | None:
    """The number that a side consists of, a minus sign aside."""
    while isinstance(node, Negative):
        node = node.of
    return node if isinstance(node, Number) else None


def reach(node: Node, scope: Scope, exact: frozenset[Fraction]) -> Reach:
    """The value of a side and how far its printed digits leave it open. DoesNotFit unless it is one number."""
    base = _number(node, scope)
    alone = lone_number(node)
    if alone is not None:
        return Reach(base, half_unit(alone.text))
    radius = 0.0
    for item in walk(node):
        if not isinstance(item, Number) or "." not in item.text:
            continue
        if significant(item.text) <= _EXACT_DIGITS or Fraction(item.text) in exact:
            continue
        moved = replace(scope, numbers={**scope.numbers, item.place: float(Fraction(item.text)) + half_unit(item.text)})
        radius += abs(_number(node, moved) - base)
    return Reach(base, radius)


def _number(node: Node, scope: Scope) -> float:
    value = elaborated(node, scope)
    if np.size(value.data.array) != 1:
        raise DoesNotFit(f"a value of shape {value.shape} where one number is expected")
    number = float(np.real(value.data.array).reshape(-1)[0])
    if np.isnan(number):
        raise InputError("it needs a value that is not given", None, "give a number for every symbol that it reads")
    if not np.isfinite(number):
        raise InputError("this is no finite number")
    return number


def agree(a: Reach, b: Reach, printed: bool = False) -> bool:
    """True when some number is within reach of both; of two printed numbers, when one rounds to the other: 0.3 and 0.4
    are two numbers, though 0.35 is within reach of both."""
    radius = max(a.radius, b.radius) if printed else a.radius + b.radius
    return abs(a.value - b.value) <= radius * (1 + 1e-6) + 1e-11 * max(abs(a.value), abs(b.value))
