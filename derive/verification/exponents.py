"""Exponentials and logarithms: what undoes what, and what is positive by its form."""

from __future__ import annotations

from sympy import Add, Expr, Mul, Pow

from derive.functions import exp
from derive.operators import Apply, Sum


def power_of_e(exponent: Expr) -> Expr:
    """exp(log(u)) is u"""
    is_log = isinstance(exponent, Apply) and exponent.primitive_name == "log"
    return exponent.arguments[0] if is_log else exp(exponent)


def is_positive(node: Expr) -> bool:
    """True for what is greater than 0 by its form: exponentials, their sums, products and powers, sizes, numbers."""
    if isinstance(node, Apply):
        return node.primitive_name == "exp"
    if isinstance(node, Add | Mul):
        return all(map(is_positive, node.args))
    if isinstance(node, Pow):
        return is_positive(node.base)
    if isinstance(node, Sum):
        return is_positive(node.body)
    return bool(node.is_positive)
