"""Lagrange multipliers: `∂H/∂p_k = ... = λ` is no claim but what is asked for, and says what λ is there."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from derive.verification.formula.tree import Statement, Symbol, walk
from derive.verification.names import Names

_WORDS = re.compile(r"\b(?:multipliers?|Lagrang\w*)\b", re.IGNORECASE)


def multiplier_of(statement: Statement, before: str, names: Names) -> Symbol | None:
    """The new symbol that a statement ends with, where the words before call it a multiplier."""
    last = statement.sides[-1]
    if not isinstance(last, Symbol) or last.lower or last.upper or statement.relations[-1:] != ("=",):
        return None
    is_known = any(True for _ in names.meanings(last))
    return last if not is_known and _WORDS.search(before) is not None else None


def without_condition(statement: Statement) -> Statement:
    """The statement without its last side: what is left of it are claims."""
    return replace(statement, sides=statement.sides[:-1], relations=statement.relations[:-1])


def speaks_of(statement: Statement, multipliers: Collection[str]) -> str | None:
    """A multiplier that stands in a statement: it is said where the condition holds."""
    nodes = [node for side in statement.sides for node in walk(side)]
    return next((node.name for node in nodes if isinstance(node, Symbol) and node.name in multipliers), None)
