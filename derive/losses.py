"""The losses of the language, each one formula. No loss averages by itself: that is written `mean(...)`."""

from __future__ import annotations

from sympy import Expr, Integer

from derive.activations import Definition
from derive.functions import apply, log
from derive.index import Index
from derive.layers import total
from derive.operators import Compare, Condition, Where


def _huber(y: Expr, t: Expr, delta: Expr) -> Expr:
    error = apply("abs", y - t)
    return Where(Compare("<=", error, delta), (y - t) ** 2 / 2, delta * (error - delta / 2))


ELEMENTWISE_LOSSES = (
    Definition("squared_error", ("y", "t"), lambda y, t: (y - t) ** 2, inline=True),
    Definition("absolute_error", ("y", "t"), lambda y, t: apply("abs", y - t), inline=True),
    Definition("huber", ("y", "t"), _huber, {"delta": Integer(1)}),
    Definition("binary_cross_entropy", ("p", "t"), lambda p, t: -(t * log(p) + (1 - t) * log(1 - p)), inline=True),
)


def cross_entropy(p: Expr, y: Expr, *axes: Index, taken: Condition | None = None) -> Expr:
    """-sum_k y_k log p_k, where y has the axes of p."""
    return -total(y * log(p), *axes, taken=taken)


def kl(p: Expr, q: Expr, *axes: Index, taken: Condition | None = None) -> Expr:
    """sum_k (p_k log p_k - p_k log q_k), where a p_k of 0 contributes 0."""
    return total(apply("xlogy", p, p) - apply("xlogy", p, q), *axes, taken=taken)
