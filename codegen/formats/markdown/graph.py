"""The graph of a computation in Mermaid, which GitHub draws: every value with its equation on one line."""

from __future__ import annotations

from codegen.block import Graph, Node
from codegen.figure.label import said
from codegen.notation.plain import plain

_SHAPES = {"param": ("[/", "/]"), "input": ("([", "])"), "target": ("([", "])"), "result": ("[[", "]]")}
# In characters: what stands in a node without being broken into many lines.
_WIDEST = 60
# What Mermaid reads as itself inside quotes; all else is written as a character code.
_PLAIN = frozenset(" '_,=()+-[]/·:.√≤≥≠⊙⊘∂ᵀ²³…")


def picture(graph: Graph) -> str:
    """The graph as a block of code, without its caption."""
    keys = {node.key: f"n{place}" for place, node in enumerate(graph.nodes)}
    lines = ["```mermaid", "flowchart TD"]
    grouped = {key for group in graph.groups for key in group.members}
    lines += [f"    {_node(node, keys)}" for node in graph.nodes if node.key not in grouped]
    for place, group in enumerate(graph.groups):
        lines.append(f'    subgraph g{place}["{_quoted(said(group.label))}"]')
        lines += [f"        {_node(node, keys)}" for node in graph.nodes if node.key in group.members]
        lines.append("    end")
    lines += [f"    {keys[before]} --> {keys[after]}" for before, after in graph.edges]
    lines += [f"    {keys[before]} -.-> {keys[after]}" for before, after in graph.returning]
    return "\n".join([*lines, "```"])


def _node(node: Node, keys: dict[str, str]) -> str:
    opening, closing = _SHAPES.get(node.kind, ("(", ")"))
    return f'{keys[node.key]}{opening}"{_quoted(_label(node))}"{closing}'


def _label(node: Node) -> str:
    """The equation that a picture would show, or the name where it is too long for a line."""
    if node.words:
        return said(node.words)
    lines = (plain(formula) for formula in node.formulas)
    return next((words for words in lines if len(words) <= _WIDEST), node.label)


def _quoted(label: str) -> str:
    """A label in quotes; what Mermaid reads as mark-up is written as a character code."""
    return "".join(sign if sign.isalnum() or sign in _PLAIN else f"#{ord(sign)};" for sign in label)
