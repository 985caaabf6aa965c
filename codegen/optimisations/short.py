"""Statements that nobody would write in one line: what is inside gets a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from dataclasses import replace as with_fields

from sympy import Basic

from codegen.check import check
from codegen.optimisations.subtrees import all_names, name_for, with_name
from codegen.program import (
    Concatenate,
    Elementwise,
    Insert,
    Line,
    Loop,
    Name,
    Number,
    Operation,
    Overlap,
    Program,
    Range,
    Reduce,
    Reshape,
    Size,
    Slice,
    Stack,
    Take,
    Tensordot,
    Transpose,
    Windows,
    names,
    replace,
    walk,
)

LONGEST = 84
"""About how many characters stand in a line."""
_VIEWS = (Insert, Transpose, Reshape, Slice)


def short(program: Program) -> Program:
    """The program with names for the inner parts of its longest statements; sums and products break by themselves."""
    taken = all_names(program)
    return with_fields(
        program,
        forward=_shortened(program.forward, taken, program),
        backward=_shortened(program.backward, taken, program),
    )


def _shortened(lines: Sequence[Line], taken: set[str], program: Program) -> tuple[Line, ...]:
    shapes, constants = dict(check(program)), dict(program.constants)
    result: list[Line] = []
    named: dict[Operation, Operation] = {}
    for line in lines:
        if isinstance(line, Loop):
            result.append(with_fields(line, body=_shortened(line.body, taken, program)))  # type: ignore[arg-type]
            continue
        waiting: list[Line] = [with_fields(line, operation=replace(line.operation, named))]
        while waiting:
            part = _too_long(waiting[0])
            if part is None:
                result.append(waiting.pop(0))
                continue
            name = name_for(part, taken, constants)
            taken.add(name)
            named[part] = Name(name)
            waiting = with_name(waiting, part, name, shapes)
            shapes[name] = waiting[0].axes  # type: ignore[union-attr]
    return tuple(result)


def _too_long(line: Line) -> Operation | None:
    """The part of a statement that a name would shorten most evenly; None where the statement is short enough."""
    assert not isinstance(line, Loop)
    for operand in _operands(line.operation):
        if length(operand) > LONGEST:
            candidates = [node for node in walk(operand) if node is not operand and _is_worth_it(node)]
            return min(candidates, key=lambda node: abs(length(node) - length(operand) / 2), default=None)
    return None


def _operands(operation: Operation) -> list[Operation]:
    """What stands between the signs of sums and products, which are where lines break."""
    if isinstance(operation, Elementwise) and operation.function in ("+", "-", "*", "/"):
        left, right = operation.arguments
        return [*_operands(left), *([right] if operation.function in ("*", "/") else _operands(right))]
    if isinstance(operation, (Concatenate, Stack)):
        return [part for array in operation.arrays for part in _operands(array)]
    return [operation]


def _is_worth_it(node: Operation) -> bool:
    if isinstance(node, (Name, Number, Size, Range, *_VIEWS)) or not names(node):
        return False
    return length(node) >= 20


_OWN = {Tensordot: 30, Overlap: 34, Windows: 34, Transpose: 10, Reduce: 12, Take: 2, Slice: 2, Range: 11}
"""About how many characters an operation adds to its operands and numbers."""


def length(operation: Operation) -> int:
    """About how many characters the operation has in print."""
    if isinstance(operation, Name):
        return len(operation.name)
    if isinstance(operation, (Number, Size)):
        return len(str(operation.value))
    own = 3 if isinstance(operation, Elementwise) and len(operation.arguments) == 2 else _OWN.get(type(operation), 9)
    if isinstance(operation, Insert):
        own += 3 * len(operation.places)
    for item in fields(operation):
        value = getattr(operation, item.name)
        parts = value if isinstance(value, tuple) else (value,)
        own += sum(len(str(part)) + 2 for part in parts if isinstance(part, Basic | int | tuple))
    return own + sum(length(operand) for operand in operation.operands)
