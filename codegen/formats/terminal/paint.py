"""What parts of a text may be given a colour: a painter puts it in, and plain text is what it is."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum


class Part(Enum):
    """The kinds of text that stand out from formulas."""

    HEADING = "heading"
    REASON = "reason"


Paint = Callable[[str, Part], str]


def unpainted(text: str, _part: Part) -> str:
    """The text as it is."""
    return text
