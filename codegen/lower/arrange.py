"""The order of terms and factors on the page: `x @ W + b`, `1.0 - h`, `p - y`, `dh * h * (1.0 - h)`."""

from __future__ import annotations

from sympy import Add, Expr, Mul, Pow, Symbol

from codegen.lower.lowered import Surroundings
from derive.entry import Constant, Entry
from derive.operators import Apply, Binder, Delta, Where

Key = tuple[int, int, str]


def factor_key(expr: Expr, surroundings: Surroundings) -> Key:
    """Numbers with names; gradients, latest first; parameters; values in reading order; brackets; functions; cases."""
    if isinstance(expr, Entry):
        name = expr.tensor.name
        rank = surroundings.ranks.get(name, len(surroundings.ranks))
        if name in surroundings.adjoints:
            return (0, -rank, str(expr))
        return (1 if name in surroundings.parameters else 2, rank, str(expr))
    if isinstance(expr, Symbol):
        return (-1, surroundings.ranks.get(expr.name, len(surroundings.ranks)), expr.name)
    if isinstance(expr, Pow) and isinstance(expr.base, Symbol):
        return factor_key(expr.base, surroundings)
    order = ((Binder, 3), (Add, 4), (Pow, 5), (Apply, 6), (Where, 7), (Delta, 7))
    place = next((place for kind, place in order if isinstance(expr, kind)), 4)
    if isinstance(expr, Pow) and isinstance(expr.base, Entry):
        return factor_key(expr.base, surroundings)
    return (place, 0, str(expr))


def term_key(term: Expr, surroundings: Surroundings) -> tuple[int, int, Key]:
    """Positive before negative; a number first, then matrix products, then the rest, named numbers last."""
    coefficient, rest = term.as_coeff_Mul()
    negative = int(bool(coefficient.is_negative))
    if rest == 1:
        return (negative, 0, (0, 0, ""))
    factors = Mul.make_args(rest)
    keys = sorted(factor_key(factor, surroundings) for factor in factors)
    keys = [key for key in keys if key[0] >= 0] or keys
    if any(isinstance(factor, (Where, Delta)) for factor in factors):
        return (negative, 5, keys[0])
    if any(isinstance(factor, Constant) for factor in factors):
        return (negative, 4, keys[0])
    if any(isinstance(factor, Binder) and isinstance(factor.body, Mul) for factor in factors):
        return (negative, 1, keys[0])
    return (negative, 2, keys[0])
