"""Which row a node stands in: below everything that it is computed from, and near it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)
_SWEEPS = 6


def rows(items: Sequence[Item], links: Iterable[tuple[Item, Item]]) -> dict[Item, int]:
    """The row of every item, from 0. Items come in an order in which no link runs backwards.

    An item stands as high as it can; then those that would shorten more links than they lengthen go down, until they
    stand right above the first that reads them. So what is given stands next to its reader.
    """
    above: dict[Item, list[Item]] = {item: [] for item in items}
    below: dict[Item, list[Item]] = {item: [] for item in items}
    for before, after in dict.fromkeys(links):
        above[after].append(before)
        below[before].append(after)
    row: dict[Item, int] = {}
    for item in items:
        row[item] = max((row[before] + 1 for before in above[item]), default=0)
    for _ in range(_SWEEPS):
        last = dict(row)
        for item in reversed(items):
            if len(above[item]) < len(below[item]):
                row[item] = min(row[after] for after in below[item]) - 1
        if row == last:
            break
    first = min(row.values(), default=0)
    return {item: number - first for item, number in row.items()}
