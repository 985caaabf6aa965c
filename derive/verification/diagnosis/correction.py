"""A correction: one change to a side of a claim, and the mistake that it undoes."""

from __future__ import annotations

from dataclasses import dataclass, field

from derive.errors import Place
from derive.verification.formula.tree import Node
from derive.verification.verdict import Mistake

# How much a correction changes. Of several that make a claim true, the smallest is the likeliest.
LEAF, PIECE, PAIR, SIDE = 1, 2, 3, 4


@dataclass(frozen=True)
class Correction:
    """A corrected side; `place` is the part of the claim that was wrong, `sentence` what a reader is told."""

    mistake: Mistake
    node: Node
    sentence: str
    size: int
    place: Place | None = field(default=None, compare=False)
