"""Positive entries: their size is themselves, their sign is 1."""

from __future__ import annotations

from sympy import Expr, S

from derive.entry import Entry, Tensor
from derive.fact import Fact
from derive.operators import Apply


def rewrite(node: Expr, tensor: Tensor) -> Expr | None:
    """|x| -> x, sign(x) -> 1"""
    if not isinstance(node, Apply) or node.primitive_name not in ("abs", "sign"):
        return None
    argument = node.arguments[0]
    if not isinstance(argument, Entry) or argument.tensor != tensor:
        return None
    return argument if node.primitive_name == "abs" else S.One


POSITIVE = Fact("positive", "the entries of {tensor} are positive", rewrite)
