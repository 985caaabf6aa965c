"""Entries that are -1 or 1: their squares and sizes are 1."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from sympy import Expr, Pow, S

from derive.entry import Entry, Tensor
from derive.fact import Fact
from derive.operators import Apply
from derive.written_value import not_every


def rewrite(node: Expr, tensor: Tensor) -> Expr | None:
    """t^(2m) -> 1, t^(2m+1) -> t, |t| -> 1"""
    if isinstance(node, Pow) and isinstance(node.base, Entry) and node.base.tensor == tensor and node.exp.is_Integer:
        if node.exp % 2 == 0:
            return S.One
        return node.base if node.exp != 1 else None
    if isinstance(node, Apply) and node.primitive_name == "abs":
        argument = node.arguments[0]
        return S.One if isinstance(argument, Entry) and argument.tensor == tensor else None
    return None


def impose(values: np.ndarray, rng: Generator) -> np.ndarray:
    """Minus ones and ones."""
    return rng.choice([-1.0, 1.0], size=values.shape)


SIGNS = Fact(
    "signs",
    sentence="the entries of {tensor} are -1 or 1",
    of_number="the number {tensor} is -1 or 1",
    phrase="each entry is −1 or 1",
    short="-1 or 1",
    rewrite=rewrite,
    broken=not_every(lambda number: number in (-1, 1), "neither -1 nor 1"),
    impose=impose,
    numpy="rng.choice([-1.0, 1.0], size={shape})",
    values=(1, -1),
)
