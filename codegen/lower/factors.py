"""Sums and products taken apart the way they are written: numbers in front, the sign where it reads best."""

from __future__ import annotations

from sympy import Add, Expr, Integer, Mul, S

from derive.binding import free_letters
from derive.operators import Sum, Written


def taken_out(expr: Add) -> tuple[Expr, Add]:
    """A number taken out of all terms, where that leaves fewer operations: 2 a - 2 y is 2 (a - y)."""
    content, inner = expr.as_content_primitive()
    coefficients = [abs(term.as_coeff_Mul()[0]) for term in inner.args]
    if any(term.is_number for term in inner.args) or any(value != 1 for value in coefficients):
        content, inner = _with_plain_first(expr)
    if all(term.as_coeff_Mul()[0].is_negative for term in inner.args):
        content, inner = -content, Add(*(-term for term in inner.args))
    return content, inner


def _with_plain_first(expr: Add) -> tuple[Expr, Add]:
    """200000 + 26829 z**2 is 200000 (1 + 0.134145 z**2): large common factors are nobody's way of writing."""
    coefficients = [term.as_coeff_Mul()[0] for term in expr.args]
    whole = all(isinstance(value, Integer) for value in coefficients)
    if not whole or max(abs(value) for value in coefficients) < 1000:
        return S.One, expr
    pivot = next((term for term in expr.args if term.is_number), coefficients[0])
    return pivot, Add(*(term / pivot for term in expr.args))


def factors_of(expr: Expr) -> tuple[Expr, list[Expr]]:
    """The number in front and the other factors; numbers inside sums are taken out."""
    coefficient: Expr = S.One
    factors: list[Expr] = []
    for factor in expr.args if isinstance(expr, (Mul, Written)) else (expr,):
        if factor.is_number:
            coefficient *= factor
        elif isinstance(factor, Add):
            content, inner = taken_out(factor)
            coefficient *= content
            factors.append(inner)
        elif isinstance(factor, Sum):
            more, inner_body = _number_of(factor.body)
            coefficient *= more
            factors.append(factor if more == 1 else Sum(inner_body, *factor.letters))
        elif isinstance(factor, (Mul, Written)):
            more, inner_factors = factors_of(factor)
            coefficient *= more
            factors += inner_factors
        else:
            factors.append(factor)
    return coefficient, factors


def _number_of(body: Expr) -> tuple[Expr, Expr]:
    """The number in front of the body of a sum, and the rest."""
    if isinstance(body, Add):
        return taken_out(body)
    if isinstance(body, Sum):
        coefficient, inner = _number_of(body.body)
        return coefficient, body if coefficient == 1 else Sum(inner, *body.letters)
    return body.as_coeff_Mul()


def with_sign_inside(coefficient: Expr, factors: list[Expr]) -> tuple[Expr, list[Expr]]:
    """-c (y - a) is c (a - y): the sign goes into a difference of values, where there is one."""
    if coefficient.is_negative:
        for place, factor in enumerate(factors):
            if (
                isinstance(factor, Add)
                and not any(term.is_number for term in factor.args)
                and any(term.as_coeff_Mul()[0].is_negative for term in factor.args)
            ):
                turned = Add(*(-term for term in factor.args))
                return -coefficient, [*factors[:place], turned, *factors[place + 1 :]]
    return coefficient, factors


def should_split(expr: Add) -> bool:
    """Whether some term would have to be stretched beyond everything that stands in it: a matrix product, say."""
    for term in expr.args:
        letters = [free_letters(factor) for factor in Mul.make_args(term)]
        everything = frozenset().union(*letters)
        if len(letters) > 1 and all(one != everything for one in letters):
            return True
    return False
