"""Marked claims in words: "E_total falls by about 0.006" as the statement E_total - E_total^+ ≈ 0.006."""

from __future__ import annotations

import re

from derive.errors import InputError
from derive.verification.document.document import Snippet
from derive.verification.formula import statements
from derive.verification.formula.tree import Chain, Node, Statement, Symbol
from derive.verification.rewriting import after_update

_FALLS = r"(?:falls?|drops?|decreases?|shrinks?|goes down|is reduced)"
_RISES = r"(?:rises?|grows?|increases?|goes up)"
_ABOUT = r"(?:(?:about|around|roughly|approximately|some|ca\.)\s+)?"
_CHANGE = re.compile(rf"(?P<what>.+?)\s+(?:(?P<falls>{_FALLS})|(?P<rises>{_RISES}))\s+by\s+{_ABOUT}(?P<value>[^\s].*)")
_VALUE = re.compile(rf"(?P<what>.+?)\s+(?:is|equals|becomes)\s+{_ABOUT}(?P<value>[-\d\\].*)")


def spoken(snippet: Snippet) -> list[Statement | InputError]:
    """The statement that a marked claim makes: a formula as it stands, or one of a few plain sentences."""
    for pattern in (_CHANGE, _VALUE):
        found = pattern.fullmatch(snippet.text.strip().rstrip("."))
        if found is None:
            continue
        start = len(snippet.text) - len(snippet.text.lstrip())
        sides: list[Node] = []
        for part in ("what", "value"):
            items = statements(_piece(snippet, start + found.start(part), start + found.end(part)))
            if not items:
                return [InputError("this is no formula", snippet.place(0, len(snippet.text)))]
            if isinstance(items[0], InputError):
                return [items[0]]
            sides.append(items[0].sides[0])
        what, value = sides
        if pattern is _CHANGE:
            if not isinstance(what, Symbol):
                return [InputError("what falls or rises is a symbol", what.place)]
            pair = (what, after_update(what)) if found["falls"] else (after_update(what), what)
            what = Chain(pair, ("-",), place=what.place)
        place = snippet.place(0, len(snippet.text))
        return [Statement((what, value), ("≈",), place=place, source=snippet.text)]
    items_read = statements(snippet)
    if any(isinstance(item, Statement) and len(item.sides) > 1 for item in items_read):
        return items_read
    if any(isinstance(item, InputError) for item in items_read):
        return items_read
    told = "this claims nothing that can be checked: a relation or a number is missing"
    return [InputError(told, snippet.place(0, len(snippet.text)), "E falls by 0.01, or a formula with =")]


def _piece(snippet: Snippet, start: int, end: int) -> Snippet:
    text = snippet.text[start:end].strip().strip("$").strip()
    at = start + snippet.text[start:end].find(text)
    return Snippet(text, snippet.surface, snippet.file, snippet.starts[at : at + len(text)], snippet.lines)
