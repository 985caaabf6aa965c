"""Formulas inside a paragraph of Markdown: dollars, brackets, environments and code, told from prices and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from derive.verification.document.delimiters import ENVIRONMENT, Closings, closer_of
from derive.verification.document.source import Passage

Kind = Literal["formula", "display", "code", "comment", "skipped", "unclosed"]

_MARK = re.compile(
    rf"""(?P<opener>\\\\[(\[]|\\[(\[]|{ENVIRONMENT.pattern})|(?P<escape>\\.)|(?P<code>`+)|(?P<dollars>\$\$?)|
         (?P<comment><!--)|(?P<target>\]\()|(?P<tag></?[A-Za-z])|(?P<address>https?://[^\s<>]*)""",
    re.VERBOSE | re.DOTALL,
)
_TAG = re.compile(r"""</?[A-Za-z][\w-]*(?:\s+[\w:.-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?){0,30}\s*/?>""")
_AUTOLINK = re.compile(r"<[A-Za-z][\w+.-]*:[^\s<>]*>")
_TARGET = re.compile(r"""\]\(\s*(?:<[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)""")
_COMMAND = re.compile(r"\\[A-Za-z]")
# What stands between two dollars by chance: `$5 and ($6)`, `$HOME:$PATH`, a sentence, half a link.
_WORDS = re.compile(
    r"""\A\d+(?:[.,]\d+)*\S?\s+[^\W\d_]{2,}|[:/]\Z|\]\(|\A[^"\\]*"[^\\]*\Z|\A\{[A-Z_]{3,}\}|
        \A[^\\]*?(?:[^\W\d_]{2,}[ ]){3}[^\W\d_]{2,}[^\\]*\Z""",
    re.VERBOSE,
)
_TICKS = re.compile(r"`+")
_MATHEMATICS = re.compile(r"\\[A-Za-z]|[_^=≈<>+*/×·∂]|\A\s*\\?[^\W\d_]\w?['′]?\s*\Z")


@dataclass(frozen=True)
class Span:
    """What stands from `start` to `end`; the formula or code in it from `first` to `last`."""

    kind: Kind
    start: int
    end: int
    first: int
    last: int
    environment: str = ""


def spans(passage: Passage) -> Iterator[Span]:
    """What in a paragraph is not prose, in order."""
    text = passage.text
    closings = Closings(text)
    ticks = _Ticks(text)
    at = 0
    while match := _MARK.search(text, at):
        start, at = match.span()
        span: Span | None = None
        if match["opener"]:
            span = _bracketed(text, match, closings)
        elif match["dollars"]:
            span = _dollars(text, match, closings, ticks)
        elif match["code"]:
            end = ticks.closing(match)
            if end is not None:
                span = Span("code", start, end, match.end(), end - len(match[0]))
        elif match["comment"]:
            closed = closings.after("-->", at)
            span = Span("comment", start, closed[1], at, closed[0]) if closed else None
        elif pattern := _SKIPPED.get(match.lastgroup or ""):
            skipped = pattern.match(text, start) or (_AUTOLINK.match(text, start) if match["tag"] else None)
            span = Span("skipped", start, skipped.end(), start, start) if skipped else None
        elif match["address"]:
            span = Span("skipped", start, at, start, start)
        if span is not None:
            at = span.end
            yield span


_SKIPPED = {"target": _TARGET, "tag": _TAG}


class _Ticks:
    """The closing backticks of code: as many as opened it."""

    def __init__(self, text: str) -> None:
        self._ends: dict[int, list[int]] = {}
        for match in _TICKS.finditer(text):
            self._ends.setdefault(len(match[0]), []).append(match.end())
        for ends in self._ends.values():
            ends.reverse()

    def closing(self, opening: re.Match[str]) -> int | None:
        ends = self._ends.get(len(opening[0]), [])
        while ends and ends[-1] <= opening.end():
            ends.pop()
        return ends[-1] if ends else None


def _bracketed(text: str, match: re.Match[str], closings: Closings) -> Span | None:
    opener = match["opener"]
    environment = ENVIRONMENT.fullmatch(opener)
    closed = closings.after(closer_of(opener), match.end(), in_paragraph=False)
    if closed is None:
        # `\[` may be an escaped bracket of a link; an environment is always meant.
        return Span("unclosed", match.start(), match.end(), match.end(), match.end()) if environment else None
    if not environment and not _MATHEMATICS.search(text[match.end() : closed[0]]):
        return None
    kind: Kind = "formula" if opener.endswith("(") else "display"
    name = environment[1] if environment else ""
    return Span(kind, match.start(), closed[1], match.end(), closed[0], name)


def _dollars(text: str, match: re.Match[str], closings: Closings, ticks: _Ticks) -> Span | None:
    start, inside = match.span()
    if match[0] == "$$":
        closed = closings.after("$$", inside)
        if closed is None:
            return Span("unclosed", start, inside, inside, inside)
        return Span("display", start, closed[1], inside, closed[0])
    if text.startswith("`", inside) and (code := _TICKS.match(text, inside)):
        end = ticks.closing(code)
        if end is not None and text.startswith("$", end):
            return Span("formula", start, end + 1, code.end(), end - len(code[0]))
    closed = closings.after("$", inside, in_paragraph=True)
    if closed is None and _COMMAND.match(text, inside):
        return Span("unclosed", start, inside, inside, inside)
    if closed is None or closed[0] == inside:
        return None
    content = text[inside : closed[0]]
    if (start and text[start - 1].isalnum() and text[start - 1].isascii()) or _WORDS.search(content):
        return None
    opens, closes = not content[0].isspace(), not content[-1].isspace()
    if text[closed[1] : closed[1] + 1].isdigit():
        return None
    if not (opens and closes) and not (not opens and not closes and _MATHEMATICS.search(content)):
        # `$5 and $6` are prices; blanks at both ends are a habit of some, which the content has to justify.
        return None
    return Span("formula", start, closed[1], inside, closed[0])
