"""How long the parts of a formula are in which no line can end: it ends behind signs, or between long factors.

runs(a = b + (c + d) e)  ->  the widths of  a =,  b +,  (c +,  d) e
"""

from __future__ import annotations

from itertools import pairwise

from codegen.notation import formula as f
from codegen.notation.formula import Formula
from codegen.notation.width import width

_BRACKET, _SIGN = 0.75, 2.0
# A factor of this width may begin or end a line.
_LONG = 6.0
# Brackets around less than this are kept in one line.
_FEW = 14.0


def runs(formula: Formula, parted: bool = False) -> tuple[float, ...]:
    """The widths of the parts between the places where a line may end, in characters; `parted` between factors too."""

    def inner(part: Formula) -> tuple[float, ...]:
        return runs(part, parted)

    match formula:
        case f.Terms(items):
            return tuple(run for _, item in items for run in _after(_SIGN, inner(item)))
        case f.Infix(_, items):
            return tuple(run for item in items for run in _after(_SIGN, inner(item)))
        case f.Relation(_, left, right):
            return (*inner(left), *_after(_SIGN, inner(right)))
        case f.Logic(_, parts) if len(parts) > 1 and parted:
            return tuple(_SIGN + width(part) for part in parts)
        case f.Factors(items):
            found = [inner(items[0])]
            for before, item in pairwise(items):
                if parted and may_part(before, item):
                    found.append(inner(item))
                else:
                    found[-1] = _side_by_side([found[-1], inner(item)])
            return tuple(run for part in found for run in part)
        case f.Iverson(f.Logic() as condition) if parted:
            return _side_by_side([(_BRACKET,), inner(condition), (_BRACKET,)])
        case f.Negative(body):
            return _after(1.0, inner(body))
        case f.Group(body) | f.Call(_, (body,)) if is_kept(body):
            return (width(formula),)
        case f.Group(body):
            return _side_by_side([(_BRACKET,), inner(body), (_BRACKET,)])
        case f.Call(name, (argument,)):
            return _side_by_side([(len(name) + _BRACKET,), inner(argument), (_BRACKET,)])
        case f.Big(_, _, body, _):
            return _side_by_side([(width(formula) - width(body),), inner(body)])
        case f.Derivative(of, by) if isinstance(of, f.Terms | f.Factors | f.Infix):
            return _side_by_side([(2 + width(by),), inner(of), (_BRACKET,)])
    return (width(formula),)


def is_kept(body: Formula) -> bool:
    """Whether what stands in brackets is so short that no line should end in it."""
    return width(body) < _FEW


def may_part(before: Formula, after: Formula) -> bool:
    """Whether a line may end between two factors: one of them is long, and the first is not the body of a sum."""
    return not isinstance(before, f.Big) and max(width(before), width(after)) > _LONG


def _after(sign: float, parts: tuple[float, ...]) -> tuple[float, ...]:
    return (sign + parts[0], *parts[1:])


def _side_by_side(rows: list[tuple[float, ...]]) -> tuple[float, ...]:
    """The parts of a product: the last of one factor and the first of the next are one part."""
    found: list[float] = []
    for row in rows:
        if found:
            found[-1] += row[0]
            found += row[1:]
        else:
            found += row
    return tuple(found)
