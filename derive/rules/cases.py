"""Folding back into a value that is zero outside a condition, such as a softmax over the past.

Where P = where(c, e/S, 0), an expression that stands under the same condition may use P for e/S, and P for
where(c, e, 0)/S anywhere. What is then a multiple of P needs the condition no longer.
"""

from __future__ import annotations

from sympy import Add, Expr, Mul

from derive.binding import replace_nodes
from derive.operators import Apply, Where
from derive.rules.algebra import multiplied_out
from derive.rules.definition import Definition, as_it_stands, instances


def in_its_case(expr: Expr, definition: Definition) -> Expr:
    """The expression with the definition's name wherever its condition holds."""
    formula = definition.formula
    if not isinstance(formula, Where) or formula.otherwise != 0:
        return expr
    anywhere = [Definition(definition.name, part, definition.letters, "") for part in _conditioned(formula)]

    def change(node: Expr) -> Expr | None:
        if not isinstance(node, Where) or node.otherwise != 0:
            return None
        for name, case in instances(definition, node):
            if case.condition == node.condition:
                folded = multiplied_out(node.then)
                for part in (*anywhere, Definition(name, case.then, (), "")):
                    folded = as_it_stands(folded, part)
                if all(name in Mul.make_args(term) for term in Add.make_args(folded)):
                    return folded
        return None

    return replace_nodes(expr, change)


def _conditioned(formula: Where) -> list[Expr]:
    """The formula with its condition on one factor alone: where(c, e, 0)/S for where(c, e/S, 0)."""
    factors = Mul.make_args(formula.then)
    return [
        Mul(Where(formula.condition, factor, formula.otherwise), *factors[:place], *factors[place + 1 :])
        for place, factor in enumerate(factors)
        if isinstance(factor, Apply)
    ]
