"""Steps are counted from 1 on paper, as textbooks do: h[t] from h[t-1] for t = 1, ..., T, beginning with h[0].

Inside, every index runs from 0. A letter over a stepped size stands for the number of its step less one, and a
subscript of a stepped axis is a step's number less one; the two cancel wherever a step is named.
"""

from __future__ import annotations

from collections.abc import Collection

from sympy import Add, Basic, Expr, expand

from derive.entry import Entry
from derive.index import Bound, Index
from derive.operators import Binder, Compare, Delta


def counted(expr: Basic, stepped: Collection[str]) -> Basic:
    """The expression with all letters over the `stepped` sizes (as text) counted from 1."""
    if not stepped or not expr.args:
        return _shifted(expr, stepped)
    match expr:
        case Entry():
            subscripts = (
                expand(counted(subscript, stepped) + (1 if str(size) in stepped else 0))
                for subscript, size in zip(expr.subscripts, expr.tensor.axes, strict=True)
            )
            return Entry(expr.tensor, *subscripts)
        case Binder():
            return type(expr)(counted(expr.body, stepped), *expr.letters)
        case Compare(relation=relation):
            return Compare(relation, *_balanced(expr.left, expr.right, stepped))
        case Delta():
            return Delta(*_balanced(expr.args[0], expr.args[1], stepped))
    return expr.func(*(counted(argument, stepped) for argument in expr.args))


def _shifted(expr: Basic, stepped: Collection[str]) -> Basic:
    letter = isinstance(expr, Index | Bound) and str(expr.size) in stepped
    return expr - 1 if letter else expr


def _balanced(left: Expr, right: Expr, stepped: Collection[str]) -> tuple[Expr, Expr]:
    """Both sides counted from 1, with the numbers of the left side brought to the right: t < T, not t - 1 + 1 < T."""
    sides = tuple(expand(counted(side, stepped)) for side in (left, right))
    if sides == (left, right):
        # Two fixed steps, of which one is the last: the first of them is called 1 here too.
        fixed = any(str(side + 1) in stepped for side in sides)
        return (left + 1, right + 1) if fixed else (left, right)
    number = Add(*(term for term in Add.make_args(sides[0]) if term.is_number))
    return expand(sides[0] - number), expand(sides[1] - number)
