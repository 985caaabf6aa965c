"""The picture of a graph as SVG, with real mathematics in its nodes, for light and dark paper, and said in words too.

    draw(graph)                                ->  a file of its own, which follows the colour scheme of its reader
    draw(graph, prefix="g1-", alone=False)     ->  an element for a page that brings `style.STYLE` itself
    draw(graph, fixed=True)                    ->  without style sheet, in light colours: for printing
    printed(graph, highest)                    ->  such a picture, in parts where it would not fit on a page
    png(graph)                                 ->  the same as PNG

Nodes are `<g id="node-<key>" data-key="<key>">`, edges `<g data-from="<key>" data-to="<key>">`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from codegen import typesetting
from codegen.block import Graph, Node, Text
from codegen.figure.chosen import Chosen, chosen
from codegen.figure.geometry import Box, Path, Point, Segment, Size
from codegen.figure.label import Labels, labels, said
from codegen.figure.layout import Frame, Layout, layout
from codegen.figure.parts import parts
from codegen.figure.sides import Line
from codegen.figure.style import LIGHT, STYLE
from codegen.notation.plain import plain

_HEAD, _HALF = 6.0, 3.2
_CLEAR = 3.0
_GLYPH = re.compile(r'href="#(\w+)"')


def draw(
    graph: Graph, *, prefix: str = "", alone: bool = True, fixed: bool = False, title: str = "", font: str = ""
) -> str:
    """The picture as an `<svg>` element; every id in it begins with the prefix. `font` is what `fonts_for` is asked.

    Raises InputError where the compiler that sets formulas is not installed.
    """
    found: list[Labels] = []

    def sizes(texts: Sequence[Text]) -> list[Size]:
        found.append(labels(texts, font=font))
        return [label.size for label in found[0].labels]

    written = chosen(graph, sizes)
    return _Drawing(graph, written, found[0], prefix).svg(alone, fixed, title or "Computational graph")


def printed(graph: Graph, highest: float, font: str = "") -> tuple[str, ...]:
    """The picture for paper, in several parts where it would be higher than this and has groups to take apart."""

    def sizes(texts: Sequence[Text]) -> list[Size]:
        return [label.size for label in labels(texts, font=font).labels]

    return tuple(draw(part, fixed=True, font=font) for part in parts(graph, sizes, highest))


def png(graph: Graph) -> bytes:
    """The picture as PNG, two points for every unit."""
    source = '#set page(width: auto, height: auto, margin: 6pt, fill: white)\n#image("graph.svg")\n'
    files = {"graph.svg": draw(graph, fixed=True).encode()}
    return typesetting.pictures(source, files=files, per_inch=192)[0]


class _Drawing:
    def __init__(self, graph: Graph, written: Chosen, outlines: Labels, prefix: str) -> None:
        self.graph = graph
        self.written = written
        self.outlines = outlines
        self.prefix = prefix
        self.layout: Layout = layout(graph, written.measured)
        used = [*written.nodes.values(), *written.edges.values(), *written.titles]
        names = dict.fromkeys(name for place in used for name in _GLYPH.findall(outlines.labels[place].drawing))
        self.glyphs = {name: f"{prefix}{number}" for number, name in enumerate(names)}

    def svg(self, alone: bool, fixed: bool, title: str) -> str:
        width, height = (_number(value) for value in (self.layout.size.width, self.layout.size.height))
        size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ink = f' color="{LIGHT["ink"]}"' if alone or fixed else ""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" {size} role="img"{ink} '
            f'aria-labelledby="{self.prefix}title {self.prefix}desc">'
        )
        parts = [
            head,
            f'<title id="{self.prefix}title">{escape(title)}</title>',
            f'<desc id="{self.prefix}desc">{escape(self._described())}</desc>',
        ]
        if alone and not fixed:
            # A picture alone brings its paper: whoever shows it may have light paper on a dark system.
            parts.append(f"<style>{STYLE}</style>")
            parts.append(f'<rect class="paper" width="{width}" height="{height}" fill="{LIGHT["paper"]}"/>')
        parts.append("<defs>")
        parts += [f'<path id="{self.glyphs[name]}" d="{self.outlines.glyphs[name]}"/>' for name in self.glyphs]
        parts.append("</defs>")
        parts += [self._frame(frame, place) for place, frame in enumerate(self.layout.frames)]
        parts += [self._edge(line) for line in self.layout.lines]
        parts += [self._node(node) for node in self.graph.nodes]
        return "\n".join([*parts, "</svg>"]) + "\n"

    def _described(self) -> str:
        """What is drawn, in words: every value with what it is computed from."""
        words = []
        arrow = "→" if not self.graph.backwards else "←"
        labelled = {node.key: node.label for node in self.graph.nodes}
        for node in self.graph.nodes:
            read = [labelled[a] for a, b in (*self.graph.edges, *self.graph.returning) if b == node.key]
            if read:
                words.append(f"{', '.join(read)} {arrow} {labelled[node.key]}")
        return _printable("; ".join(words))

    def _node(self, node: Node) -> str:
        box = self.layout.nodes[node.key]
        words = node.formulas[0] if node.formulas else None
        spoken = _printable(plain(words) if words else said(self.written.texts[self.written.nodes[node.key]]))
        key = _attribute(node.key)
        return (
            f'<g id="{self.prefix}node-{key}" class="node {node.kind}" data-key="{key}" '
            f'data-symbol="{_attribute(node.label)}">'
            f"<title>{escape(spoken)}</title>{_box(box, node.kind)}{self._text(self.written.nodes[node.key], box)}</g>"
        )

    def _text(self, place: int, box: Box) -> str:
        """The outlines in the middle of the box."""
        label = self.outlines.labels[place]
        x, y = box.centre[0] - label.size.width / 2, box.centre[1] - label.size.height / 2
        drawing = _GLYPH.sub(lambda found: f'href="#{self.glyphs[found[1]]}"', label.drawing)
        return f'<g fill="currentColor" transform="translate({_number(x)} {_number(y)})">{drawing}</g>'

    def _edge(self, line: Line) -> str:
        before, after = (_attribute(key) for key in line.edge)
        if self.graph.backwards:
            before, after = after, before
        path = line.path.reversed() if self.graph.backwards else line.path
        dashed = ' stroke-dasharray="4 3"' if line.returning else ""
        kind = "edge returning" if line.returning else "edge"
        drawn = (
            f'<path class="line" fill="none" stroke="{LIGHT["line"]}" stroke-width="1.1"{dashed} '
            f'd="{"".join(_steps(_shortened(path), line.label))}"/>'
            f'<path class="head" fill="{LIGHT["line"]}" d="{_arrow(path)}"/>'
        )
        text = self._text(self.written.edges[line.edge], line.label) if line.label else ""
        return f'<g class="{kind}" data-from="{before}" data-to="{after}">{drawn}{text}</g>'

    def _frame(self, frame: Frame, place: int) -> str:
        title = self._text(self.written.titles[place], frame.title)
        shape = _rectangle(frame.box, 10.0, "frame", 1.0)
        return f'<g class="frame">{shape}{title}</g>'


def _box(box: Box, kind: str) -> str:
    if kind in ("input", "target"):
        return _rectangle(box, min(box.height / 2, 14.0), kind, 1.2, dashed=kind == "target")
    return _rectangle(box, {"param": 1.5, "value": 5.0}.get(kind, 5.0), kind, 1.8 if kind == "result" else 1.2)


def _rectangle(box: Box, radius: float, kind: str, thick: float, dashed: bool = False) -> str:
    place = (
        f'x="{_number(box.left)}" y="{_number(box.top)}" width="{_number(box.width)}" height="{_number(box.height)}"'
    )
    stroke = f'stroke="{LIGHT[kind + "-edge"]}" stroke-width="{thick:g}"' + (
        ' stroke-dasharray="3 2"' if dashed else ""
    )
    return f'<rect class="box" {place} rx="{_number(radius)}" fill="{LIGHT[kind]}" {stroke}/>'


def _steps(path: Path, label: Box | None) -> Iterator[str]:
    """The path in SVG's letters, with a break where the label stands in it."""
    yield f"M{_point(path.start)}"
    here = path.start
    for part in path.segments:
        if part.controls:
            yield f"C{_point(part.controls[0])} {_point(part.controls[1])} {_point(part.end)}"
        else:
            out, again = _around(here, part.end, label)
            if out is not None and again is not None:
                yield f"L{_point(out)}M{_point(again)}"
            yield f"L{_point(part.end)}"
        here = part.end


