"""Sentences with formulas in them: names in a reason become mathematics, lists get their `and`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from codegen.block import Math, Piece, Text
from codegen.notation.formula import Formula, Name, Number
from codegen.notation.setting import Setting

_TOKEN = re.compile(r"([^\W\d]\w*'*)(\[([\w', +-]*)\])?")

# Names that are English words too; as such they stand anywhere but where a name has to follow.
_PROSE = ("a", "I")
_BEFORE_NAMES = ("definition of ", "entries of ", "rows of ", "number ")


def explain(reason: str, setting: Setting, numbers: Mapping[str, int] | None = None) -> Text:
    """A reason as text, with the network's names in it set as mathematics, and their equation numbers if given."""
    pieces: list[Piece] = []
    end = 0
    for found in _TOKEN.finditer(reason):
        name, _, inside = found.groups()
        if name not in setting.ranks and name not in setting.gradients:
            continue
        if name in _PROSE and inside is None and not reason[: found.start()].endswith(_BEFORE_NAMES):
            continue
        before = reason[end : found.start()]
        if before:
            pieces.append(before)
        pieces.append(Math(_entry(name, inside, setting)))
        if numbers and name in numbers:
            pieces.append(f" ({numbers[name]})")
        end = found.end()
    if reason[end:]:
        pieces.append(reason[end:])
    return merged(pieces)


def _entry(name: str, inside: str | None, setting: Setting) -> Formula:
    subscripts = [part.strip() for part in inside.split(",")] if inside else []
    formulas = tuple(Number(part) if part.isdigit() else Name(part) for part in subscripts)
    return setting.value(name, formulas)


def symbol(name: str) -> Math:
    """A name of the network as mathematics."""
    return Math(Name(name))


def listed(items: Sequence[Text]) -> Text:
    """a, b and c"""
    pieces: list[Piece] = []
    for place, item in enumerate(items):
        if place:
            pieces.append(" and " if place == len(items) - 1 else ", ")
        pieces.extend(item)
    return tuple(pieces)


def enumerated(items: Sequence[str]) -> str:
    """(2), (4) and (6)"""
    return "".join(str(piece) for piece in listed([(item,) for item in items]))


def joined(texts: Iterable[Text], between: str) -> Text:
    """The texts one after the other with a string between them."""
    pieces: list[Piece] = []
    for place, item in enumerate(texts):
        if place:
            pieces.append(between)
        pieces.extend(item)
    return tuple(pieces)


def merged(pieces: Iterable[Piece]) -> Text:
    """The pieces with neighbouring strings joined and empty ones dropped."""
    result: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and result and isinstance(result[-1], str):
            result[-1] += piece
        elif piece != "":
            result.append(piece)
    return tuple(result)
