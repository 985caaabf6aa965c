"""The graph of a computation as a TikZ picture: the same layout as in other formats, with sizes that are estimated.

Every formula stands in a box of the estimated width and is set smaller where it would be wider.
"""

from __future__ import annotations

from codegen.block import Graph, Math, Text
from codegen.figure.chosen import Chosen, chosen
from codegen.figure.estimate import estimated
from codegen.figure.geometry import Box, Path, Point
from codegen.figure.layout import Frame, Layout, layout
from codegen.figure.parts import parts
from codegen.figure.sides import Line
from codegen.formats.latex.text import text
from codegen.notation.latex import latex

_STYLES = {
    "param": "draw=black!60,fill=black!4",
    "input": "draw=black!60,rounded corners=8pt",
    "target": "draw=black!60,dashed,rounded corners=8pt",
    "value": "draw=black!60,rounded corners=3pt,fill=black!4",
    "result": "draw,thick,rounded corners=3pt,fill=black!10",
}
# Layouts are made for letters of 12; the text has letters of 10 points.
_UNIT = 10 / 12
# In points: what a page has room for below the heading and above the caption.
_WIDTH, _HEIGHT = 450.0, 610.0


def picture(graph: Graph) -> str:
    """The graph no larger than the page, in two pictures or more where it would become too small to read."""
    pieces = parts(graph, estimated, _HEIGHT / _UNIT * 1.1)
    return "\n\n".join(_picture(piece) for piece in pieces)


def _picture(graph: Graph) -> str:
    written = chosen(graph, estimated)
    placed = layout(graph, written.measured)
    size = placed.size
    scale = min(1.0, _WIDTH / (size.width * _UNIT), _HEIGHT / (size.height * _UNIT))
    shrunk = f",scale={scale:.3f},transform shape" if scale < 1 else ""
    lines = [rf"\begin{{tikzpicture}}[x={_UNIT:.4f}pt,y=-{_UNIT:.4f}pt,>=stealth,inner sep=0pt{shrunk}]"]
    # Where groups cannot be drawn as frames, there are titles and no frames.
    lines += [_frame(frame, written.texts[written.titles[place]]) for place, frame in enumerate(placed.frames)]
    lines += [_line(line, graph, written) for line in placed.lines]
    lines += _nodes(graph, written, placed)
    lines.append(r"\end{tikzpicture}")
    caption = f"\n\n\\smallskip\n{text(graph.caption)}" if graph.caption else ""
    # In one box, so that no page ends between the picture and its caption.
    body = "\\begin{center}\n" + "%\n".join(lines) + "\n\\end{center}" + caption
    return f"\\begin{{minipage}}{{\\linewidth}}\n{body}\n\\end{{minipage}}"


def _nodes(graph: Graph, written: Chosen, placed: Layout) -> list[str]:
    lines = []
    for node in graph.nodes:
        box = placed.nodes[node.key]
        shown = _set(written.texts[written.nodes[node.key]], box.width - 6.0)
        lines.append(
            rf"\draw[{_STYLES[node.kind]}] {_point((box.left, box.top))} rectangle {_point((box.right, box.bottom))};"
        )
        lines.append(rf"\node at {_point(box.centre)} {{{shown}}};")
    return lines


def _set(words: Text, width: float) -> str:
    """The text in a box of this width."""
    shown = "".join(
        rf"$\displaystyle {latex(piece.formula)}$" if isinstance(piece, Math) else text((piece,)) for piece in words
    )
    return rf"\parbox{{{width * _UNIT:.1f}pt}}{{\centering\fitted{{{shown}}}}}"


def _line(line: Line, graph: Graph, written: Chosen) -> str:
    path = line.path.reversed() if graph.backwards else line.path
    dashed = ",dashed" if line.returning else ""
    drawn = rf"\draw[->,black!60{dashed}] {_steps(path)};"
    if line.label is None:
        return drawn
    shown = _set(written.texts[written.edges[line.edge]], line.label.width)
    return rf"{drawn}" + "%\n" + rf"\node[fill=white,inner sep=1pt] at {_point(line.label.centre)} {{{shown}}};"


def _frame(frame: Frame, title: Text) -> str:
    box: Box = frame.box
    shape = rf"\draw[black!35,fill=black!2,rounded corners=6pt] {_point((box.left, box.top))} rectangle "
    words = rf"\node at {_point(frame.title.centre)} {{{_set(title, frame.title.width)}}};"
    return f"{shape}{_point((box.right, box.bottom))};%\n{words}"


def _steps(path: Path) -> str:
    parts = [_point(path.start)]
    for part in path.segments:
        if part.controls:
            first, second = part.controls
            parts.append(f".. controls {_point(first)} and {_point(second)} .. {_point(part.end)}")
        else:
            parts.append(f"-- {_point(part.end)}")
    return " ".join(parts)


def _point(point: Point) -> str:
    return f"({point[0]:.1f},{point[1]:.1f})"
