"""Eliminating a forward value in favour of another: with h = 1/w and w = 1 + v, the value v is (1 - h)/h.

So a chain of elementary operations ends in the same compact form as the function that they make up.
"""

from __future__ import annotations

from sympy import Expr, Poly, cancel, factor_terms, fraction, together

from derive.binding import replace_nodes
from derive.cost import preference
from derive.dependence import entries
from derive.entry import Entry
from derive.operators import Binder
from derive.rule import Rewrite, Rule, Trail
from derive.rules.algebra import Opaque, absorb_sign, denominators, tidy
from derive.rules.definition import Definition, instances
from derive.rules.forward_values import examples

MOST = 6


def eliminate(trail: Trail, definitions: tuple[Definition, ...]) -> None:
    """Write the trail's expression with fewer forward values, where that costs nothing and divides by nothing new."""
    if len(definitions) < 2 or len(definitions) > MOST:
        return
    while trail.follow(elimination_rule(definitions)):
        pass


def elimination_rule(definitions: tuple[Definition, ...]) -> Rule:
    """The rule that writes one forward value by another."""
    return Rule(
        "fold into forward values",
        "one forward value is written by another",
        lambda expr: _eliminate_one(expr, definitions),
        examples,
    )


def _eliminate_one(expr: Expr, definitions: tuple[Definition, ...]) -> Rewrite | None:
    """The best expression with one forward value less."""
    if expr.has(Binder):
        return None
    equations = {name: formula for item in definitions for name, formula in instances(item, expr)}
    present = [entry for entry in entries(expr) if entry in equations]
    forms = []
    for kept in present:
        for gone in present:
            solution = _solve(kept, gone, equations)
            if solution is None:
                continue
            form = tidy(absorb_sign(expr.xreplace({gone: solution})))
            fewer = len(entries(form)) < len(entries(expr))
            if fewer and denominators(form) <= denominators(expr) and preference(form)[0] <= preference(expr)[0]:
                forms.append((preference(form), form, kept))
    if not forms:
        return None
    _, best, kept = min(forms, key=lambda item: item[0])
    return Rewrite(best, f"definition of {kept.tensor.name}")


def _solve(kept: Entry, gone: Entry, equations: dict[Expr, Expr]) -> Expr | None:
    """`gone` as an expression in `kept`, from the definitions between them."""
    if kept == gone:
        return None
    formula = equations[kept]
    for _ in range(len(equations)):
        between = [entry for entry in entries(formula) if entry in equations and entry != gone]
        if not between:
            break
        formula = replace_nodes(formula, lambda node, between=between: equations[node] if node in between else None)
    if gone not in entries(formula) or formula.has(Binder):
        return None
    opaque = Opaque()
    value, unknown = opaque.symbol(kept), opaque.symbol(gone)
    numerator, _ = fraction(together(opaque.hide(formula) - value))
    if not numerator.is_polynomial(unknown) or Poly(numerator, unknown).degree() != 1:
        return None
    poly = Poly(numerator, unknown)
    solution = cancel(-poly.coeff_monomial(1) / poly.coeff_monomial(unknown))
    shown = opaque.show(factor_terms(solution))
    return None if gone in entries(shown) else shown
