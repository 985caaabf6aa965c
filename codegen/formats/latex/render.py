"""Blocks as a LaTeX article."""

from __future__ import annotations

from codegen.block import Block, Display, Document, Graph, Heading, Listing, Paragraph, Points, Steps, Table, Text
from codegen.formats.latex.graph import picture
from codegen.formats.latex.text import declarations, escape, text, verbatim
from codegen.notation.latex import latex, relation
from codegen.notation.width import width

_SECTIONS = {2: "section", 3: "subsection", 4: "subsubsection"}
# Measured in characters of a formula: what fits into a line beside its reason.
_LINE = 88

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
    body = "\n\n".join(_block(block) for block in document.blocks)
    head = rf"{{\LARGE\bfseries {escape(document.title)}\par}}"
    origin = rf"{{\small\itshape {escape(document.origin)}\par}}" if document.origin else ""
    content = "\n\n".join(part for part in (head, origin, body) if part)
    known = declarations(content)
    preamble = f"{_PREAMBLE}{known}\n" if known else _PREAMBLE
    return f"{preamble}\n\\begin{{document}}\n{content}\n\\end{{document}}\n"


def violations(source: str) -> list[str]:
    """Characters that pdflatex has no declaration for; everything else its compiler finds."""
    declared = source.split(r"\begin{document}")[0]
    unknown = sorted({sign for sign in source if ord(sign) > 0x17F and f"{{{ord(sign):04X}}}" not in declared})
    return [f"the character U+{ord(sign):04X} is not declared" for sign in unknown]


def _block(block: Block) -> str:
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


def _centred(body: str) -> str:
    return rf"\centred{{$\displaystyle {body}$}}"


def _display(block: Display) -> str:
    rows = [
        f"{latex(left)} &{relation(block.assignment)} {latex(right)}{_number(number)}"
        for left, right, number in block.rows
    ]
    body = "\\begin{aligned}\n" + " \\\\[3pt]\n".join(rows) + "\n\\end{aligned}"
    return _centred(rf"\boxed{{{body}}}" if block.boxed else body)


def _number(number: int | None) -> str:
    return "" if number is None else f" && ({number})"


def _steps(block: Steps) -> str:
    rows = []
    for place, row in enumerate(block.rows):
        left = latex(block.left) + " " if place == 0 else ""
        number = rf" \qquad ({block.number})" if block.number is not None and row is block.rows[-1] else ""
        rows.append(f"{left}&= {latex(row.formula)}{number}{_reason(block, row.formula, row.reason)}")
    return _centred("\\begin{aligned}\n" + " \\\\[4pt]\n".join(rows) + "\n\\end{aligned}")


def _reason(block: Steps, formula: object, reason: Text) -> str:
    """The reason beside the formula, or below it when the line is full."""
    if not reason:
        return ""
    words = rf"\text{{\small {text(reason)}}}"
    full = width(block.left) + width(formula) + 0.8 * sum(len(str(piece)) for piece in reason if isinstance(piece, str))
    return rf" \\ &\qquad {words}" if full > _LINE else f" && {words}"


def _table(block: Table) -> str:
    lines = [" & ".join(rf"\textbf{{{text(cell)}}}" for cell in block.head) + r" \\ \hline"]
    for row in block.rows:
        cells = " & ".join(text(cell) for cell in row)
        # Fractions need room to the lines above and below them.
        lines.append((r"\rule[-2.6ex]{0pt}{6.4ex}" if r"\frac" in cells else "") + cells + r" \\")
    body = f"\\begin{{tabular}}{{{'l' * len(block.head)}}}\n" + "\n".join(lines) + "\n\\end{tabular}"
    return "{\\renewcommand{\\arraystretch}{1.5}\\centred{" + body + "}}"


def _listing(code: str) -> str:
    lines = [rf"\noindent\fitted{{\texttt{{\small {verbatim(line)}}}}}" for line in code.rstrip().split("\n")]
    return "\\begin{flushleft}\n" + "\\\\\n".join(lines) + "\n\\end{flushleft}"
