"""How symbols are spelled: the names that a decorated symbol may stand for, and what of it is left after that."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from derive.verification.formula.tree import Node, Number, Run, Symbol, Upper

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "eta": "η",
    "theta": "θ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ",
    "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "pi": "π", "kappa": "κ", "zeta": "ζ", "eps": "ε",
}  # fmt: skip
LAST = {"L", "o", "out", "output", "K"}
_STEP_MARKS = {"+", "new", "neu"}


@lru_cache(maxsize=65536)
def normal(name: str) -> str:
    """A name as it is compared: NFKC, Greek letters by their character, without underscores."""
    text = unicodedata.normalize("NFKC", name)
    for word, letter in GREEK.items():
        text = re.sub(rf"(?<![A-Za-z]){word}(?![a-z])", letter, text)
    return text.replace("_", "")


def text_of(node: Node) -> str | None:
    """What stands in a subscript, where that is a plain word or number."""
    if isinstance(node, Number | Run):
        return node.text
    if isinstance(node, Symbol) and not node.lower and not node.upper and not node.accents:
        return node.name
    return None


def key_of(symbol: Symbol) -> str:
    """A symbol as text, to look up what the document itself defines."""
    return "|".join(
        (symbol.name, ",".join(symbol.accents), ",".join(map(_shape, symbol.lower)), ",".join(map(_mark, symbol.upper)))
    )


def without_operations(upper: tuple[Upper, ...]) -> tuple[Upper, ...]:
    """Superscripts without those that do something to a value: a transpose, a power."""
    return tuple(
        mark
        for mark in upper
        if mark.bracket or not (text_of(mark.of) in ("T", "⊤", "'") or isinstance(mark.of, Number))
    )


def _mark(upper: Upper) -> str:
    return f"{upper.bracket}{_shape(upper.of)}"


def _shape(node: Node) -> str:
    return text_of(node) or repr(node)


def without_step_mark(symbol: Symbol) -> tuple[Symbol, bool]:
    """The symbol without the + that marks a value after the update."""
    upper = tuple(mark for mark in symbol.upper if text_of(mark.of) not in _STEP_MARKS)
    lower = tuple(item for item in symbol.lower if text_of(item) not in _STEP_MARKS)
    changed = len(upper) + len(lower) < len(symbol.upper) + len(symbol.lower)
    return Symbol(symbol.name, lower, upper, symbol.accents, place=symbol.place), changed


def labels(symbol: Symbol) -> Iterator[tuple[str, tuple[Node, ...], tuple[Upper, ...]]]:
    """Ways to take a label from a symbol: `(1)` above, several subscripts, the first one, the digits it begins with."""
    for place, mark in enumerate(symbol.upper):
        text = text_of(mark.of)
        if text is not None and (mark.bracket or text.isdigit() or text in LAST) and text not in ("T", "⊤"):
            yield text, symbol.lower, (*symbol.upper[:place], *symbol.upper[place + 1 :])
    for count in range(len(symbol.lower), 1, -1):  # W_{1,23} may be the number W1_23
        texts = [text_of(item) for item in symbol.lower[:count]]
        if all(text is not None for text in texts):
            yield "".join(map(str, texts)), symbol.lower[count:], symbol.upper
    if symbol.lower:
        first, rest = symbol.lower[0], symbol.lower[1:]
        text = text_of(first)
        if text is not None:
            yield text, rest, symbol.upper
            digits = re.fullmatch(r"(\d)([a-zA-Z]+|\d+)", text) if isinstance(first, Run) else None
            if digits:
                yield digits[1], (Run(digits[2], place=first.place), *rest), symbol.upper


def spellings(symbol: Symbol) -> Iterator[tuple[str, tuple[Node, ...], tuple[Upper, ...]]]:
    """The names that a symbol can be spelled as, those with a label first, and what is left of it."""
    primes = sum(1 for mark in symbol.upper if text_of(mark.of) == "'")
    bases = [symbol.name]
    for accent in symbol.accents:
        bases = [f"{symbol.name}{accent}", f"{accent}{symbol.name}", *bases]
    if primes:
        bases = [symbol.name + "'" * primes, *bases]
    for label, lower, upper in labels(symbol):
        for base in bases:
            yield base + label, lower, _unprimed(upper) if base.endswith("'") else upper
    for base in bases:
        yield base, symbol.lower, _unprimed(symbol.upper) if base.endswith("'") else symbol.upper


def _unprimed(upper: tuple[Upper, ...]) -> tuple[Upper, ...]:
    return tuple(mark for mark in upper if text_of(mark.of) != "'")


def is_power_of_e(symbol: Symbol) -> bool:
    """True for e^{-z}, whatever else is called e; not for e^2, e^T, e^{(l)}."""
    if symbol.name != "e" or symbol.lower or symbol.accents or len(symbol.upper) != 1 or symbol.upper[0].bracket:
        return False
    text = text_of(symbol.upper[0].of)
    return text is None or (text not in ("T", "⊤", "'", "*", "+", "t", "l") and not text.isdigit())
