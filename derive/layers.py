"""The functions of the language that reduce over an axis, each one formula.

Every formula takes the entry of its operand and the letter of the axis, and answers the entry of its result. An
integer label takes the place of a sum: `cross_entropy(p, y)` with labels y is `-log p[y]`, which the reader of the
language writes by substituting the label for the letter.
"""

from __future__ import annotations

from sympy import Expr, sqrt

from derive.binding import bind
from derive.functions import exp, log
from derive.index import Index
from derive.operators import Sum


def mean(a: Expr, axis: Index) -> Expr:
    """(sum_i a_i) / size"""
    return bind(Sum, a, [axis]) / axis.size


def var(a: Expr, axis: Index) -> Expr:
    """mean of (a_i - mean a)^2 (biased)"""
    return mean((a - mean(a, axis)) ** 2, axis)


def softmax(a: Expr, axis: Index) -> Expr:
    """exp(a_i) / sum_k exp(a_k)"""
    return exp(a) / bind(Sum, exp(a), [axis])


def logsumexp(a: Expr, axis: Index) -> Expr:
    """log sum_k exp(a_k)"""
    return log(bind(Sum, exp(a), [axis]))


def log_softmax(a: Expr, axis: Index) -> Expr:
    """a_i - log sum_k exp(a_k)"""
    return a - logsumexp(a, axis)


def norm(a: Expr, axis: Index) -> Expr:
    """sqrt(sum_i a_i^2)"""
    return sqrt(bind(Sum, a**2, [axis]))


def normalize(a: Expr, axis: Index) -> Expr:
    """a_i / norm(a)"""
    return a / norm(a, axis)


def layer_norm(a: Expr, g: Expr, b: Expr, eps: Expr, axis: Index) -> Expr:
    """g (a - mean a) / sqrt(var a + eps) + b; over the first axis this is batch norm"""
    return g * (a - mean(a, axis)) / sqrt(var(a, axis) + eps) + b


def rms_norm(a: Expr, g: Expr, eps: Expr, axis: Index) -> Expr:
    """g a / sqrt(mean a^2 + eps)"""
    return g * a / sqrt(mean(a**2, axis) + eps)
