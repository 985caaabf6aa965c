"""A derivation as plain text for a terminal: Unicode mathematics, aligned, no wider than the window."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Iterable, Sequence

from codegen.block import Block, Display, Heading, Listing, Math, Paragraph, Points, Row, Steps, Table, Text
from codegen.notation.formula import Formula, Gradient, Infix
from codegen.notation.plain import gradient, plain
from codegen.outline.adjoint import adjoint
from codegen.outline.forward import equations
from codegen.outline.local import slopes
from codegen.outline.page import Page, page
from derive.derivation import Derivation
from derive.entry import Entry

_WIDEST = 110
_NARROWEST = 40
_TIE = chr(0xA0)  # a space at which no line is broken


def describe(derivation: Derivation, wrt: str | Sequence[str], width: int | None = None) -> str:
    """How the gradients by the names in `wrt` come about, as text, ending in a newline.

    width: of a line in characters; that of the terminal without it. Raises KeyError for a name without gradient.
    """
    names = [wrt] if isinstance(wrt, str) else list(wrt)
    columns = shutil.get_terminal_size((_WIDEST, 24)).columns if width is None else width
    columns = max(_NARROWEST, min(columns, _WIDEST))
    here = page(derivation, {}, linear=True)
    blocks: list[Block] = [Heading(2, ("Forward",)), equations(here), *slopes(here)]
    needed = _needed(derivation, names)
    for item in derivation.adjoints:
        if item.tensor.name in needed:
            blocks += adjoint(here, item)
    results = _results(here, names)
    if results.rows:
        blocks += [Heading(2, ("Result",)), results]
    blocks += [Paragraph((f"Mind this: {note.text}.",)) for note in derivation.notes]
    return "\n\n".join(_block(block, columns) for block in blocks) + "\n"


def _results(here: Page, names: Iterable[str]) -> Display:
    """The gradients asked for; KeyError for one that is not there, unless a note says why."""
    derivation = here.derivation
    reached = {item.of.name for item in derivation.adjoints}
    rows = []
    for name in names:
        if name not in reached and name in derivation.wanted:
            continue
        equation = derivation[name].equation
        left = here.formula(equation.left, equation.letters)
        rows.append((left, here.formula(equation.right, equation.letters), here.numbers[equation.tensor.name]))
    return Display(tuple(rows))


def _needed(derivation: Derivation, names: Iterable[str]) -> set[str]:
    """The gradients that those by `names` are made of, by the steps that led to them."""
    reached = {item.of.name: item for item in derivation.adjoints}
    needed = {reached[name].tensor.name for name in names if name in reached}
    for item in reversed(derivation.adjoints):
        if item.tensor.name in needed:
            expressions = [item.equation.right, *(step.after for step in item.steps)]
            needed |= {entry.tensor.name for expr in expressions for entry in expr.atoms(Entry)}
    return needed


def _block(block: Block, columns: int) -> str:
    match block:
        case Heading(_, text):
            line = words(text)
            return f"{line}\n{'─' * len(line)}"
        case Paragraph(text):
            return textwrap.fill(words(text), columns)
        case Points(items):
            return "\n".join(textwrap.fill(f"- {words(item)}", columns, subsequent_indent="  ") for item in items)
        case Display(rows):
            lines = [(left_side(left), plain(right), f"({number})" if number else "") for left, right, number in rows]
            return _aligned(lines, columns)
        case Steps(left, rows, number):
            return _aligned(_chain(left, rows, number), columns)
        case Table(head, rows):
            return _table([head, *rows], columns)
        case Listing(_, code):
            return textwrap.indent(code, "    ")
    return ""


def _chain(left: Formula, rows: Sequence[Row], number: int | None) -> list[tuple[str, str, str]]:
    lines = []
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


def _aligned(lines: Sequence[tuple[str, str, str]], columns: int) -> str:
    """left = formula   reason, with the equals signs and, where there is room, the reasons below each other."""
    margin = max(len(left) for left, _, _ in lines)
    # A long left side would leave no room: then the formulas stand below it.
    below = margin > columns // 3
    indent = 4 if below else margin + 2
    room = columns - indent - 2
    fitting = [len(formula) for _, formula, reason in lines if reason and len(formula) + len(reason) + 3 <= room]
    tab = max(fitting, default=0)
    printed: list[str] = []
    for left, formula, reason in lines:
        if below and left:
            printed.append(f"  {left}")
        head = " " * indent if below else f"  {left.rjust(margin)}"
        head = f"{head[:indent]} = " if below else f"{head} = "
        folded = _folded(formula, max(20, columns - len(head) - 2))
        printed.append(head + folded[0])
        printed += [" " * (len(head) + 2) + part for part in folded[1:]]
        if reason and len(folded) == 1 and len(head) + max(tab, len(formula)) + 3 + len(reason) <= columns:
            printed[-1] = f"{head}{formula.ljust(tab)}   {reason}"
        elif reason:
            hanging = " " * (len(head) + 4)
            printed += textwrap.wrap(reason, columns, initial_indent=hanging, subsequent_indent=hanging)
    return "\n".join(line.rstrip() for line in printed)


def _folded(formula: str, room: int) -> list[str]:
    """The formula on lines that begin with an operator; inside a product only where there is no other way."""
    tied = re.sub(r"([ΣΠ]_\S+) ", rf"\1{_TIE}", formula)
    tied = re.sub(r" ([-+/⊙⊘]) ", rf" \1{_TIE}", tied)
    for text in (tied, tied.replace("·", "· ")):
        lines = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
        if all(len(line) <= room for line in lines):
            break
    return [line.replace("· ", "·").replace(_TIE, " ") for line in lines]


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
