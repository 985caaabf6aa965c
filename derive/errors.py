"""What a user did wrong: a sentence, the place it happened, and what to try.

Anything that is not one of these exceptions is a bug of ours and keeps its traceback.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_WIDEST = 160


@dataclass(frozen=True)
class Place:
    """Where in a text something stands: line and column count from 1, `length` characters from there."""

    file: str
    line: int
    column: int
    length: int
    source: str

    def excerpt(self) -> str:
        """The source line with a caret under the place; of a very long line, what stands around it."""
        number = f"{self.line:>6} | "
        margin = " " * (len(number) - 2) + "| "
        start = 0 if len(self.source) <= _WIDEST else max(0, self.column - 1 - _WIDEST // 2)
        shown = self.source[start : start + _WIDEST]
        before = _columns(shown[: self.column - 1 - start])
        marked = _columns(shown[self.column - 1 - start : self.column - 1 - start + self.length])
        return f"{number}{shown}\n{margin}{' ' * before}{'^' * max(1, marked)}"


def _columns(text: str) -> int:
    """How many columns a terminal gives the text: wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


class InputError(ValueError):
    """A mistake in what the user wrote: what is wrong, where, and what to try instead."""

    def __init__(self, what: str, place: Place | None = None, remedy: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.place = place
        self.remedy = remedy

    def __str__(self) -> str:
        lines = [self.what]
        if self.place is not None:
            lines = [f"{self.place.file}:{self.place.line}:{self.place.column}: {self.what}", self.place.excerpt()]
        if self.remedy:
            lines.append(f"    try: {self.remedy}")
        return "\n".join(lines)


class TimeLimitError(InputError):
    """What the user asked to run did not end in time: the check that needed it has failed."""


class InputErrors(InputError):
    """Several mistakes in one file, reported together, in the order of their places."""

    def __init__(self, errors: list[InputError]) -> None:
        super().__init__("; ".join(error.what for error in errors))
        self.errors = tuple(errors)

    def __reduce__(self) -> tuple[type[InputErrors], tuple[list[InputError]]]:
        return InputErrors, (list(self.errors),)

    def __str__(self) -> str:
        return "\n\n".join(str(error) for error in self.errors)
