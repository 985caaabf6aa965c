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
from derive.verification.formula.tree import Matrix, Negative, Node, Number, Raised, Symbol, Upper, walk
from derive.verification.scope import Scope
from derive.verification.spelling import is_power_of_e, text_of
from derive.verification.value import DoesNotFit

_EXACT_DIGITS = 2
_ROUNDING = 1e-14


@dataclass(frozen=True)
class Reach:
    """A number, or the numbers of an array, and how far each printed one may be from it."""

    value: np.ndarray
    radius: np.ndarray

    @property
    def number(self) -> float | None:
        """The number; None for an array."""
        return float(self.value) if self.value.ndim == 0 else None


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
    """True for a formula of numbers alone, other than 0 and 1; the e of e^{-1} is a number."""
    nodes = list(walk(node))
    numbers = [item.text for item in nodes if isinstance(item, Number)]
    marks = {id(item.upper.of) for item in nodes if isinstance(item, Raised) and _is_transpose(item.upper)}
    symbols = [item for item in nodes if isinstance(item, Symbol) and id(item) not in marks]
    powers = [item for item in symbols if is_power_of_e(item)]
    return len(powers) == len(symbols) and (bool(powers) or any(text not in ("0", "1") for text in numbers))


def _is_transpose(mark: Upper) -> bool:
    return not mark.bracket and text_of(mark.of) in ("T", "⊤")


def is_pure_arithmetic(node: Node) -> bool:
    """True for numbers alone, whatever they are."""
    return not any(isinstance(item, Symbol) for item in walk(node))


def lone_number(node: Node) -> Number | None:
    """The number that a side consists of, a minus sign aside."""
    while isinstance(node, Negative):
        node = node.of
    return node if isinstance(node, Number) else None


def lone_matrix(node: Node) -> list[list[Number]] | None:
    """The printed numbers of a matrix that a side consists of, (1, 2)^T too; None for anything else."""
    if isinstance(node, Raised) and _is_transpose(node.upper):
        turned = lone_matrix(node.of)
        return None if turned is None else [list(column) for column in zip(*turned, strict=True)]
    if not isinstance(node, Matrix):
        return None
    rows = [[lone_number(item) for item in row] for row in node.rows]
    return None if any(item is None for row in rows for item in row) else rows  # type: ignore[return-value]


def reach(node: Node, scope: Scope, exact: frozenset[Fraction], carried: frozenset[Fraction] = frozenset()) -> Reach:
    """The value of a side and how far its printed digits leave it open. DoesNotFit unless it is a number or a matrix of
    numbers.

    carried   results that the text has printed before: worked out from rounded numbers, these may be one unit off
    """
    base = _numbers(node, scope)
    alone = lone_number(node)
    if alone is not None:
        return Reach(base, np.full(base.shape, half_unit(alone.text)))
    printed = lone_matrix(node)
    if printed is not None:
        return Reach(base, np.array([[half_unit(item.text) for item in row] for row in printed]).reshape(base.shape))
    radius = np.zeros(base.shape)
    for item in walk(node):
        if not isinstance(item, Number) or "." not in item.text:
            continue
        if significant(item.text) <= _EXACT_DIGITS or Fraction(item.text) in exact:
            continue
        off = half_unit(item.text) * (2 if Fraction(item.text) in carried else 1)
        moved = replace(scope, numbers={**scope.numbers, item.place: float(Fraction(item.text)) + off})
        radius = radius + np.abs(_numbers(node, moved) - base)
    return Reach(base, radius)


def _numbers(node: Node, scope: Scope) -> np.ndarray:
    """The numbers of a side; a single one whatever its axes, an array without the axes that have one entry only."""
    value = elaborated(node, scope)
    found = np.real(value.data.array)
    if found.size == 1:
        found = found.reshape(())
    elif set(value.data.letters) <= set(value.axes):
        shape = tuple(scope.values.size(letter.size) for letter in value.axes)
        found = np.squeeze(np.broadcast_to(np.real(value.data.along(value.axes)), shape))
    else:
        raise DoesNotFit(f"a value of shape {value.shape} where one number is expected")
    if np.any(np.isnan(found)):
        raise InputError("it needs a value that is not given", None, "give a number for every symbol that it reads")
    if not np.all(np.isfinite(found)):
        raise InputError("this is no finite number")
    return found


def agree(a: Reach, b: Reach, printed: bool = False) -> bool:
    """True when some number is within reach of both; of two printed numbers, when one rounds to the other: 0.3 and 0.4
    are two numbers, though 0.35 is within reach of both."""
    # A number beside an array is each of its entries.
    if a.value.shape != b.value.shape and a.value.ndim and b.value.ndim:
        raise DoesNotFit(f"an array of shape {_said(a)} is set equal to one of shape {_said(b)}")
    radius = np.maximum(a.radius, b.radius) if printed else a.radius + b.radius
    sizes = np.maximum(np.abs(a.value), np.abs(b.value))
    # 0.1 - 0.3 + 0.2 is 0, though floats only come near it.
    rounding = np.where((a.value == 0) | (b.value == 0), _ROUNDING, 1e-11 * sizes)
    return bool(np.all(np.abs(a.value - b.value) <= radius * (1 + 1e-6) + rounding))


def _said(reached: Reach) -> str:
    return " × ".join(str(size) for size in reached.value.shape) or "one number"
