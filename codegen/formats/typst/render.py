"""Blocks as Typst source: calls of the functions of `preamble.typ`."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

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
)
from codegen.figure.label import said
from codegen.figure.svg import printed
from codegen.formats.typst.plot import plotted
from codegen.formats.typst.text import dividable, in_a_table, one_line, text, words
from codegen.languages import language
from codegen.notation.formula import Formula
from codegen.notation.latex import is_large
from codegen.notation.runs import runs
from codegen.notation.typst import in_lines, relation, typst
from codegen.notation.typst_symbol import beside
from codegen.notation.width import width
from codegen.typesetting import OWN, Fonts, families, string

_STRING = re.compile(r'"(?:\\.|[^"\\])*"')
# What blocks are written with besides the functions of the preamble.
_COMMANDS = frozenset({"box", "emph", "heading", "list", "raw", "strong", "text", "true"})
# So many gradients make a document that is looked things up in.
_MANY = 10
# In characters of a formula: what surely fits into a line.
_SHORT = 40
# In pixels: a picture that is set a little smaller still fits on a page.
_HIGHEST = 1000
_KEYWORDS = ("backpropagation", "chain rule", "gradients")
_SERIF, _MATHEMATICS, _MONOSPACED = "New Computer Modern", "New Computer Modern Math", "DejaVu Sans Mono"


@dataclass
class _Numbers:
    """The numbers of equations, and those that have been printed so far: a link leads to the first."""

    all: Collection[int]
    printed: set[int] = field(default_factory=set)

    def of(self, number: int | None) -> str:
        """The arguments that say which number stands at a row."""
        if number is None:
            return ""
        first = number not in self.printed
        self.printed.add(number)
        return f", number: {number}" + ("" if first else ", first: false")


def render(document: Document, fonts: Fonts = OWN, font: str = "") -> str:
    """The document as Typst source that stands on its own; pictures in it are drawn with the `font` asked for."""
    blocks = list(laid_out(document.blocks))
    numbers = _Numbers(_numbers(blocks))
    parts = [_head(document, fonts), preamble(), _title(document)]
    contents = _contents(document, blocks)
    for place, block in enumerate(blocks):
        following = blocks[place + 1] if place + 1 < len(blocks) else None
        if contents and isinstance(block, Heading):
            parts.append(contents)
            contents = ""
        parts.append(_block(block, following, numbers, font))
    return "\n\n".join(parts) + "\n"


def _contents(document: Document, blocks: list[Shown]) -> str:
    """The table of contents, which goes before the first heading; nothing for a short document."""
    gradients = sum(isinstance(block, Heading) and block.level == 3 for block in blocks)
    return f"#contents({string(language(document.language).phrase('pdf.contents'))})" if gradients >= _MANY else ""


def violations(source: str) -> list[str]:
    """Commands that are none of ours: words of somebody that stand outside of strings. The compiler finds the rest."""
    body = _STRING.sub('""', source.rpartition(preamble())[2])
    known = _COMMANDS | set(re.findall(r"^#let ([\w-]+)", preamble(), re.MULTILINE))
    return [
        f"the command #{name} is none of ours" for name in re.findall(r"#([a-zA-Z][\w-]*)", body) if name not in known
    ]


@cache
def preamble() -> str:
    """The functions that all documents are set with."""
    return Path(__file__).with_name("preamble.typ").read_text(encoding="utf-8").strip()


def _head(document: Document, fonts: Fonts) -> str:
    keywords = "".join(f"{string(word)}, " for word in _KEYWORDS)
    return "\n".join(
        [
            f"#let language = {string(document.language)}",
            f"#let serif = {families(_SERIF, fonts=fonts)}",
            f"#let mathematics = {families(_MATHEMATICS, _SERIF, fonts=fonts)}",
            f"#let monospaced = {families(_MONOSPACED, fonts=fonts)}",
            f"#set document(title: {string(one_line(document.title))}, author: {string('chainscribe')}, "
            f"keywords: ({keywords}), date: none)",
        ]
    )


def _title(document: Document) -> str:
    return f"#heading-block({words(document.title)}, {words(document.origin) if document.origin else 'none'})"


def _numbers(blocks: list[Shown]) -> frozenset[int]:
    """The numbers of all equations of the document."""
    found = {row[2] for block in blocks if isinstance(block, Display) for row in block.rows}
    found |= {block.number for block in blocks if isinstance(block, Steps)}
    return frozenset(number for number in found if number is not None)


def _block(block: Shown, following: Shown | None, numbers: _Numbers, font: str) -> str:
    match block:
        case Points(()) | Display(()) | Steps(rows=()) | Table(head=()) | Listing(code=""):
            return ""
        case Heading(level, pieces):
            return f"#heading(level: {max(1, level - 1)})[{text(pieces)}]"
        case Paragraph(pieces):
            said = text(pieces, numbers.all)
            # A sentence right above formulas, a table or a picture is about them.
            announces = following is not None and not isinstance(following, Heading | Paragraph | Points)
            return f"#announcing[{said}]" if announces else said
        case Points(items):
            return "#list(" + ", ".join(f"[{text(item, numbers.all)}]" for item in items) + ")"
        case Display():
            return _display(block, numbers)
        case Steps():
            return _steps(block, numbers)
        case Table():
            return _table(block, numbers)
        case Listing(_, code):
            return f"#listing({string(dividable(_printable(code)))})"
        case Graph():
            *others, last = printed(block, _HIGHEST, font)
            return "\n\n".join([*(_drawing(picture, ()) for picture in others), _drawing(last, block.caption)])
        case Plot():
            return plotted(block)


def _shown(formula: Formula) -> str:
    return f"$display({typst(formula)})$"


def _right(sign: str, formula: Formula, left: Formula) -> str:
    """The right side behind its relation; what may not fit into a line also in a form that can be broken."""
    whole = f"formula: $display({beside(sign, typst(formula))})$"
    if width(left) + width(formula) < _SHORT:
        return whole
    forms = [
        f"(formula: $display({beside(sign, in_lines(formula, parted))})$, longest: {_longest(formula, parted)}%)"
        for parted in (False, True)
        if len(runs(formula, parted)) > len(runs(formula) if parted else ())
    ]
    return f"{whole}, broken: ({', '.join(forms)},)"


def _longest(formula: Formula, parted: bool) -> int:
    """How much of the formula is the longest part that no line can end in, in hundredths."""
    parts = runs(formula, parted)
    return math.ceil(100 * max(parts) / sum(parts))


def _display(block: Display, numbers: _Numbers) -> str:
    sign = relation(block.assignment)
    rows = [
        f"  row({_right(sign, right, left)}, left: {_shown(left)}{numbers.of(number)}),"
        for left, right, number in block.rows
    ]
    boxed = "boxed: true, " if block.boxed else ""
    return f"#equations({boxed}\n" + "\n".join(rows) + "\n)"


def _steps(block: Steps, numbers: _Numbers) -> str:
    rows = [
        f"  row({_right('≈' if row.about else '=', row.formula, block.left)}{_reason(row, numbers)}),"
        for row in block.rows
    ]
    return f"#steps({_shown(block.left)}{numbers.of(block.number)},\n" + "\n".join(rows) + "\n)"


def _reason(row: Row, numbers: _Numbers) -> str:
    return f", reason: because[{text(row.reason, numbers.all)}]" if row.reason else ""


def _table(block: Table, numbers: _Numbers) -> str:
    head = "".join(f"[{text(cell)}], " for cell in block.head)
    rows = []
    for row in block.rows:
        tall = any(isinstance(piece, Math) and is_large(piece.formula) for cell in row for piece in cell)
        cells = [f"[{in_a_table(cell, numbers.all)}]" for cell in row]
        rows.append("  " + ", ".join(f"tall({cell})" if tall else cell for cell in cells) + ",")
    return f"#table-block({len(block.head)}, ({head}),\n" + "\n".join(rows) + "\n)"


def _drawing(picture: str, caption: Text) -> str:
    shown = f"[{text(caption)}]" if caption else "none"
    return f"#drawing({string(picture)}, {shown}, {string(one_line(said(caption)))})"


def _printable(code: str) -> str:
    """The lines of code without signs that are not printed."""
    return "\n".join("".join(filter(str.isprintable, line.expandtabs(4))) for line in code.rstrip().split("\n"))
