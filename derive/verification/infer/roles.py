"""What the symbols without an equation are: inputs, targets, parameters; and which axis is that of the examples."""

from __future__ import annotations

from collections.abc import Mapping

from derive.verification.formula.tree import Symbol
from derive.verification.infer.equations import Equations
from derive.verification.infer.spelling import letters_below
from derive.verification.infer.vocabulary import role_of
from derive.verification.infer.writing import Writing


def roles_of(written: Equations) -> dict[str, str]:
    """What every symbol without an equation is.

    A vector beside which no parameter has its axis is one too: its axis would be that of the examples.
    """
    writing = written.writing
    free = {name: shape for name, shape in writing.shapes.items() if name not in written.equations}
    roles = {name: role_of(writing.symbols[name]) for name in free}
    owned = {writing.sizes.root(size) for name, shape in free.items() if roles[name] == "param" for size in shape}
    examples = _examples(written, roles, owned)
    columns = {writing.sizes.root(shape[0]) for shape in writing.shapes.values() if len(shape) == 1}
    for name, shape in free.items():
        if name in writing.examples:
            continue
        if columns & examples and shape:
            roles[name] = "param"  # X w - y is a column of examples: matrices and columns as they stand
        elif len(shape) == 1 and writing.sizes.root(shape[0]) not in owned | examples:
            roles[name] = "param"
    return roles


def _examples(written: Equations, roles: Mapping[str, str], owned: set[int]) -> set[int]:
    """Axes of matrices that are given which no parameter has: those of the examples."""
    writing = written.writing
    return {
        writing.sizes.root(size)
        for name, role in roles.items()
        if role != "param" and len(writing.shapes[name]) == 2 and not _counts_steps(writing.symbols[name], writing)
        for size in writing.shapes[name]
        if writing.sizes.root(size) not in owned
    }


def _counts_steps(symbol: Symbol, writing: Writing) -> bool:
    """True for x_t: a vector for each step, no matrix of rows."""
    return bool(set(letters_below(symbol, writing.indices)) & writing.frames) and writing.matrices


def has_examples(written: Equations) -> bool:
    """True where a matrix of the text has an axis of examples."""
    writing, roles = written.writing, roles_of(written)
    owned = {
        writing.sizes.root(size) for name, role in roles.items() if role == "param" for size in writing.shapes[name]
    }
    return bool(_examples(written, roles, owned))
