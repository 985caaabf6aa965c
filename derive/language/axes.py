"""Axes named by `over=`: by dimension, or by the letter of the equation that defined the tensor; conditions on them."""

from __future__ import annotations

from derive.errors import InputError
from derive.language.context import Context
from derive.language.scope import shape
from derive.language.tree import Name, Node
from derive.language.value import Axis, Value


def named_axes(over: tuple[Name, ...], value: Value, context: Context) -> tuple[Axis, ...]:
    """The axes of a value that the names mean; each name exactly one axis."""
    found: list[Axis] = []
    for name in over:
        axis = _named(name, value, context)
        if axis in found:
            raise InputError(f"{name.name} names an axis that was named already", name.place, "each axis once")
        found.append(axis)
    return tuple(found)


def mask(condition: Node, value: Value, context: Context) -> Value:
    """A condition on the letters by which equations named the axes of a value."""
    letters = {axis.label: axis.letter for axis in value.axes if axis.label}
    return context.with_letters(letters).condition(condition)


def _named(name: Name, value: Value, context: Context) -> Axis:
    dimension = context.scope.dimensions.get(name.name)
    if dimension is None:
        fitting = [axis for axis in value.axes if axis.label == name.name]
        known = [axis.label for axis in value.axes if axis.label]
        remedy = f"over={known[0]}" if known else "a dimension, or index form"
    else:
        fitting = [axis for axis in value.axes if context.scope.same(axis.size, dimension.symbol)]
        known = [str(axis.size) for axis in value.axes]
        remedy = f"over={known[-1]}" if known else "no over="
        if len(fitting) > 1:
            labels = [axis.label for axis in fitting if axis.label]
            remedy = f"a letter: over={labels[0]}" if labels else "index form"
    if len(fitting) == 1:
        return fitting[0]
    which = "no axis" if not fitting else "more than one axis"
    raise InputError(f"{name.name} names {which} of {shape(value.sizes)}", name.place, remedy)
