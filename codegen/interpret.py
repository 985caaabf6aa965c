"""Run a program slowly and obviously: one case for each kind of operation, on arrays of Python objects or floats.

This is the oracle of the printers and of the optimisations; it shares no code with them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import singledispatch
from typing import Any

import numpy as np
from sympy import Expr

from codegen import program as p
from derive.functions import PRIMITIVES

Environment = Mapping[str, Any]
Sizes = Mapping[str, int]

_RELATIONS: dict[str, Any] = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal,
    "and": np.logical_and, "or": np.logical_or, "not": np.logical_not,
}  # fmt: skip
_ARITHMETIC: dict[str, Any] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "negative": np.negative, "power": np.power,
    "sqrt": np.sqrt, "where": np.where, "clip": lambda a, top: np.clip(a, 0, top),
}  # fmt: skip


def size(expr: Expr, sizes: Sizes) -> int:
    """The value of a polynomial in sizes."""
    return int(expr.subs({symbol: sizes[symbol.name] for symbol in expr.free_symbols}))


def run(lines: tuple[p.Line, ...], environment: Environment, sizes: Sizes) -> dict[str, Any]:
    """Every value that the statements give, beside what was given."""
    values = dict(environment)
    for line in lines:
        if isinstance(line, p.Loop):
            steps = range(size(line.start, sizes), size(line.stop, sizes))
            for step in reversed(steps) if line.descending else steps:
                for statement in line.body:
                    _execute(statement, values, {**sizes, line.letter.name: step})
        else:
            _execute(line, values, sizes)
    return values


def _execute(statement: p.Statement, values: dict[str, Any], sizes: Sizes) -> None:
    value = np.asarray(evaluate(statement.operation, values, sizes))
    expected = tuple(size(axis, sizes) for axis in statement.axes)
    if value.shape != expected:
        raise ValueError(f"{statement.result} has shape {value.shape}, expected {expected}")
    if statement.at is None:
        values[statement.result] = value
    else:
        place = tuple(slice(None) if part is None else _evaluate(part, values, sizes) for part in statement.at)
        values[statement.result][place] = value


def evaluate(operation: p.Operation, values: Environment, sizes: Sizes) -> Any:
    """The value of one operation."""
    return _evaluate(operation, values, sizes)


@singledispatch
def _evaluate(operation: p.Operation, values: Environment, sizes: Sizes) -> Any:
    raise TypeError(f"no meaning for {type(operation).__name__}")


@_evaluate.register
def _(operation: p.Name, values: Environment, sizes: Sizes) -> Any:
    return values[operation.name]


@_evaluate.register
def _(operation: p.Number, values: Environment, sizes: Sizes) -> Any:
    return float(operation.value)


@_evaluate.register
def _(operation: p.Size, values: Environment, sizes: Sizes) -> Any:
    return size(operation.value, sizes)


@_evaluate.register
def _(operation: p.Elementwise, values: Environment, sizes: Sizes) -> Any:
    arguments = [_evaluate(argument, values, sizes) for argument in operation.arguments]
    name = operation.function
    if name == "real":
        return np.asarray(arguments[0]).astype(float)
    if name == "copy":
        return np.array(arguments[0])
    if name in _RELATIONS:
        return _RELATIONS[name](*arguments)
    if name in _ARITHMETIC:
        return _ARITHMETIC[name](*arguments)
    return _pointwise(scalar_meaning(name), *arguments)


def scalar_meaning(name: str) -> Any:
    """A scalar function by name: a primitive, or one that only programs use."""
    return PRIMITIVES[name].numeric if name in PRIMITIVES else _OWN[name]


def _sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))


def _softplus(z: float) -> float:
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


_OWN = {
    "float": float,
    "sigmoid": _sigmoid,
    "tanh": math.tanh,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "log1p": math.log1p,
    "expm1": math.expm1,
    "softplus": _softplus,
    "logaddexp": lambda a, b: max(a, b) + math.log1p(math.exp(-abs(a - b))),
}


def _pointwise(function: Any, *arguments: Any) -> Any:
    arrays = np.broadcast_arrays(*arguments)
    flat = [function(*(float(v) for v in entry)) for entry in zip(*(a.ravel() for a in arrays), strict=True)]
    return np.array(flat, dtype=float).reshape(arrays[0].shape)


@_evaluate.register
def _(operation: p.Matmul, values: Environment, sizes: Sizes) -> Any:
    return np.matmul(_evaluate(operation.left, values, sizes), _evaluate(operation.right, values, sizes))


@_evaluate.register
def _(operation: p.Tensordot, values: Environment, sizes: Sizes) -> Any:
    left, right = _evaluate(operation.left, values, sizes), _evaluate(operation.right, values, sizes)
    return np.tensordot(left, right, axes=(operation.left_axes, operation.right_axes))


@_evaluate.register
def _(operation: p.Reduce, values: Environment, sizes: Sizes) -> Any:
    operand = np.asarray(_evaluate(operation.operand, values, sizes))
    axes: Any = operation.axes[0] if operation.function.startswith("arg") else operation.axes
    return getattr(np, operation.function)(operand, axis=axes, keepdims=operation.keepdims)


@_evaluate.register
def _(operation: p.Transpose, values: Environment, sizes: Sizes) -> Any:
    return np.transpose(_evaluate(operation.operand, values, sizes), operation.order)


@_evaluate.register
def _(operation: p.Insert, values: Environment, sizes: Sizes) -> Any:
    return np.expand_dims(_evaluate(operation.operand, values, sizes), operation.places)


@_evaluate.register
def _(operation: p.Stretch, values: Environment, sizes: Sizes) -> Any:
    shape = tuple(size(axis, sizes) for axis in operation.axes)
    return np.broadcast_to(_evaluate(operation.operand, values, sizes), shape)


@_evaluate.register
def _(operation: p.Take, values: Environment, sizes: Sizes) -> Any:
    subscripts = tuple(slice(None) if s is None else _evaluate(s, values, sizes) for s in operation.subscripts)
    return np.asarray(_evaluate(operation.operand, values, sizes))[subscripts]


@_evaluate.register
def _(operation: p.Range, values: Environment, sizes: Sizes) -> Any:
    return np.arange(size(operation.size, sizes))


@_evaluate.register
def _(operation: p.Scatter, values: Environment, sizes: Sizes) -> Any:
    labels, rows = (np.asarray(_evaluate(item, values, sizes)) for item in (operation.labels, operation.rows))
    rows = np.broadcast_to(rows, (*labels.shape, *rows.shape[labels.ndim :]))
    result = np.zeros((size(operation.size, sizes), *rows.shape[labels.ndim :]))
    for place in np.ndindex(labels.shape):
        result[labels[place]] += rows[place]
    return result


@_evaluate.register
def _(operation: p.Reshape, values: Environment, sizes: Sizes) -> Any:
    return np.reshape(_evaluate(operation.operand, values, sizes), [size(axis, sizes) for axis in operation.axes])


@_evaluate.register
def _(operation: p.Slice, values: Environment, sizes: Sizes) -> Any:
    bounds = [(None, None) if part is None else [size(bound, sizes) for bound in part] for part in operation.parts]
    return np.asarray(_evaluate(operation.operand, values, sizes))[tuple(slice(*bound) for bound in bounds)]


@_evaluate.register
def _(operation: p.Stack, values: Environment, sizes: Sizes) -> Any:
    return np.stack([_evaluate(array, values, sizes) for array in operation.arrays], axis=operation.place)


@_evaluate.register
def _(operation: p.Concatenate, values: Environment, sizes: Sizes) -> Any:
    return np.concatenate([_evaluate(array, values, sizes) for array in operation.arrays], axis=operation.place)


@_evaluate.register
def _(operation: p.Band, values: Environment, sizes: Sizes) -> Any:
    rows, columns, offset = (size(expr, sizes) for expr in (operation.rows, operation.columns, operation.offset))
    return np.array([[column <= row + offset for column in range(columns)] for row in range(rows)]).reshape(
        rows, columns
    )


@_evaluate.register
def _(operation: p.Windows, values: Environment, sizes: Sizes) -> Any:
    array = np.moveaxis(np.asarray(_evaluate(operation.operand, values, sizes)), operation.place, 0)
    count, width, step, spread, start = (
        size(expr, sizes)
        for expr in (operation.count, operation.width, operation.step, operation.spread, operation.start)
    )
    result = np.full((count, width, *array.shape[1:]), float(operation.fill))
    for r, u in np.ndindex(count, width):
        if 0 <= step * r + spread * u + start < len(array):
            result[r, u] = array[step * r + spread * u + start]
    return np.moveaxis(result, (0, 1), (operation.place, operation.place + 1))


@_evaluate.register
def _(operation: p.Overlap, values: Environment, sizes: Sizes) -> Any:
    axes = (operation.place, operation.place + 1)
    parts = np.moveaxis(np.asarray(_evaluate(operation.operand, values, sizes)), axes, (0, 1))
    step, spread, start = (size(expr, sizes) for expr in (operation.step, operation.spread, operation.start))
    result = np.zeros((size(operation.size, sizes), *parts.shape[2:]))
    for r, u in np.ndindex(*parts.shape[:2]):
        if 0 <= step * r + spread * u + start < len(result):
            result[step * r + spread * u + start] += parts[r, u]
    return np.moveaxis(result, 0, operation.place)


@_evaluate.register
def _(operation: p.Zeros, values: Environment, sizes: Sizes) -> Any:
    shape = tuple(size(axis, sizes) for axis in operation.axes)
    return np.full(shape, np.nan) if operation.set_later else np.zeros(shape)
