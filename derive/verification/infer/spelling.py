"""What a written symbol is called in a network: `z_1` is z1, `E_{total}` is Etotal, `\\hat y` is yhat.

Symbols are looked up by such spellings (`derive.verification.names`), so most need no table; one with labels at two
places, `w^{(1)}_{11}`, does.
"""

from __future__ import annotations

import re
from unicodedata import normalize

from derive.language.names import objection
from derive.verification.formula.tree import Chain, Node, Number, Run, Symbol, Upper
from derive.verification.spelling import text_of

_TRANSPOSED = ("T", "⊤")


def is_label(mark: Upper) -> bool:
    """True for a superscript that names a layer or an example, `^{(1)}`, `^{[2]}`, `^L`: no power, no transpose."""
    text = text_of(mark.of)
    return bool(mark.bracket) or text in ("L", "l", "ℓ") or text == "'"


def is_stepped(symbol: Symbol) -> bool:
    """True for `W^+`, `w_{new}`: a value after the update."""
    labels = [text_of(mark.of) for mark in symbol.upper] + [text_of(item) for item in symbol.lower]
    return any(label in ("+", "new", "neu") for label in labels)


def labels_of(symbol: Symbol, indices: frozenset[str] = frozenset()) -> list[str] | None:
    """The labels of a symbol as texts, without the letters that count; None where one is a formula, such as `t-1`."""
    found = []
    for item in (*(mark.of for mark in symbol.upper if is_label(mark)), *symbol.lower):
        text = text_of(item)
        if text is None and shifted(item, indices) is not None:
            continue
        if text is None:
            return None
        if text != "'" and not _counts(item, indices):
            found.append(text)
    return found


def letters_below(symbol: Symbol, indices: frozenset[str]) -> tuple[str, ...]:
    """The letters below a symbol that count, in their order: i and j of `W_{ij}`, t-1 of `h_{t-1}`."""
    found: list[str] = []
    for item in symbol.lower:
        step = shifted(item, indices)
        if step is not None:
            found.append(step)
        elif _counts(item, indices):
            found += text_of(item) or ""
    return tuple(found)


def shifted(item: Node, indices: frozenset[str]) -> str | None:
    """`t-1` as the language writes it, where t counts; None for anything else."""
    if not isinstance(item, Chain) or len(item.operands) != 2 or item.signs[0] not in ("+", "-"):
        return None
    letter, number = item.operands
    is_step = isinstance(letter, Symbol) and isinstance(number, Number) and number.text.isdigit()
    text = text_of(letter)
    return f"{text}{item.signs[0]}{text_of(number)}" if is_step and text in indices else None


def _counts(item: Node, indices: frozenset[str]) -> bool:
    text = text_of(item)
    return isinstance(item, Run | Symbol) and bool(text) and set(text or "") <= indices


def spelled(symbol: Symbol, indices: frozenset[str] = frozenset()) -> str | None:
    """The name of a symbol with its labels; None where no name can be made of it."""
    labels = labels_of(symbol, indices)
    if labels is None:
        return None
    primes = sum(1 for mark in symbol.upper if text_of(mark.of) == "'")
    name = "".join((symbol.name, *symbol.accents, *labels)) + "'" * primes
    return legal(name)


def legal(name: str) -> str | None:
    """The name as the language allows and reads it, ℓ as l; an underscore sets it apart from a word that means
    something."""
    name = normalize("NFKC", name)
    if re.fullmatch(r"[^\W\d_]\w*'*", name) is None:
        return None
    plain, primes = name.rstrip("'"), len(name) - len(name.rstrip("'"))
    if objection(name) is not None:
        return f"{plain}_" + "'" * primes
    return name


def base(symbol: Symbol) -> Symbol:
    """The symbol without powers and transposes: what the table of names is about."""
    upper = tuple(mark for mark in symbol.upper if is_label(mark))
    return Symbol(symbol.name, symbol.lower, upper, symbol.accents, place=symbol.place)


def powers(symbol: Symbol) -> tuple[Upper, ...]:
    """The superscripts that are no labels: powers and transposes."""
    return tuple(mark for mark in symbol.upper if not is_label(mark))


def needs_alias(symbol: Symbol, indices: frozenset[str]) -> bool:
    """True where a symbol has labels at more than one place, or an accent beside one."""
    return len(labels_of(symbol, indices) or ()) > 1


def is_transpose(mark: Upper) -> bool:
    """True for ^T, not for ^{(T)}."""
    return not mark.bracket and text_of(mark.of) in _TRANSPOSED


__all__ = [
    "base", "is_label", "is_stepped", "is_transpose", "labels_of", "legal", "letters_below", "needs_alias", "powers",
    "spelled",
]  # fmt: skip
