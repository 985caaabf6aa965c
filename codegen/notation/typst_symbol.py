"""Names and single signs in Typst's notation: words are strings, letters are letters, and nothing is a command."""

from __future__ import annotations

from collections.abc import Iterable

from codegen.notation.symbol import LATIN_SHAPES, Symbol, greek_sign, read
from codegen.typesetting import string

SPECIAL = {"inf": "∞", "pi": "π", "ell": "ℓ"}
_ACCENTS = {"hat": "302", "bar": "304", "tilde": "303", "check": "30c"}


def beside(*parts: str) -> str:
    """The parts in one row."""
    row = ""
    for part in parts:
        tight = not row or row.endswith(('"', ";")) or part.startswith(('"', "#"))
        row += part if tight else f" {part}"
    return row


def name(text: str, subscripts: str = "") -> str:
    """A name of the network with its subscripts."""
    if text in SPECIAL and not subscripts:
        return SPECIAL[text]
    symbol = read(text)
    below = listed([*(_label(label) for label in symbol.labels), *([subscripts] if subscripts else [])])
    base = stem(symbol)
    if symbol.accent and stands_alone(symbol):
        base = accented(symbol.accent, base)
    printed = attached(base, below, beside(*["′"] * symbol.primes))
    return accented(symbol.accent, printed) if symbol.accent and not stands_alone(symbol) else printed


def stem(symbol: Symbol) -> str:
    """A letter as a variable, anything longer as an upright word."""
    if symbol.greek:
        return greek_letter(symbol.stem)
    letter = len(symbol.stem) == 1 and symbol.stem.isascii() and symbol.stem.isalpha()
    return symbol.stem if letter else string(symbol.stem.replace("'", "′"))


def greek_letter(english: str) -> str:
    """The letter with this English name, or an upright Latin letter of the same shape."""
    if english in LATIN_SHAPES:
        return string(LATIN_SHAPES[english])
    return greek_sign(english)


def attached(base: str, below: str = "", above: str = "") -> str:
    """base with a subscript and a superscript"""
    if not below and not above:
        return base
    parts = [base, *([f"b: {below}"] if below else []), *([f"t: {above}"] if above else [])]
    return f"attach({', '.join(parts)})"


def function_name(text: str) -> str:
    """The name of a function, upright; a single letter stays as it is."""
    parts = [part for part in text.split("_") if part] or ["blank"]
    if len(parts) == 1 and (len(parts[0]) == 1 or read(parts[0]).greek):
        return name(text)
    return f"op({string(' '.join(parts))})"


def stands_alone(symbol: Symbol) -> bool:
    """Whether an accent stands over the letter alone; else over the whole of what is longer or upright."""
    return symbol.letter and symbol.stem not in LATIN_SHAPES


def accented(accent: str, base: str) -> str:
    """base with the accent of this name over all of it"""
    return f'accent({base}, "\\u{{{_ACCENTS[accent]}}}")'


def _label(text: str) -> str:
    return text if text.isascii() and (text.isdigit() or (len(text) == 1 and text.isalpha())) else string(text)


def listed(parts: Iterable[str]) -> str:
    """The parts with commas, which inside a call must not be the sign itself."""
    row: list[str] = []
    for part in parts:
        row += ["comma", part] if row else [part]
    return beside(*row)
