"""What a step of a loop computes from nothing that the loop changes is computed before it."""

from __future__ import annotations

from dataclasses import fields
from dataclasses import replace as with_fields

from sympy import Expr, Symbol

from codegen.check import axes_of, check
from codegen.optimisations.subtrees import all_names, is_costly, name_for, replaced, size
from codegen.program import Line, Loop, Operation, Program, Statement, names, walk


def invariant(program: Program) -> Program:
    """The program with a name before the loop for every costly subtree that is the same in all steps."""
    taken, shapes = all_names(program), dict(check(program))
    constants = dict(program.constants)

    def moved(lines: tuple[Line, ...]) -> tuple[Line, ...]:
        result: list[Line] = []
        for line in lines:
            while isinstance(line, Loop) and (operation := _same_in_all_steps(line)) is not None:
                name = name_for(operation, taken, constants)
                taken.add(name)
                shapes[name] = axes_of(operation, shapes)
                origin = next(s.origin for s in line.body if operation in set(walk(s.operation)))
                result.append(Statement(name, shapes[name], operation, origin))
                line = with_fields(line, body=tuple(replaced(item, operation, name) for item in line.body))
            result.append(line)
        return tuple(result)

    return with_fields(program, forward=moved(program.forward), backward=moved(program.backward))


def _same_in_all_steps(loop: Loop) -> Operation | None:
    """The largest such subtree."""
    changing = {statement.result for statement in loop.body}
    candidates = [
        node for statement in loop.body for node in walk(statement.operation)
        if is_costly(node) and not names(node) & changing and loop.letter not in _sizes(node)
    ]  # fmt: skip
    return max(candidates, key=lambda node: (size(node), repr(node)), default=None)


def _sizes(operation: Operation) -> set[Symbol]:
    """The sizes that stand in an operation."""
    found: set[Symbol] = set()
    for node in walk(operation):
        for item in fields(node):
            value = getattr(node, item.name)
            exprs = value if isinstance(value, tuple) else (value,)
            flat = [part for expr in exprs for part in (expr if isinstance(expr, tuple) else (expr,))]
            found |= {s for expr in flat if isinstance(expr, Expr) for s in expr.free_symbols if isinstance(s, Symbol)}
    return found
