"""Blocks as Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from codegen.block import (
    Block,
    Display,
    Document,
    Graph,
    Heading,
    Listing,
    Paragraph,
    Plot,
    Points,
    Steps,
    Table,
    laid_out,
)
from codegen.formats.markdown.graph import picture
from codegen.formats.markdown.text import cell, escape, start, text, words_in_formula
from codegen.notation.latex import latex, near, relation


def render(document: Document) -> str:
    """The document as Markdown, ending in one newline; a part of one may have no title."""
    parts = [f"# {start(escape(document.title))}"] if document.title else []
    if document.origin:
        parts.append(f"*{escape(document.origin)}*")
    return "\n\n".join([*parts, *body(document.blocks)]) + "\n"


def body(blocks: Iterable[Block]) -> list[str]:
    """The blocks one by one, headings with their numbers."""
    parts: list[str] = []
    section, part = 0, 0
    for block in laid_out(blocks):
        if isinstance(block, Heading):
            section, part = (section + 1, 0) if block.level == 2 else (section, part + 1)
            number = f"{section}" if block.level == 2 else f"{section}.{part}"
            parts.append(f"{'#' * block.level} {number} {text(block.text)}")
        elif printed := _block(block):
            parts.append(printed)
    return parts


def _block(block: Block) -> str:
    match block:
        case Paragraph(pieces):
            return start(text(pieces))
        case Points(items):
            return "\n".join(f"- {start(text(item))}" for item in items)
        case Display():
            return _display(block)
        case Steps():
            return _steps(block)
        case Table():
            return _table(block)
        case Listing(language, code):
            return _listing(language, code)
        case Graph():
            return _graph(block)
        case Plot():
            # Markdown has no way to draw curves: the table beside it has their numbers.
            return ""
    raise TypeError(f"no Markdown for a block of kind {type(block).__name__}")


def _formula(body: str) -> str:
    return f"$$\n{body}\n$$"


def _display(block: Display) -> str:
    if len(block.rows) == 1 and not block.boxed:
        left, right, number = block.rows[0]
        return _formula(f"{latex(left)} {relation(block.assignment)} {latex(right)}{_number(number)}")
    rows = [
        f"{latex(left)} &{relation(block.assignment)} {latex(right)}{_number(number)}"
        for left, right, number in block.rows
    ]
    body = "\\begin{aligned}\n" + " \\cr\n".join(rows) + "\n\\end{aligned}"
    return _formula(f"\\boxed{{\n{body}\n}}" if block.boxed else body)


def _number(number: int | None) -> str:
    return "" if number is None else rf" \qquad ({number})"


def _steps(block: Steps) -> str:
    rows = []
    for place, row in enumerate(block.rows):
        left = latex(block.left) + " " if place == 0 else ""
        reason = f" && {words_in_formula(row.reason)}" if row.reason else ""
        number = _number(block.number) if row is block.rows[-1] else ""
        rows.append(f"{left}&{near(row.about)} {latex(row.formula)}{number}{reason}")
    if len(rows) == 1 and not block.rows[0].reason:
        return _formula(rows[0].replace("&", "", 1))
    return _formula("\\begin{aligned}\n" + " \\cr\n".join(rows) + "\n\\end{aligned}")


def _table(block: Table) -> str:
    lines = ["| " + " | ".join(cell(item) for item in block.head) + " |"]
    lines.append("|" + "---|" * len(block.head))
    lines += ["| " + " | ".join(cell(item) for item in row) + " |" for row in block.rows]
    return "\n".join(lines)


def _listing(language: str, code: str) -> str:
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}{language}\n{code.rstrip()}\n{fence}"


def _graph(block: Graph) -> str:
    graph = picture(block)
    return f"{graph}\n\n{start(text(block.caption))}" if block.caption else graph
