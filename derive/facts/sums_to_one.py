"""sum_k y[..., k] = 1: the last axis of the tensor sums to one."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from sympy import Expr, Integer, Mul, Rational

from derive.binding import bind, free_letters, unbind
from derive.entry import Entry, Tensor
from derive.fact import Fact
from derive.operators import Sum
from derive.written_value import rows, shown, shown_row

# A row such as 0.3333333, 0.3333333, 0.3333334 is meant to sum to one; so is one that lacks its last digit.
ROUNDED = Rational(1, 10**6)


def rewrite(node: Expr, tensor: Tensor) -> Expr | None:
    """sum_k y[n,k] f(n)  ->  f(n), where k runs over the last axis and stands nowhere else"""
    if not isinstance(node, Sum):
        return None
    letters, body = unbind(node)
    factors = Mul.make_args(body)
    for factor in factors:
        if not isinstance(factor, Entry) or factor.tensor != tensor or not factor.subscripts:
            continue
        *others, last = factor.subscripts
        rest = Mul(*(other for other in factors if other is not factor))
        used = free_letters(rest).union(*(free_letters(subscript) for subscript in others))
        if last in letters and last not in used and last.size == tensor.axes[-1]:
            return bind(Sum, rest, [letter for letter in letters if letter != last])
    return None


def broken(value: object) -> str | None:
    """The first row with another sum."""
    for row in rows(value):
        total = sum(row, start=Integer(0))
        if abs(total - 1) > ROUNDED:
            return f"{shown_row(row)} sums to {shown(total)}"
    return None


def impose(values: np.ndarray, _rng: Generator) -> np.ndarray:
    """Positive shares, none of them near 0."""
    shares = 0.3 + np.abs(values)
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True))


SUMS_TO_ONE = Fact(
    "sums_to_one",
    sentence="the rows of {tensor} sum to one",
    phrase="rows sum to one",
    short="sums to one",
    rewrite=rewrite,
    broken=broken,
    impose=impose,
    numpy="rng.dirichlet(np.ones({last}), size={rest})",
    of_axes=1,
)
