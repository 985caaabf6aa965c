"""The functions of the language that reduce over axes, each one formula.

Every formula takes the entry of its operand and the letters of the axes, and answers the entry of its result. With
`taken`, a condition on the letters, only entries count for which it holds. An integer label takes the place of a sum:
`cross_entropy(p, y)` with labels y is `-log p[y]`, which the reader of the language writes by substituting the label
for the letter.
"""

from __future__ import annotations

from sympy import Expr, Integer, Mul, sqrt

from derive.binding import bind
from derive.functions import exp, log
from derive.index import Index
from derive.operators import Condition, Sum, Where


def total(a: Expr, *axes: Index, taken: Condition | None = None) -> Expr:
    """sum_i a_i"""
    return bind(Sum, a if taken is None else Where(taken, a, Integer(0)), axes)


def mean(a: Expr, *axes: Index, taken: Condition | None = None) -> Expr:
    """(sum_i a_i) / number of entries"""
    count = Mul(*(axis.size for axis in axes)) if taken is None else total(Integer(1), *axes, taken=taken)
    return total(a, *axes, taken=taken) / count


def var(a: Expr, *axes: Index, taken: Condition | None = None) -> Expr:
    """mean of (a_i - mean a)^2 (biased)"""
    return mean((a - mean(a, *axes, taken=taken)) ** 2, *axes, taken=taken)


def softmax(a: Expr, *axes: Index, taken: Condition | None = None) -> Expr:
    """exp(a_i) / sum_k exp(a_k)"""
    return exp(a) / total(exp(a), *axes, taken=taken)


def logsumexp(a: Expr, *axes: Index, taken: Condition | None = None) -> Expr:
    """log sum_k exp(a_k)"""
    return log(total(exp(a), *axes, taken=taken))


def log_softmax(a: Expr, *axes: Index, taken: Condition | None = None) -> Expr:
    """a_i - log sum_k exp(a_k)"""
    return a - logsumexp(a, *axes, taken=taken)


def norm(a: Expr, *axes: Index, taken: Condition | None = None) -> Expr:
    """sqrt(sum_i a_i^2)"""
    return sqrt(total(a**2, *axes, taken=taken))


def normalize(a: Expr, *axes: Index, taken: Condition | None = None) -> Expr:
    """a_i / norm(a)"""
    return a / norm(a, *axes, taken=taken)


def layer_norm(a: Expr, g: Expr, b: Expr, eps: Expr, *axes: Index, taken: Condition | None = None) -> Expr:
    """g (a - mean a) / sqrt(var a + eps) + b; over the first axis this is batch norm"""
    return g * (a - mean(a, *axes, taken=taken)) / sqrt(var(a, *axes, taken=taken) + eps) + b


def rms_norm(a: Expr, g: Expr, eps: Expr, *axes: Index, taken: Condition | None = None) -> Expr:
    """g a / sqrt(mean a^2 + eps)"""
    return g * a / sqrt(mean(a**2, *axes, taken=taken) + eps)
