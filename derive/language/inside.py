"""Proofs that a subscript stays inside its axis, and the conditions that are left where there is no proof.

outside(subscript, size, assumed, scope)    what would still have to hold
follows(condition)                          forms that are at least 0 where a condition holds
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from sympy import Add, Basic, Expr, Integer

from derive.language.scope import Scope
from derive.operators import Compare, Logic
from derive.subscript import coefficients, low

MOST_TOGETHER = 2
OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


def outside(subscript: Expr, size: Expr, assumed: Sequence[Expr], scope: Scope) -> list[Compare]:
    """The conditions for a subscript to stay inside its axis that do not follow from what is assumed."""
    left = []
    if not _never_negative(subscript, assumed, scope):
        left.append(Compare(">=", subscript, Integer(0)))
    if not _never_negative(size - 1 - subscript, assumed, scope):
        left.append(Compare("<", subscript, size))
    return left


def _never_negative(form: Expr, assumed: Sequence[Expr], scope: Scope) -> bool:
    """True when a form is a sum of assumed forms and of one that is at least 0 by itself."""
    return any(
        scope.never_negative(low(form - Add(*chosen)))
        for count in range(MOST_TOGETHER + 1)
        for chosen in combinations(assumed, count)
    )


def follows(condition: Basic, holds: bool = True) -> tuple[Expr, ...]:
    """Forms in letters and sizes that are at least 0 where the condition holds, or where it does not."""
    match condition:
        case Logic() if condition.word == "not":
            return follows(condition.conditions[0], not holds)
        case Logic() if (condition.word == "and") == holds:
            return tuple(form for part in condition.conditions for form in follows(part, holds))
        case Compare():
            difference = condition.right - condition.left
            if not difference.is_integer or coefficients(difference) is None:
                return ()
            return _forms(condition.relation if holds else OPPOSITE[condition.relation], difference)
    return ()


def _forms(relation: str, difference: Expr) -> tuple[Expr, ...]:
    """What left `relation` right says of right - left."""
    match relation:
        case "<=":
            return (difference,)
        case "<":
            return (difference - 1,)
        case ">=":
            return (-difference,)
        case ">":
            return (-difference - 1,)
        case "==":
            return (difference, -difference)
    return ()
