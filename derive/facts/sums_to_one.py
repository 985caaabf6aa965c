"""sum_k y[..., k] = 1: the last axis of the tensor sums to one."""

from __future__ import annotations

from sympy import Expr, Mul

from derive.binding import bind, free_letters, unbind
from derive.entry import Entry, Tensor
from derive.fact import Fact
from derive.operators import Sum


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


SUMS_TO_ONE = Fact("sums_to_one", "the rows of {tensor} sum to one", rewrite, needs_axis=True)
