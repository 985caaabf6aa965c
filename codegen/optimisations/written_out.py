"""Defined functions written out as their formulas, except those that programs keep by name."""

from __future__ import annotations

from sympy import Basic, Expr

from codegen.lower.printed import printed_name
from derive.binding import replace_nodes
from derive.operators import Apply


def without_stops(expr: Expr) -> Expr:
    """The expression with `stop(e)` replaced by e: where all derivatives are known, it says nothing any more."""
    return replace_nodes(
        expr,
        lambda node: node.arguments[0] if isinstance(node, Apply) and node.primitive_name == "stop" else None,
    )


def written_out(expr: Expr) -> Expr:
    """The expression with `gelu(z)` replaced by its formula, and so on down; `tanh(z)` stays."""

    def change(node: Basic) -> Basic | None:
        if isinstance(node, Apply) and not printed_name(node.function):
            return written_out(node.function.expand(*node.arguments))
        return None

    return replace_nodes(expr, change)
