"""The rows of one level of a picture: items, the places where lines pass through a row, and those of labels."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from codegen.figure.geometry import Size
from codegen.figure.rows import rows

_NARROW = 4.0


@dataclass(frozen=True)
class Item:
    """What stands in a row: a box with its centre in the middle, and what hangs on its sides.

    left, right     how far it reaches from its centre, all included
    height          the height that it needs in its row
    inlets, outlets where lines of a source come in at the top and go out at the bottom, from the centre; for an item
                    without them the places are chosen
    """

    key: Hashable
    box: Size
    left: float
    right: float
    height: float
    inlets: Mapping[Hashable, float] = field(default_factory=dict)
    outlets: Mapping[Hashable, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """A line from the bottom of `tail` to the top of `head`; `source` is what flows along it.

    label   the size of what stands in the middle of it
    back    whether it runs up again, from a step to the next one
    """

    source: Hashable
    tail: Hashable
    head: Hashable
    label: Size | None = None
    back: bool = False


@dataclass(frozen=True)
class Way:
    """Where lines of a source pass through a row."""

    source: Hashable
    tail: Hashable
    row: int


@dataclass(frozen=True)
class Mark:
    """Where the label of a line stands."""

    link: Link


@dataclass(frozen=True)
class Lane:
    """Where lines that run up pass through a row, at its right end; those with labels have lanes of their own."""

    source: Hashable
    tail: Hashable
    head: Hashable
    row: int


class Grid:
    """Which item, line and label stands in which row, and how much room each of them needs there.

    rows     what stands in every row
    spans    how far it reaches to the left and to the right
    heights  how high it is
    ways     for lines that run down: where they pass, from tail to head
    lanes    for lines that run up again: the same, without the ends
    pins     what stands at an end of its row
    """

    def __init__(
        self,
        items: Sequence[Item],
        links: Sequence[Link],
        first: Sequence[Item],
        last: Sequence[Item],
    ) -> None:
        self.items = {item.key: item for item in (*first, *items, *last)}
        self.links = list(dict.fromkeys(links))
        self.row = self._rows(items, first, last)
        # A line back that runs down all the same is drawn as the others.
        self.up = [
            link
            for link in self.links
            if link.back and link.tail != link.head and self.row[link.head] <= self.row[link.tail]
        ]
        self.loops = [link for link in self.links if link.tail == link.head]
        self.down = [link for link in self.links if link not in set(self.up) and link not in set(self.loops)]
        count = max(self.row.values(), default=0) + 1
        self.rows: list[list[Hashable]] = [[] for _ in range(count)]
        self.spans: dict[Hashable, tuple[float, float]] = {}
        self.heights: dict[Hashable, float] = {}
        self.pins: dict[Hashable, int] = {}
        for key, item in self.items.items():
            self._stand(self.row[key], key, item.left, item.right, item.height)
        if first:
            self.pins[first[0].key] = -1
        self.read = {link.head for link in self.down}
        self.ways: dict[Link, list[Hashable]] = {link: self._way(link) for link in self.down}
        self.lanes: dict[Link, list[Hashable]] = self._lanes()

    def _rows(self, items: Sequence[Item], first: Sequence[Item], last: Sequence[Item]) -> dict[Hashable, int]:
        keys = [item.key for item in items]
        inner = set(keys)
        pairs = [
            (link.tail, link.head) for link in self.links if not link.back and link.tail in inner and link.head in inner
        ]
        found = rows(keys, pairs)
        # Every other row is for labels where there are any.
        step = 2 if any(link.label for link in self.links) else 1
        top = 1 if first else 0
        found = {key: top * step + number * step for key, number in found.items()}
        end = max(found.values(), default=0) + step
        return {item.key: 0 for item in first} | found | {item.key: end for item in last}

    def _stand(self, row: int, key: Hashable, left: float, right: float, height: float) -> None:
        self.rows[row].append(key)
        self.spans[key] = (left, right)
        self.heights[key] = height

    def _way(self, link: Link) -> list[Hashable]:
        """Where the line passes between its ends; a label stands right above the head."""
        way: list[Hashable] = [link.tail]
        start, end = self.row[link.tail], self.row[link.head]
        for row in range(start + 1, end - 1 if link.label else end):
            point = Way(link.source, link.tail, row)
            if point not in self.spans:
                self._stand(row, point, _NARROW, _NARROW, 0.0)
            way.append(point)
        if link.label:
            place = Mark(link)
            self._stand(end - 1, place, link.label.width / 2, link.label.width / 2, link.label.height)
            way.append(place)
        return [*way, link.head]

    def _lanes(self) -> dict[Link, list[Hashable]]:
        """For the lines that run up again: their places at the right of every row, from the tail's to the head's."""
        lanes: dict[Link, list[Hashable]] = {}
        order = sorted(self.up, key=lambda link: (self.row[link.tail] - self.row[link.head], -self.row[link.head]))
        for number, link in enumerate(order, start=1):
            start, end = self.row[link.tail], self.row[link.head]
            middle = start - (start - end) // 2
            lane: list[Hashable] = []
            for row in range(start, end - 1, -1):
                own = link.head if link.label else None
                point = Lane(link.source, link.tail, own, row)
                if point not in self.spans:
                    # As wide everywhere as where its label stands, so that it is straight.
                    half = link.label.width / 2 if link.label else _NARROW
                    self._stand(row, point, half, half, link.label.height if link.label and row == middle else 0.0)
                self.pins[point] = number
                lane.append(point)
            lanes[link] = lane
        return lanes
