"""A wrong slope of a function: ∂h/∂z of h = f(z), entry by entry, that is not f'(z)."""

from __future__ import annotations

import numpy as np
from sympy import Expr, S, Symbol, expand

from derive.arrays import evaluated
from derive.operators import Apply
from derive.slopes import Slopes
from derive.verification.diagnosis.bench import Bench, Setting
from derive.verification.diagnosis.by_hand import NotWritten, formula_of
from derive.verification.diagnosis.situation import elementwise, is_slope
from derive.verification.diagnosis.spelling import derivative_of, entrywise, said, spelled
from derive.verification.formula.tree import Node
from derive.verification.value import Value
from derive.verification.verdict import Diagnosis, Mistake


def wrong_slope(bench: Bench) -> Diagnosis | None:
    """The slope that is right, where the claim says another one, or only one term of the product rule."""
    if not is_slope(bench):
        return None
    asked = derivative_of(bench.fixed, bench)
    call = None if asked is None else elementwise(bench.judge.names.network, *asked)
    if call is None or asked is None:
        return Diagnosis(Mistake.ACTIVATION, f"{said(bench.fixed, bench)} is another function")
    slope = slope_of(call)
    right = _written(slope, asked[1], bench)
    told = "" if right is None else f": it is {said(right, bench)}"
    correction = "" if right is None else said(right, bench)
    if _lacks_term(slope, call, bench):
        return Diagnosis(
            Mistake.PATH, f"the slope of {call.name} has another term, by the product rule{told}", correction
        )
    return Diagnosis(Mistake.ACTIVATION, f"this is not the slope of {call.name}{told}", correction)


def slope_of(call: Apply) -> Expr:
    """f'(z) for f(z)."""
    known = dict(zip(call.function.parameters, call.arguments, strict=True))
    return Slopes().of(call, 0).xreplace(known)


def _written(slope: Expr, by: str, bench: Bench) -> Node | None:
    for symbol in spelled(by, bench):
        try:
            made = formula_of(slope, symbol, entrywise(bench))
        except NotWritten:
            return None
        if bench.true(made):
            return made
    return None


def _lacks_term(slope: Expr, call: Apply, bench: Bench) -> bool:
    """True where the claim is the slope without one of its terms, or one of them alone; of z g(z), a product of z."""
    argument = call.arguments[0]
    variable = Symbol("variable")
    parts = expand(slope.xreplace({argument: variable}))
    terms = [item.xreplace({variable: argument}) for item in parts.as_ordered_terms()]
    alone = [term for term in terms if argument not in term.as_ordered_factors()]
    if len(terms) < 2 or len(alone) in (0, len(terms)):
        return False
    product_rule = [term for term in terms if term not in alone]
    halves = [sum(alone, S.Zero), sum(product_rule, S.Zero)]
    claims = [*halves, *(sum((other for other in terms if other != term), S.Zero) for term in terms)]
    return any(all(_says(claim, setting, bench) for setting in bench.settings) for claim in claims)


def _says(expr: Expr, setting: Setting, bench: Bench) -> bool:
    """True when the claimed side is this expression, at a point."""
    claimed = bench.value(bench.side, setting)
    if claimed is None:
        return False
    found = evaluated(expr, setting.point.values)
    shape = np.squeeze(np.real(claimed.data.array)), np.squeeze(np.real(found.array))
    if claimed.rank or shape[0].shape != shape[1].shape:
        return isinstance(claimed, Value) and _same(np.sort(shape[0], axis=None), np.sort(shape[1], axis=None))
    return _same(*shape)


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-8, atol=1e-12))
