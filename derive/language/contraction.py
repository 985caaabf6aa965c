"""The matrix product, as the sum that it is."""

from __future__ import annotations

from derive.binding import bind
from derive.errors import InputError, Place
from derive.language.context import Context
from derive.language.scope import shape
from derive.language.value import Value
from derive.operators import Sum


def matmul(left: Value, right: Value, place: Place, context: Context) -> Value:
    """Last axis of the left with the last but one (or only) axis of the right."""
    shapes = f"{shape(left.sizes)} @ {shape(right.sizes)}"
    if not left.axes or not right.axes:
        raise InputError(f"{shapes}: @ is for tensors", place, "* instead of @")
    inner = right.axes[-2] if len(right.axes) > 1 else right.axes[0]
    if not context.scope.same(left.axes[-1].size, inner.size):
        raise InputError(
            f"{shapes}: the last axis of the left is {left.axes[-1].size}, but it meets {inner.size} on the right",
            place,
            _transposed(left, right, context),
        )
    batch = right.axes[:-2]
    ahead = left.axes[:-2]
    if batch and (
        len(batch) != len(ahead)
        or not all(context.scope.same(a.size, b.size) for a, b in zip(ahead, batch, strict=True))
    ):
        raise InputError(f"{shapes}: the leading axes differ", place, "index form: sum(a[...,i] * b[...,i,k] for i)")
    partners = (*ahead, left.axes[-1], right.axes[-1]) if len(right.axes) > 1 else (left.axes[-1],)
    renamed = right.renamed(partners if batch else partners[-2:])
    summed = bind(Sum, left.expr * renamed.expr, [left.axes[-1].letter])
    return Value(summed, (*left.axes[:-1], *right.axes[-1:]) if len(right.axes) > 1 else left.axes[:-1])


def _transposed(left: Value, right: Value, context: Context) -> str:
    last = left.axes[-1].size
    if len(right.axes) > 1 and context.scope.same(last, right.axes[-1].size):
        return ".T after the right one"
    if len(left.axes) > 1 and any(context.scope.same(left.axes[-2].size, axis.size) for axis in right.axes[-2:-1]):
        return ".T after the left one"
    return "index form: sum(a[...,i] * b[i,...] for i)"
