"""A symmetric matrix: A[j,i] is A[i,j], so one of the two is written."""

from __future__ import annotations

from sympy import Expr

from derive.entry import Entry, Tensor
from derive.fact import Fact


def rewrite(node: Expr, tensor: Tensor) -> Expr | None:
    """A[..., j, i]  ->  A[..., i, j]"""
    if not isinstance(node, Entry) or node.tensor != tensor or len(node.subscripts) < 2:
        return None
    *others, first, second = node.subscripts
    if first.sort_key() <= second.sort_key():
        return None
    return Entry(tensor, *others, second, first)


SYMMETRIC = Fact("symmetric", "{tensor} is symmetric", rewrite, needs_axis=True)
