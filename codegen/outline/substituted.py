"""Numbers put into a formula in the place of its symbols: W_5 h_1 becomes 0.45 × 0.51998934."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, cast

from codegen.notation import formula as f
from codegen.notation.formula import Formula, raised

# The number, or the array of numbers, that stands for a symbol; None for what has no number.
Lookup = Callable[[Formula], Formula | None]

_SYMBOLS = (f.Name, f.Component, f.Gradient, f.Handed, f.Derivative)
_CONSTANTS = ("pi", "inf")


class NoNumber(ValueError):
    """A symbol of the formula stands for no single number: it has a letter that runs."""


def substituted(formula: Formula, lookup: Lookup) -> Formula:
    """The formula with a number for every symbol, in brackets where it needs them. NoNumber where one has none."""
    if isinstance(formula, _SYMBOLS):
        found = lookup(formula)
        if found is not None:
            return found
        if isinstance(formula, f.Name) and formula.name in _CONSTANTS:
            return formula
        raise NoNumber(str(formula))
    if isinstance(formula, f.Big):
        raise NoNumber(formula.sign)
    return _bracketed(_rebuilt(formula, lookup))


def _rebuilt(formula: Any, lookup: Lookup) -> Any:
    """The same node around parts with numbers in them."""
    parts = {field.name: _part(getattr(formula, field.name), lookup) for field in fields(formula)}
    return type(formula)(**parts)


def _part(part: Any, lookup: Lookup) -> Any:
    if isinstance(part, tuple):
        return tuple(_part(item, lookup) for item in part)
    # What is no node is a sign, the name of a function or a digit.
    return substituted(cast(Formula, part), lookup) if is_dataclass(part) and not isinstance(part, type) else part


def _bracketed(node: Formula) -> Formula:
    """The node with brackets around those of its parts that numbers have made loose, and none around single numbers."""
    match node:
        case f.Factors(items):
            return _product(items)
        case f.Infix(sign, items) if sign in ("hadamard", "over", "times"):
            return f.Infix(sign, tuple(_factor(item) for item in items))
        case f.Terms(items):
            return f.Terms(tuple(_term(sign, item) for sign, item in items))
        case f.Negative(body):
            return f.Negative(f.Group(body) if isinstance(body, f.Negative | f.Terms) else body)
        case f.Power(base, exponent):
            return f.Power(_whole(base), exponent)
        case f.Transposed(f.Matrix(rows) | f.Group(f.Matrix(rows))) if len(rows) == 1 or len(rows[0]) == 1:
            return f.Matrix(tuple(zip(*rows, strict=True)))
        case f.Transposed(body):
            return f.Transposed(_whole(body))
        case f.Group(body):
            return body if isinstance(body, f.Number | f.Matrix) else node
    return node


def _term(sign: str, item: Formula) -> tuple[str, Formula]:
    """+ (-0.3) is - 0.3; - (-0.3) keeps its brackets, for that a number is negative is what a reader has to see."""
    if isinstance(item, f.Negative) and sign == "+":
        return "-", item.body
    return sign, f.Group(item) if isinstance(item, f.Negative) else item


def _product(items: tuple[Formula, ...]) -> Formula:
    """Between numbers a sign of multiplication; matrices stand side by side. The first sign stands in front."""
    first, *rest = items
    if isinstance(first, f.Negative):
        return f.Negative(_product((first.body, *rest)))
    factors = tuple(_factor(item) for item in items)
    if any(_has_array(item) for item in factors):
        return f.Factors(factors)
    return f.Infix("times", factors)


def _factor(item: Formula) -> Formula:
    loose = isinstance(item, f.Terms | f.Negative | f.Infix | f.Relation | f.Logic)
    return f.Group(item) if loose else item


def _whole(item: Formula) -> Formula:
    """What carries an exponent; a group stays one."""
    return item if isinstance(item, f.Group) else raised(item)


def _has_array(formula: Any) -> bool:
    if isinstance(formula, f.Matrix | f.Ones):
        return True
    if isinstance(formula, tuple):
        return any(_has_array(item) for item in formula)
    return hasattr(formula, "__dict__") and any(_has_array(part) for part in vars(formula).values())
