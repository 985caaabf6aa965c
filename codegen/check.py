"""The shape of every operation, found symbolically; a program whose shapes do not fit is refused with the statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import singledispatch

from sympy import Expr, Integer, Mul, S, expand

from codegen import program as p

Shapes = Mapping[str, p.Axes]


class ShapeError(Exception):
    """Two shapes that do not fit: a mistake of ours, never of the user's."""


def check(program: p.Program) -> dict[str, p.Axes]:
    """The axes of every name in the program. Raises ShapeError where a statement does not give what it says."""
    shapes: dict[str, p.Axes] = {name: () for name, _ in program.constants}
    shapes |= {array.name: array.axes for array in (*program.parameters, *program.inputs)}
    check_statements(program.forward, shapes)
    readable = {*program.saved, *(array.name for array in program.parameters), *(name for name, _ in program.constants)}
    backward = {name: axes for name, axes in shapes.items() if name in readable}
    backward |= {array.name: array.axes for array in program.upstream}
    check_statements(program.backward, backward)
    return shapes | backward


def check_statements(statements: Sequence[p.Line], shapes: dict[str, p.Axes]) -> None:
    """Check one statement after the other and add what it defines to `shapes`."""
    for statement in p.flat(statements):
        try:
            found = axes_of(statement.operation, shapes)
            if statement.at is not None:
                place = _axes(p.Take(p.Name(statement.result), statement.at), shapes)
                if not _equal(place, statement.axes):
                    raise ShapeError(f"the place has axes {place}, expected {statement.axes}")
        except ShapeError as error:
            raise ShapeError(f"{statement.result}: {error}") from error
        if not _equal(found, statement.axes):
            raise ShapeError(f"{statement.result} has axes {found}, expected {statement.axes}")
        if statement.at is None:
            shapes[statement.result] = statement.axes


def axes_of(operation: p.Operation, shapes: Shapes) -> p.Axes:
    """The axes of an operation, given those of the names in it."""
    return _axes(operation, shapes)


def broadcast(*shapes: p.Axes) -> p.Axes:
    """The common axes by NumPy's rule: aligned at the end, an axis of size 1 stretches."""
    rank = max(len(axes) for axes in shapes)
    result = []
    for place in range(-rank, 0):
        sizes = [axes[place] for axes in shapes if len(axes) >= -place]
        wide = [size for size in sizes if size != 1]
        if any(not _same(size, wide[0]) for size in wide):
            raise ShapeError(f"axes {shapes} do not broadcast")
        result.append(wide[0] if wide else S.One)
    return tuple(result)


def _same(one: Expr, other: Expr) -> bool:
    return one == other or expand(one - other) == 0


def _equal(one: p.Axes, other: p.Axes) -> bool:
    return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))


@singledispatch
def _axes(operation: p.Operation, shapes: Shapes) -> p.Axes:
    raise TypeError(f"no shape for {type(operation).__name__}")


@_axes.register
def _(operation: p.Name, shapes: Shapes) -> p.Axes:
    if operation.name not in shapes:
        raise ShapeError(f"{operation.name} is read before it is there")
    return shapes[operation.name]


@_axes.register(p.Number)
@_axes.register(p.Size)
def _(operation: p.Operation, shapes: Shapes) -> p.Axes:
    return ()


@_axes.register
def _(operation: p.Elementwise, shapes: Shapes) -> p.Axes:
    return broadcast(*(_axes(argument, shapes) for argument in operation.arguments))


@_axes.register
def _(operation: p.Matmul, shapes: Shapes) -> p.Axes:
    left, right = _axes(operation.left, shapes), _axes(operation.right, shapes)
    if not left or not right:
        raise ShapeError("a matrix product of a number")
    inner = right[-2] if len(right) > 1 else right[0]
    if not _same(left[-1], inner):
        raise ShapeError(f"a matrix product of axes {left} and {right}")
    batch = broadcast(left[:-2], right[:-2]) if left[:-2] or right[:-2] else ()
    rows = left[-2:-1]
    columns = right[-1:] if len(right) > 1 else ()
    return (*batch, *rows, *columns)


@_axes.register
def _(operation: p.Tensordot, shapes: Shapes) -> p.Axes:
    left, right = _axes(operation.left, shapes), _axes(operation.right, shapes)
    for one, other in zip(operation.left_axes, operation.right_axes, strict=True):
        if not _same(left[one], right[other]):
            raise ShapeError(f"a contraction of axes {left} and {right}")
    rest = [axis for place, axis in enumerate(left) if place not in operation.left_axes]
    rest += [axis for place, axis in enumerate(right) if place not in operation.right_axes]
    return tuple(rest)


