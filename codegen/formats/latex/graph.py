"""The graph of a computation as a TikZ picture."""

from __future__ import annotations

from codegen.block import Graph
from codegen.figure.layout import layout
from codegen.formats.latex.text import text
from codegen.notation.latex import name

_STYLES = {
    "param": "draw,rectangle",
    "input": "draw,rounded corners=8pt",
    "target": "draw,rounded corners=8pt,dashed",
    "value": "draw,rounded corners=2pt,fill=black!6",
    "result": "draw,rounded corners=2pt,fill=black!15",
}
_WIDTH, _HEIGHT = 1.9, 1.1


def picture(graph: Graph) -> str:
    """The graph, no wider than the line."""
    placed = layout([node.key for node in graph.nodes], graph.edges)
    keys = {node.key: f"n{place}" for place, node in enumerate(graph.nodes)}
    lines = [r"\begin{tikzpicture}[>=stealth,every node/.style={minimum height=7mm,minimum width=9mm}]"]
    for node in graph.nodes:
        label = f"${name(node.label)}$"
        lines.append(
            rf"\node[{_STYLES[node.kind]}] ({keys[node.key]}) at {_point(placed.places[node.key])} {{{label}}};"
        )
    for (before, after), route in placed.routes.items():
        between = "".join(f"{_point(point)} -- " for point in route[1:-1])
        lines.append(rf"\draw[->,rounded corners=4pt] ({keys[before]}) -- {between}({keys[after]});")
    for before, after in graph.returning:
        bend = "loop above" if before == after else "bend right=50"
        lines.append(rf"\draw[->,dashed] ({keys[before]}) to[{bend}] ({keys[after]});")
    lines.append(r"\end{tikzpicture}")
    caption = f"\n\n{text(graph.caption)}" if graph.caption else ""
    return "\\begin{center}\n\\fitted{" + "%\n".join(lines) + "}\n\\end{center}" + caption


def _point(point: tuple[float, float]) -> str:
    return f"({point[0] * _WIDTH:.2f},{-point[1] * _HEIGHT:.2f})"
