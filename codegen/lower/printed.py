"""Which functions programs keep by name; every other one is written out as its formula."""

from __future__ import annotations

from derive.activations import ACTIVATIONS
from derive.function import Function

_NAMES = frozenset(("tanh", "sigmoid", "sinh", "cosh", "log1p", "expm1"))
PRINTED = frozenset(item.function() for item in ACTIVATIONS if item.name in _NAMES)
"""Defined functions that targets know. An author's own `tanh` is another function, as its formula is another."""


def printed_name(function: Function) -> str:
    """The name by which targets know a function, empty for one that is written out."""
    return function.name if function.formula is None or function in PRINTED else ""
