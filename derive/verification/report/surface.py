"""In which notation a formula was written: LaTeX, or plain text."""

from __future__ import annotations

import re
from typing import Literal

from derive.errors import Place
from derive.verification.verdict import Claim

Surface = Literal["latex", "plain"]

# What LaTeX alone writes: a command, a script in braces, the mark of a column.
_LATEX = re.compile(r"\\[A-Za-z]|[_^]\{|(?<!&)&(?!&)")


def surface_of(claim: Claim) -> Surface:
    """The notation of a claim: what its record says, else what its text shows."""
    if claim.surface:
        return "latex" if claim.surface == "latex" else "plain"
    return surface(claim.text, claim.place)


def surface(formula: str, place: Place) -> Surface:
    """The notation of a formula that stands at the place: by its own signs, else by the dollar before it."""
    if _LATEX.search(formula):
        return "latex"
    start = place.source.rfind(formula, 0, place.column - 1 + len(formula))
    before = place.source[: start if start >= 0 else place.column - 1].rstrip()
    return "latex" if before.endswith("$") else "plain"
