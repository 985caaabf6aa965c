"""A text that somebody wrote, as the formulas found in it: where each stands and in which notation it is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from derive.errors import InputError, Place

Surface = Literal["latex", "plain"]


@dataclass(frozen=True)
class Snippet:
    """A formula as it was written, without its delimiters; `starts[i]` is the line and column of its i-th character.

    A display that begins with a relation is part of the formula above it: `$$a = b$$` and `$$= c$$` are one snippet of
    two lines, if nothing but blanks stands between them.

    display    True for a formula on lines of its own
    aligned    True inside align, aligned, gather, eqnarray ...: rows end with a double backslash, & marks a column
    marked     True where the author marked it as a claim (`claim: ...`)
    before     the words of its paragraph that stand before it, at most 200 characters: "for a single example". Where a
               displayed formula opens its paragraph, the words of the paragraph or heading above; where a formula
               in plain text has words behind it in its line ("for one example"), these too
    after      the words behind a formula in a sentence, as far as the next formula, at most 40 characters
    """

    text: str
    surface: Surface
    file: str
    starts: tuple[tuple[int, int], ...] = field(repr=False)
    lines: tuple[str, ...] = field(repr=False, compare=False)
    display: bool = False
    aligned: bool = False
    marked: bool = False
    before: str = ""
    after: str = ""

    def place(self, start: int, end: int) -> Place:
        """The characters from `start` to before `end` of the formula, in the file; the first line of them where they
        stand on several."""
        last = len(self.starts) - 1
        line, column = self.starts[min(start, last)] if self.starts else (1, 1)
        at = max(start, min(end, len(self.starts)) - 1)
        end_line, end_column = self.starts[min(at, last)] if self.starts else (1, 1)
        source = self.lines[line - 1] if line <= len(self.lines) else ""
        length = end_column - column + 1 if end_line == line else len(source) - column + 1
        return Place(self.file, line, column, max(1, length), source)


@dataclass(frozen=True)
class Document:
    """A text with its formulas in reading order.

    symbols   what the text itself says about its symbols, in a table with the columns "symbol" and "means": pairs
              such as ("a^{(1)}", "h"), each with the place of the symbol
    settings  lines `chainscribe: key = value` in comments, by key: network, layout, batch
    programs  how many blocks or cells of code it has: they are not read
    assigned  the lines of code that name a value, `sin_z = np.sin(z)`: what a name that no formula defines may mean
    errors    what was opened and never closed, a row of a table without a meaning: nothing of this was read
    """

    file: str
    lines: tuple[str, ...]
    snippets: tuple[Snippet, ...]
    symbols: tuple[tuple[str, str, Place], ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    errors: tuple[InputError, ...] = ()
    programs: int = 0
    assigned: tuple[Snippet, ...] = ()
