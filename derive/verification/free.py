"""Free variables: in sigmoid(z) = 1/(1 + e^{-z}), where z names nothing, z is any number, and the equation an identity."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sympy import Integer

from derive.arrays import Named
from derive.index import Index
from derive.verification.formula.names import FUNCTIONS
from derive.verification.formula.tree import Applied, Big, Node, Statement, Symbol, children
from derive.verification.names import Names, text_of

COUNT = 8
_LETTER = Index("sample", Integer(COUNT))
_CONSTANTS = ("e", "π", "∞", "1", "𝟙", "𝟏")


def free_variables(statement: Statement, names: Names) -> tuple[str, ...]:
    """The symbols of an identity that name nothing: they all stand on its left side, which is more than a name, and no
    value of the network stands beside them."""
    left = statement.sides[0]
    if isinstance(left, Symbol):
        return ()
    unknown: set[str] = set()
    for node in (symbol for side in statement.sides for symbol in _symbols(side)):
        if node.name in _CONSTANTS:
            continue
        first = next(names.meanings(node), None)
        if first is not None and first.kind in ("size", "constant"):
            continue
        marks = [text_of(mark.of) for mark in node.upper]
        if first is not None or node.lower or node.accents or "'" in marks or len(node.name) > 2:
            return ()
        unknown.add(node.name)
    if not unknown <= {node.name for node in _symbols(left)}:
        return ()
    return tuple(sorted(unknown))


def _symbols(node: Node) -> Iterator[Symbol]:
    """The symbols of a formula, without the names of its functions and the letters of its sums."""
    if isinstance(node, Applied):
        for argument in node.arguments:
            yield from _symbols(argument)
        return
    if isinstance(node, Symbol):
        if node.name not in FUNCTIONS:
            yield node
        if node.name == "e":
            for mark in node.upper:
                yield from _symbols(mark.of)
        return
    bound = {letter.name for letter in node.letters} if isinstance(node, Big) else set()
    for child in children(node):
        yield from (symbol for symbol in _symbols(child) if symbol.name not in bound)


def free_values(names: tuple[str, ...], seed: float) -> dict[str, Named]:
    """Random values of free variables, of both signs, along one letter."""
    rng = np.random.default_rng(int(abs(seed) * 1e6))
    signs = np.where(np.arange(COUNT) % 2 == 0, 1.0, -1.0)
    return {
        name: Named((_LETTER,), rng.permutation(signs) * rng.uniform(0.2, 1.8, COUNT)) for name in names
    }

