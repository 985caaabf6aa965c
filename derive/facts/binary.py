"""Entries that are 0 or 1: every power of one is itself."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from sympy import Expr, Pow

from derive.entry import Entry, Tensor
from derive.fact import Fact
from derive.written_value import not_every


def rewrite(node: Expr, tensor: Tensor) -> Expr | None:
    """y^n  ->  y for whole n > 0"""
    if not isinstance(node, Pow) or not isinstance(node.base, Entry) or node.base.tensor != tensor:
        return None
    return node.base if node.exp.is_Integer and node.exp > 0 else None


def impose(values: np.ndarray, rng: Generator) -> np.ndarray:
    """Zeros and ones."""
    return rng.integers(0, 2, size=values.shape).astype(np.float64)


BINARY = Fact(
    "binary",
    sentence="the entries of {tensor} are 0 or 1",
    of_number="the number {tensor} is 0 or 1",
    phrase="each entry is 0 or 1",
    short="binary",
    rewrite=rewrite,
    broken=not_every(lambda number: number in (0, 1), "neither 0 nor 1"),
    impose=impose,
    numpy="rng.integers(2, size={shape}).astype(float)",
    values=(1, 0),
)
