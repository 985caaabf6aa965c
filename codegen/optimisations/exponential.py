"""A value as opaque * exp(logarithm), seen through the definitions of named values.

With this form exp(a)/sum(exp(a)), 1/(1 + exp(-z)), log(1 - p) and whatever else is made of exponentials is read alike:

    exp(u)              1 * exp(u)
    where(c, A, 0)      1 * exp(where(c, log A, -inf))
    A + B               1 * exp(logaddexp(log A, log B))
    sum_i A_i           1 * exp(logsumexp_i(log A_i))
    A**r                 exp(r log A)
    1 - 1/(1 + exp(u))  1 * exp(-logaddexp(0, -u))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Add, Expr, Integer, Mul, Pow, Rational, S, expand

from derive.binding import bind, substitute, unbind
from derive.entry import Entry
from derive.equation import Equation
from derive.functions import apply, log
from derive.operators import Apply, Binder, Sum, Where


class LogSumExp(Binder):
    """log of the sum of exp(body) over the letters; only stands in expressions while they are made stable."""


@dataclass(frozen=True)
class Split:
    """opaque * exp(logarithm); the logarithm is 0 where no exponential was found."""

    opaque: Expr
    logarithm: Expr

    @property
    def exponential(self) -> bool:
        """Whether an exponential was found."""
        return self.logarithm != 0


class Definitions:
    """The equations of named values; each is taken apart once, whatever reads it."""

    def __init__(self, equations: Mapping[str, Equation]) -> None:
        self.equations = dict(equations)
        self._logarithms: dict[tuple[str, bool], Expr | None] = {}

    def logarithm(self, entry: Entry, bounded_too: bool) -> Expr | None:
        """u where the entry is exp(u); None where it is not seen to be."""
        name = entry.tensor.name
        if name not in self.equations:
            return None
        definition = self.equations[name]
        key = (name, bounded_too)
        if key not in self._logarithms:
            self._logarithms[key] = None  # what a value is made of does not help where it is that value itself
            found = split(definition.right, self, bounded_too)
            if found.opaque == 1 and found.exponential and _seen(found, bounded_too):
                self._logarithms[key] = found.logarithm
        logarithm = self._logarithms[key]
        if logarithm is None:
            return None
        return substitute(logarithm, dict(zip(definition.letters, entry.subscripts, strict=True)))


def split(expr: Expr, definitions: Definitions, bounded_too: bool = True) -> Split:
    """The form opaque * exp(logarithm) of an expression.

    Without `bounded_too`, values that cannot overflow (a sigmoid, a softmax) are left as they are.
    """
    if isinstance(expr, Apply) and expr.primitive_name == "exp":
        return Split(S.One, expr.arguments[0])
    if isinstance(expr, Apply) and expr.function.formula is not None:
        found = split(expr.function.expand(*expr.arguments), definitions, bounded_too)
        return (
            found if found.opaque.is_number and found.exponential and _seen(found, bounded_too) else Split(expr, S.Zero)
        )
    if isinstance(expr, Mul):
        parts = [split(factor, definitions, bounded_too) for factor in expr.args]
        return Split(Mul(*(part.opaque for part in parts)), simpler(Add(*(part.logarithm for part in parts))))
    if isinstance(expr, Pow) and expr.exp.is_number:
        inner = split(expr.base, definitions, bounded_too)
        if inner.exponential and (inner.opaque.is_positive or expr.exp.is_Integer):
            return Split(inner.opaque**expr.exp, simpler(expand(expr.exp * inner.logarithm)))
    if isinstance(expr, Where) and expr.otherwise == 0:
        inner = split(expr.then, definitions, bounded_too)
        if inner.exponential and inner.opaque == 1:
            return Split(S.One, Where(expr.condition, inner.logarithm, -S.Infinity))
    if isinstance(expr, Add):
        return _split_sum(expr, definitions, bounded_too)
    if isinstance(expr, Sum):
        return _split_binder(expr, definitions, bounded_too)
    if isinstance(expr, Entry) and not _other_step(expr):
        logarithm = definitions.logarithm(expr, bounded_too)
        if logarithm is not None:
            return Split(S.One, logarithm)
    return Split(expr, S.Zero)


def _other_step(entry: Entry) -> bool:
    """Whether a subscript such as t-1 may lie outside, where an equation of its own holds."""
    return any(isinstance(subscript, Add) for subscript in entry.subscripts)


def _seen(found: Split, bounded_too: bool) -> bool:
    return bounded_too or not is_bounded(found.logarithm)


def is_bounded(logarithm: Expr) -> bool:
    """True where something was divided by: the logarithm of a sum is subtracted."""
    return any(is_sum(rest) and coefficient.is_negative for coefficient, rest in map(_coefficient, terms(logarithm)))


def _split_sum(expr: Add, definitions: Definitions, bounded_too: bool) -> Split:
    parts = [split(term, definitions, bounded_too) for term in expr.args]
    if any(part.exponential for part in parts):
        if all(part.opaque.is_positive and part.opaque.is_number for part in parts):
            logarithms = sorted(
                (log_of_number(part.opaque) + part.logarithm for part in parts),
                key=lambda item: (item != 0, item.sort_key()),
            )
            total = logarithms[0]
            for item in logarithms[1:]:
                total = apply("logaddexp", total, item)
            return Split(S.One, total)
        rest = _complement(parts)
        if rest is not None:
            return Split(S.One, rest)
    return Split(expr, S.Zero)


def _complement(parts: list[Split]) -> Expr | None:
    """log(1 - q) for q = 1/(1 + exp(u)), which is -logaddexp(0, -u)."""
    if len(parts) != 2:
        return None
    one = [part for part in parts if part == Split(S.One, S.Zero)]
    other = [part for part in parts if part.opaque == -1 and part.exponential]
    if not one or not other:
        return None
    argument = sigmoid_argument(other[0].logarithm)
    return None if argument is None else -apply("logaddexp", S.Zero, argument)


def sigmoid_argument(logarithm: Expr) -> Expr | None:
    """z where exp(logarithm) is sigmoid(z), else None."""
    inner = -logarithm
    if isinstance(inner, Apply) and inner.primitive_name == "logaddexp" and inner.arguments[0] == 0:
        return -inner.arguments[1]
    return None


def _split_binder(expr: Sum, definitions: Definitions, bounded_too: bool) -> Split:
    letters, body = unbind(expr)
    inner = split(body, definitions, bounded_too)
    if inner.exponential and inner.opaque.is_number and inner.opaque.is_positive:
        return Split(inner.opaque, bind(LogSumExp, inner.logarithm, letters))
    return Split(expr, S.Zero)


def simpler(logarithm: Expr) -> Expr:
    """a - logaddexp(a, b)  ->  -logaddexp(0, b - a)"""
    for term in terms(logarithm):
        coefficient, rest = _coefficient(term)
        if coefficient == -1 and isinstance(rest, Apply) and rest.primitive_name == "logaddexp":
            remaining = expand(logarithm - term)
            for first, second in (rest.arguments, rest.arguments[::-1]):
                if first != 0 and expand(remaining - first) == 0:
                    return -apply("logaddexp", S.Zero, expand(second - first))
    return logarithm


def is_sum(expr: Expr) -> bool:
    """True for the logarithm of a sum of exponentials."""
    return isinstance(expr, LogSumExp) or (isinstance(expr, Apply) and expr.primitive_name == "logaddexp")


def terms(expr: Expr) -> tuple[Expr, ...]:
    """The terms of a sum, or the expression itself."""
    return Add.make_args(expr)


def _coefficient(term: Expr) -> tuple[Expr, Expr]:
    coefficient, rest = term.as_coeff_Mul()
    return coefficient, rest


def log_of_number(value: Expr) -> Expr:
    """The logarithm of a positive number, as an expression."""
    return log(Integer(value.p)) - log(Integer(value.q)) if isinstance(value, Rational) else log(value)
