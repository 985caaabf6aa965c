"""A plot as a figure of the page: drawn in the colour of its text, so that it follows light and dark."""

from __future__ import annotations

from codegen.block import Plot
from codegen.figure.plot_svg import draw_plot
from codegen.formats.html.symbols import Symbols
from codegen.formats.html.text import text


def plotted(plot: Plot, symbols: Symbols) -> str:
    """The figure with its caption."""
    caption = f"<figcaption>{text(plot.caption, symbols)}</figcaption>" if plot.caption else ""
    return f'<figure class="picture"><div class="drawing">{draw_plot(plot)}</div>{caption}</figure>'
