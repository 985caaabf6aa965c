"""A symmetric matrix: A[j,i] is A[i,j], so one of the two is written."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from sympy import Expr

from derive.entry import Entry, Tensor
from derive.fact import Fact
from derive.written_value import matrices, shown


def rewrite(node: Expr, tensor: Tensor) -> Expr | None:
    """A[..., j, i]  ->  A[..., i, j]"""
    if not isinstance(node, Entry) or node.tensor != tensor or len(node.subscripts) < 2:
        return None
    *others, first, second = node.subscripts
    if first.sort_key() <= second.sort_key():
        return None
    return Entry(tensor, *others, second, first)


def broken(value: object) -> str | None:
    """The first pair of entries that differ."""
    for matrix in matrices(value):
        for i, row in enumerate(matrix):
            for j, number in enumerate(row):
                if number != matrix[j][i]:
                    return f"entry {i},{j} is {shown(number)}, but entry {j},{i} is {shown(matrix[j][i])}"
    return None


def impose(values: np.ndarray, _rng: Generator) -> np.ndarray:
    """The lower triangle on both sides: what is known of each entry stays true."""
    return np.asarray(np.tril(values) + np.tril(values, -1).swapaxes(-1, -2))


SYMMETRIC = Fact(
    "symmetric",
    sentence="{tensor} is symmetric",
    phrase="symmetric",
    short="symmetric",
    rewrite=rewrite,
    broken=broken,
    impose=impose,
    numpy="np.tril({values}) + np.tril({values}, -1).swapaxes(-1, -2)",
    of_axes=2,
)