def _around(start: Point, end: Point, label: Box | None) -> tuple[Point | None, Point | None]:
    """Where a straight, upright or level piece of a line stops before a label and goes on behind it."""
    if label is None:
        return None, None
    upright = abs(start[0] - end[0]) < 0.01
    axis = 1 if upright else 0
    low, high = (label.top, label.bottom) if upright else (label.left, label.right)
    across = start[0] if upright else start[1]
    inside = label.left < across < label.right if upright else label.top < across < label.bottom
    first, last = start[axis], end[axis]
    if not inside or not min(first, last) - 0.01 <= low or not high <= max(first, last) + 0.01:
        return None, None
    stop, go = (low - _CLEAR, high + _CLEAR) if first < last else (high + _CLEAR, low - _CLEAR)
    stop, go = (max(stop, first), min(go, last)) if first < last else (min(stop, first), max(go, last))
    return ((across, stop), (across, go)) if upright else ((stop, across), (go, across))


def _direction(path: Path) -> Point:
    """Where the path points at its end, as a step of length one along an axis."""
    last = path.segments[-1]
    before = path.segments[-2].end if len(path.segments) > 1 else path.start
    x, y = last.controls[1] if last.controls else before
    dx, dy = path.end[0] - x, path.end[1] - y
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    return dx / length, dy / length


def _shortened(path: Path) -> Path:
    """Without the piece that the head of the arrow covers."""
    dx, dy = _direction(path)
    back = _HEAD - 1.0

    def moved(point: Point) -> Point:
        return point[0] - back * dx, point[1] - back * dy

    last = path.segments[-1]
    controls = last.controls and (last.controls[0], moved(last.controls[1]))
    return Path(path.start, (*path.segments[:-1], Segment(moved(path.end), controls)))


def _arrow(path: Path) -> str:
    (x, y), (dx, dy) = path.end, _direction(path)
    base = x - _HEAD * dx, y - _HEAD * dy
    left = base[0] - _HALF * dy, base[1] + _HALF * dx
    right = base[0] + _HALF * dy, base[1] - _HALF * dx
    return f"M{_point(path.end)}L{_point(left)}L{_point(right)}Z"


def _point(point: Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _number(value: float) -> str:
    # Adding zero takes the sign away from what is rounded to -0.
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _attribute(text: str) -> str:
    return escape(_printable(text), {'"': "&quot;", "'": "&#39;"})


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())
