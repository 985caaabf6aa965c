"""What a pass computes twice gets a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_fields

from codegen.check import check
from codegen.optimisations.subtrees import all_names, count, is_costly, name_for, size, with_name
from codegen.program import Name, Operation, Program, Statement, replace


def common(program: Program) -> Program:
    """The program with every costly subtree that stands twice in a pass computed once."""
    taken = all_names(program)
    forward = _shared(program.forward, taken, program)
    backward = _shared(program.backward, taken, program)
    return with_fields(program, forward=forward, backward=backward)


def _shared(statements: Sequence[Statement], taken: set[str], program: Program) -> tuple[Statement, ...]:
    shapes, constants = dict(check(program)), dict(program.constants)
    current = _by_result(statements)
    while True:
        repeated = _largest(current)
        if repeated is None:
            return tuple(current)
        name = name_for(repeated, taken, constants)
        taken.add(name)
        current = with_name(current, repeated, name, shapes)
        shapes[name] = next(statement.axes for statement in current if statement.result == name)


def _by_result(statements: Sequence[Statement]) -> list[Statement]:
    """A value that an earlier statement is, whole, is read by its name."""
    result: list[Statement] = []
    names: dict[Operation, Operation] = {}
    for statement in statements:
        operation = replace(statement.operation, names)
        if is_costly(operation):
            names.setdefault(operation, Name(statement.result))
        result.append(with_fields(statement, operation=operation))
    return result


def _largest(statements: Sequence[Statement]) -> Operation | None:
    repeated = [operation for operation, times in count(statements).items() if times > 1]
    return max(repeated, key=lambda operation: (size(operation), repr(operation)), default=None)
