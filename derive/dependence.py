"""Which tensors an expression reads, and through which of them a derivative can pass."""

from __future__ import annotations

from functools import lru_cache

from sympy import Basic, Expr

from derive.entry import Entry, Tensor
from derive.operators import ArgMax, ArgMin, Condition


@lru_cache(maxsize=65536)
def tensors(expr: Basic) -> frozenset[Tensor]:
    """Every tensor that stands in the expression."""
    found: frozenset[Tensor] = frozenset((expr.tensor,)) if isinstance(expr, Entry) else frozenset()
    for argument in expr.args:
        found |= tensors(argument)
    return found


@lru_cache(maxsize=65536)
def entries(expr: Basic) -> tuple[Entry, ...]:
    """Every entry that stands in the expression, each once, in the order of the expression's nodes."""
    found: dict[Entry, None] = {}
    for argument in expr.args:
        found.update(dict.fromkeys(entries(argument)))
    if isinstance(expr, Entry):
        found[expr] = None
    return tuple(found)


@lru_cache(maxsize=65536)
def smooth_tensors(expr: Basic) -> frozenset[Tensor]:
    """The tensors whose values a derivative can pass to: not those that stand only in conditions or subscripts."""
    if isinstance(expr, Entry):
        return frozenset((expr.tensor,)) if expr.tensor.within is None else frozenset()
    if isinstance(expr, Condition | ArgMax | ArgMin):
        return frozenset()
    found: frozenset[Tensor] = frozenset()
    for argument in expr.args:
        found |= smooth_tensors(argument)
    return found


def depends(expr: Expr, tensor: Tensor) -> bool:
    """True when a change of the tensor can move the expression continuously."""
    return tensor in smooth_tensors(expr)
