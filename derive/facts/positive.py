"""Positive entries: their size is themselves, their sign is 1."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from sympy import Expr, S

from derive.entry import Entry, Tensor
from derive.fact import Fact
from derive.operators import Apply
from derive.written_value import not_every


def rewrite(node: Expr, tensor: Tensor) -> Expr | None:
    """|x| -> x, sign(x) -> 1"""
    if not isinstance(node, Apply) or node.primitive_name not in ("abs", "sign"):
        return None
    argument = node.arguments[0]
    if not isinstance(argument, Entry) or argument.tensor != tensor:
        return None
    return argument if node.primitive_name == "abs" else S.One


def impose(values: np.ndarray, _rng: Generator) -> np.ndarray:
    """Well above 0."""
    return np.asarray(0.3 + np.abs(values))


POSITIVE = Fact(
    "positive",
    sentence="the entries of {tensor} are positive",
    of_number="the number {tensor} is positive",
    phrase="positive",
    short="positive",
    rewrite=rewrite,
    broken=not_every(lambda number: bool(number > 0), "not above 0"),
    impose=impose,
    numpy="rng.uniform(0.5, 2.0, size={shape})",
    positive=True,
)
