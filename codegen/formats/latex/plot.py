"""A plot as a TikZ picture, with formulas as names of its curves."""

from __future__ import annotations

from codegen.block import Plot
from codegen.figure.plot import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, chart
from codegen.formats.latex.text import text

_DASHES = ("solid", "densely dashed", "densely dotted", "dash dot")


def plotted(plot: Plot) -> str:
    """The picture in the middle of a line, its caption below."""
    found = chart(plot)
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    lines = [r"\begin{tikzpicture}[x=0.9pt,y=-0.9pt,inner sep=2pt,font=\small]"]
    for tick in found.up:
        lines.append(rf"\draw[black!15] ({LEFT:.1f},{tick.at:.1f}) -- ({right:.1f},{tick.at:.1f});")
        lines.append(rf"\node[anchor=east] at ({LEFT:.1f},{tick.at:.1f}) {{{tick.label}}};")
    for tick in found.across:
        lines.append(rf"\draw[black!60] ({tick.at:.1f},{bottom:.1f}) -- ({tick.at:.1f},{bottom + 4:.1f});")
        lines.append(rf"\node[anchor=north] at ({tick.at:.1f},{bottom + 4:.1f}) {{{tick.label}}};")
    corner = f"({LEFT:.1f},{TOP:.1f}) -- ({LEFT:.1f},{bottom:.1f}) -- ({right:.1f},{bottom:.1f})"
    lines.append(rf"\draw[black!60] {corner};")
    lines.append(rf"\node[anchor=south] at ({(LEFT + right) / 2:.1f},{HEIGHT:.1f}) {{{text(plot.across)}}};")
    lines.append(rf"\node[anchor=south] at ({LEFT:.1f},{TOP:.1f}) {{{text(plot.up)}}};")
    for number, trace in enumerate(found.traces):
        points = " -- ".join(f"({x:.1f},{y:.1f})" for x, y in trace.points)
        lines.append(rf"\draw[thick,{_DASHES[number % len(_DASHES)]}] {points};")
        x, y = trace.label_at
        lines.append(rf"\node[anchor=west] at ({x - 4:.1f},{y:.1f}) {{{text(trace.label)}}};")
    lines.append(r"\end{tikzpicture}")
    caption = f"\n\n{text(plot.caption)}" if plot.caption else ""
    return "\\begin{center}\n" + "%\n".join(lines) + "\n\\end{center}" + caption
