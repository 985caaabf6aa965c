"""What the backward pass would compute again is kept from the forward pass."""

from __future__ import annotations

from dataclasses import replace as with_fields

from codegen.check import check
from codegen.lower.derivation import saved_values
from codegen.optimisations.subtrees import all_names, count, is_costly, name_for, replaced, size, with_name
from codegen.program import Line, Loop, Name, Program, Statement, replace


def saved(program: Program) -> Program:
    """The program with every costly subtree that stands in both passes computed in the forward pass only.

    What stands inside a loop is left there: a subtree is the value of one step only.
    """
    taken, shapes = all_names(program), dict(check(program))
    forward, backward = list(program.forward), list(program.backward)
    names = {item.operation: Name(item.result) for item in _outside(forward)
             if item.at is None and is_costly(item.operation)}  # fmt: skip
    backward = [line if isinstance(line, Loop) else with_fields(line, operation=replace(line.operation, names))
                for line in backward]  # fmt: skip
    while True:
        again = count(_outside(backward))
        both = [operation for operation in count(_outside(forward)) if again[operation]]
        if not both:
            break
        operation = max(both, key=lambda item: (size(item), repr(item)))
        name = name_for(operation, taken, dict(program.constants))
        taken.add(name)
        forward = with_name(forward, operation, name, shapes)
        shapes[name] = next(statement.axes for statement in _outside(forward) if statement.result == name)
        backward = [line if isinstance(line, Loop) else replaced(line, operation, name) for line in backward]
    kept = saved_values(program.inputs, forward, backward)
    return with_fields(program, forward=tuple(forward), backward=tuple(backward), saved=kept)


def _outside(lines: list[Line]) -> list[Statement]:
    return [line for line in lines if not isinstance(line, Loop)]
