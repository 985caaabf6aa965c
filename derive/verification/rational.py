"""Zero as a rational function of the parts of an expression: entries, functions and sums stand for themselves."""

from __future__ import annotations

from sympy import Add, Expr, Mul, fraction, together

from derive.cost import length
from derive.index import Index
from derive.operators import Sum
from derive.rules.algebra import Opaque

MOST_SIZE = 400


def vanish(found: dict[Expr, Expr]) -> bool:
    """True where the terms cancel as rational functions, those with the same sums together."""
    groups: dict[tuple[Expr, ...], list[Expr]] = {}
    for key, number in found.items():
        factors = Mul.make_args(key)
        sums = [factor for factor in factors if isinstance(factor, Sum)]
        if len(sums) != 1:
            groups.setdefault((), []).append(number * key)
            continue
        names = {bound: Index(f"·{place}", bound.size) for place, bound in enumerate(sums[0].letters)}
        rest = Mul(*(factor for factor in factors if factor is not sums[0]))
        sizes = tuple(bound.size for bound in sums[0].letters)
        groups.setdefault(sizes, []).append(number * rest * sums[0].body.xreplace(names))
    return all(is_rational_zero(Add(*group)) for group in groups.values())


def is_rational_zero(expr: Expr) -> bool:
    """True where the numerator over a common denominator multiplies out to 0; false where that would be long."""
    if expr == 0:
        return True
    if len(Add.make_args(expr)) < 2 or length(expr) > MOST_SIZE:
        return False
    opaque = Opaque()
    numerator, _ = fraction(together(opaque.hide(expr)))
    return bool(numerator.expand() == 0)
