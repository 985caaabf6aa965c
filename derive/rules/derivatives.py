"""The rules of differentiation: each rewrites one `Partial` node.

A rule's function takes what is differentiated and the entry it is differentiated by. The first rule that applies is
the one that is used, so the order of `DERIVATIVE_RULES` matters: the simple cases come first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sympy import Add, Expr, Mul, Pow, S

from derive.binding import bind, free_letters, unbind
from derive.dependence import depends
from derive.entry import Entry
from derive.functions import PRIMITIVES, log
from derive.operators import (
    Apply,
    ArgMax,
    ArgMin,
    Delta,
    Maximum,
    Minimum,
    Partial,
    Product,
    Sum,
    Where,
)
from derive.subscript import equal

Differentiate = Callable[[Expr, Entry], Expr | None]


@dataclass(frozen=True)
class DerivativeRule:
    """A rule of differentiation: its name, its formula with ' for the derivative, and the rewrite."""

    name: str
    formula: str
    apply: Differentiate


def constant(of: Expr, by: Entry) -> Expr | None:
    return None if depends(of, by.tensor) else S.Zero


def same_entry(of: Expr, by: Entry) -> Expr | None:
    if not isinstance(of, Entry) or of.tensor != by.tensor:
        return None
    triples = zip(of.subscripts, by.subscripts, of.tensor.axes, strict=True)
    return Mul(*(equal(mine, other, size) for mine, other, size in triples))


def sum_rule(of: Expr, by: Entry) -> Expr | None:
    if not isinstance(of, Add):
        return None
    return Add(*(Partial(term, by) for term in of.args if depends(term, by.tensor)))


def constant_factor(of: Expr, by: Entry) -> Expr | None:
    if not isinstance(of, Mul):
        return None
    moving = [factor for factor in of.args if depends(factor, by.tensor)]
    fixed = [factor for factor in of.args if not depends(factor, by.tensor)]
    return Mul(*fixed) * Partial(Mul(*moving), by) if fixed else None


def _split_quotient(of: Expr) -> tuple[Expr, Expr]:
    """Numerator and denominator, where only whole negative powers count as denominators."""
    above, below = [], []
    for factor in Mul.make_args(of):
        if isinstance(factor, Pow) and factor.exp.is_Integer and factor.exp < 0:
            below.append(factor.base**-factor.exp)
        else:
            above.append(factor)
    return Mul(*above), Mul(*below)


def reciprocal_rule(of: Expr, by: Entry) -> Expr | None:
    above, below = _split_quotient(of)
    if below is S.One or depends(above, by.tensor):
        return None
    return -above * Partial(below, by) / below**2


def quotient_rule(of: Expr, by: Entry) -> Expr | None:
    above, below = _split_quotient(of)
    if not depends(below, by.tensor) or not depends(above, by.tensor):
        return None
    return (Partial(above, by) * below - above * Partial(below, by)) / below**2


def product_rule(of: Expr, by: Entry) -> Expr | None:
    if not isinstance(of, Mul):
        return None
    terms = []
    for place, factor in enumerate(of.args):
        if depends(factor, by.tensor):
            others = of.args[:place] + of.args[place + 1 :]
            terms.append(Mul(Partial(factor, by), *others))
    return Add(*terms)


def power_rule(of: Expr, by: Entry) -> Expr | None:
    if not isinstance(of, Pow) or depends(of.exp, by.tensor):
        return None
    return of.exp * of.base ** (of.exp - 1) * Partial(of.base, by)


def exponential_rule(of: Expr, by: Entry) -> Expr | None:
    if not isinstance(of, Pow):
        return None
    base, exponent = of.args
    inner = log(base) * Partial(exponent, by)
    if depends(base, by.tensor):
        inner += exponent * Partial(base, by) / base
    return of * inner


def under_the_sum(of: Expr, by: Entry) -> Expr | None:
    if not isinstance(of, Sum):
        return None
    letters, body = unbind(of, free_letters(by))
    return bind(Sum, Partial(body, by), letters)


def chain_rule(of: Expr, by: Entry) -> Expr | None:
    if not isinstance(of, Apply) or of.primitive_name not in PRIMITIVES:
        return None
    slopes = PRIMITIVES[of.name].slope(*of.arguments)
    return Add(
        *(
            slope * Partial(argument, by)
            for slope, argument in zip(slopes, of.arguments, strict=True)
            if depends(argument, by.tensor)
        )
    )


def extremum_rule(of: Expr, by: Entry) -> Expr | None:
    if not isinstance(of, Maximum | Minimum):
        return None
    place = (ArgMax if isinstance(of, Maximum) else ArgMin)(of.body, *of.letters)
    letters, body = unbind(of, free_letters(by))
    return bind(Sum, Delta(letters[0], place) * Partial(body, by), letters)


def running_product_rule(of: Expr, by: Entry) -> Expr | None:
    if not isinstance(of, Product):
        return None
    letters, body = unbind(of, free_letters(by))
    inner, inner_body = unbind(of, {*letters, *free_letters(by)})
    same = Delta(letters[0], inner[0])
    others = bind(Product, (1 - same) * inner_body + same, inner)
    return bind(Sum, others * Partial(body, by), letters)


def case_by_case(of: Expr, by: Entry) -> Expr | None:
    if not isinstance(of, Where):
        return None
    then, otherwise = (Partial(f, by) if depends(f, by.tensor) else S.Zero for f in (of.then, of.otherwise))
    return Where(of.condition, then, otherwise)


DERIVATIVE_RULES: tuple[DerivativeRule, ...] = (
    DerivativeRule("constant", "c' = 0", constant),
    DerivativeRule("same entry", "the derivative of an entry by an entry is 1 where they are the same", same_entry),
    DerivativeRule("sum rule", "(f + g)' = f' + g'", sum_rule),
    DerivativeRule("constant factor", "(c f)' = c f'", constant_factor),
    DerivativeRule("reciprocal rule", "(1/g)' = -g' / g^2", reciprocal_rule),
    DerivativeRule("quotient rule", "(f/g)' = (f' g - f g') / g^2", quotient_rule),
    DerivativeRule("product rule", "(f g)' = f' g + f g'", product_rule),
    DerivativeRule("power rule", "(f^n)' = n f^(n-1) f'", power_rule),
    DerivativeRule("exponential rule", "(f^g)' = f^g (g' log f + g f'/f)", exponential_rule),
    DerivativeRule("under the sum", "(sum_i f_i)' = sum_i f_i'", under_the_sum),
    DerivativeRule("chain rule", "f(g)' = f'(g) g'", chain_rule),
    DerivativeRule("at the extremum", "(max_i f_i)' = f_j' with j the first place of the maximum", extremum_rule),
    DerivativeRule("running product", "(prod_i f_i)' = sum_j (prod_{i != j} f_i) f_j'", running_product_rule),
    DerivativeRule("case by case", "where(c, f, g)' = where(c, f', g')", case_by_case),
)
