"""One level of a picture: items in rows, and lines between them that keep clear of all others.

A line leaves its row only in the gap between two rows, and passes through other rows in a place of its own. So no
line can run through an item. Lines of one source share their way as far as it is the same.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from codegen.figure.columns import Bond, columns
from codegen.figure.geometry import Path, Point, Segment, Size, polyline, swing, turn
from codegen.figure.grid import Grid, Item, Link, Mark
from codegen.figure.order import ordered

# In the units of the picture, in which a letter is about 12 high.
_GAP, _ROW_GAP, _LABEL_GAP, _TURN = 20.0, 24.0, 15.0, 14.0
_LOOP = 26.0


@dataclass(frozen=True)
class Placed:
    """Centres of the items and of the labels, paths of the links, from the corner at the left and at the top."""

    centres: Mapping[Hashable, Point]
    paths: Mapping[Link, Path]
    labels: Mapping[Link, Point]
    size: Size


def place(
    items: Sequence[Item],
    links: Sequence[Link],
    first: Sequence[Item] = (),
    last: Sequence[Item] = (),
) -> Placed:
    """Place everything. `first` stand in a row above all others, `last` in one below; the very first one is a title.

    Items come in an order in which no link but those that run back goes backwards.
    """
    return _Level(Grid(items, links, first, last)).placed()


class _Level:
    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.x: dict[Hashable, float] = {}
        self.inlet: dict[Link, float] = {}
        self.outlet: dict[Link, float] = {}
        self.top: list[float] = []
        self.bottom: list[float] = []
        self.end = 0.0

    def placed(self) -> Placed:
        pairs = [pair for way in self.grid.ways.values() for pair in pairwise(way)]
        climbs = [(upper, lower) for lane in self.grid.lanes.values() for lower, upper in pairwise(lane)]
        pairs = list(dict.fromkeys(pairs))
        climbs = list(dict.fromkeys(climbs))
        self.grid.rows = ordered(self.grid.rows, [*pairs, *climbs], self.grid.pins)
        self._ports()
        self._columns(pairs, climbs)
        self._straighten()
        self._heights()
        paths = {link: self._path(link) for link in self.grid.down}
        paths |= {link: self._climb(link) for link in self.grid.up}
        paths |= {link: self._loop(link) for link in self.grid.loops}
        return self._from_the_corner(paths)

    def _ports(self) -> None:
        """Where lines come in: side by side at the top of the head, in the order in which they come."""
        places = {key: place for row in self.grid.rows for place, key in enumerate(row)}
        coming: dict[Hashable, list[tuple[float, Link]]] = {}
        for link, way in self.grid.ways.items():
            coming.setdefault(link.head, []).append((places[way[-2]], link))
        for link, lane in self.grid.lanes.items():
            coming.setdefault(link.head, []).append((1e6 + places[lane[-1]], link))
        for key, found in coming.items():
            item = self.grid.items[key]
            found.sort(key=lambda pair: pair[0])
            step = min(16.0, max(item.box.width - 12.0, 0.0) / len(found))
            for number, (_, link) in enumerate(found):
                middle = (number - (len(found) - 1) / 2) * step
                self.inlet[link] = item.inlets.get(link.source, middle)
        leaving = {link.tail for link in self.grid.down}
        for link in (*self.grid.down, *self.grid.up):
            item = self.grid.items[link.tail]
            aside = min(item.box.width / 4, 14.0) if link in self.grid.lanes and link.tail in leaving else 0.0
            self.outlet[link] = item.outlets.get(link.source, aside)

    def _columns(self, pairs: Sequence[tuple[Hashable, Hashable]], climbs: Sequence[tuple[Hashable, Hashable]]) -> None:
        shifts: dict[tuple[Hashable, Hashable], float] = {}
        for link, way in self.grid.ways.items():
            shifts[way[0], way[1]] = shifts.get((way[0], way[1]), 0.0) + self.outlet[link]
            shifts[way[-2], way[-1]] = shifts.get((way[-2], way[-1]), 0.0) - self.inlet[link]
        bonds = [
            Bond(upper, lower, shifts.get((upper, lower), 0.0), self._weight(upper, lower)) for upper, lower in pairs
        ]
        bonds += [Bond(upper, lower, 0.0, 6.0) for upper, lower in climbs]
        for link, lane in self.grid.lanes.items():
            bonds += [Bond(link.head, lane[-1], 0.0, 0.05), Bond(link.tail, lane[0], 0.0, 0.05)]
        narrow = frozenset(key for key in self.grid.spans if key not in self.grid.items)
        self.x = columns(self.grid.rows, self.grid.spans, bonds, _GAP, narrow)

    def _weight(self, upper: Hashable, lower: Hashable) -> float:
        if isinstance(upper, Mark) or isinstance(lower, Mark):
            return 1.0
        between = (upper not in self.grid.items) + (lower not in self.grid.items)
        if between == 1 and upper in self.grid.items and upper not in self.grid.read:
            # What is given stands near its first reader, however far the others are.
            return 0.3
        return (1.0, 0.6, 8.0)[between]

    def _straighten(self) -> None:
        """A line that is nearly upright comes in where it stands, if that is still within the head and in order."""
        by_head: dict[Hashable, list[Link]] = {}
        for link in (*self.grid.down, *self.grid.up):
            by_head.setdefault(link.head, []).append(link)
        for key, found in by_head.items():
            item = self.grid.items[key]
            if item.inlets:
                continue
            found.sort(key=lambda link: self.inlet[link])
            room = item.box.width / 2 - 8.0
            for number, link in enumerate(found):
                if link in self.grid.lanes:
                    continue
                way = self.grid.ways[link]
                from_x = self.x[way[-2]] + (self.outlet[link] if len(way) == 2 else 0.0)
                wanted = from_x - self.x[key]
                low = self.inlet[found[number - 1]] + 7.0 if number else -room
                high = self.inlet[found[number + 1]] - 7.0 if number + 1 < len(found) else room
                if low <= wanted <= high and abs(wanted) <= room:
                    self.inlet[link] = wanted

    def _heights(self) -> None:
        """The height of every row and of the gaps, which grow with how far lines run across them."""
        across = [0.0] * (len(self.grid.rows) + 1)
        turns = [0] * (len(self.grid.rows) + 1)
        number_of = {key: number for number, row in enumerate(self.grid.rows) for key in row}
        for link, way in self.grid.ways.items():
            xs = self._xs(link, way)
            for upper, before, after in zip(way, xs, xs[1:], strict=False):
                below = number_of[upper] + 1
                across[below] = max(across[below], abs(before - after))
        for link in self.grid.lanes:
            turns[self.grid.row[link.tail] + 1] += 1
            turns[self.grid.row[link.head]] += 1
        labelled = {number_of[key] for key in self.grid.spans if isinstance(key, Mark)}
        y = _TURN if turns[0] else 0.0
        for number, row in enumerate(self.grid.rows):
            if number:
                near_label = number in labelled or number - 1 in labelled
                gap = (_LABEL_GAP if near_label else _ROW_GAP) + min(30.0, 0.08 * across[number])
                y += gap + (_TURN if turns[number] else 0.0)
            self.top.append(y)
            y += max((self.grid.heights[key] for key in row), default=0.0)
            self.bottom.append(y)
        self.end = y + (_TURN if turns[-1] else 0.0)

    def _xs(self, link: Link, way: Sequence[Hashable]) -> list[float]:
        """The x of the line at each of its points."""
        xs = [self.x[key] for key in way]
        return [xs[0] + self.outlet[link], *xs[1:-1], xs[-1] + self.inlet[link]]

    def _middle(self, row: int) -> float:
        return (self.top[row] + self.bottom[row]) / 2

    def _path(self, link: Link) -> Path:
        way = self.grid.ways[link]
        xs = self._xs(link, way)
        tail, head = self.grid.row[link.tail], self.grid.row[link.head]
        start = self._middle(tail) + self.grid.items[link.tail].box.height / 2
        path = polyline([(xs[0], start), (xs[0], self.bottom[tail])])
        for number, row in enumerate(range(tail + 1, head + 1), start=1):
            path = path.then(swing(path.end, (xs[number], self.top[row])))
            if row < head:
                path = path.then(polyline([path.end, (xs[number], self.bottom[row])]))
        stop = self._middle(head) - self.grid.items[link.head].box.height / 2
        return path.then(polyline([path.end, (xs[-1], stop)]))

    def _climb(self, link: Link) -> Path:
        """Out at the bottom, around, up at the right, around and in at the top."""
        lane = self.grid.lanes[link]
        tail, head = self.grid.row[link.tail], self.grid.row[link.head]
        x = self.x[link.tail] + self.outlet[link]
        start = self._middle(tail) + self.grid.items[link.tail].box.height / 2
        path = polyline([(x, start), (x, self.bottom[tail])])
        path = path.then(turn(path.end, (self.x[lane[0]], self.bottom[tail]), _TURN - 2.0))
        for number, row in enumerate(range(tail, head - 1, -1)):
            if number:
                path = path.then(swing(path.end, (self.x[lane[number]], self.bottom[row])))
            path = path.then(polyline([path.end, (self.x[lane[number]], self.top[row])]))
        into = self.x[link.head] + self.inlet[link]
        path = path.then(turn(path.end, (into, self.top[head]), 2.0 - _TURN))
        return path.then(polyline([path.end, (into, self._middle(head) - self.grid.items[link.head].box.height / 2)]))

    def _loop(self, link: Link) -> Path:
        """Out at the right side and in again."""
        box = self.grid.items[link.tail].box
        x = self.x[link.tail] + box.width / 2
        y = self._middle(self.grid.row[link.tail])
        low, high = (x, y + box.height / 4), (x, y - box.height / 4)
        return Path(low, ()).then(_bulge(low, high, _LOOP))

    def _from_the_corner(self, paths: Mapping[Link, Path]) -> Placed:
        left = min((self.x[key] - span[0] for key, span in self.grid.spans.items()), default=0.0)
        right = max((self.x[key] + span[1] for key, span in self.grid.spans.items()), default=0.0)
        title = next((key for key, pin in self.grid.pins.items() if pin < 0), None)
        if title is not None:
            self.x[title] = left + self.grid.spans[title][0]
        centres = {key: (self.x[key] - left, self._middle(self.grid.row[key])) for key in self.grid.items}
        labels: dict[Link, Point] = {}
        for link in self.grid.down:
            if link.label:
                labels[link] = (self.x[Mark(link)] - left, self._middle(self.grid.row[link.head] - 1))
        for link, lane in self.grid.lanes.items():
            if link.label:
                tail, head = self.grid.row[link.tail], self.grid.row[link.head]
                row = tail - (tail - head) // 2
                labels[link] = (self.x[lane[tail - row]] - left, self._middle(row))
        for link in self.grid.loops:
            if link.label:
                item = self.grid.items[link.tail]
                x = self.x[link.tail] + item.box.width / 2 + loop_room(link.label) - link.label.width / 2
                labels[link] = (x - left, self._middle(self.grid.row[link.tail]))
        moved = {link: path.moved(-left, 0.0) for link, path in paths.items()}
        return Placed(centres, moved, labels, Size(right - left, self.end))


def loop_room(label: Size | None) -> float:
    """How far a loop at the side of an item reaches out, with its label."""
    return _LOOP * 3 / 4 + (label.width + 4.0 if label else 2.0)


def _bulge(start: Point, end: Point, reach: float) -> Path:
    spread = abs(start[1] - end[1])
    return Path(start, (Segment(end, ((start[0] + reach, start[1] + spread), (end[0] + reach, end[1] - spread))),))