@_axes.register
def _(operation: p.Reduce, shapes: Shapes) -> p.Axes:
    axes = _axes(operation.operand, shapes)
    if any(place >= len(axes) for place in operation.axes):
        raise ShapeError(f"reduction over axes {operation.axes} of {axes}")
    if operation.keepdims:
        return tuple(S.One if place in operation.axes else axis for place, axis in enumerate(axes))
    return tuple(axis for place, axis in enumerate(axes) if place not in operation.axes)


@_axes.register
def _(operation: p.Transpose, shapes: Shapes) -> p.Axes:
    axes = _axes(operation.operand, shapes)
    if sorted(operation.order) != list(range(len(axes))):
        raise ShapeError(f"order {operation.order} of axes {axes}")
    return tuple(axes[place] for place in operation.order)


@_axes.register
def _(operation: p.Insert, shapes: Shapes) -> p.Axes:
    axes = list(_axes(operation.operand, shapes))
    for place in sorted(operation.places):
        axes.insert(place, S.One)
    return tuple(axes)


@_axes.register
def _(operation: p.Stretch, shapes: Shapes) -> p.Axes:
    if not _equal(broadcast(_axes(operation.operand, shapes), operation.axes), operation.axes):
        raise ShapeError(f"cannot stretch to {operation.axes}")
    return operation.axes


@_axes.register
def _(operation: p.Take, shapes: Shapes) -> p.Axes:
    axes = _axes(operation.operand, shapes)
    if len(operation.subscripts) > len(axes):
        raise ShapeError(f"{len(operation.subscripts)} subscripts for axes {axes}")
    picked = [place for place, subscript in enumerate(operation.subscripts) if subscript is not None]
    arrays = [_axes(subscript, shapes) for subscript in operation.subscripts if subscript is not None]
    if not any(arrays):
        return tuple(axis for place, axis in enumerate(axes) if place not in picked)
    if picked != list(range(picked[0], picked[-1] + 1)):
        raise ShapeError("picked axes must stand next to each other")
    return (*axes[: picked[0]], *broadcast(*arrays), *axes[picked[-1] + 1 :])


@_axes.register
def _(operation: p.Range, shapes: Shapes) -> p.Axes:
    return (operation.size,)


@_axes.register
def _(operation: p.Scatter, shapes: Shapes) -> p.Axes:
    labels, rows = _axes(operation.labels, shapes), _axes(operation.rows, shapes)
    if len(rows) < len(labels) or not _equal(broadcast(labels, rows[: len(labels)]), labels):
        raise ShapeError(f"rows {rows} do not fit labels {labels}")
    return (operation.size, *rows[len(labels) :])


@_axes.register
def _(operation: p.Reshape, shapes: Shapes) -> p.Axes:
    axes = _axes(operation.operand, shapes)
    if not _same(Mul(*axes), Mul(*operation.axes)):
        raise ShapeError(f"axes {axes} cannot become {operation.axes}")
    return operation.axes


@_axes.register
def _(operation: p.Slice, shapes: Shapes) -> p.Axes:
    axes = list(_axes(operation.operand, shapes))
    for place, part in enumerate(operation.parts):
        if part is not None:
            axes[place] = expand(part[1] - part[0])
    return tuple(axes)


@_axes.register(p.Stack)
@_axes.register(p.Concatenate)
def _(operation: p.Stack | p.Concatenate, shapes: Shapes) -> p.Axes:
    first, *others = [list(_axes(array, shapes)) for array in operation.arrays]
    place = operation.place
    if isinstance(operation, p.Concatenate):
        length = sum((axes.pop(place) for axes in others), first.pop(place))
    else:
        length = Integer(len(operation.arrays))
    if not all(_equal(tuple(first), tuple(axes)) for axes in others):
        raise ShapeError(f"axes {first} and {others} side by side")
    return (*first[:place], length, *first[place:])


@_axes.register
def _(operation: p.Band, shapes: Shapes) -> p.Axes:
    return (operation.rows, operation.columns)


@_axes.register
def _(operation: p.Windows, shapes: Shapes) -> p.Axes:
    axes = _axes(operation.operand, shapes)
    return (*axes[: operation.place], operation.count, operation.width, *axes[operation.place + 1 :])


@_axes.register
def _(operation: p.Overlap, shapes: Shapes) -> p.Axes:
    axes = _axes(operation.operand, shapes)
    return (*axes[: operation.place], operation.size, *axes[operation.place + 2 :])


@_axes.register
def _(operation: p.Zeros, shapes: Shapes) -> p.Axes:
    return operation.axes
