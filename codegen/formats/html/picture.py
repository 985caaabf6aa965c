"""The computational graph: its pictures, forward and back, where they can be drawn, and always the table in words."""

from __future__ import annotations

import re

from codegen.block import Graph, Math
from codegen.figure.style import DARK_VALUES, LIGHT_VALUES, RULES
from codegen.figure.svg import draw
from codegen.formats.html.symbols import Symbols
from codegen.formats.html.text import text
from codegen.language import Language
from codegen.notation.formula import Name
from codegen.notation.mathml import element, escaped
from derive.errors import InputError

_WIDTH = re.compile(r'<svg[^>]* width="([\d.]+)"')
# The pictures follow the page, whose colours a reader may choose against those of the system.
STYLE = (
    f":root{{{LIGHT_VALUES}}}\n"
    f'@media screen and (prefers-color-scheme:dark){{:root:not([data-theme="light"]){{{DARK_VALUES}}}}}\n'
    f'@media screen{{:root[data-theme="dark"]{{{DARK_VALUES}}}}}\n'
    f"{RULES}"
)


def picture(graph: Graph, number: int, symbols: Symbols, language: Language) -> str:
    """The figure of a graph; `number` tells it from the others of the page."""
    caption = f"<figcaption>{text(graph.caption, symbols)}</figcaption>" if graph.caption else ""
    table = _table(graph, symbols, language)
    try:
        parts = _pictures(graph, number, caption, symbols, language)
    except InputError as error:
        # Without the compiler that sets labels, or without a font for them, the words remain, and the reason why.
        reason = escaped(language.phrase("html.no_picture", reason=f"{error.what} ({error.remedy})"))
        return f'<figure class="picture">{table}<figcaption>{reason}</figcaption></figure>'
    words = escaped(language.phrase("html.graph_in_words"))
    return "\n".join([*parts, f'<details class="picture"><summary>{words}</summary>{table}</details>'])


def _pictures(graph: Graph, number: int, caption: str, symbols: Symbols, language: Language) -> list[str]:
    """Forward, and below a line that unfolds it, the way back."""
    title = language.phrase("html.graph")
    parts = [f'<figure class="picture">{_drawing(graph, f"graph{number}-", title)}{caption}</figure>']
    if graph.flow is not None:
        title = language.phrase("html.flow")
        below = f"<figcaption>{text(graph.flow.caption, symbols)}</figcaption>" if graph.flow.caption else ""
        drawn = _drawing(graph.flow, f"flow{number}-", title)
        parts.append(
            f'<details class="picture"><summary>{escaped(title)}</summary><figure>{drawn}{below}</figure></details>'
        )
    return parts


def _drawing(graph: Graph, prefix: str, title: str) -> str:
    drawn = draw(graph, prefix=prefix, alone=False, title=title)
    # A picture that is too wide shrinks a little, and then scrolls.
    width = _WIDTH.search(drawn)
    natural = f' style="--natural: {width[1]}px"' if width else ""
    return f'<div class="drawing"{natural}>{drawn}</div>'


def _table(graph: Graph, symbols: Symbols, language: Language) -> str:
    """A row for every value: what it is computed from, and what reads it."""
    labels = {node.key: Math(Name(node.label)) for node in graph.nodes}
    rows = []
    for node in graph.nodes:
        edges = (*graph.edges, *graph.returning)
        read = [before for before, after in edges if after == node.key]
        readers = [after for before, after in edges if before == node.key]
        cells = (
            ", ".join(element(labels[key].formula, symbols.named) for key in dict.fromkeys(keys))
            for keys in ([node.key], read, readers)
        )
        value, *others = cells
        rows.append(
            f'<tr><th scope="row">{value}</th>' + "".join(f"<td>{cell or '–'}</td>" for cell in others) + "</tr>\n"
        )
    heads = (language.phrase("html.value"), language.phrase("html.reads"), language.phrase("html.read_by"))
    head = "".join(f'<th scope="col">{escaped(words)}</th>' for words in heads)
    return f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>\n{"".join(rows)}</tbody></table></div>'
