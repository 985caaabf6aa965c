"""`x.sum(axis=1, keepdims=True)` and `x.sum(axis=1)[:, None]` are one value: seen as one, then written short."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as with_fields

from codegen.program import Insert, Operation, Program, Reduce, changed, rebuild


def dropped(program: Program) -> Program:
    """Every reduction without its axes, inserted again where they were kept."""
    return _everywhere(program, _dropped)


def kept(program: Program) -> Program:
    """Every reduction whose axes are inserted again at once keeps them."""
    return _everywhere(program, _kept)


def _dropped(operation: Operation) -> Operation:
    if isinstance(operation, Reduce) and operation.keepdims:
        return Insert(with_fields(operation, keepdims=False), operation.axes)
    return operation


def _kept(operation: Operation) -> Operation:
    inner = operation.operand if isinstance(operation, Insert) else None
    if isinstance(operation, Insert) and isinstance(inner, Reduce) and inner.axes == operation.places:
        return with_fields(inner, keepdims=True) if not inner.function.startswith("arg") else operation
    return operation


def _everywhere(program: Program, change: Callable[[Operation], Operation]) -> Program:
    def rewritten(operation: Operation) -> Operation:
        return change(rebuild(operation, {operand: rewritten(operand) for operand in operation.operands}))

    forward, backward = changed(program.forward, rewritten), changed(program.backward, rewritten)
    return with_fields(program, forward=forward, backward=backward)
