"""What a pass computes twice gets a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_fields
from itertools import groupby

from codegen.check import check
from codegen.optimisations.subtrees import all_names, count, is_costly, name_for, size, with_name
from codegen.program import Line, Loop, Name, Operation, Program, Statement, Take, flat, replace


def common(program: Program) -> Program:
    """The program with every costly subtree that stands twice in a pass computed once."""
    taken = all_names(program)
    forward = _outside_and_inside(program.forward, taken, program)
    backward = _outside_and_inside(program.backward, taken, program)
    return with_fields(program, forward=forward, backward=backward)


def _shared(statements: Sequence[Statement], taken: set[str], program: Program) -> tuple[Line, ...]:
    shapes, constants = dict(check(program)), dict(program.constants)
    current: list[Line] = [*_by_result(statements)]
    while True:
        repeated = _largest(current)
        if repeated is None:
            return tuple(current)
        name = name_for(repeated, taken, constants)
        taken.add(name)
        current = with_name(current, repeated, name, shapes)
        shapes[name] = next(statement.axes for statement in flat(current) if statement.result == name)


def _outside_and_inside(lines: Sequence[Line], taken: set[str], program: Program) -> tuple[Line, ...]:
    """The statements between two loops share among themselves, and so do those of each body."""
    result: list[Line] = []
    for is_loop, group in groupby(lines, key=lambda line: isinstance(line, Loop)):
        if is_loop:
            result += [with_fields(line, body=_shared(line.body, taken, program)) for line in group]  # type: ignore
        else:
            result += _shared(tuple(group), taken, program)  # type: ignore[arg-type]
    return tuple(result)


def _by_result(statements: Sequence[Statement]) -> list[Statement]:
    """A value that an earlier statement is, whole, is read by its name."""
    result: list[Statement] = []
    names: dict[Operation, Operation] = {}
    for statement in statements:
        operation = replace(statement.operation, names)
        if is_costly(operation):
            names.setdefault(operation, _value(statement))
        result.append(with_fields(statement, operation=operation))
    return result


def _value(statement: Statement) -> Operation:
    """What a statement defines, as an operation."""
    name = Name(statement.result)
    return name if statement.at is None else Take(name, statement.at)


def _largest(statements: Sequence[Line]) -> Operation | None:
    repeated = [operation for operation, times in count(flat(statements)).items() if times > 1]
    return max(repeated, key=lambda operation: (size(operation), repr(operation)), default=None)
