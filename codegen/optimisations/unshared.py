"""No gradient shares its memory with another one, with what the caller gave or with what the forward pass keeps."""

from __future__ import annotations

from dataclasses import replace as with_fields

from codegen.program import (
    Elementwise,
    Insert,
    Line,
    Loop,
    Name,
    Operation,
    Program,
    Reshape,
    Slice,
    Statement,
    Transpose,
)  # fmt: skip


def unshared(program: Program) -> Program:
    """The program with a copy made of every gradient, and of every output, that would be a view of another array.

    A caller may change what it is given in place: a step downhill, say. Numbers cannot be changed, so they need none.
    """
    inputs = {item.name for item in (*program.inputs, *program.parameters)}
    gradients = {gradient for _, gradient in program.gradients}
    theirs = {*program.saved, *(item.name for item in (*program.upstream, *program.parameters))}
    return with_fields(
        program,
        forward=_copied(program.forward, set(program.results), inputs),
        backward=_copied(program.backward, gradients, theirs),
    )


def _copied(lines: tuple[Line, ...], returned: set[str], taken: set[str]) -> tuple[Line, ...]:
    """The lines with copies where a returned array is a view of one in `taken` or of one returned too."""
    owners: dict[str, str] = {}
    used = set(taken) | {name for name in returned if not _viewed(_definition(lines, name))}
    result: list[Line] = []
    for line in lines:
        if isinstance(line, Statement) and line.at is None and line.axes:
            seen = _viewed(line.operation)
            owner = owners.get(seen, seen)
            if owner and line.result in returned and owner in used:
                line = with_fields(line, operation=Elementwise("copy", (line.operation,)))
                owner = ""
            if owner:
                owners[line.result] = owner
                if line.result in returned:
                    used.add(owner)
        result.append(line)
    return tuple(result)


def _definition(lines: tuple[Line, ...], name: str) -> Operation | None:
    return next((item.operation for item in lines if not isinstance(item, Loop) and item.result == name), None)


def _is_stop(operation: Operation | None) -> bool:
    return isinstance(operation, Elementwise) and operation.function == "stop"


def _viewed(operation: Operation | None) -> str:
    """The array that the operation is a view of; empty where it is an array of its own."""
    while isinstance(operation, (Transpose, Insert, Reshape, Slice)) or _is_stop(operation):
        (operation,) = operation.operands  # type: ignore[union-attr]
    return operation.name if isinstance(operation, Name) else ""
