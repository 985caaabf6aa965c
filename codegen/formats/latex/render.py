"""Blocks as a LaTeX article."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

from codegen.block import (
    Display,
    Document,
    Graph,
    Heading,
    Listing,
    Math,
    Paragraph,
    Plot,
    Points,
    Row,
    Shown,
    Steps,
    Table,
    Text,
    laid_out,
    words_of,
)
from codegen.formats.latex.characters import declarations, undeclared
from codegen.formats.latex.graph import picture
from codegen.formats.latex.plot import plotted
from codegen.formats.latex.text import escape, in_a_table, text, verbatim
from codegen.languages import language
from codegen.notation.formula import Cases, Formula
from codegen.notation.latex import is_large, latex, near, relation
from codegen.notation.width import width

_SECTIONS = {2: "section", 3: "subsection", 4: "subsubsection"}
# Measured in characters of a formula: what fits into a line beside its reason.
_LINE = 88
# In lines of text: what fits on a page below a heading.
_PAGE = 44
Item = TypeVar("Item")

_PREAMBLE = r"""\documentclass[10pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{textcomp}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage{amsmath}
\usepackage{amssymb}
\usepackage{graphicx}
\usepackage{tikz}
\usepackage[margin=25mm]{geometry}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt plus 2pt}
\allowdisplaybreaks
\sloppy
% What is wider than a line is set smaller, so that nothing runs into the margin.
\newsavebox{\fittedbox}
\newcommand{\fitted}[1]{\sbox{\fittedbox}{#1}%
  \ifdim\wd\fittedbox>\linewidth\resizebox{\linewidth}{!}{\usebox{\fittedbox}}\else\usebox{\fittedbox}\fi}
% On a line of its own, and never on another page than the sentence that announces it.
\newcommand{\centred}[1]{\par\nobreak\vskip 6pt\noindent\hfil\fitted{#1}\hfil\par\vskip 6pt}
"""


def render(document: Document) -> str:
    """The document as LaTeX source that stands on its own."""
    body = "\n\n".join(_block(block) for block in laid_out(document.blocks))
    head = rf"{{\LARGE\bfseries {escape(document.title)}\par}}"
    origin = rf"{{\small\itshape {escape(document.origin)}\par}}" if document.origin else ""
    content = "\n\n".join(part for part in (head, origin, body) if part)
    own = language(document.language)
    parts = (_PREAMBLE.rstrip("\n"), own.latex[0], declarations(content, own))
    preamble = "".join(f"{part}\n" for part in parts if part)
    return f"{preamble}\n\\begin{{document}}\n{content}\n\\end{{document}}\n"


def violations(source: str) -> list[str]:
    """Characters that pdflatex has no declaration for; everything else its compiler finds."""
    return [f"the character {sign} is not declared" for sign in undeclared(source)]


def _block(block: Shown) -> str:
    match block:
        case Heading(level, pieces):
            return rf"\{_SECTIONS.get(level, 'paragraph*')}{{{text(pieces)}}}"
        case Paragraph(pieces):
            return text(pieces)
        case Points(items):
            return "\\begin{itemize}\n" + "\n".join(rf"\item {text(item)}" for item in items) + "\n\\end{itemize}"
        case Display():
            return _display(block)
        case Steps():
            return _steps(block)
        case Table():
            return _table(block)
        case Listing(_, code):
            return _listing(code)
        case Graph():
            return picture(block)
        case Plot():
            return plotted(block)


def _centred(body: str) -> str:
    return rf"\centred{{$\displaystyle {body}$}}"


def _display(block: Display) -> str:
    heights = [max(_height(left), _height(right)) for left, right, _ in block.rows]
    return "\n\n".join(_display_part(block, rows) for rows in _parts(block.rows, heights))


def _display_part(block: Display, equations: Sequence[tuple[Formula, Formula, int | None]]) -> str:
    rows = [
        f"{latex(left)} &{relation(block.assignment)} {latex(right)}{_number(number)}"
        for left, right, number in equations
    ]
    body = "\\begin{aligned}\n" + " \\\\[3pt]\n".join(rows) + "\n\\end{aligned}"
    return _centred(rf"\boxed{{{body}}}" if block.boxed else body)


def _height(formula: Formula) -> float:
    """How high a row is, in lines of text."""
    if isinstance(formula, Cases):
        return 4.5
    return 2.2 if is_large(formula) else 1.2


def _parts(rows: Sequence[Item], heights: Sequence[float]) -> list[list[Item]]:
    """The rows in portions that fit on a page each, as equal as can be: a block is never broken by TeX itself."""
    pages = math.ceil(sum(heights) / _PAGE) or 1
    parts: list[list[Item]] = [[]]
    filled = 0.0
    for row, height in zip(rows, heights, strict=True):
        if parts[-1] and filled + height > sum(heights) / pages + 1:
            parts.append([])
            filled = 0.0
        parts[-1].append(row)
        filled += height
    return parts


def _number(number: int | None) -> str:
    return "" if number is None else f" && ({number})"


def _steps(block: Steps) -> str:
    heights = [_height(row.formula) + 0.8 for row in block.rows]
    return "\n\n".join(_steps_part(block, rows) for rows in _parts(block.rows, heights))


def _steps_part(block: Steps, steps: Sequence[Row]) -> str:
    rows = []
    for row in steps:
        left = latex(block.left) + " " if row is block.rows[0] else ""
        number = rf" \qquad ({block.number})" if block.number is not None and row is block.rows[-1] else ""
        rows.append(f"{left}&{near(row.about)} {latex(row.formula)}{number}{_reason(block, row.formula, row.reason)}")
    return _centred("\\begin{aligned}\n" + " \\\\[4pt]\n".join(rows) + "\n\\end{aligned}")


def _reason(block: Steps, formula: object, reason: Text) -> str:
    """The reason beside the formula, or below it when the line is full."""
    if not reason:
        return ""
    words = rf"\text{{\small {text(reason)}}}"
    said = sum(width(piece.formula) if isinstance(piece, Math) else 0.8 * len(words_of(piece)) for piece in reason)
    full = width(block.left) + width(formula) + said
    return rf" \\ &\qquad {words}" if full > _LINE else f" && {words}"


def _table(block: Table) -> str:
    formulas = [[piece.formula for cell in row for piece in cell if isinstance(piece, Math)] for row in block.rows]
    heights = [2.6 if any(is_large(formula) for formula in row) else 1.6 for row in formulas]
    return "\n\n".join(_table_part(block, rows) for rows in _parts(block.rows, heights))


def _table_part(block: Table, rows: Sequence[tuple[Text, ...]]) -> str:
    lines = [" & ".join(rf"\textbf{{{text(cell)}}}" for cell in block.head) + r" \\ \hline"]
    for row in rows:
        cells = " & ".join(in_a_table(cell) for cell in row)
        # Fractions need room to the lines above and below them.
        strut = r"\rule[-4.2ex]{0pt}{9.6ex}" if r"\right)^" in cells else r"\rule[-3ex]{0pt}{7.4ex}"
        lines.append((strut if r"\frac" in cells else "") + cells + r" \\")
    body = f"\\begin{{tabular}}{{{'l' * len(block.head)}}}\n" + "\n".join(lines) + "\n\\end{tabular}"
    return "{\\renewcommand{\\arraystretch}{1.5}\\centred{" + body + "}}"


def _listing(code: str) -> str:
    lines = [rf"\noindent\fitted{{\texttt{{\small {verbatim(line)}}}}}" for line in code.rstrip().split("\n")]
    return "\\begin{flushleft}\n" + "\\\\\n".join(lines) + "\n\\end{flushleft}"
