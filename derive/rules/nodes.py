"""From a rewrite of one node to a rewrite of an expression."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr

from derive.binding import replace_nodes
from derive.rule import Rewrite

Change = Callable[[Expr], Expr | None]


def everywhere(change: Change, because: str = "") -> Callable[[Expr], Rewrite | None]:
    """A rule's function that tries `change` on every node, innermost first."""

    def apply(expr: Expr) -> Rewrite | None:
        after = replace_nodes(expr, change)
        return None if after == expr else Rewrite(after, because)

    return apply
