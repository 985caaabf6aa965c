"""Where something can be changed in a formula: each node, with what the formula becomes when another stands there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace

from derive.errors import Place
from derive.language.tree import NOWHERE
from derive.verification.formula.tree import (
    Applied,
    Cases,
    Chain,
    Comparison,
    Derivative,
    Differential,
    Letter,
    Node,
    Symbol,
    Upper,
)
from derive.verification.rewriting import changed

Put = Callable[[Node], Node]


@dataclass(frozen=True)
class Spot:
    """A node of a formula. `put` makes the formula with another node there; `inner` tells that it stands inside of a
    derivative, where a factor or a sign means the same as outside, or of a condition, or that it names a function."""

    node: Node
    put: Put
    inner: bool = False

    @property
    def place(self) -> Place | None:
        return None if self.node.place is NOWHERE else self.node.place


def spots(side: Node) -> Iterator[Spot]:
    """Every node of a side, from the outside in; subscripts and superscripts belong to their symbol."""
    yield from _spots(side, lambda node: node, False)


def _spots(node: Node, put: Put, inner: bool) -> Iterator[Spot]:
    yield Spot(node, put, inner)
    if isinstance(node, Symbol | Upper | Letter):
        return
    within = inner or isinstance(node, Derivative | Differential | Comparison)
    for item in fields(node):
        if item.name in ("place", "upper"):
            continue

        def change(value: object, name: str = item.name) -> Node:
            return put(replace(node, **{name: value}))  # type: ignore[arg-type]

        named = isinstance(node, Applied) and item.name == "of"
        yield from _within(getattr(node, item.name), change, within or named)


def _within(value: object, change: Callable[[object], Node], within: bool) -> Iterator[Spot]:
    if isinstance(value, Node):
        yield from _spots(value, change, within)
    elif isinstance(value, tuple):
        for number, part in enumerate(value):

            def exchange(new: object, number: int = number, whole: tuple[object, ...] = value) -> Node:
                return change((*whole[:number], new, *whole[number + 1 :]))

            yield from _within(part, exchange, within)


def in_place_of_all(side: Node, old: Node, new: Node) -> Node:
    """The side with another node at every spot where this one stands, made in one pass: long sides have it often."""

    def exchanged(node: Node) -> Node | None:
        if node == old:
            return new
        return node if isinstance(node, Symbol | Upper | Letter) else None

    return changed(side, exchanged)


def summands(spot: Spot) -> Iterator[Spot]:
    """The terms of a sum."""
    whole = spot.node
    assert isinstance(whole, Chain)
    for number, operand in enumerate(whole.operands):

        def put(node: Node, number: int = number) -> Node:
            return spot.put(replace(whole, operands=(*whole.operands[:number], node, *whole.operands[number + 1 :])))

        yield Spot(operand, put, spot.inner)


def terms(side: Node) -> Iterator[Spot]:
    """What a factor or a sign may be missing of: the side, terms of sums, branches of cases, arguments of functions."""
    yield Spot(side, lambda node: node)
    for spot in spots(side):
        if spot.inner:
            continue
        if is_sum(spot.node):
            yield from summands(spot)
        elif isinstance(spot.node, Cases | Applied):
            wanted = _values(spot.node)
            for inside in spots(spot.node):
                if any(inside.node is one for one in wanted):
                    yield Spot(inside.node, _through(spot.put, inside.put))


def _through(outer: Put, inner: Put) -> Put:
    return lambda node: outer(inner(node))


def _values(node: Node) -> list[Node]:
    if isinstance(node, Cases):
        return [value for value, _ in node.branches]
    return list(node.arguments) if isinstance(node, Applied) else []


def is_sum(node: Node) -> bool:
    """True for a + b - c."""
    return isinstance(node, Chain) and bool(node.signs) and set(node.signs) <= {"+", "-"}


def is_product(node: Node) -> bool:
    """True for a b / c."""
    return isinstance(node, Chain) and not is_sum(node)
