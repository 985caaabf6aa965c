"""One index equation as one array statement."""

from __future__ import annotations

from sympy import Expr, Mul

from codegen.lower.align import aligned, as_real, restricted, turned
from codegen.lower.expression import lower_expression
from codegen.lower.lowered import Letters, Lowered, Surroundings
from codegen.program import Axes, Concatenate, Elementwise, Number, Operation, Reshape, Stack, Statement, Stretch
from derive.equation import Equation
from derive.index import Index
from derive.subscript import parts


def lower_equation(
    equation: Equation, where: Surroundings | None = None, origin: str = "", comment: str = ""
) -> Statement:
    """`tensor[subscripts] = right` as an array statement whose axes are those of the tensor."""
    letters, axes = equation.letters, equation.tensor.axes
    if equation.subscripts:
        letters = letters_of(equation.subscripts, axes)
    item = lower_expression(equation.right, letters, where or Surroundings())
    name = equation.tensor.name
    if where is not None and name in where.whole:
        operation = turned(item, letters).operation
    else:
        operation = as_array(item, letters, axes)
    return Statement(name, axes, operation, origin or name, comment)


def letters_of(subscripts: tuple[Expr, ...], axes: Axes) -> Letters:
    """The letters of a left side in order, those of a product axis one after the other."""
    found = [part for subscript, axis in zip(subscripts, axes, strict=True) for part, _ in parts(subscript, axis)]
    letters = tuple(part for part in found if isinstance(part, Index))
    if len(letters) < len(found):
        raise TypeError(f"no array form for a left side with the subscripts {subscripts}")
    return letters


def as_array(item: Lowered, letters: Letters, axes: Axes) -> Operation:
    """The operation with these letters as its axes, in order, those of a product axis put together."""
    sizes = tuple(letter.size for letter in letters)
    operation = _with_axes(item, letters, sizes)
    return operation if len(sizes) == len(axes) else _put_together(operation, sizes, axes)


def _put_together(operation: Operation, sizes: Axes, axes: Axes) -> Operation:
    """The operation with other axes; arrays side by side along the first part of an axis stand one after the other."""
    if isinstance(operation, Stack):
        place = _place_of(operation.place, sizes, axes)
        if place is not None and len(sizes) == len(axes) + 1:
            return Concatenate(operation.arrays, place)
    return Reshape(operation, axes)


def _place_of(part: int, sizes: Axes, axes: Axes) -> int | None:
    """The axis that the parts at `part` and `part + 1` make together; None where they do not."""
    if part + 1 < len(sizes) and part < len(axes) and Mul(sizes[part], sizes[part + 1]) == axes[part]:
        return part
    return None


def _with_axes(item: Lowered, letters: Letters, axes: Axes) -> Operation:
    """The operation turned and stretched to exactly these letters, as real numbers."""
    item = as_real(item)
    if set(item.letters) == set(letters):
        operation = turned(item, letters).operation
        return Elementwise("real", (operation,)) if isinstance(operation, Number) or item.weak else operation
    operation = aligned(item, letters)
    missing = restricted(letters, (letter for letter in letters if letter not in item.letters))
    assert missing, f"{item.letters} has letters beside {letters}"
    return Stretch(Elementwise("real", (operation,)) if item.weak else operation, axes)
