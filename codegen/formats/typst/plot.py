"""A plot in Typst's own lines, with formulas as names of its curves."""

from __future__ import annotations

from itertools import pairwise

from codegen.block import Plot
from codegen.figure.plot import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, chart
from codegen.formats.typst.text import text

_DASHES = ('"solid"', '"dashed"', '"dotted"', '"dash-dotted"')
_INK, _PALE = "luma(90)", "luma(220)"
# A label stands in a box of this size, on the side of the box that its place is at.
_WIDE, _HIGH = 90.0, 14.0


def plotted(plot: Plot) -> str:
    """The picture in the middle of the page, its caption below."""
    found = chart(plot)
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts: list[str] = []
    for tick in found.up:
        parts.append(_line(LEFT, tick.at, right, tick.at, f"0.6pt + {_PALE}"))
        parts.append(_label(LEFT - 6 - _WIDE, tick.at - _HIGH / 2, tick.label, "right + horizon"))
    for tick in found.across:
        parts.append(_line(tick.at, bottom, tick.at, bottom + 4, f"0.6pt + {_INK}"))
        parts.append(_label(tick.at - _WIDE / 2, bottom + 5, tick.label, "center + horizon"))
    parts.append(_line(LEFT, TOP, LEFT, bottom, f"0.6pt + {_INK}"))
    parts.append(_line(LEFT, bottom, right, bottom, f"0.6pt + {_INK}"))
    parts.append(_label((LEFT + right - _WIDE) / 2, HEIGHT - _HIGH, text(plot.across), "center + horizon"))
    parts.append(_label(LEFT - _WIDE / 2, TOP - _HIGH - 2, text(plot.up), "center + horizon"))
    for number, trace in enumerate(found.traces):
        stroke = f"(thickness: 1.2pt, dash: {_DASHES[number % len(_DASHES)]})"
        parts += [_line(*a, *b, stroke) for a, b in pairwise(trace.points)]
        x, y = trace.label_at
        parts.append(_label(x, y - _HIGH / 2, text(trace.label), "left + horizon"))
    body = "\n".join(f"  {part}" for part in parts)
    box = f"block(width: {WIDTH:g}pt, height: {HEIGHT:g}pt, breakable: false, {{\n{body}\n}})"
    return f"#captioned({box}, {f'[{text(plot.caption)}]' if plot.caption else 'none'})"


def _line(x: float, y: float, to_x: float, to_y: float, stroke: str) -> str:
    return f"place(std.line(start: ({x:.1f}pt, {y:.1f}pt), end: ({to_x:.1f}pt, {to_y:.1f}pt), stroke: {stroke}))"


def _label(x: float, y: float, shown: str, at: str) -> str:
    box = f"box(width: {_WIDE:g}pt, height: {_HIGH:g}pt, align({at})[#text(size: 9pt)[{shown}]])"
    return f"place(dx: {x:.1f}pt, dy: {y:.1f}pt, {box})"
