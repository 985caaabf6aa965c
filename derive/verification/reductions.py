"""Reductions as programs write them: sum(dz, axis=0), dz.mean(axis=(0, 1)), z.max(1), sum(x, over=D)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from derive.arrays import Named
from derive.errors import InputError
from derive.index import Index
from derive.verification.expressed import mapped
from derive.verification.formula.tree import Applied, Matrix, Negative, Node, Number
from derive.verification.scope import Scope
from derive.verification.spelling import text_of
from derive.verification.value import DoesNotFit, Value

_OTHER_NAMES = {"amax": "max", "amin": "min", "average": "mean"}
REDUCTIONS = ("sum", "mean", "max", "min", "prod", *_OTHER_NAMES)
_AXES = ("axis", "axes", "over", "dim", "dims")
_KEPT = ("keepdims", "keepdim")  # a kept axis of length one stretches in what follows
_WITHOUT_EFFECT = (*_KEPT, "dtype", "copy")


def reduction(node: Applied, inner: Value, scope: Scope) -> Value:
    """The first argument of a reduction, `inner`, reduced over the axes that are told, or over all of them."""
    name = _OTHER_NAMES.get(node.of.name, node.of.name)
    told = [value for key, value in node.settings if key in _AXES] + list(node.arguments[1:2])
    for key, value in node.settings:
        if key not in (*_AXES, *_WITHOUT_EFFECT):
            raise InputError(f"{node.of.name} has no setting {key}", value.place, "axis=0")
    axes = tuple(axis for value in told for axis in _axes(value, inner, scope)) if told else inner.axes
    kept = tuple(letter for letter in inner.axes if letter not in axes)
    if len(set(axes)) != len(axes):
        raise DoesNotFit(f"one axis of {inner.shape} is named twice")
    if name in ("max", "min"):
        data = extreme(inner.data, axes, 1.0 if name == "max" else -1.0)
    else:
        reductions: dict[str, Callable[..., Any]] = {"sum": np.sum, "mean": np.mean, "prod": np.prod}
        data = inner.data.reduced(reductions[name], axes)
    stands = [text_of(value) for key, value in node.settings if key in _KEPT]
    lying = "across" if kept and stands == ["True"] and axes == inner.axes[-1:] else ""
    row = None if len(kept) == 1 and scope.surface == "plain" else scope.reading.layout == "row"
    return Value(kept, data, row=row, repeated=lying)


def _axes(node: Node, value: Value, scope: Scope) -> tuple[Index, ...]:
    """The axes that a setting names: by their place, counted from 0 or from the end, or by what they run over."""
    if isinstance(node, Matrix):
        return tuple(letter for row in node.rows for item in row for letter in _axes(item, value, scope))
    if text_of(node) == "None":
        return value.axes
    sign, digits = (-1, node.of) if isinstance(node, Negative) else (1, node)
    if isinstance(digits, Number) and digits.text.isdigit():
        place = sign * int(digits.text)
        if not -value.rank <= place < value.rank:
            raise DoesNotFit(f"a value of shape {value.shape} has no axis {place}")
        return (value.axes[place],)
    found = tuple(letter for letter in value.axes if str(letter.size) == text_of(node))
    if len(found) != 1:
        raise DoesNotFit(f"a value of shape {value.shape} has {len(found) or 'no'} axes {text_of(node) or '…'}")
    return found


def extreme(data: Named, letters: tuple[Index, ...], sign: float) -> Named:
    """The largest entry along letters; with the sign -1, the smallest."""
    for letter in letters:
        place = data.letters.index(letter)
        best = np.argmax(sign * data.array.real, axis=place)
        found = np.take_along_axis(data.array, np.expand_dims(best, place), place)
        data = Named(data.letters[:place] + data.letters[place + 1 :], found.squeeze(place))
    return data


def norm(inner: Value) -> Value:
    """The root of the sum of squares."""
    square = (inner.data * inner.data).reduced(np.sum, inner.axes)
    return Value((), mapped(np.sqrt, square))
