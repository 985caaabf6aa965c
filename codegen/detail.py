"""How much of a derivation a document shows: the result alone, its steps, or every application of every rule."""

from __future__ import annotations

from enum import Enum


class Detail(Enum):
    """result      symbols, forward pass, all gradients in every notation, update: a page to look things up on
    steps       every gradient with the steps that a reader follows; small ones share a line
    everything  one line for each application of a rule, with its formula, and nothing left out
    """

    RESULT = "result"
    STEPS = "steps"
    EVERYTHING = "everything"


DETAILS = tuple(item.value for item in Detail)
