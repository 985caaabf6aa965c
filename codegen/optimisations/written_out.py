"""Defined functions written out as their formulas, except those that programs keep by name."""

from __future__ import annotations

from sympy import Basic, Expr

from codegen.lower.expression import PRINTED
from derive.binding import replace_nodes
from derive.operators import Apply


def written_out(expr: Expr) -> Expr:
    """The expression with `gelu(z)` replaced by its formula, and so on down; `tanh(z)` stays."""

    def change(node: Basic) -> Basic | None:
        if isinstance(node, Apply) and node.function.formula is not None and node.name not in PRINTED:
            return written_out(node.function.expand(*node.arguments))
        return None

    return replace_nodes(expr, change)
