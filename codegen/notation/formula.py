"""The tree of a formula as it is laid out on paper: order and brackets decided, no characters chosen yet.

`arrange` makes it from index expressions, `matrix` from array operations; `latex` and `plain` print it. A new
notation (MathML, Typst) is one more printer of these nodes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Number:
    """A number without sign, as its digits: `2`, `0.044715`."""

    digits: str


@dataclass(frozen=True)
class Name:
    """A tensor, size, constant or letter, by the name that the author gave it."""

    name: str


@dataclass(frozen=True)
class Component:
    """An entry of a tensor, `W_{ij}`."""

    name: str
    subscripts: tuple[Formula, ...]


@dataclass(frozen=True)
class Gradient:
    """The derivative of the loss by `of`, whose tensor is called `name` in code."""

    loss: str
    name: str
    of: Name | Component


@dataclass(frozen=True)
class Handed:
    """The gradient that a layer is given for an output which its own equations read too, with a mark above it."""

    mark: str
    name: str
    of: Name | Component


@dataclass(frozen=True)
class Derivative:
    """A partial derivative that has not been worked out.

    direct: of the loss, through its own equation only, with every other value held fixed.
    mark: the word for that in the language of the document.
    """

    of: Formula
    by: Formula
    direct: bool = False
    mark: str = "direct"


@dataclass(frozen=True)
class Primed:
    """The derivative of a whole expression, in the formula of a rule: (f g)'."""

    body: Formula


@dataclass(frozen=True)
class Negative:
    body: Formula


@dataclass(frozen=True)
class Terms:
    """A sum of terms; each has the sign `+` or `-` in front."""

    items: tuple[tuple[str, Formula], ...]


@dataclass(frozen=True)
class Factors:
    """A product written side by side."""

    items: tuple[Formula, ...]


@dataclass(frozen=True)
class Infix:
    """Operands joined by a sign; `hadamard` and `over` multiply and divide entry by entry.

    `times` stands between numbers, which side by side would be one number; `about` is ≈.
    """

    sign: Literal["hadamard", "over", "times", "equals", "about", "to"]
    items: tuple[Formula, ...]


@dataclass(frozen=True)
class Fraction:
    top: Formula
    bottom: Formula


@dataclass(frozen=True)
class Power:
    base: Formula
    exponent: Formula


@dataclass(frozen=True)
class Exponential:
    """The base of natural logarithms raised to an exponent."""

    exponent: Formula


@dataclass(frozen=True)
class Elementwise:
    """An exponent that raises every entry of an array."""

    body: Formula


@dataclass(frozen=True)
class Root:
    body: Formula


@dataclass(frozen=True)
class Rounded:
    """The next whole number below, or above."""

    body: Formula
    up: bool = False


@dataclass(frozen=True)
class Absolute:
    body: Formula


@dataclass(frozen=True)
class Transposed:
    body: Formula


@dataclass(frozen=True)
class Ones:
    """The vector of ones whose length is a size."""

    size: Formula | None = None


@dataclass(frozen=True)
class Call:
    """A named function of its arguments."""

    name: str
    arguments: tuple[Formula, ...]


@dataclass(frozen=True)
class Big:
    """`sum`, `product`, `max`, `min`, `argmax` or `argmin` of the body over letters for which the condition holds."""

    sign: str
    letters: tuple[Name, ...]
    body: Formula
    condition: Formula | None = None


@dataclass(frozen=True)
class Tupled:
    """A subscript of a product axis by its parts: (h, e) in q_{bt,(he)}."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Kronecker:
    first: Formula
    second: Formula


@dataclass(frozen=True)
class Group:
    """Round brackets."""

    body: Formula


@dataclass(frozen=True)
class Iverson:
    """1 where the condition holds, 0 elsewhere: [z > 0]."""

    condition: Formula


@dataclass(frozen=True)
class Cases:
    """The first value where the condition holds, the second one elsewhere; `last` says where that is.

    words: what stands at the last case and in front of the condition of one in between, in the document's language.
    """

    then: Formula
    condition: Formula
    otherwise: Formula
    last: Formula | None = None
    words: tuple[str, str] = ("otherwise", "otherwise, if")


@dataclass(frozen=True)
class Matrix:
    """An array by its entries, row by row; one row alone is a vector, and columns are as wide as their widest entry."""

    rows: tuple[tuple[Formula, ...], ...]


@dataclass(frozen=True)
class Relation:
    relation: str
    left: Formula
    right: Formula


@dataclass(frozen=True)
class Logic:
    """Conditions joined by `and` or `or`, or one with `not`; `said` is the word in the language of the document."""

    word: str
    parts: tuple[Formula, ...]
    said: str = ""


Formula = (
    Number
    | Name
    | Component
    | Gradient
    | Handed
    | Derivative
    | Primed
    | Negative
    | Terms
    | Factors
    | Infix
    | Fraction
    | Power
    | Exponential
    | Elementwise
    | Root
    | Rounded
    | Absolute
    | Transposed
    | Ones
    | Call
    | Big
    | Tupled
    | Kronecker
    | Group
    | Iverson
    | Cases
    | Matrix
    | Relation
    | Logic
)


def equals(*sides: Formula) -> Infix:
    """left = right"""
    return Infix("equals", sides)


def grouped(formula: Formula) -> Formula:
    """The formula in brackets if it would otherwise fall apart as a factor."""
    return Group(formula) if isinstance(formula, Terms | Negative | Big | Infix | Logic | Relation) else formula


_WHOLE = (Number, Name, Component, Handed, Group, Absolute, Iverson, Ones, Matrix)


def raised(formula: Formula) -> Formula:
    """The formula in brackets unless it can carry an exponent or a transpose as it stands."""
    return formula if isinstance(formula, _WHOLE) else Group(formula)


def renamed(formula: Any, names: Mapping[str, Formula]) -> Any:
    """The formula with other formulas in the place of names."""
    if isinstance(formula, Name | Gradient) and (isinstance(formula, Name) or formula.name in names):
        return names.get(formula.name, formula)
    if isinstance(formula, tuple):
        return tuple(renamed(item, names) for item in formula)
    if not is_dataclass(formula) or isinstance(formula, type):
        return formula
    return type(formula)(**{field.name: renamed(getattr(formula, field.name), names) for field in fields(formula)})
