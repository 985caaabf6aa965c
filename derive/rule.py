"""The record of a rule: a named, value-preserving rewrite of an index expression.

A rule answers None where it does not apply. Its examples are expressions on which it does; a test evaluates each of
them before and after, so a rule cannot be added without evidence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sympy import Expr

from derive.step import Step


@dataclass(frozen=True)
class Rewrite:
    """What a rule made of an expression, and because of what (a fact, a definition; often nothing to add)."""

    after: Expr
    because: str = ""


@dataclass(frozen=True)
class Rule:
    """`apply(expression)` rewrites the expression or answers None; `formula` says what it does, in one line."""

    name: str
    formula: str
    apply: Callable[[Expr], Rewrite | None]
    examples: Callable[[], tuple[Expr, ...]]


@dataclass
class Trail:
    """An expression and the steps that led to it."""

    expr: Expr
    steps: list[Step] = field(default_factory=list)

    def take(self, rule: str, after: Expr, because: str = "") -> bool:
        """Log one application of a rule; nothing is logged where nothing changed."""
        if after == self.expr:
            return False
        self.steps.append(Step(rule, self.expr, after, because))
        self.expr = after
        return True

    def follow(self, rule: Rule) -> bool:
        """Apply a rule if it applies, and say whether it did."""
        rewrite = rule.apply(self.expr)
        return rewrite is not None and self.take(rule.name, rewrite.after, rewrite.because)

    def fork(self) -> Trail:
        """A copy to try something on."""
        return Trail(self.expr, list(self.steps))
