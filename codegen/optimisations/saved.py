"""What the backward pass would compute again is kept from the forward pass."""

from __future__ import annotations

from dataclasses import replace as with_fields

from codegen.check import check
from codegen.lower.derivation import saved_values
from codegen.optimisations.subtrees import all_names, count, is_costly, name_for, replaced, size, with_name
from codegen.program import Name, Program, replace


def saved(program: Program) -> Program:
    """The program with every costly subtree that stands in both passes computed in the forward pass only."""
    taken, shapes = all_names(program), dict(check(program))
    forward, backward = list(program.forward), list(program.backward)
    names = {item.operation: Name(item.result) for item in forward if is_costly(item.operation)}
    backward = [with_fields(item, operation=replace(item.operation, names)) for item in backward]
    while True:
        again = count(backward)
        both = [operation for operation in count(forward) if again[operation]]
        if not both:
            break
        operation = max(both, key=lambda item: (size(item), repr(item)))
        name = name_for(operation, taken, dict(program.constants))
        taken.add(name)
        forward = with_name(forward, operation, name, shapes)
        shapes[name] = next(statement.axes for statement in forward if statement.result == name)
        backward = [replaced(item, operation, name) for item in backward]
    kept = saved_values(program.inputs, forward, backward)
    return with_fields(program, forward=tuple(forward), backward=tuple(backward), saved=kept)
