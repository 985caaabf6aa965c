"""Lines of formulas below each other, folded where they are too long for the window."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from codegen.formats.terminal.paint import Paint, Part, unpainted

Line = tuple[str | None, str, str]


def aligned(lines: Sequence[Line], columns: int, paint: Paint = unpainted) -> str:
    """left = formula   reason, with the equals signs and, where there is room, the reasons below each other.

    A line without a left side, None, goes on with the one above and has no equals sign.
    """
    margin = max(len(left or "") for left, _, _ in lines)
    # A long left side would leave no room: then the formulas stand below it.
    below = margin > columns // 3
    indent = 4 if below else margin + 2
    room = columns - indent - 2
    tab = _tab([(len(formula), len(reason)) for _, formula, reason in lines if reason], room)
    printed: list[str] = []
    for left, formula, reason in lines:
        if below and left:
            printed.append(f"  {left}")
        head = " " * indent if below else f"  {(left or '').rjust(margin)}"
        head = f"{head[:indent] if below else head}{' = ' if left is not None else '   '}"
        folded = _folded(formula, max(20, columns - len(head) - 2))
        printed.append(head + folded[0])
        printed += [" " * (len(head) + 2) + part for part in folded[1:]]
        wide = max(tab, len(formula))
        if reason and len(folded) == 1 and len(head) + wide + 3 + len(reason) <= columns:
            printed[-1] = f"{head}{formula.ljust(tab)}   {paint(reason, Part.REASON)}"
        elif reason:
            hanging = " " * (len(head) + 4)
            below_it = textwrap.wrap(reason, max(20, columns - len(hanging)))
            printed += [hanging + paint(line, Part.REASON) for line in below_it]
    return "\n".join(line.rstrip() for line in printed)


def _tab(widths: list[tuple[int, int]], room: int) -> int:
    """Where reasons begin, so that as many of them as can be stand below each other."""
    left = sorted(widths)
    while left and max(formula for formula, _ in left) + 3 + max(reason for _, reason in left) > room:
        # The longest formula, or the longest reason, gets a line of its own.
        longest = max(left, key=lambda item: item[1])
        left.remove(longest if longest[0] + longest[1] + 3 > room else left[-1])
    return max((formula for formula, _ in left), default=0)


_DEEPEST = 12
_SIGN = re.compile(r" (?=[-+/⊙⊘] )")


def _folded(formula: str, room: int, depth: int = 0, level: int = 0) -> list[str]:
    """The formula on lines that begin with an operator; inside brackets and products only where it has to be.

    depth: how many brackets may be broken, and their products, in steps of two; level: the brackets open before it.
    """
    if len(formula) <= room or depth > _DEEPEST:
        return [formula]
    lines: list[str] = []
    for piece, before in _split(formula, depth, level):
        gap = "" if piece.startswith("·") else " "
        if lines and len(lines[-1]) + len(gap) + len(piece) <= room:
            lines[-1] += gap + piece
        else:
            lines += _folded(piece, room, depth + 1, before)
    return lines


def _split(formula: str, depth: int, level: int) -> list[tuple[str, int]]:
    """The parts between the operators that stand in so many brackets, and how many are open before each."""
    brackets, products = divmod(depth, 2)
    pieces: list[tuple[str, int]] = []
    begin, opened = 0, level
    for place, sign in enumerate(formula):
        level += (sign in "([") - (sign in ")]")
        breaks = sign == "·" if products else bool(_SIGN.match(formula, place))
        if breaks and level <= brackets and place > begin:
            pieces.append((formula[begin:place], opened))
            begin, opened = place if products else place + 1, level
    return [*pieces, (formula[begin:], opened)]
