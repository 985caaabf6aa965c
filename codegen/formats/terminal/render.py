"""Blocks as plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from codegen.block import Block, Display, Heading, Listing, Math, Paragraph, Points, Row, Steps, Table, Text
from codegen.formats.terminal.fold import Line, aligned
from codegen.formats.terminal.paint import Paint, Part, unpainted
from codegen.notation.formula import Cases, Formula, Gradient, Infix
from codegen.notation.plain import gradient, plain


def block_text(block: Block, columns: int, paint: Paint = unpainted) -> str:
    """A block on lines of at most so many columns."""
    match block:
        case Heading(_, text):
            line = words(text)
            return "\n".join(paint(part, Part.HEADING) for part in (line, "─" * len(line)))
        case Paragraph(text):
            return textwrap.fill(words(text), columns)
        case Points(items):
            return "\n".join(textwrap.fill(f"- {words(item)}", columns, subsequent_indent="  ") for item in items)
        case Display(rows):
            return aligned([line for row in rows for line in _lines(*row)], columns, paint)
        case Steps(left, rows, number):
            return aligned(_chain(left, rows, number), columns, paint)
        case Table(head, rows):
            return _table([head, *rows], columns)
        case Listing(_, code):
            return textwrap.indent(code, "    ")
    return ""


def _lines(left: Formula, right: Formula, number: int | None) -> list[Line]:
    """One line of a display; two for an equation with two cases."""
    mark = f"({number})" if number else ""
    if not isinstance(right, Cases) or right.last is None:
        return [(left_side(left), plain(right), mark)]
    second = " ".join(part for part in (f"if {plain(right.last)}", mark) if part)
    return [
        (left_side(left), plain(right.then), f"if {plain(right.condition)}"),
        (None, plain(right.otherwise), second),
    ]


def _chain(left: Formula, rows: Sequence[Row], number: int | None) -> list[Line]:
    lines: list[Line] = []
    for place, row in enumerate(rows):
        last = place == len(rows) - 1 and number is not None
        reason = " ".join(part for part in (words(row.reason), f"({number})" if last else "") if part)
        lines.append((left_side(left) if place == 0 else "", plain(row.formula), reason))
    return lines


def left_side(formula: Formula) -> str:
    """A gradient is spelled out where it is defined, ∂E/∂W1[i,j]; elsewhere it has its short name."""
    return gradient(formula) if isinstance(formula, Gradient) else plain(formula)


def words(text: Text) -> str:
    """Text with its formulas in Unicode."""
    parts = []
    for piece in text:
        if isinstance(piece, Math):
            formula = piece.formula
            sides = formula.items if isinstance(formula, Infix) and formula.sign == "equals" else (formula,)
            parts.append(" = ".join(plain(side) for side in sides))
        else:
            parts.append(piece if isinstance(piece, str) else piece.text)
    return "".join(parts)


def _table(rows: Sequence[tuple[Text, ...]], columns: int) -> str:
    cells = [[words(cell) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    if sum(widths) + 3 * len(widths) > columns:
        head, *body = cells
        return "\n".join(
            textwrap.fill(
                f"{title}: {cell}", columns, initial_indent="  " if place == 0 else "    ", subsequent_indent="      "
            )
            for row in body
            for place, (title, cell) in enumerate(zip(head, row, strict=True))
        )
    lines = ["   ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join(f"  {line}" for line in [lines[0], "─" * len(lines[0]), *lines[1:]])
