"""What hangs at the sides of a node: weights and inputs that it alone reads, stacked, each with its own arrow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from codegen.block import Graph
from codegen.figure.geometry import Box, Path, Point, Size, around, sweep
from codegen.figure.grid import Item
from codegen.figure.level import loop_room

Edge = tuple[str, str]

_ARROW, _STACK = 20.0, 5.0
# From a label to the node, and from the label to what hangs there.
_CLEAR = 12.0


@dataclass(frozen=True)
class Line:
    """An edge on its way from what is read to what reads it."""

    edge: Edge
    path: Path
    label: Box | None = None
    returning: bool = False


@dataclass(frozen=True)
class Measured:
    """The sizes of all that is written: in nodes, at edges and as titles of groups, these by their place."""

    nodes: Mapping[str, Size]
    labels: Mapping[Edge, Size]
    titles: tuple[Size, ...] = ()


@dataclass(frozen=True)
class Hanging:
    """What hangs at the left and at the right side of every node that has something there."""

    left: Mapping[str, tuple[str, ...]]
    right: Mapping[str, tuple[str, ...]]
    looped: frozenset[str]

    def sides(self, key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self.left.get(key, ()), self.right.get(key, ())

    @property
    def keys(self) -> frozenset[str]:
        """All that hangs somewhere."""
        found = (*self.left.values(), *self.right.values())
        return frozenset(key for own in found for key in own)


def hanging(graph: Graph, reads: Mapping[str, Sequence[str]], read_by: Mapping[str, Sequence[str]]) -> Hanging:
    """What is given and read once hangs at its reader; one that reads nothing else keeps an input above it."""
    kinds = {node.key: node.kind for node in graph.nodes}
    fed = {after for _, after in graph.returning} | {before for before, _ in graph.returning}
    group_of = {key: number for number, group in enumerate(graph.groups) for key in group.members}
    looped = frozenset(before for before, after in graph.returning if before == after)
    left: dict[str, tuple[str, ...]] = {}
    right: dict[str, tuple[str, ...]] = {}
    for reader in reads:
        own = [
            key
            for key in reads[reader]
            if not reads[key]
            and key not in fed
            and len(read_by[key]) == 1
            and group_of.get(key) in (None, group_of.get(reader))
        ]
        inputs = [key for key in own if kinds[key] == "input"]
        if inputs and len(own) == len(reads[reader]):
            own.remove(inputs[0])
        # A loop wants the right side for itself.
        half = len(own) if reader in looped else (len(own) + 1) // 2
        if own[:half]:
            left[reader] = tuple(own[:half])
        if own[half:]:
            right[reader] = tuple(own[half:])
    return Hanging(left, right, looped)


def item(key: str, hung: Hanging, measured: Measured) -> Item:
    """The node with all that hangs on it, as one thing in a row."""
    box = measured.nodes[key]
    reach = [box.width / 2, box.width / 2]
    height = box.height
    for side, own in enumerate(hung.sides(key)):
        if own:
            reach[side] += _arrow(key, own, measured) + max(measured.nodes[other].width for other in own)
            height = max(height, sum(_slots(key, own, measured)) + _STACK * (len(own) - 1))
    if key in hung.looped:
        reach[1] += loop_room(measured.labels.get((key, key)))
    return Item(key, box, reach[0], reach[1], height)


def settled(key: str, centre: Point, hung: Hanging, measured: Measured) -> Iterator[tuple[str, Box, Line | None]]:
    """Where the node and all that hangs on it stand, each of these with its line to the node."""
    box = around(centre, measured.nodes[key])
    yield key, box, None
    for side, own in enumerate(hung.sides(key)):
        slots = _slots(key, own, measured)
        arrow = _arrow(key, own, measured)
        top = centre[1] - (sum(slots) + _STACK * (len(own) - 1)) / 2
        for number, (other, slot) in enumerate(zip(own, slots, strict=True)):
            size = measured.nodes[other]
            x = box.right + arrow if side else box.left - arrow
            middle = top + slot / 2
            top += slot + _STACK
            place = Box(x if side else x - size.width, middle - size.height / 2, size.width, size.height)
            end = (box.right if side else box.left, centre[1] + _spread(number, len(own), box.height))
            yield other, place, _line((other, key), (x, middle), end, measured.labels.get((other, key)))


def _line(edge: Edge, start: Point, end: Point, label: Size | None) -> Line:
    if label is None:
        return Line(edge, sweep(start, end))
    # Level as far as the label reaches, then to its own place at the node.
    inner = end[0] + (_CLEAR if end[0] < start[0] else -_CLEAR)
    path = sweep(start, (inner, start[1])).then(sweep((inner, start[1]), end))
    middle = inner + (label.width / 2 if end[0] < start[0] else -label.width / 2)
    return Line(edge, path, around((middle, start[1]), label))


def _arrow(key: str, own: Sequence[str], measured: Measured) -> float:
    """The room between a node and what hangs at its side."""
    widest = max((label.width for other in own if (label := measured.labels.get((other, key)))), default=0.0)
    return widest + 2 * _CLEAR if widest else _ARROW


def _slots(key: str, own: Sequence[str], measured: Measured) -> list[float]:
    """The height of each thing that hangs there, with its label."""
    labels = [measured.labels.get((other, key)) for other in own]
    return [
        max(measured.nodes[other].height, label.height if label else 0.0)
        for other, label in zip(own, labels, strict=True)
    ]


def _spread(number: int, count: int, height: float) -> float:
    """Where the arrows of several that hang on one side come in, from the middle of that side."""
    return 0.0 if count == 1 else (number - (count - 1) / 2) * min(9.0, (height - 8.0) / count)
