"""A plot as SVG: lines that differ in their dashes, in the colour of the text around them."""

from __future__ import annotations

from xml.sax.saxutils import escape

from codegen.block import Math, Plot, Text
from codegen.figure.plot import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, chart
from codegen.figure.style import LIGHT
from codegen.notation.formula import Formula, Infix, Name
from codegen.notation.plain import plain
from codegen.notation.symbol import Symbol, greek_sign, read

DASHES = ("", "6 3", "2 3", "8 3 2 3")
_FONT = 'font-family="serif" font-size="12"'


def draw_plot(plot: Plot, title: str = "") -> str:
    """The plot as an `<svg>` element that needs nothing around it."""
    found = chart(plot)
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    said = escape(title or words(plot.caption))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" width="{WIDTH:g}" '
        f'height="{HEIGHT:g}" role="img" aria-label="{said}" fill="currentColor" {_FONT}>',
        f"<title>{said}</title>",
    ]
    for tick in found.up:
        lines.append(_line(LEFT, tick.at, right, tick.at, faint=True))
        lines.append(_text(LEFT - 6, tick.at + 4, tick.label, "end"))
    for tick in found.across:
        lines.append(_line(tick.at, bottom, tick.at, bottom + 4))
        lines.append(_text(tick.at, bottom + 17, tick.label, "middle"))
    lines += [_line(LEFT, TOP, LEFT, bottom), _line(LEFT, bottom, right, bottom)]
    lines.append(_text((LEFT + right) / 2, HEIGHT - 4, words(plot.across), "middle"))
    lines.append(_text(LEFT, TOP - 6, words(plot.up), "middle"))
    for number, trace in enumerate(found.traces):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in trace.points)
        dashes = DASHES[number % len(DASHES)]
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        lines.append(f'<polyline points="{points}" fill="none" stroke="currentColor" stroke-width="1.6"{dashed}/>')
        x, y = trace.label_at
        lines.append(_text(x, y + 4, words(trace.label), "start"))
    return "\n".join([*lines, "</svg>"]) + "\n"


def words(text: Text) -> str:
    """Text in one line, its formulas with Greek letters where they have some."""
    return "".join(
        _spelled(piece.formula) if isinstance(piece, Math) else piece if isinstance(piece, str) else piece.text
        for piece in text
    )


def _spelled(formula: Formula) -> str:
    match formula:
        case Infix("equals", sides):
            return " = ".join(_spelled(side) for side in sides)
        case Name(name):
            symbol = read(name)
            return greek_sign(symbol.stem) if symbol.greek and symbol == Symbol(symbol.stem, True) else name
    return plain(formula)


def _line(x: float, y: float, to_x: float, to_y: float, faint: bool = False) -> str:
    thin = ' stroke-opacity="0.25"' if faint else ""
    return (
        f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{LIGHT["line"]}" '
        f'stroke-width="0.8"{thin}/>'
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
