"""Free variables: in sigmoid(z) = 1/(1 + e^{-z}), where z names nothing, it is any number: this is an identity."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sympy import Integer

from derive.arrays import Named
from derive.index import Index
from derive.verification.formula.names import FUNCTIONS
from derive.verification.formula.tree import (
    Applied,
    Big,
    Derivative,
    Matrix,
    Node,
    Norm,
    Statement,
    Symbol,
    children,
    walk,
)
from derive.verification.functions import function_named
from derive.verification.names import Names
from derive.verification.points import Point, between
from derive.verification.spelling import text_of

COUNT = 12
_LETTER = Index("sample", Integer(COUNT))
_CONSTANTS = ("e", "π", "∞", "1", "𝟙", "𝟏")


def free_variables(statement: Statement, names: Names) -> tuple[str, ...]:
    """The symbols of an identity that are any numbers: all of them stand on its left side, which is more than a name.

    They name nothing; or the statement derives by them and has only functions of them, entry by entry, as a lemma about
    a function of z has, whatever z is in the network.
    """
    left = statement.sides[0]
    if isinstance(left, Symbol):
        return ()
    lemma = _lemma(statement, names)
    unknown: set[str] = set()
    for node in (symbol for side in statement.sides for symbol in _symbols(side)):
        if node.name in _CONSTANTS:
            continue
        first = next(names.meanings(node), None)
        is_lemma = node.name in lemma and not node.lower
        if first is not None and first.kind in ("size", "constant") and not is_lemma:
            continue
        marks = [text_of(mark.of) for mark in node.upper]
        known = first is not None and not is_lemma
        if known or node.lower or node.accents or "'" in marks or "T" in marks or (len(node.name) > 2 and not is_lemma):
            return ()
        unknown.add(node.name)
    if not unknown <= {node.name for node in _symbols(left)}:
        return ()
    return tuple(sorted(unknown))


def one_sided(statement: Statement, link: int, free: tuple[str, ...]) -> str | None:
    """A free variable that stands on one side of a link only: where the link fails, nothing says what it is."""
    left, right = ({node.name for node in _symbols(side)} for side in statement.sides[link : link + 2])
    return next((name for name in free if (name in left) != (name in right)), None)


def _lemma(statement: Statement, names: Names) -> set[str]:
    """What a statement derives by, and what stands beside it as an argument, where its functions are scalar ones."""
    nodes = [node for side in statement.sides for node in walk(side)]
    calls = [node for node in nodes if isinstance(node, Applied)]
    by = {node.by.name for node in nodes if isinstance(node, Derivative) and isinstance(node.by, Symbol)}
    left = statement.sides[0]
    if isinstance(left, Applied) and function_named(left.of.name, names.network) is not None:
        by |= {item.name for item in left.arguments if isinstance(item, Symbol)}
    if any(isinstance(node, Big | Matrix) or (isinstance(node, Norm) and node.kind != "abs") for node in nodes):
        return set()
    functions = [call for call in calls if function_named(call.of.name, names.network) is not None]
    beside = {
        item.name
        for call in functions
        if by & {item.name for item in call.arguments if isinstance(item, Symbol)}
        for item in call.arguments
        if isinstance(item, Symbol)
    }
    # z (1 + ...) is a product
    others = [call for call in calls if call not in functions and call.of.name not in by | beside]
    return set() if others else by | beside


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


def free_values(names: tuple[str, ...], point: Point, number: int) -> dict[str, Named]:
    """Random values of free variables, of both signs, along one letter; at every point of another size.

    At the first point most are near 0, where slopes bend; then they lie around 0.1 and 1, where cases change, and
    farther out; at a point beyond these between the numbers that the text is about.
    """
    told = sum(float(np.sum(np.abs(np.real(held.array)))) for held in point.values.held.values())
    rng = np.random.default_rng([int(abs(point.rate) * 1e6), number, int(told * 1e3) if told < 1e9 else 0])
    if point.beyond:
        return {name: Named((_LETTER,), between((COUNT,), rng, point.beyond)) for name in names}
    signs = np.where(np.arange(COUNT) % 2 == 0, 1.0, -1.0)
    kind = number % 3
    found = {}
    for name in names:
        if kind == 0:
            far = rng.uniform(3.0, 7.0, 2) if len(names) == 1 else rng.uniform(0.2, 1.8, 2)
            sizes = np.concatenate([rng.uniform(0.2, 1.8, COUNT - 2), far])
        elif kind == 1:
            sizes = rng.permutation(
                np.concatenate([rng.uniform(0.02, 0.3, COUNT // 2), rng.uniform(0.8, 1.2, COUNT // 2)])
            )
        else:
            sizes = rng.permutation(
                np.concatenate([rng.uniform(0.5, 2.0, COUNT // 2), rng.uniform(2.0, 5.5, COUNT // 2)])
            )
        found[name] = Named((_LETTER,), (signs if len(names) == 1 else rng.permutation(signs)) * sizes)
    return found
