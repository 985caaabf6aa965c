"""Matrix notation as NumPy and most books write it: a row added to every row stands without its vector of ones."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from codegen.notation import formula as f
from codegen.notation.formula import Formula


def broadcast(formula: Formula) -> Formula | None:
    """x W + 1 bᵀ  ->  x W + b; None where another vector of ones remains, as in a sum over rows."""
    short: Formula = _shortened(formula)
    return None if _has_ones(short) else short


def _shortened(item: Any) -> Any:
    if isinstance(item, tuple):
        return tuple(_shortened(part) for part in item)
    if not is_dataclass(item) or isinstance(item, type):
        return item
    match item:
        case f.Factors((f.Ones(), f.Transposed(body))):
            return _shortened(body)
        case f.Group(f.Factors((f.Ones(), f.Transposed(body)))):
            return _shortened(body)
    return type(item)(**{field.name: _shortened(getattr(item, field.name)) for field in fields(item)})


def _has_ones(item: Any) -> bool:
    if isinstance(item, tuple):
        return any(_has_ones(part) for part in item)
    if isinstance(item, f.Ones):
        return True
    if not is_dataclass(item):
        return False
    return any(_has_ones(getattr(item, field.name)) for field in fields(item))
