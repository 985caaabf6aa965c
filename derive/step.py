"""One application of a named rule, with the expression before and after it."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from derive.shown import Shown


@dataclass(frozen=True)
class Step(Shown):
    """`before` became `after` by the rule called `rule`, because of `because` (a fact or definition, may be empty)."""

    rule: str
    before: Expr
    after: Expr
    because: str = ""

    def __str__(self) -> str:
        reason = f"   ({self.because})" if self.because else ""
        return f"{self.before}\n  = {self.after}   [{self.rule}]{reason}"
