"""Subtrees of statements that are worth a name: which ones, what to call them, and putting them in place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace as with_fields

from codegen.check import axes_of
from codegen.program import (
    Axes,
    Band,
    Elementwise,
    Line,
    Loop,
    Matmul,
    Name,
    Operation,
    Overlap,
    Program,
    Reduce,
    Scatter,
    Statement,
    Take,
    Tensordot,
    Windows,
    replace,
    walk,
)  # fmt: skip
from derive.language.names import is_emitted

_CHEAP = frozenset(
    (
        "+",
        "-",
        "*",
        "/",
        "negative",
        "power",
        "where",
        "real",
        "float",
        "<",
        "<=",
        ">",
        ">=",
        "==",
        "!=",
        "and",
        "or",
        "not",
        "clip",
        "copy",
        "stop",
    )
)


def is_costly(operation: Operation) -> bool:
    """Whether computing it twice costs more than keeping it: functions, matrix products and reductions of arrays."""
    if isinstance(operation, Elementwise):
        return operation.function not in _CHEAP and bool(_arrays(operation))
    if isinstance(operation, Take):
        # a slice one step on, `h[np.arange(T) - 1]`, is a copy
        return any(isinstance(part, Elementwise) and not _arrays(part) for part in operation.subscripts)
    return isinstance(operation, (Matmul, Tensordot, Reduce, Scatter, Band, Overlap, Windows))


def _arrays(operation: Operation) -> list[Name]:
    return [node for node in walk(operation) if isinstance(node, Name)]


def costly_subtrees(statement: Statement) -> Iterator[Operation]:
    """Every costly subtree of a statement, once for each place where it stands."""
    return (node for node in walk(statement.operation) if is_costly(node))


def count(statements: Iterable[Statement]) -> Counter[Operation]:
    """How often each costly subtree stands in the statements."""
    return Counter(node for statement in statements for node in costly_subtrees(statement))


def size(operation: Operation) -> int:
    """The number of nodes."""
    return sum(1 for _ in walk(operation))


_LONGEST_NAME = 18


def name_for(operation: Operation, taken: set[str], constants: Iterable[str] = ()) -> str:
    """`exp_z`, `sqrt_v`, `x_W`: the function and the first array in it; a number behind it where that is taken."""
    arrays = list(dict.fromkeys(node.name for node in _arrays(operation) if node.name not in constants))
    parts = arrays[:2]
    if isinstance(operation, (Elementwise, Reduce)) and operation.function.isidentifier():
        parts = [operation.function, *arrays[:1]]
    if any(isinstance(node, Band) for node in walk(operation)) and not arrays:
        parts = [part for part in parts if part.isidentifier()] + ["triangle"]
    elif isinstance(operation, Take):
        parts = [*arrays[:1], "shifted"]
    elif isinstance(operation, Windows):
        parts = ["windows", *arrays[:1]]
    name = "_".join(parts) or "value"
    if len(name) > _LONGEST_NAME:
        name = f"{parts[0]}_part"
    candidates = [name, *(f"{name}_{number}" for number in range(2, 1000))]
    return next(candidate for candidate in candidates if candidate not in taken and not is_emitted(candidate))


def all_names(program: Program) -> set[str]:
    """Every name in a program, sizes included."""
    arrays = (*program.parameters, *program.inputs, *program.upstream)
    taken = {item.name for item in arrays} | {statement.result for statement in program.statements}
    taken |= {name for name, _ in program.constants}
    axes = [axis for item in arrays for axis in item.axes]
    axes += [axis for statement in program.statements for axis in statement.axes]
    return taken | {str(symbol) for axis in axes for symbol in axis.free_symbols}


def with_name(statements: Sequence[Line], operation: Operation, name: str, shapes: Mapping[str, Axes]) -> list[Line]:
    """The statements with `name = operation` before the first one that has it, which reads the name from there on."""
    result: list[Line] = []
    defined = False
    for statement in statements:
        if isinstance(statement, Loop):
            result.append(statement)
            continue
        changed = replaced(statement, operation, name)
        if changed is not statement and not defined:
            axes = axes_of(operation, shapes)
            result.append(Statement(name, axes, operation, statement.origin))
            defined = True
        result.append(changed)
    return result


def replaced(statement: Statement, operation: Operation, name: str) -> Statement:
    """The statement with a subtree replaced by a name; the same object where it does not stand in it."""
    new = replace(statement.operation, {operation: Name(name)})
    return statement if new == statement.operation else with_fields(statement, operation=new)
