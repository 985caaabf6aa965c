"""Functions of whole arrays as programs call them: a.dot(b), np.outer(x, y), np.where(z > 0, 1, 0.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce

import numpy as np

from derive.arrays import Named
from derive.arrays.named import combined
from derive.errors import InputError
from derive.verification.einsum import einsum, is_subscripts
from derive.verification.expressed import exactly, express
from derive.verification.formula.tree import Applied, Matrix, Node, Number, Symbol
from derive.verification.products import joined
from derive.verification.scope import Scope
from derive.verification.value import DoesNotFit, Value, aligned, axis, elementwise, outer, transposed

Elaborate = Callable[[Node, Scope], Value]

_PRODUCTS = {"dot": "·", "matmul": "@", "multiply": "⊙", "divide": "/", "mul": "⊙", "div": "/"}
_SAME = ("astype", "copy", "asarray", "array", "squeeze", "float", "view")


def array_function(node: Applied, scope: Scope, value: Elaborate) -> Value | None:
    """The value of such a call; None for another name. Settings that change nothing here are dtype and copy."""
    name, arguments = node.of.name, node.arguments
    if name in _SAME and arguments:
        return value(arguments[0], scope)
    if name in _PRODUCTS and len(arguments) == 2:
        return joined(value(arguments[0], scope), _PRODUCTS[name], value(arguments[1], scope), "plain")
    if name == "len" and len(arguments) == 1:
        return _length(value(arguments[0], scope), 0, scope)
    if name == "size" and len(arguments) in (1, 2):
        inner = value(arguments[0], scope)
        places = _places(arguments[1:], inner) if arguments[1:] else range(inner.rank)
        found = [_length(inner, place, scope) for place in places]
        return reduce(elementwise, found, Value((), exactly(1)))
    if name == "outer" and len(arguments) == 2:
        return outer(*(value(argument, scope) for argument in arguments))
    if name in ("add", "subtract") and len(arguments) == 2:
        raise InputError(f"{name} is read as a sign only", node.place, "a + b, a - b")
    if name == "where" and len(arguments) == 3:
        return where(*(value(argument, scope) for argument in arguments))
    if name in ("ones_like", "zeros_like") and len(arguments) == 1:
        inner = value(arguments[0], scope)
        number = exactly(1 if name == "ones_like" else 0)
        data = inner.data * exactly(0) + number
        return replace(inner, data=express(data, lambda _: number.formula(), inner.data), path=None)
    if name in ("transpose", "swapaxes", "t") and arguments:
        inner = value(arguments[0], scope)
        return _turned(node, inner) if len(arguments) > 1 else transposed(inner)
    if name == "tensordot" and len(arguments) == 2:
        return _tensordot(node, value(arguments[0], scope), value(arguments[1], scope))
    if name == "einsum" and len(arguments) > 1:
        first, *operands = arguments
        if not isinstance(first, Symbol) or not is_subscripts(first.name):
            raise InputError("einsum is told its axes by a text", first.place, "einsum('ni,nj->ij', x, dz)")
        return einsum(first.name, [value(operand, scope) for operand in operands])
    if name == "square" and len(arguments) == 1:
        inner = value(arguments[0], scope)
        return replace(inner, data=inner.data * inner.data)
    return None


def _length(inner: Value, place: int, scope: Scope) -> Value:
    """len(x), x.shape[1]: how many entries an axis has."""
    if not inner.rank:
        raise DoesNotFit("the length of a single number")
    size = inner.axes[place].size
    return Value((), exactly(scope.values.size(size), size))


def where(condition: Value, then: Value, otherwise: Value) -> Value:
    """`then` where the condition holds, else `otherwise`, entry by entry."""
    whole = max((condition, then, otherwise), key=lambda item: item.rank)
    mask, first, second = (aligned(whole, item, "where")[2] for item in (condition, then, otherwise))
    data = combined(np.where, Named(mask.letters, np.real(mask.array) > 0), first, second)
    return Value(whole.axes, express(data, lambda m, a, b: m * a + (1 - m) * b, mask, first, second), condition.row)


def _turned(node: Applied, inner: Value) -> Value:
    """x.transpose(0, 2, 1)"""
    order = _places(node.arguments[1:], inner)
    if sorted(order) != list(range(inner.rank)):
        raise DoesNotFit(f"the axes of {inner.shape} are not {len(order)}")
    return replace(inner, axes=tuple(inner.axes[place] for place in order), path=None)


def _tensordot(node: Applied, a: Value, b: Value) -> Value:
    """The sum of products over the axes that are told, of a and of b; the others remain, those of a first."""
    told = next((item for key, item in node.settings if key == "axes"), None)
    if not isinstance(told, Matrix) or len(told.rows) != 1 or len(told.rows[0]) != 2:
        raise InputError("tensordot needs the axes of both", node.place, "axes=((0, 1), (0, 1))")
    places = [
        _places(item.rows[0] if isinstance(item, Matrix) else (item,), value)
        for item, value in zip(told.rows[0], (a, b), strict=True)
    ]
    if len(places[0]) != len(places[1]):
        raise DoesNotFit("tensordot over different numbers of axes")
    names = {letter: axis(letter.size) for letter in b.axes}
    for left, right in zip(*places, strict=True):
        if a.axes[left].size != b.axes[right].size:
            raise DoesNotFit(f"tensordot of {a.shape} and {b.shape}: {a.axes[left].size} meets {b.axes[right].size}")
        names[b.axes[right]] = a.axes[left]
    met = tuple(a.axes[place] for place in places[0])
    data = (a.data * b.data.renamed(names)).reduced(np.sum, met)
    rest = tuple(names[letter] for place, letter in enumerate(b.axes) if place not in places[1])
    return Value((*(letter for letter in a.axes if letter not in met), *rest), data)


def _places(items: tuple[Node, ...], value: Value) -> list[int]:
    found = []
    for item in items:
        if not isinstance(item, Number) or not item.text.isdigit() or int(item.text) >= value.rank:
            raise InputError(f"a value of shape {value.shape} has no such axis", item.place)
        found.append(int(item.text))
    return found
