"""Whether two values stand in a relation, = or an order, entry by entry, where the conditions hold."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from derive.arrays import Named
from derive.arrays.named import combined
from derive.verification.compare import Difference, compared
from derive.verification.formula.tree import Chain, Negative, Number, Statement, Symbol, walk
from derive.verification.value import Value, aligned

ORDER = {"<": np.less, "≤": np.less_equal, ">": np.greater, "≥": np.greater_equal, "≠": np.not_equal}
_STRICT = {"<": "≤", ">": "≥"}


@lru_cache(maxsize=4096)
def _writes_infinity(statement: Statement) -> bool:
    """True for s = -∞: what is infinite is meant to be."""
    return any(isinstance(node, Symbol) and node.name == "∞" for side in statement.sides for node in walk(side))


def related(
    a: Value, b: Value, relation: str, mask: Named, statement: Statement, partly: bool = False, beyond: bool = False
) -> Difference:
    """Whether two values stand in a relation.

    partly   where it is said only where both exist: d/dx ln x = 1/x
    beyond   at values so large that exponentials may be no numbers any more, and what is below 1 may round to 1
    """
    order = ORDER.get(_STRICT.get(relation, relation) if beyond else relation)
    if order is None:
        if beyond:
            a, b = _finite(a), _finite(b)
        return compared(a, b, mask, _writes_infinity(statement), partly or beyond or _reads_neighbours(statement))
    _, left, right = aligned(a, b, "the comparison")  # p ≥ 0 speaks of every entry of p
    result = compared(Value((), left), Value((), right), mask)
    false = combined(lambda x, y, m: ~order(np.real(x), np.real(y)) & (m > 0), left, right, mask)
    if not np.any(false.array):
        return replace(result, equal=True)
    return replace(compared(Value((), left), Value((), right), false), equal=False)


def _finite(value: Value) -> Value:
    """The value without what is infinite."""
    array = value.data.array
    if np.all(np.isfinite(array)):
        return value
    return replace(value, data=Named(value.data.letters, np.where(np.isfinite(array), array, np.nan)))


@lru_cache(maxsize=4096)
def _reads_neighbours(statement: Statement) -> bool:
    """True where a subscript is shifted or a number, t - 1, r + u, 0: then what it names may lie outside of an axis."""
    nodes = [node for side in statement.sides for node in walk(side) if isinstance(node, Symbol)]
    items = [item for node in nodes for item in (*node.lower, *(mark.of for mark in node.upper))]
    return any(isinstance(item, Chain | Negative | Number) for item in items)
