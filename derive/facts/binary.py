"""Entries that are 0 or 1: every power of one is itself."""

from __future__ import annotations

from sympy import Expr, Pow

from derive.entry import Entry, Tensor
from derive.fact import Fact


def rewrite(node: Expr, tensor: Tensor) -> Expr | None:
    """y^n  ->  y for whole n > 0"""
    if not isinstance(node, Pow) or not isinstance(node.base, Entry) or node.base.tensor != tensor:
        return None
    return node.base if node.exp.is_Integer and node.exp > 0 else None


BINARY = Fact("binary", "the entries of {tensor} are 0 or 1", rewrite)
