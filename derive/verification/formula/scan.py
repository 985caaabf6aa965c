"""A text on its way into tokens: where the scanner stands, and what it has found."""

from __future__ import annotations

import re

from derive.errors import InputError
from derive.verification.document.document import Snippet
from derive.verification.formula.tokens import Token

COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)


class Scan:
    """The text of a snippet, the place in it, and the tokens up to there."""

    def __init__(self, snippet: Snippet) -> None:
        self.snippet, self.text = snippet, snippet.text
        self.closed = _braces(snippet.text)
        self.out: list[Token] = []
        self.at = 0
        self.depth = 0
        self.spaced = False
        self.dropped: set[int] = set()  # braces that only hold the argument of a dropped command
        self.script_after: dict[int, str] = {}  # closing braces behind which the script is a remark
        self.arrays: list[str] = []  # what each open environment of rows and columns is
        self.lefts: list[tuple[str, int]] = []  # the delimiter behind each \left, and the number of its token

    def emit(self, kind: str, text: str, end: int, error: InputError | None = None) -> None:
        self.out.append(Token(kind, text, self.at, end, self.spaced, error))
        self.at, self.spaced = end, False

    def refuse(self, what: str, end: int, remedy: str | None = None) -> None:
        place = self.snippet.place(self.at, end)
        self.emit("broken", self.text[self.at : end], end, InputError(what, place, remedy))

    def blank(self, end: int) -> None:
        self.at, self.spaced = end, True

    def past_blanks(self, at: int) -> int:
        while at < len(self.text) and self.text[at].isspace():
            at += 1
        return at

    def argument(self, at: int) -> tuple[int, int]:
        """Start and end of the argument of a command; without braces it is one character or command."""
        at = self.past_blanks(at)
        if self.text[at : at + 1] == "{":
            return at, self.closed.get(at, len(self.text) - 1) + 1
        found = COMMAND.match(self.text, at)
        return at, min(len(self.text), found.end() if found else at + 1)

    def starred(self, at: int) -> int:
        return at + 1 if self.text[at : at + 1] == "*" else at


def _braces(text: str) -> dict[int, int]:
    """Where each brace of a group is closed."""
    found: dict[int, int] = {}
    open_braces: list[int] = []
    at = 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == "{":
            open_braces.append(at)
        elif text[at] == "}" and open_braces:
            found[open_braces.pop()] = at
        at += 1
    return found
