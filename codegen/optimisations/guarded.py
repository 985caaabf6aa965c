"""A case of `where` that is not taken computes nothing out of range: both cases are computed everywhere.

where(u > c, a, exp(u))       exp(min(u, c)), as only u <= c is taken
where(c, log(u), a)           log(where(c, u, 1))
"""

from __future__ import annotations

from sympy import Basic, Expr, Mul, Pow, S

from derive.binding import replace_nodes
from derive.entry import Entry
from derive.functions import apply, exp
from derive.operators import Apply, Compare, Condition, Logic, Where

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def guarded(expr: Expr) -> Expr:
    """The expression with every dangerous node in a case kept in the range in which the case is taken."""

    def change(node: Basic) -> Basic | None:
        if not isinstance(node, Where) or not node.condition.has(Entry):
            return None  # a condition on letters leaves out places, not values
        then = _guard(node.then, node.condition, True)
        otherwise = _guard(node.otherwise, node.condition, False)
        if (then, otherwise) == (node.then, node.otherwise):
            return None
        return node.func(node.condition, then, otherwise)

    return replace_nodes(expr, change)


def _guard(case: Expr, condition: Condition, taken_when: bool) -> Expr:
    def change(node: Basic) -> Basic | None:
        if isinstance(node, Apply) and node.primitive_name == "exp":
            return _bounded_exponential(node, condition, taken_when)
        if isinstance(node, Apply) and node.primitive_name == "log" and _depends(node.arguments[0]):
            return node.func(node.function, _where(condition, taken_when, node.arguments[0]))
        if isinstance(node, Pow) and _depends(node.base) and not (node.exp.is_Integer and node.exp.is_positive):
            return Pow(_where(condition, taken_when, node.base), node.exp)
        return None

    return replace_nodes(case, change)


def _depends(expr: Expr) -> bool:
    return expr.has(Entry)


def _where(condition: Condition, taken_when: bool, value: Expr) -> Expr:
    if isinstance(value, Where) and value.condition == condition:
        return value
    return Where(condition, value, S.One) if taken_when else Where(condition, S.One, value)


def _bounded_exponential(node: Apply, condition: Condition, taken_when: bool) -> Expr | None:
    """exp(u) with u held at the bound of its case, where beyond the bound it grows."""
    bound = _upper_bound(node.arguments[0], condition, taken_when)
    if bound is None or isinstance(node.arguments[0], Apply):
        return None
    return exp(apply("min", node.arguments[0], bound))


def _upper_bound(argument: Expr, condition: Condition, taken_when: bool) -> Expr | None:
    """A number that `argument`, a multiple of what is compared, does not exceed in its case."""
    if isinstance(condition, Logic) or not isinstance(condition, Compare):
        return None
    relation, value, bound = condition.relation, condition.left, condition.right
    if relation not in _FLIPPED:
        return None
    if _depends(bound):
        relation, value, bound = _FLIPPED[relation], bound, value
    if _depends(bound) or not _depends(value):
        return None
    below = (relation in ("<", "<=")) == taken_when
    ratio = argument / value
    if not ratio.is_number or bool(ratio.is_positive) != below:
        return None
    return Mul(ratio, bound)
