"""Where everything in the picture of a graph stands: nodes in rows from top to bottom, groups in frames of their own.

What only one node reads and nothing computes, a weight, stands at the side of its reader. No line runs through a node,
and nothing overlaps: every node, every label and every line through a row has a place of its own.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from codegen.block import Graph, Group
from codegen.figure.geometry import Box, Path, Size, around
from codegen.figure.grid import Item, Link
from codegen.figure.level import Placed, place
from codegen.figure.sides import Edge, Line, Measured, hanging, item, settled

_MARGIN, _PAD, _TITLE = 4.0, 12.0, 14.0


@dataclass(frozen=True)
class Frame:
    """What is drawn around a group, with the place of its title."""

    group: Group
    box: Box
    title: Box


@dataclass(frozen=True)
class Layout:
    nodes: dict[str, Box]
    lines: tuple[Line, ...]
    frames: tuple[Frame, ...]
    size: Size


def layout(graph: Graph, measured: Measured) -> Layout:
    """Place everything. The nodes come in an order in which no edge runs backwards."""
    return _Layout(graph, measured).made()


class _Layout:
    def __init__(self, graph: Graph, measured: Measured) -> None:
        self.graph = graph
        self.measured = measured
        self.labels = measured.labels
        self.keys = [node.key for node in graph.nodes]
        self.edges = list(dict.fromkeys(graph.edges))
        self.returning = [edge for edge in dict.fromkeys(graph.returning) if edge not in set(self.edges)]
        self.read_by: dict[str, list[str]] = {key: [] for key in self.keys}
        self.reads: dict[str, list[str]] = {key: [] for key in self.keys}
        for before, after in self.edges:
            self.read_by[before].append(after)
            self.reads[after].append(before)
        self.hung = hanging(graph, self.reads, self.read_by)
        self.beside = self.hung.keys
        self.groups, self.titles = self._groups(measured.titles)
        self.owner = self._owners()
        self.nodes: dict[str, Box] = {}
        self.lines: list[Line] = []
        self.frames: list[Frame] = []

    def _groups(self, titles: Sequence[Size]) -> tuple[list[Group], list[Size]]:
        """The groups, unless something between two members of one stands outside it."""
        groups = list(self.graph.groups)
        inside = {key: number for number, group in enumerate(groups) for key in group.members}
        sorter: TopologicalSorter[Hashable] = TopologicalSorter()
        for before, after in self.edges:
            pair = inside.get(before, before), inside.get(after, after)
            if pair[0] != pair[1]:
                sorter.add(pair[1], pair[0])
        try:
            sorter.prepare()
        except CycleError:
            return [], []
        return groups, list(titles)

    def _owners(self) -> dict[str, int | None]:
        """The group that each node stands in: a member's, or that of all that read a given value."""
        owner: dict[str, int | None] = dict.fromkeys(self.keys)
        for number, group in enumerate(self.groups):
            owner |= dict.fromkeys(group.members, number)
        for key in reversed(self.keys):
            if owner[key] is None and not self.reads[key] and self.read_by[key]:
                readers = {owner[after] for after in self.read_by[key]}
                if len(readers) == 1:
                    owner[key] = readers.pop()
        return owner

    def made(self) -> Layout:
        inner = [self._inner(number) for number in range(len(self.groups))]
        items: dict[Hashable, Item] = {}
        for key in self.keys:
            own = self.owner[key]
            if key in self.beside:
                continue
            if own is None:
                items[key] = self._item(key)
            elif ("group", own) not in items:
                items["group", own] = self._framed(own, inner[own])
        edges = [edge for edge in self.edges if edge[0] not in self.beside]
        links = {edge: self._outer_link(edge) for edge in edges if self._outside(edge)}
        links |= {edge: self._outer_link(edge, True) for edge in self.returning if self._outside(edge)}
        order = _ordered(list(items), [(link.tail, link.head) for link in links.values() if not link.back])
        placed = place([items[key] for key in order], list(links.values()))
        for name in items:
            if isinstance(name, str):
                self._settle(name, *placed.centres[name])
        corners = {}
        for number, (level, box) in enumerate(inner):
            x, y = placed.centres["group", number]
            corners[number] = (x - box.width / 2, y - box.height / 2)
            self._settle_group(number, level, box, corners[number])
        for edge in [*edges, *self.returning]:
            self._line(edge, edge in self.returning and edge not in edges, links, placed, inner, corners)
        return self._framed_by_margin()

    def _outside(self, edge: Edge) -> bool:
        """Whether some of the way of an edge lies outside of all groups."""
        first, last = self.owner[edge[0]], self.owner[edge[1]]
        return first is None or first != last

    def _outer_link(self, edge: Edge, back: bool = False) -> Link:
        tail, head = (key if self.owner[key] is None else ("group", self.owner[key]) for key in edge)
        label = self.labels.get(edge) if self.owner[edge[1]] is None else None
        return Link(edge[0], tail, head, label, back)

    def _inner(self, number: int) -> tuple[Placed, Size]:
        """A group by itself: what comes from outside enters at the top, what is read outside leaves at the bottom."""
        keys = [key for key in self.keys if self.owner[key] == number and key not in self.beside]
        entering = dict.fromkeys(a for a, b in self.edges if self._crosses(a, b) and self.owner[b] == number)
        leaving = dict.fromkeys(a for a, b in self.edges if self._crosses(a, b) and self.owner[a] == number)
        title = self.titles[number] if number < len(self.titles) else Size(0.0, 0.0)
        first = [Item(("title", number), title, title.width / 2, title.width / 2, title.height + _TITLE)]
        first += [Item(("in", key), Size(0.0, 0.0), 4.0, 4.0, 0.0) for key in entering]
        last = [Item(("out", key), Size(0.0, 0.0), 4.0, 4.0, 0.0) for key in leaving]
        edges = [(a, b) for a, b in self.edges if a not in self.beside]
        links = [self._inner_link(edge, number) for edge in edges if self.owner[edge[1]] == number]
        links += [Link(key, key, ("out", key)) for key in leaving]
        links += [
            self._inner_link(edge, number, True)
            for edge in self.returning
            if self.owner[edge[0]] == number == self.owner[edge[1]]
        ]
        order = _ordered(keys, [(link.tail, link.head) for link in links if not link.back])
        placed = place([self._item(key) for key in order if isinstance(key, str)], links, first, last)
        return placed, Size(placed.size.width + 2 * _PAD, placed.size.height + (0.0 if leaving else _PAD))

    def _crosses(self, before: str, after: str) -> bool:
        return before not in self.beside and self.owner[before] != self.owner[after]

    def _inner_link(self, edge: Edge, number: int, back: bool = False) -> Link:
        before, after = edge
        tail: Hashable = before if self.owner[before] == number else ("in", before)
        return Link(before, tail, after, self.labels.get(edge), back)

    def _framed(self, number: int, inner: tuple[Placed, Size]) -> Item:
        placed, size = inner
        ports: dict[str, dict[Hashable, float]] = {"in": {}, "out": {}}
        for key, (x, _) in placed.centres.items():
            if isinstance(key, tuple) and key[0] in ports:
                ports[key[0]][key[1]] = x + _PAD - size.width / 2
        half = size.width / 2
        return Item(("group", number), size, half, half, size.height, ports["in"], ports["out"])

    def _item(self, key: str) -> Item:
        return item(key, self.hung, self.measured)

    def _settle(self, key: str, x: float, y: float) -> None:
        for other, box, line in settled(key, (x, y), self.hung, self.measured):
            self.nodes[other] = box
            self.lines += [line] if line else []

    def _settle_group(self, number: int, level: Placed, size: Size, corner: tuple[float, float]) -> None:
        for key, (x, y) in level.centres.items():
            if isinstance(key, str):
                self._settle(key, x + corner[0] + _PAD, y + corner[1])
        box = Box(corner[0], corner[1], size.width, size.height)
        x, y = level.centres["title", number]
        title = self.titles[number] if number < len(self.titles) else Size(0.0, 0.0)
        self.frames.append(Frame(self.groups[number], box, around((x + corner[0] + _PAD, y + corner[1]), title)))

    def _line(
        self,
        edge: Edge,
        back: bool,
        links: dict[Edge, Link],
        placed: Placed,
        inner: Sequence[tuple[Placed, Size]],
        corners: dict[int, tuple[float, float]],
    ) -> None:
        """The way of an edge, from inside a group out of it and into another one if need be."""
        before, after = edge
        path: Path | None = None
        label: Box | None = None
        first, last = self.owner[before], self.owner[after]
        if first is not None and first != last:
            link = Link(before, before, ("out", before))
            path = inner[first][0].paths[link].moved(corners[first][0] + _PAD, corners[first][1])
        if edge in links:
            outer = placed.paths[links[edge]]
            path = path.then(outer) if path else outer
            if links[edge].label:
                label = around(placed.labels[links[edge]], self.labels[edge])
        if last is not None:
            link = self._inner_link(edge, last, back)
            x, y = corners[last][0] + _PAD, corners[last][1]
            own = inner[last][0].paths[link].moved(x, y)
            path = path.then(own) if path else own
            if link.label:
                centre = inner[last][0].labels[link]
                label = around((centre[0] + x, centre[1] + y), link.label)
        assert path is not None
        self.lines.append(Line(edge, path, label, back))

    def _framed_by_margin(self) -> Layout:
        """Everything moved to where its corner is, with a margin around."""
        boxes = [*self.nodes.values(), *(frame.box for frame in self.frames)]
        boxes += [line.label for line in self.lines if line.label]
        points = [point for line in self.lines for point in line.path.samples(8)]
        left = min([*(box.left for box in boxes), *(x for x, _ in points)], default=0.0) - _MARGIN
        top = min([*(box.top for box in boxes), *(y for _, y in points)], default=0.0) - _MARGIN
        right = max([*(box.right for box in boxes), *(x for x, _ in points)], default=0.0) + _MARGIN
        bottom = max([*(box.bottom for box in boxes), *(y for _, y in points)], default=0.0) + _MARGIN
        nodes = {key: self.nodes[key].moved(-left, -top) for key in self.keys}
        lines = tuple(
            Line(line.edge, line.path.moved(-left, -top), line.label and line.label.moved(-left, -top), line.returning)
            for line in self.lines
        )
        frames = tuple(
            Frame(frame.group, frame.box.moved(-left, -top), frame.title.moved(-left, -top)) for frame in self.frames
        )
        return Layout(nodes, lines, frames, Size(right - left, bottom - top))


def _ordered(keys: Sequence[Hashable], pairs: Iterable[tuple[Hashable, Hashable]]) -> list[Hashable]:
    """The keys so that no pair runs backwards, otherwise in their order."""
    rank = {key: number for number, key in enumerate(keys)}
    sorter: TopologicalSorter[Hashable] = TopologicalSorter({key: () for key in keys})
    for before, after in pairs:
        if before in rank and after in rank and before != after:
            sorter.add(after, before)
    sorter.prepare()
    order: list[Hashable] = []
    ready: list[Hashable] = []
    while sorter.is_active():
        ready += sorter.get_ready()
        ready.sort(key=lambda key: rank[key])
        found = ready.pop(0)
        order.append(found)
        sorter.done(found)
    return order
