"""The tokens that both ways of writing share: LaTeX and plain text become the same names, numbers and signs.

name      a letter or word that stands for something: W, δ, target, softmax
number    exactly as written
sign      + - * · × ⊙ ⊗ @ / _ ^ ' , . : ( ) [ ] { } and ⦃ ⦄ for the braces that are printed, | ‖ for bars that may open
          or close, ⟦ ⟧ and ⟪ ⟫ for bars known to open or close, ⌊ for an opening that only a bar closes
relation  = := ≈ ≡ → ← ∝ < ≤ > ≥ ≠ ∈ ∼ ⇒ ⇔
big       sum or prod written as a large sign
partial   ∂, or the d of a differential
word      if, for, and, then, otherwise: what a sentence says around formulas, in one language
text      other words among formulas
macro     frac, sqrt, hat and whatever else takes what follows it
begin     the start of cases or of a matrix, `end` its end
method    .sum, .mean: what is called on the operand before it, in plain text
over      the bar of {a \\over b}
dots      ... in a list or a sum
row       the end of a row; `cell` the end of a column; `wide` a wide blank
broken    what cannot be read; `error` says why
stop      behind the last token
"""

from __future__ import annotations

from dataclasses import dataclass, field

from derive.errors import InputError

OPENING = {"(": ")", "[": "]", "{": "}", "⦃": "⦄", "⟦": "⟧", "⟪": "⟫", "⌊": "⌋"}
CLOSING = {close: open_ for open_, close in OPENING.items()}
# How a sign is called in messages where its own text says too little.
SHOWN = {"⦃": r"\{", "⦄": r"\}", "⟦": "|", "⟧": "|", "⟪": "‖", "⟫": "‖", "⌊": r"\left.", "⌋": r"\right|"}
LONGEST = 10_000
LONGEST_NUMBER = 60
LARGEST_EXPONENT = 400
TOO_LONG = f"this number is too long: at most {LONGEST_NUMBER} characters and exponents to {LARGEST_EXPONENT} are read"


@dataclass(frozen=True)
class Token:
    """A piece of a formula; `start` and `end` count its characters, `spaced` tells that a blank stands before it."""

    kind: str
    text: str
    start: int
    end: int
    spaced: bool = False
    error: InputError | None = field(default=None, compare=False, repr=False)

    @property
    def shown(self) -> str:
        """How a message names it."""
        if self.kind == "row":
            return "the end of the row"
        return SHOWN.get(self.text, self.text)


def is_sign(token: Token, *texts: str) -> bool:
    """True for one of these signs."""
    return token.kind == "sign" and token.text in texts


def too_long(number: str) -> bool:
    """True for a number with more digits, or a larger exponent, than anybody means."""
    exponent = number.lower().partition("e")[2].lstrip("+-")
    return len(number) > LONGEST_NUMBER or (bool(exponent) and (len(exponent) > 5 or int(exponent) > LARGEST_EXPONENT))
