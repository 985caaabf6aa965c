"""Where the nodes of a graph stand: layers from left to right, few crossings, no edge through a node.

A node stands as far right as what reads it allows, so an input is next to its consumer. An edge over several layers
gets a place in each layer between, through which it is drawn.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_SWEEPS = 8


@dataclass(frozen=True)
class Layout:
    """Places as (layer, height), both from 0; `routes` gives the points of every edge from its start to its end."""

    places: dict[str, tuple[float, float]]
    routes: dict[tuple[str, str], tuple[tuple[float, float], ...]]


def layout(nodes: Sequence[str], edges: Iterable[tuple[str, str]]) -> Layout:
    """Place the nodes of an acyclic graph. The nodes come in an order in which no edge runs backwards."""
    edges = list(dict.fromkeys(edges))
    layers = _layers(nodes, edges)
    depth = max(layers.values(), default=0)
    columns: list[list[Hashable]] = [[] for _ in range(depth + 1)]
    for node in nodes:
        columns[layers[node]].append(node)
    chains: dict[tuple[str, str], list[Hashable]] = {}
    for before, after in edges:
        chain: list[Hashable] = [before]
        for layer in range(layers[before] + 1, layers[after]):
            point = (before, after, layer)
            columns[layer].append(point)
            chain.append(point)
        chains[before, after] = [*chain, after]
    neighbours = [pair for chain in chains.values() for pair in pairwise(chain)]
    heights = _heights(columns, neighbours)
    column_of = {item: place for place, column in enumerate(columns) for item in column}
    point_of = {item: (float(column_of[item]), heights[item]) for item in heights}
    routes = {edge: tuple(point_of[item] for item in chain) for edge, chain in chains.items()}
    return Layout({node: point_of[node] for node in nodes}, routes)


def _layers(nodes: Sequence[str], edges: list[tuple[str, str]]) -> dict[str, int]:
    """The longest path to the end decides: what nobody reads stands last."""
    distance = dict.fromkeys(nodes, 0)
    for node in reversed(nodes):
        distance[node] = max((distance[after] + 1 for before, after in edges if before == node), default=0)
    depth = max(distance.values(), default=0)
    return {node: depth - distance[node] for node in nodes}


def _heights(columns: list[list[Hashable]], pairs: list[tuple[Hashable, Hashable]]) -> dict[Hashable, float]:
    """Barycentres, from right to left and back, then every column centred and spread evenly."""
    right: dict[Hashable, list[Hashable]] = {}
    left: dict[Hashable, list[Hashable]] = {}
    for before, after in pairs:
        right.setdefault(before, []).append(after)
        left.setdefault(after, []).append(before)
    heights = {item: place - (len(column) - 1) / 2 for column in columns for place, item in enumerate(column)}
    for sweep in range(_SWEEPS):
        near = right if sweep % 2 == 0 else left
        for column in reversed(columns) if sweep % 2 == 0 else columns:
            middle = {
                item: sum(heights[other] for other in near[item]) / len(near[item]) if item in near else heights[item]
                for item in column
            }
            column.sort(key=lambda item: middle[item])
            centre = sum(middle.values()) / len(middle) if middle else 0.0
            for place, item in enumerate(column):
                heights[item] = centre + place - (len(column) - 1) / 2
    return heights
