"""The order within each row, with few crossings between neighbouring rows: barycentres, then swaps of neighbours."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)
Pairs = Sequence[tuple[Item, Item]]

_SWEEPS = 12
# Beyond this many items swaps of neighbours would take longer than they are worth.
_MANY = 600


def ordered(rows: Sequence[Sequence[Item]], pairs: Pairs[Item], pins: Mapping[Item, int]) -> list[list[Item]]:
    """The rows in a better order. A pair joins an item with one of the next row.

    pins: items at the left end (-1) or at the right end (1, 2, ... outwards) of their rows.
    """
    below: dict[Item, list[Item]] = {}
    above: dict[Item, list[Item]] = {}
    for upper, lower in pairs:
        below.setdefault(upper, []).append(lower)
        above.setdefault(lower, []).append(upper)
    now = [_pinned(list(row), pins) for row in rows]
    best, fewest = [list(row) for row in now], _crossings(now, below)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        _sweep(now, above if down else below, pins, down)
        if sum(map(len, now)) <= _MANY:
            _swap(now, above, below, pins)
        count = _crossings(now, below)
        if count < fewest:
            best, fewest = [list(row) for row in now], count
    return best


def _pinned(row: list[Item], pins: Mapping[Item, int]) -> list[Item]:
    return sorted(row, key=lambda item: pins.get(item, 0))


def _places(row: Sequence[Item]) -> dict[Item, int]:
    return {item: place for place, item in enumerate(row)}


def _sweep(rows: list[list[Item]], near: Mapping[Item, list[Item]], pins: Mapping[Item, int], down: bool) -> None:
    """Every row sorted by the mean place of what its items are joined with in the row before it."""
    numbers = range(1, len(rows)) if down else range(len(rows) - 2, -1, -1)
    for number in numbers:
        places = _places(rows[number - 1 if down else number + 1])
        own = _places(rows[number])
        scale = max(1, len(places) - 1) / max(1, len(own) - 1)

        def middle(
            item: Item, places: dict[Item, int] = places, own: dict[Item, int] = own, scale: float = scale
        ) -> float:
            others = near.get(item)
            return sum(places[other] for other in others) / len(others) if others else own[item] * scale

        rows[number] = _pinned(sorted(rows[number], key=middle), pins)


def _swap(
    rows: list[list[Item]],
    above: Mapping[Item, list[Item]],
    below: Mapping[Item, list[Item]],
    pins: Mapping[Item, int],
) -> None:
    """Neighbours change places wherever that takes crossings away."""
    for number, row in enumerate(rows):
        around = [
            (above, _places(rows[number - 1]) if number else {}),
            (below, _places(rows[number + 1]) if number + 1 < len(rows) else {}),
        ]
        for place in range(len(row) - 1):
            left, right = row[place], row[place + 1]
            if left in pins or right in pins:
                continue
            now = other = 0
            for near, places in around:
                first = sorted(places[item] for item in near.get(left, ()))
                second = sorted(places[item] for item in near.get(right, ()))
                now += _inversions(first, second)
                other += _inversions(second, first)
            if other < now:
                row[place], row[place + 1] = right, left


def _inversions(first: Sequence[int], second: Sequence[int]) -> int:
    """How many pairs of lines cross when what `first` belongs to stands left of what `second` belongs to."""
    return sum(bisect_left(second, place) for place in first)


def _crossings(rows: Sequence[Sequence[Item]], below: Mapping[Item, list[Item]]) -> int:
    count = 0
    for upper, lower in pairwise(rows):
        places = _places(lower)
        ends: list[int] = []
        for item in upper:
            own = sorted(places[other] for other in below.get(item, ()))
            # Lines that ended further right already cross this one.
            count += sum(len(ends) - _after(ends, place) for place in own)
            for place in own:
                insort(ends, place)
    return count


def _after(ends: Sequence[int], place: int) -> int:
    return bisect_left(ends, place + 1)
