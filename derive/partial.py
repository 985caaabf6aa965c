"""Working out a derivative: one named rule after the other, until no `Partial` is left."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Add, Basic, Expr

from derive.binding import rebind, unbind
from derive.dependence import depends
from derive.entry import Entry
from derive.function import Function
from derive.operators import Apply, Binder, Partial
from derive.rule import Trail
from derive.rules.derivatives import DERIVATIVE_RULES, DerivativeRule

SlopeOf = Callable[[Apply, int], Expr]


def work_out(trail: Trail, slope_of: SlopeOf) -> None:
    """Rewrite every `Partial` of the trail's expression. `slope_of(call, place)` gives the slope of a defined
    function by the argument at that place, as an expression in the function's parameters."""
    rules = (*DERIVATIVE_RULES, defined_function(slope_of))
    while (first := _first_partial(trail.expr)) is not None:
        rule = _rule_for(first, rules)
        name, formula = rule.name, rule.formula

        function = first.of.function if rule is rules[-1] and isinstance(first.of, Apply) else None
        if function is not None:
            name = f"slope of {function.name}"

        def change(node: Partial, rule: DerivativeRule = rule, function: Function | None = function) -> Expr:
            same = _rule_for(node, rules) is rule and (function is None or node.of.args[0] == function)
            return rule.apply(node.of, node.by) if same else node  # type: ignore[return-value]

        trail.take(name, _replace_partials(trail.expr, change), formula)


def defined_function(slope_of: SlopeOf) -> DerivativeRule:
    """The chain rule through a function that a formula defines."""

    def rewrite(of: Expr, by: Entry) -> Expr | None:
        if not isinstance(of, Apply) or of.function.formula is None:
            return None
        values = dict(zip(of.function.parameters, of.arguments, strict=True))
        return Add(
            *(
                slope_of(of, place).xreplace(values) * Partial(argument, by)
                for place, argument in enumerate(of.arguments)
                if depends(argument, by.tensor)
            )
        )

    return DerivativeRule("slope of a function", "f(g)' = f'(g) g'", rewrite)


def _rule_for(partial: Partial, rules: tuple[DerivativeRule, ...]) -> DerivativeRule:
    for rule in rules:
        if rule.apply(partial.of, partial.by) is not None:
            return rule
    raise NotImplementedError(f"no rule differentiates a {type(partial.of).__name__}: {partial.of}")


def _first_partial(expr: Basic) -> Partial | None:
    if isinstance(expr, Partial):
        return expr
    for argument in expr.args:
        if (found := _first_partial(argument)) is not None:
            return found
    return None


def _replace_partials(expr: Basic, change: Callable[[Partial], Expr]) -> Basic:
    if isinstance(expr, Partial):
        return change(expr)
    if not expr.has(Partial):
        return expr
    if isinstance(expr, Binder):
        letters, body = unbind(expr)
        return rebind(expr, _replace_partials(body, change), letters)
    return expr.func(*(_replace_partials(argument, change) for argument in expr.args))
