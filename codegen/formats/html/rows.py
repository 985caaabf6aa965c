"""Equations and chains of equations as rows: left side, right side, reason, number; each side a formula of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from codegen.block import Display, Math, Row, Steps, Text, words_of
from codegen.formats.html.symbols import Symbols, defined
from codegen.formats.html.text import reference, text
from codegen.notation.formula import Formula, Infix, Negative, Terms
from codegen.notation.latex import near, relation
from codegen.notation.mathml import element, escaped
from codegen.notation.width import width

# In characters of a formula: a right side that is wider may be broken at its signs, a line that is fuller than this has
# its reason below.
_WIDE = 40
_LINE = 92
# What is wider than a line is set smaller; what is still wider scrolls.
_FULL, _OVERFULL = 100, 116

Claim = Callable[[int, str], tuple[bool, bool]]


@dataclass(frozen=True)
class Line:
    """A row before it is printed: `sign` is what joins its sides, as LaTeX."""

    left: Formula | None
    sign: str
    right: Formula
    reason: Text = ()
    number: int | None = None


def display(block: Display, symbols: Symbols, claim: Claim) -> str:
    """Equations below each other."""
    sign = relation(block.assignment)
    lines = [Line(left, sign, right, (), number) for left, right, number in block.rows]
    return rows(lines, symbols, claim, "boxed" if block.boxed else "")


def steps(block: Steps, symbols: Symbols, claim: Claim) -> str:
    """left = first = second = ..., each with its reason."""
    last = len(block.rows) - 1
    lines = [_link(block, place, row, block.number if place == last else None) for place, row in enumerate(block.rows)]
    return rows(lines, symbols, claim, "chain", block.left)


def _link(block: Steps, place: int, row: Row, number: int | None) -> Line:
    return Line(block.left if place == 0 else None, near(row.about), row.formula, row.reason, number)


def rows(lines: Sequence[Line], symbols: Symbols, claim: Claim, kind: str = "", of: Formula | None = None) -> str:
    """The lines as a block; `claim` says whether a number has its anchor and its name its definition here."""
    margin = max((width(line.left) for line in lines if line.left is not None), default=0)
    stacked = any(line.reason and margin + width(line.right) + _said(line.reason) > _LINE for line in lines)
    widest = margin + max((_widest(line) for line in lines), default=0)
    size = "widest" if widest > _OVERFULL else "wide" if widest > _FULL else ""
    classes = " ".join(part for part in ("rows", kind, "stacked" if stacked else "", size) if part)
    body = "".join(_line(line, symbols, claim, of) for line in lines)
    return f'<div class="{classes}">{body}</div>'


def _widest(line: Line) -> float:
    """The width of the widest part of the right side that stays on one line."""
    return max(width(part) for _, part in _broken(line.sign, line.right))


def _said(reason: Text) -> float:
    """The room that a reason takes."""
    return sum(width(piece.formula) if isinstance(piece, Math) else 0.8 * len(words_of(piece)) for piece in reason)


def _line(line: Line, symbols: Symbols, claim: Claim, of: Formula | None) -> str:
    marks = ""
    owner = of or line.left
    if line.number is not None and owner is not None:
        name = defined(owner)
        anchored, defining = claim(line.number, name)
        marks += f' id="eq-{line.number}"' if anchored else ""
        marks += f' data-defines="{escaped(name)}"' if defining else ""
    left = "" if line.left is None else element(line.left, symbols.named)
    right = "".join(element(part, symbols.named, sign) for sign, part in _broken(line.sign, line.right))
    reason = f'<div class="reason">{text(line.reason, symbols)}</div>' if line.reason else ""
    number = f'<div class="number">{reference(line.number)}</div>' if line.number is not None else ""
    return (
        f'<div class="row"{marks}><div class="left">{left}</div><div class="right">{right}</div>{reason}{number}</div>'
    )


def _broken(sign: str, right: Formula) -> Iterator[tuple[str, Formula]]:
    """The right side in the parts between which a line may end: at its relations, and at the signs of a wide sum."""
    if isinstance(right, Infix) and right.sign == "equals":
        for place, item in enumerate(right.items):
            yield from _broken("=" if place else sign, item)
    elif isinstance(right, Terms) and width(right) > _WIDE:
        (first_sign, first), *others = right.items
        yield sign, Negative(first) if first_sign == "-" else first
        yield from others
    else:
        yield sign, right
