"""Where formulas change from one case to another, max(u, 4) at u = 4, [z > 0] at 0; and where points have been.

A border is a difference, u - 4: its sign decides. A claim that was never tried on one side of a border that it depends
on is not confirmed there, however often it holds on the other one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.random import default_rng
from sympy import Basic, Expr
from sympy import Number as SympyNumber
from sympy import Symbol as SympySymbol

from derive.arrays import Arrays, Named, evaluated
from derive.arrays.named import combined
from derive.binding import unbind
from derive.entry import Entry
from derive.errors import InputError
from derive.functions import PRIMITIVES
from derive.network import Network
from derive.operators import Apply, Binder, Compare
from derive.verification.elaborate import elaborated
from derive.verification.formula.tree import (
    Applied,
    Comparison,
    Derivative,
    Differential,
    Node,
    Norm,
    Number,
    Statement,
    Symbol,
    walk,
)
from derive.verification.formula.writer import written
from derive.verification.functions import decides_by_name, formula_named
from derive.verification.names import Names
from derive.verification.points import Point, point_beyond
from derive.verification.scope import Scope
from derive.verification.value import DoesNotFit, Value, aligned, applied

_ORDERED = ("<", "≤", "<=", ">", "≥", ">=")
_FEWEST, _MOST = 1.5, 1e9  # of these sizes numbers of a text tell how far from 0 it speaks
_MOST_SCALES = 6
USUAL = (1.0, 5.0)  # how far from 0 values lie where no number tells
_SEARCHES = 24


def borders(expr: Basic) -> Iterator[Expr]:
    """The differences whose signs decide which case of an expression holds."""
    if isinstance(expr, Binder):
        yield from borders(unbind(expr)[1])
        return
    if isinstance(expr, Apply):
        if expr.function.formula is not None:
            yield from borders(expr.function.expand(*expr.arguments))
            return
        primitive = PRIMITIVES.get(expr.function.name)
        if primitive is not None and primitive.kink is not None:
            tie = primitive.kink.at(*expr.arguments)
            yield tie.left - tie.right
        elif expr.function.name in ("sign", "step"):
            yield expr.arguments[0]
    if isinstance(expr, Compare) and expr.relation in _ORDERED:
        yield expr.left - expr.right
    for argument in expr.args:
        yield from borders(argument)


@lru_cache(maxsize=256)
def borders_of(network: Network) -> tuple[tuple[str, Expr], ...]:
    """The borders of the equations of a network that depend on values, each with the name of what is computed."""
    found = {
        (equation.tensor.name, border): None
        for equation in network.equations
        for border in borders(equation.right)
        if border.has(Entry)
    }
    return tuple(found)


def sides(array: np.ndarray) -> frozenset[int]:
    """Which signs a difference has somewhere."""
    signs = np.sign(np.real(array))
    return frozenset(int(sign) for sign in (-1, 1) if np.any(signs == sign))


def unreached(network: Network, points: Iterable[Point]) -> tuple[tuple[str, Expr, int], ...]:
    """The sides of the borders of a network at which none of some points is: the value, the border, the sign."""
    found = {(name, border, sign) for name, border in borders_of(network) for sign in (-1, 1)}
    for point in points:
        for name, border, sign in sorted(found, key=str):
            if sign in sides(evaluated(border, point.values).array):
                found.discard((name, border, sign))
        if not found:
            break
    return tuple(sorted(found, key=str))


def scales_of(network: Network) -> tuple[float, ...]:
    """How far from 0 the borders of a network lie: the numbers in them."""
    constants = {item.symbol: item.value for item in network.constants}
    numbers = [
        float(number)
        for _, border in borders_of(network)
        for number in border.xreplace(constants).atoms(SympyNumber)
        if number.is_finite
    ]
    return _scales(numbers)


def scales_in(statement: Statement) -> tuple[float, ...]:
    """How far from 0 a statement speaks: its numbers."""
    nodes = [node for side in statement.sides for node in walk(side) if isinstance(node, Number)]
    return _scales(float(Fraction(node.text)) for node in nodes if len(node.text) < 20)


def _scales(numbers: Iterable[float]) -> tuple[float, ...]:
    sizes = {abs(number) for number in numbers}
    return tuple(sorted(size for size in sizes if _FEWEST <= size <= _MOST)[:_MOST_SCALES])


def points_beyond(
    network: Network, batch: str | None, one: bool, seed: int, scales: tuple[float, ...]
) -> Iterator[Point]:
    """Points at which values are as large as the numbers that cases are decided by, one after the other."""
    rng = default_rng(seed + 2)
    ones = (batch,) if one and batch is not None else ()
    every = tuple(sorted({*scales, *scales_of(network)})) or USUAL
    for number in range(_SEARCHES):
        # One scale at a time, then all of them: of 4 and 1000 the first is hardly met by numbers up to the second.
        chosen = every if number % 2 else (every[number // 2 % len(every)],)
        point = point_beyond(network, rng, chosen, ones)
        if point is not None:
            yield point


def crossing(network: Network, points: tuple[Point, ...], batch: str | None, one: bool, seed: int) -> tuple[Point, ...]:
    """Further points on those sides of the borders of a network where the given ones are not."""
    missing = unreached(network, points)
    if not missing:
        return ()
    found: list[Point] = []
    for point in points_beyond(network, batch, one, seed, ()):
        now = unreached(network, [*points, *found, point])
        if len(now) < len(missing):
            found.append(point)
            missing = now
        if not missing:
            break
    return tuple(found)


# Statements


@lru_cache(maxsize=4096)
def deciding(statement: Statement) -> tuple[Node, ...]:
    """The parts of a statement that decide between cases: max(u, v), |u|, u > v in brackets or in cases."""
    nodes = [node for side in statement.sides for node in walk(side)]
    return tuple(
        node
        for node in nodes
        if (isinstance(node, Comparison) and any(sign in _ORDERED for sign in node.signs))
        or (isinstance(node, Norm) and node.kind == "abs")
        or (isinstance(node, Applied) and isinstance(node.of, Symbol) and decides_by_name(node.of.name))
    )


@dataclass
class Seen:
    """On which sides of the borders of a statement it has been tried."""

    statement: Statement
    found: dict[tuple[Node, int], frozenset[int]] = field(default_factory=dict)

    def add(self, scope: Scope) -> None:
        """One more point."""
        for node in deciding(self.statement):
            try:
                differences = _differences(node, scope)
            except (DoesNotFit, InputError, ArithmeticError, ValueError):
                continue  # inside of a sum, where it stands alone, it may have no meaning
            for number, array in enumerate(differences):
                key = (node, number)
                self.found[key] = self.found.get(key, frozenset()) | sides(array)

    @property
    def missing(self) -> str:
        """A part that never came out the other way; empty where there is none."""
        for (node, _), signs in self.found.items():
            if len(signs) < 2:
                return written(node, "plain")
        return ""


def _differences(node: Node, scope: Scope) -> list[np.ndarray]:
    if not any(_varies(item, scope) for item in walk(node)):
        return []
    if isinstance(node, Norm):
        return [elaborated(node.of, scope).data.array]
    if isinstance(node, Applied):
        made = formula_named(node.of.name)
        if made is None or len(made[0]) != len(node.arguments):
            return []
        symbols, formula = made
        arguments = [elaborated(argument, scope) for argument in node.arguments]
        return [_applied(border, symbols, arguments) for border in borders(formula)]
    assert isinstance(node, Comparison)
    found = []
    for sign, left, right in zip(node.signs, node.operands, node.operands[1:], strict=False):
        if sign in _ORDERED:
            _, first, second = aligned(elaborated(left, scope), elaborated(right, scope), "the comparison")
            found.append(combined(np.subtract, first, second).array)
    return found


def _applied(border: Expr, symbols: tuple[SympySymbol, ...], arguments: list[Value]) -> np.ndarray:
    def difference(*arrays: np.ndarray) -> np.ndarray:
        fixed = {symbol: Named((), np.asarray(array)) for symbol, array in zip(symbols, arrays, strict=True)}
        return np.asarray(evaluated(border, Arrays({}, {}, {}), fixed).array)

    return applied(difference, *arguments).data.array


def _varies(node: Node, scope: Scope) -> bool:
    """True for a symbol of a value: letters and sizes alone decide the same way at all points."""
    if not isinstance(node, Symbol) or node.name in scope.letters:
        return False
    if node.name in scope.free:
        return True
    first = next(scope.names.meanings(node), None)
    return first is not None and first.kind in ("value", "gradient", "defined", "loss")


# What a statement depends on


def depends_on(nodes: Iterable[Node], names: Names) -> frozenset[str]:
    """The values that formulas speak of, and all that these are computed from; what a derivative of the loss depends on
    is what the loss does."""
    network = names.network
    waiting: list[str] = []
    for node in (item for side in nodes for item in walk(side)):
        if isinstance(node, Differential) or (isinstance(node, Derivative) and node.of is None):
            waiting += network.results
        first = next(names.meanings(node), None) if isinstance(node, Symbol) else None
        if first is not None and first.kind == "value":
            waiting.append(first.name)
        if first is not None and (first.kind in ("loss", "gradient") or first.updated):
            waiting += [first.name, *network.results]
        if first is not None and first.kind == "defined":
            waiting += network.tensors
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in found or name not in network.tensors:
            continue
        found.add(name)
        equations = [item for item in network.equations if item.tensor.name == name]
        equations += [item for group in network.recurrences for item in group.boundaries if item.tensor.name == name]
        waiting += [entry.tensor.name for item in equations for entry in item.right.atoms(Entry)]
    return frozenset(found)
