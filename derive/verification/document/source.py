"""A text and its places: every passage that is cut out of it knows where each of its characters stands."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from derive.errors import Place
from derive.verification.document.document import Snippet, Surface

# A line with nothing but blanks for so long is as good as empty.
_FAR = 400
_MOST_BEHIND = 40
_NEXT_FORMULA = re.compile(r"\$|\\[(\[]|\\begin\b|\n[ \t]*\n")


@dataclass(frozen=True)
class Source:
    """A text as lines; `line_starts[i]` is the offset at which line i + 1 begins in `text`."""

    file: str
    text: str = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)
    line_starts: tuple[int, ...] = field(repr=False)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of the character at `offset`, both counted from 1."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> Passage:
        """Line `number`, counted from 0, without its end."""
        start = self.line_starts[number]
        text = self.lines[number]
        return Passage(self, text, range(start, start + len(text)))

    def whole(self) -> Passage:
        """All of the text."""
        return Passage(self, self.text, range(len(self.text)))


def source_of(text: str, file: str) -> Source:
    """The text with its lines; a mark at its beginning and the kinds of line ends make no difference."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = tuple(text.split("\n"))
    starts = [0]
    for line in lines[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    return Source(file, text, lines, tuple(starts))


@dataclass(frozen=True)
class Passage:
    """Characters of a text in reading order, each with its offset there; what does not belong to them is left out."""

    source: Source = field(repr=False)
    text: str
    offsets: Sequence[int] = field(repr=False)

    def part(self, start: int, end: int | None = None) -> Passage:
        """The characters from `start` to before `end`."""
        return Passage(self.source, self.text[start:end], self.offsets[start:end])

    def trimmed(self) -> Passage:
        """Without the blanks at both ends."""
        text = self.text.lstrip()
        start = len(self.text) - len(text)
        return self.part(start, start + len(text.rstrip()))

    def place(self, start: int = 0, end: int | None = None) -> Place:
        """Where the characters from `start` to before `end` stand, as far as they stand on one line."""
        if not self.offsets:
            return Place(self.source.file, 1, 1, 1, self.source.lines[0])
        last = len(self.offsets) - 1
        stop = len(self.offsets) if end is None else end
        line, column = self.source.position(self.offsets[min(start, last)])
        end_line, end_column = self.source.position(self.offsets[min(max(start, stop - 1), last)])
        written = self.source.lines[line - 1]
        length = end_column - column + 1 if end_line == line else len(written) - column + 1
        return Place(self.source.file, line, column, max(1, length), written)

    def snippet(
        self,
        surface: Surface,
        *,
        display: bool,
        aligned: bool = False,
        marked: bool = False,
        before: str = "",
        after: str = "",
    ) -> Snippet:
        """The passage as a formula."""
        starts = tuple(self.source.position(offset) for offset in self.offsets)
        source = self.source
        return Snippet(self.text, surface, source.file, starts, source.lines, display, aligned, marked, before, after)


def joined(parts: Sequence[Passage]) -> Passage:
    """Passages one below the other, with a line end between them that stands behind the upper one."""
    if len(parts) == 1:
        return parts[0]
    offsets = array("l")
    for number, part in enumerate(parts):
        offsets.extend(part.offsets)
        if number < len(parts) - 1:
            following = parts[number + 1].offsets
            ends = part.offsets[-1] + 1 if part.offsets else following[0] - 1 if following else 0
            offsets.append(max(0, min(ends, len(part.source.text) - 1)))
    return Passage(parts[0].source, "\n".join(part.text for part in parts), offsets)


def without(passage: Passage, cuts: Sequence[tuple[int, int]]) -> Passage:
    """The passage without the stretches `cuts`, which are in order and do not overlap."""
    if not cuts:
        return passage
    offsets = array("l")
    texts = []
    at = 0
    for start, end in [*cuts, (len(passage.text), len(passage.text))]:
        texts.append(passage.text[at:start])
        offsets.extend(passage.offsets[at:start])
        at = end
    return Passage(passage.source, "".join(texts), offsets)


def words_behind(text: str, end: int) -> str:
    """The words of the paragraph behind a formula that ends before `end`, as far as the next formula."""
    return _NEXT_FORMULA.split(text[end : end + _MOST_BEHIND], maxsplit=1)[0]


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether nothing but the end of a sentence stands in the lines of what goes from `start` to before `end`."""
    line = text[max(0, start - _FAR) : start].rpartition("\n")[2] + text[end : end + _FAR].partition("\n")[0]
    return not line.strip(" \t.,;:")
