"""The record of a kind of node in a tree, and the checks that its parts must pass.

What a file says is not what a program says: every part is checked before anything is built from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sympy import Expr

from derive.errors import InputError

LONGEST_NUMBER = 1000
_DIGITS = re.compile(r"-?[0-9]+")


def _always(_thing: Any) -> bool:
    return True


@dataclass(frozen=True)
class Kind:
    """How one kind of thing is taken apart and put together again.

    parts   its parts: scalars of JSON, None, tuples, and things that have a kind themselves
    build   the thing from its parts, checked; InputError where they are wrong
    fits    True for the things of this type that the kind is meant for
    """

    name: str
    type: type
    parts: Callable[[Any], tuple[Any, ...]]
    build: Callable[..., Any]
    fits: Callable[[Any], bool] = _always


def short(data: Any) -> str:
    """The beginning of what was read, for a message."""
    text = repr(data)
    return text if len(text) <= 60 else text[:57] + "..."


def expected(condition: bool, what: str, came: Any) -> None:
    """InputError unless the condition holds."""
    if not condition:
        raise InputError(f"{what} was expected, not {short(came)}")


def name(part: Any) -> str:
    """The part, when it is a name."""
    expected(isinstance(part, str) and part != "", "a name", part)
    return str(part)


def whole(part: Any) -> int:
    """The part, when it is a whole number."""
    expected(isinstance(part, int) and not isinstance(part, bool), "a whole number", part)
    return int(part)


def digits(part: Any) -> int:
    """A whole number of any length from its digits: as text, for many readers of JSON round long numbers."""
    text = name(part)
    expected(len(text) <= LONGEST_NUMBER and _DIGITS.fullmatch(text) is not None, "a whole number", part)
    return int(text)


def expression(part: Any) -> Expr:
    """The part, when it is an expression."""
    expected(isinstance(part, Expr), "an expression", part)
    return part


def tuple_of(kind: type, part: Any) -> tuple[Any, ...]:
    """The part, when it is a tuple of things of a type."""
    fits = isinstance(part, tuple) and all(isinstance(item, kind) for item in part)
    expected(fits, f"a tuple of {kind.__name__}", part)
    return tuple(part)
