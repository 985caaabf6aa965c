"""What a page explains: the names that have an equation or a line in a table, and the numbers that equations have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from codegen.block import Block, Display, Forms, Math, Steps, Table, Text
from codegen.notation.formula import Component, Formula, Gradient, Handed, Infix, Name
from derive.language.names import identifier

_NUMBER = re.compile(r"\((\d{1,6})\)")


@dataclass(frozen=True)
class Symbols:
    """named: the names of values that the page explains; numbers: those of its equations; code: names by spelling."""

    named: frozenset[str] = frozenset()
    numbers: frozenset[int] = frozenset()
    code: dict[str, str] = field(default_factory=dict)


def symbols(blocks: Iterable[Block]) -> Symbols:
    """The names and numbers of a document."""
    named: set[str] = set()
    numbers: set[int] = set()
    for block in blocks:
        if isinstance(block, Table):
            named |= {name for row in block.rows if (name := symbol_of_row(row))}
            found = [equation for row in block.rows if (equation := equation_of_row(row))]
            numbers |= {number for number, _ in found}
            named |= {name for _, left in found if (name := defined(left))}
        for left, number in _numbered(block):
            numbers.add(number)
            named |= {name for name in [defined(left)] if name}
    return Symbols(frozenset(named), frozenset(numbers), {identifier(name): name for name in sorted(named)})


def equation_of_row(row: tuple[Text, ...]) -> tuple[int, Formula] | None:
    """The number and the left side of the equation that a row of a table shows: (7), then the equation."""
    match row:
        case ((str(first),), (Math(Infix("equals", (left, _, *_))),), *_) if found := _NUMBER.fullmatch(first):
            return int(found[1]), left
    return None


def _numbered(block: Block) -> Iterator[tuple[Formula, int]]:
    match block:
        case Display(rows) | Forms(Display(rows)):
            yield from ((left, number) for left, _, number in rows if number is not None)
        case Steps(left, _, int(number)):
            yield left, number


def defined(left: Formula) -> str:
    """The name that an equation with this left side says what it is; empty for none."""
    return str(left.name) if isinstance(left, Name | Component | Gradient | Handed) else ""


def symbol_of_row(row: tuple[Text, ...]) -> str:
    """The name that a row of a table is about: the one that stands alone in its first cell."""
    match row:
        case ((Math(Name(name)),), _, *_):
            return str(name)
    return ""
