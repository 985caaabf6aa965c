"""What a user did wrong: a sentence, the place it happened, and what to try.

Anything that is not one of these exceptions is a bug of ours and keeps its traceback.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where in a text something stands: line and column count from 1, `length` characters from there."""

    file: str
    line: int
    column: int
    length: int
    source: str

    def excerpt(self) -> str:
        """The source line with a caret under the place."""
        number = f"{self.line:>6} | "
        margin = " " * (len(number) - 2) + "| "
        caret = " " * (self.column - 1) + "^" * max(1, self.length)
        return f"{number}{self.source}\n{margin}{caret}"


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


class InputErrors(InputError):
    """Several mistakes in one file, reported together, in the order of their places."""

    def __init__(self, errors: list[InputError]) -> None:
        super().__init__("; ".join(error.what for error in errors))
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return "\n\n".join(str(error) for error in self.errors)
