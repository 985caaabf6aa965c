"""Conditions, indicators and cases."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from sympy import Expr, Integer

from derive.arrays import Named
from derive.arrays.named import combined
from derive.errors import InputError
from derive.index import Index
from derive.operators import Compare, iverson
from derive.verification.array_functions import where
from derive.verification.elaborate.labels import CONDITION
from derive.verification.elaborate.node import value_of
from derive.verification.expressed import exactly, express
from derive.verification.formula.tree import (
    Cases,
    Chain,
    Comparison,
    Indicator,
    Node,
    Symbol,
)
from derive.verification.scope import Scope
from derive.verification.spelling import text_of
from derive.verification.subscripts import is_letter, size_of, subscript
from derive.verification.value import (
    DoesNotFit,
    Value,
    added,
    aligned,
    number,
)

_SIGNS = {
    "=": np.equal, "==": np.equal, "≠": np.not_equal, "!=": np.not_equal, "<": np.less, "≤": np.less_equal,
    "<=": np.less_equal, ">": np.greater, "≥": np.greater_equal, ">=": np.greater_equal,
}  # fmt: skip
_RELATIONS = {"=": "==", "≠": "!=", "≤": "<=", "≥": ">="}


@value_of.register
def _(node: Indicator, scope: Scope) -> Value:
    kept: Named = exactly(1)
    axes: tuple[Index, ...] = ()
    for condition in node.conditions:
        value = truth(condition, scope)
        axes = value.axes
        kept = kept * value.data
    return Value(axes, kept)


def holds(condition: Node, scope: Scope) -> Named:
    """1 where a condition holds, else 0."""
    value = truth(condition, scope)
    if value.rank:
        raise DoesNotFit("a condition on a whole array")
    return value.data


def truth(condition: Node, scope: Scope) -> Value:
    """1 where a condition holds, else 0, entry by entry."""
    if not isinstance(condition, Comparison):
        raise InputError("a condition is a comparison", condition.place)
    scope = replace(scope, options=scope.options | {CONDITION})
    for left, right in zip(condition.operands, condition.operands[1:], strict=False):
        _share_letters(left, right, scope)
    result: Value | None = None
    for sign, left, right in zip(condition.signs, condition.operands, condition.operands[1:], strict=False):
        if sign not in _SIGNS:
            raise InputError(f"{sign} is no comparison", condition.place)
        places = _places(left, right, scope) if sign in ("=", "==", "≠", "!=") else None
        sides = places or (_label_or_value(left, scope), _label_or_value(right, scope))
        axes, a, b = aligned(*sides, "the comparison")
        data = combined(lambda x, y, f=_SIGNS[sign]: f(np.real(x), np.real(y)).astype(float), a, b)
        data = express(data, partial(_iverson, _RELATIONS.get(sign, sign)), a, b)
        result = Value(axes, data if result is None else result.data * data)
    assert result is not None
    return result


def _places(left: Node, right: Node, scope: Scope) -> tuple[Value, Value] | None:
    """r + u = w says which place of a window is which, as x_{r+u} and δ_{w,r+u} do, whatever letters count from; None
    all other comparisons."""
    letters = [_letters(side, scope) for side in (left, right)]
    if 0 in letters or letters[0] == letters[1]:
        return None
    first, second = (number(subscript(side, size_of(side, scope) or Integer(1), scope)) for side in (left, right))
    return first, second


def _letters(node: Node, scope: Scope) -> int:
    """How many letters a sum of letters has; 0 for anything else."""
    if isinstance(node, Chain) and set(node.signs) <= {"+", "-"}:
        counts = [_letters(operand, scope) for operand in node.operands]
        return 0 if 0 in counts else sum(counts)
    return int(isinstance(node, Symbol) and text_of(node) in scope.letters)


def _iverson(relation: str, left: Expr, right: Expr) -> Expr:
    return iverson(Compare(relation, left, right))


def _label_or_value(node: Node, scope: Scope) -> Value:
    value = value_of(node, scope)
    if isinstance(node, Symbol):
        for meaning in scope.names.meanings(node):
            tensor = scope.names.network.tensors.get(meaning.name)
            if tensor is not None and tensor.within is not None:
                return added(value, number(exactly(scope.first(tensor.within))))  # classes count as letters do
            break
    return value


def _share_letters(left: Node, right: Node, scope: Scope) -> None:
    """i = j says that both run over one size."""
    names = [text_of(left) or "", text_of(right) or ""]
    known = [scope.letters.get(name) for name in names]
    for name, other in ((names[0], known[1]), (names[1], known[0])):
        if name not in scope.letters and other is not None and is_letter(name, scope):
            scope.letter(name, other.size)


@value_of.register
def _(node: Cases, scope: Scope) -> Value:
    result: Value | None = None
    for body, conditions in reversed(node.branches):
        value = value_of(body, scope)
        if not conditions or result is None:
            result = value
            continue
        result = where(value_of(Indicator(conditions), scope), value, result)
    if result is None:
        raise InputError("cases without a branch", node.place)
    return result
