"""The kind of number in every array of a program: real, whole, or a truth value."""

from __future__ import annotations

from collections.abc import Mapping

from codegen.program import (
    Band,
    Elementwise,
    Insert,
    Kind,
    Name,
    Operation,
    Program,
    Range,
    Reduce,
    Reshape,
    Size,
    Slice,
    Stretch,
    Take,
    Transpose,
    Windows,
)

_TRUTHS = frozenset(("<", "<=", ">", ">=", "==", "!=", "and", "or", "not"))
_WHOLE = frozenset(("+", "-", "*", "negative", "clip"))


def kinds(program: Program) -> dict[str, Kind]:
    """The kind of every name in the program."""
    found: dict[str, Kind] = {name: "real" for name, _ in program.constants}
    found |= {item.name: item.kind for item in (*program.parameters, *program.inputs, *program.upstream)}
    for statement in program.statements:
        if statement.at is None:
            found[statement.result] = kind_of(statement.operation, found)
    return found


def kind_of(operation: Operation, known: Mapping[str, Kind]) -> Kind:
    """The kind of number that an operation gives."""
    if isinstance(operation, Name):
        return known.get(operation.name, "real")
    if isinstance(operation, Band):
        return "truth"
    if isinstance(operation, (Range, Size)):
        return "whole"
    if isinstance(operation, Elementwise):
        if operation.function in _TRUTHS:
            return "truth"
        inside = {kind_of(argument, known) for argument in operation.arguments}
        return "whole" if operation.function in _WHOLE and "real" not in inside else "real"
    if isinstance(operation, Reduce):
        if operation.function.startswith("arg"):
            return "whole"
        inner = kind_of(operation.operand, known)
        return "whole" if inner == "truth" and operation.function == "sum" else inner
    if isinstance(operation, (Transpose, Insert, Reshape, Slice, Stretch, Take, Windows)):
        return kind_of(operation.operand, known)
    return "real"
