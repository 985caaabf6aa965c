"""The reasons that a derivation gives, in the language of the page, with the network's names in them as mathematics."""

from __future__ import annotations

import re

from codegen.block import Math, Piece, Text
from codegen.language import filled, merged
from codegen.notation.formula import Formula, Name, Number
from codegen.notation.setting import Setting
from codegen.outline.page import Page

_TOKEN = re.compile(r"([^\W\d]\w*'*)(\[([\w', +-]*)\])?")

# Names that are English words too; as such they stand anywhere but where a name has to follow.
_PROSE = ("a", "I")
_BEFORE_NAMES = ("definition of ", "entries of ", "rows of ", "number ")


def explain(page: Page, reason: str, numbered: bool = False) -> Text:
    """A reason as text; `numbered` puts the numbers of equations behind the names.

    A derivation gives its reasons in English. Another language knows them by their form; one that it does not know
    stays as it is.
    """
    found = page.language.reason(reason)
    if found is None:
        return _named(page, reason, numbered)
    message, inside = found
    return filled(message, {place: _inside(page, words, numbered) for place, words in inside.items()})


def _inside(page: Page, words: str, numbered: bool) -> Text:
    """What stands at a place of a reason: a name, or another reason."""
    known = page.language.reason(words) is not None
    return explain(page, words, numbered) if known else _named(page, words, numbered, _PROSE)


def _named(page: Page, reason: str, numbered: bool, names: tuple[str, ...] = ()) -> Text:
    """The reason with its names as mathematics; `names` are no words here."""
    setting = page.setting
    pieces: list[Piece] = []
    end = 0
    for found in _TOKEN.finditer(reason):
        name, _, inside = found.groups()
        if name not in setting.ranks and name not in setting.gradients:
            continue
        prose = name in _PROSE and name not in names and inside is None
        if prose and not reason[: found.start()].endswith(_BEFORE_NAMES):
            continue
        before = reason[end : found.start()]
        if before:
            pieces.append(before)
        pieces.append(Math(_entry(name, inside, setting)))
        if numbered and name in page.numbers:
            pieces.append(f" ({page.numbers[name]})")
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
