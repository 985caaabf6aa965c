"""What is written in a picture: for every node and edge the first of its formulas that is not too wide."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from codegen.block import Graph, Math, Node, Text
from codegen.figure.geometry import Size
from codegen.figure.sides import Edge, Measured
from codegen.notation.formula import Formula, Name

# In letters of about 12 high: half a line of a page, and as high as two fractions in each other.
WIDEST, HIGHEST = 350.0, 60.0
# What often hangs at the side of another node.
WIDEST_ASIDE = 180.0
_PADDING = {"input": (9.0, 5.0), "target": (9.0, 5.0), "param": (7.0, 5.0)}
_INSIDE = (9.0, 6.0)
_SMALLEST = Size(26.0, 22.0)

Sizes = Callable[[Sequence[Text]], Sequence[Size]]


@dataclass(frozen=True)
class Chosen:
    """What stands where, as places in `texts`, the texts that were measured."""

    texts: tuple[Text, ...]
    nodes: Mapping[str, int]
    edges: Mapping[Edge, int]
    titles: tuple[int, ...]
    measured: Measured


def chosen(graph: Graph, sizes: Sizes) -> Chosen:
    """The formulas that are drawn, with the sizes of the nodes around them."""
    texts: list[Text] = []
    nodes = {node.key: _asked(texts, _written(node)) for node in graph.nodes}
    edges = {edge: _asked(texts, _texts(formulas)) for edge, formulas in graph.labels if formulas}
    titles = []
    for group in graph.groups:
        titles.append(len(texts))
        texts.append(group.label)
    found = sizes(texts)
    widest = {node.key: WIDEST_ASIDE if node.kind in _PADDING else WIDEST for node in graph.nodes}
    node_places = {key: _first(places, found, widest[key]) for key, places in nodes.items()}
    edge_places = {edge: _first(places, found, WIDEST) for edge, places in edges.items()}
    boxes = {node.key: _box(found[node_places[node.key]], node.kind) for node in graph.nodes}
    labels = {edge: found[place] for edge, place in edge_places.items()}
    measured = Measured(boxes, labels, tuple(found[place] for place in titles))
    return Chosen(tuple(texts), node_places, edge_places, tuple(titles), measured)


def _written(node: Node) -> list[Text]:
    """What may stand in the node."""
    return [node.words] if node.words else _texts(node.formulas or (Name(node.label),))


def _texts(formulas: Sequence[Formula]) -> list[Text]:
    return [(Math(formula),) for formula in formulas]


def _asked(texts: list[Text], wanted: Sequence[Text]) -> range:
    start = len(texts)
    texts += wanted
    return range(start, len(texts))


def _first(places: range, sizes: Sequence[Size], widest: float) -> int:
    """The first that is small enough, the narrowest where none is."""
    for place in places:
        if sizes[place].width <= widest and sizes[place].height <= HIGHEST:
            return place
    return min(places, key=lambda place: sizes[place].width)


def _box(inside: Size, kind: str) -> Size:
    across, down = _PADDING.get(kind, _INSIDE)
    return Size(max(_SMALLEST.width, inside.width + 2 * across), max(_SMALLEST.height, inside.height + 2 * down))
