"""A picture that is too high for a page, in parts: the whole with a box for every group, and each group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from codegen.block import Graph, Node
from codegen.figure.chosen import Sizes, chosen
from codegen.figure.layout import layout


def parts(graph: Graph, sizes: Sizes, highest: float) -> tuple[Graph, ...]:
    """The graph alone if it is not too high or has no groups; its caption stands below the last part."""
    if not graph.groups or layout(graph, chosen(graph, sizes).measured).size.height <= highest:
        return (graph,)
    pieces = [_whole(graph), *(_step(graph, number) for number in range(len(graph.groups)))]
    return (*(replace(piece, caption=()) for piece in pieces[:-1]), replace(pieces[-1], caption=graph.caption))


def _whole(graph: Graph) -> Graph:
    """The graph with one node for every group."""
    boxes = {key: number for number, group in enumerate(graph.groups) for key in group.members}
    own = {node.key: node for node in graph.nodes}
    readers: dict[str, set[str]] = {}
    for before, after in graph.edges:
        readers.setdefault(before, set()).add(after)
    # What is read in one group alone belongs to the picture of that group.
    inside = {
        key
        for key in own
        if key not in boxes
        and readers.get(key)
        and len({boxes.get(after) for after in readers[key]}) == 1
        and all(after in boxes for after in readers[key])
        and not any(after == key for _, after in graph.edges)
    }
    names = {number: _name(number, own) for number in range(len(graph.groups))}
    place: Callable[[str], str] = lambda key: names[boxes[key]] if key in boxes else key  # noqa: E731
    nodes: list[Node] = []
    done: set[int] = set()
    for node in graph.nodes:
        if node.key in inside:
            continue
        number = boxes.get(node.key)
        if number is None:
            nodes.append(node)
        elif number not in done:
            done.add(number)
            nodes.append(Node(names[number], names[number], "value", words=graph.groups[number].label))
    edges = tuple(
        dict.fromkeys(
            (place(before), place(after))
            for before, after in graph.edges
            if before not in inside and place(before) != place(after)
        )
    )
    returning = tuple(dict.fromkeys((place(before), place(after)) for before, after in graph.returning))
    labels = tuple((edge, formulas) for edge, formulas in graph.labels if edge in edges)
    return replace(graph, nodes=tuple(nodes), edges=edges, returning=returning, groups=(), labels=labels, flow=None)


def _name(number: int, taken: dict[str, Node]) -> str:
    name = f"group {number + 1}"
    while name in taken:
        name += "'"
    return name


def _step(graph: Graph, number: int) -> Graph:
    """One group, with all that it reads and all that reads it."""
    members = set(graph.groups[number].members)
    edges = tuple(edge for edge in graph.edges if edge[1] in members)
    keys = members | {before for before, _ in edges}
    returning = tuple(edge for edge in graph.returning if set(edge) <= members)
    return replace(
        graph,
        nodes=tuple(node for node in graph.nodes if node.key in keys),
        edges=edges,
        returning=returning,
        groups=(graph.groups[number],),
        labels=tuple((edge, formulas) for edge, formulas in graph.labels if edge in edges or edge in returning),
        flow=None,
    )
