"""Where the items of each row stand: near what they are joined with, in their order, not closer than they may."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item", bound=Hashable)

_MEANS, _MEDIANS = 14, 8
_FAR = 1e9
# From this weight on a bond is kept straight whatever else its ends are joined with.
_STIFF = 6.0
# A weaker one does not keep a chain from being straight.
_FIRM = 1.0


@dataclass(frozen=True)
class Bond(Generic[Item]):
    """A line between two items; it is straight where upper + shift = lower. A heavy one is straight sooner."""

    upper: Item
    lower: Item
    shift: float = 0.0
    weight: float = 1.0


def columns(
    rows: Sequence[Sequence[Item]],
    spans: Mapping[Item, tuple[float, float]],
    bonds: Sequence[Bond[Item]],
    gap: float,
    narrow: frozenset[Item] = frozenset(),
) -> dict[Item, float]:
    """The x of every item; its span is how far it reaches to the left and to the right of that.

    Items that are `narrow` stand closer to each other.
    """
    near: dict[Item, list[tuple[Item, float, float]]] = {}
    for bond in bonds:
        near.setdefault(bond.lower, []).append((bond.upper, bond.shift, bond.weight))
        near.setdefault(bond.upper, []).append((bond.lower, -bond.shift, bond.weight))
    row_of = {item: number for number, row in enumerate(rows) for item in row}
    offsets = [_offsets(row, spans, gap, narrow) for row in rows]
    x = {
        item: offset - (own[-1] / 2 if own else 0)
        for row, own in zip(rows, offsets, strict=True)
        for item, offset in zip(row, own, strict=True)
    }
    for sweep in range(_MEANS + _MEDIANS):
        down = sweep % 2 == 0
        numbers = range(len(rows)) if down else range(len(rows) - 1, -1, -1)
        # First only what lies behind decides, so that rows follow each other; then both sides.
        one_sided = sweep < 4
        for number in numbers:
            wanted = [
                [
                    (x[other] + shift, weight)
                    for other, shift, weight in near.get(item, ())
                    if not one_sided or (row_of[other] < number) == down
                ]
                or [(x[item], 0.05)]
                for item in rows[number]
            ]
            places = fitted(wanted, offsets[number], medians=sweep >= _MEANS)
            x.update(zip(rows[number], places, strict=True))
    for _ in range(2):
        _align(rows, offsets, bonds, x)
    return x


def _align(
    rows: Sequence[Sequence[Item]],
    offsets: Sequence[Sequence[float]],
    bonds: Sequence[Bond[Item]],
    x: dict[Item, float],
) -> None:
    """What hangs together in one line is put below each other, as far down as there is room for that in every row."""
    room: dict[Item, tuple[float, float]] = {}

    def measure(number: int) -> None:
        row, own = rows[number], offsets[number]
        for place, item in enumerate(row):
            low = x[row[place - 1]] + own[place] - own[place - 1] if place else -_FAR
            last = place + 1 == len(row)
            high = _FAR if last else x[row[place + 1]] - (own[place + 1] - own[place])
            room[item] = (low, high)

    for number in range(len(rows)):
        measure(number)
    row_of = {item: number for number, row in enumerate(rows) for item in row}
    for chain in _chains(bonds):
        start = 0
        while start < len(chain) - 1:
            low, high = -_FAR, _FAR
            end = start
            while end < len(chain):
                item, shift = chain[end]
                both = max(low, room[item][0] - shift), min(high, room[item][1] - shift)
                if both[0] > both[1]:
                    break
                low, high = both
                end += 1
            piece = chain[start:end]
            if len(piece) > 1:
                middle = sorted(x[item] - shift for item, shift in piece)[len(piece) // 2]
                for item, shift in piece:
                    x[item] = min(max(middle, low), high) + shift
                    measure(row_of[item])
            start = max(end, start + 1)


def _chains(bonds: Sequence[Bond[Item]]) -> list[list[tuple[Item, float]]]:
    """Items of which each is the only one joined with the next, longest chains first, with the shifts along them."""
    below: dict[Item, list[Bond[Item]]] = {}
    above: dict[Item, list[Bond[Item]]] = {}
    firm = [bond for bond in bonds if bond.weight >= _FIRM]
    for bond in firm:
        below.setdefault(bond.upper, []).append(bond)
        above.setdefault(bond.lower, []).append(bond)
    follow: dict[Item, Bond[Item]] = {}
    taken: set[Item] = set()
    for bond in sorted(firm, key=lambda bond: -bond.weight):
        only = len(below.get(bond.upper, ())) == 1 and len(above.get(bond.lower, ())) == 1
        if (only or bond.weight >= _STIFF) and bond.upper not in follow and bond.lower not in taken:
            follow[bond.upper] = bond
            taken.add(bond.lower)
    chains = []
    for first in follow:
        if first in taken:
            continue
        chain = [(first, 0.0)]
        while chain[-1][0] in follow:
            bond = follow[chain[-1][0]]
            chain.append((bond.lower, chain[-1][1] + bond.shift))
        chains.append(chain)
    return sorted(chains, key=len, reverse=True)


def _offsets(
    row: Sequence[Item], spans: Mapping[Item, tuple[float, float]], gap: float, narrow: frozenset[Item]
) -> list[float]:
    """How far each item is from the first when all stand as close as they may."""
    offsets: list[float] = []
    for place, item in enumerate(row):
        if not place:
            offsets.append(0.0)
            continue
        before = row[place - 1]
        room = gap / 2 if before in narrow and item in narrow else gap
        offsets.append(offsets[-1] + spans[before][1] + room + spans[item][0])
    return offsets


def fitted(
    wanted: Sequence[Sequence[tuple[float, float]]], offsets: Sequence[float], medians: bool = False
) -> list[float]:
    """Places as near to what is wanted, each with its weight, as the offsets between them allow.

    Items that want to stand too close become one block, which stands at the mean (or median) of all its wishes.

    >>> fitted([[(0.0, 1.0)], [(0.0, 1.0)]], [0.0, 10.0])
    [-5.0, 5.0]
    """
    centre = _median if medians else _mean
    blocks: list[tuple[float, list[tuple[float, float]], int]] = []
    for wishes, offset in zip(wanted, offsets, strict=True):
        own = [(value - offset, weight) for value, weight in wishes]
        place, count = centre(own), 1
        while blocks and blocks[-1][0] > place - 1e-9:
            _, others, number = blocks.pop()
            own, count = others + own, count + number
            place = centre(own)
        blocks.append((place, own, count))
    starts = [place for place, _, count in blocks for _ in range(count)]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]


def _mean(wishes: Sequence[tuple[float, float]]) -> float:
    total = sum(weight for _, weight in wishes)
    return sum(value * weight for value, weight in wishes) / total


def _median(wishes: Sequence[tuple[float, float]]) -> float:
    """The weighted median; the middle of both where two values would do."""
    half = sum(weight for _, weight in wishes) / 2
    seen = 0.0
    inside: list[float] = []
    for value, weight in sorted(wishes):
        seen += weight
        if seen > half + 1e-9:
            inside.append(value)
            break
        if seen > half - 1e-9:
            inside.append(value)
    return sum(inside) / len(inside)
