"""How the worked example of a document is worked."""

from __future__ import annotations

from dataclasses import dataclass

from codegen.notation.decimal import DIGITS


@dataclass(frozen=True)
class Calculation:
    """`digits` after the point; `steps` of gradient descent in a table and a plot, 0 for none."""

    digits: int = DIGITS
    steps: int = 0
