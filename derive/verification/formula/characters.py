"""Characters that mean the same in both ways of writing: signs, relations, letters of other fonts, small ones."""

from __future__ import annotations

import unicodedata

from derive.verification.formula.tokens import Token

SIGNS = {
    **{sign: sign for sign in "+-*/@()[]{}_^,:'|·×⊙⊗;"},
    "−": "-",
    "–": "-",
    "⋅": "·",
    "∙": "·",
    "•": "·",
    "∗": "*",
    "✕": "×",
    "÷": "/",
    "⊘": "/",
    "⁄": "/",
    "∕": "/",
    "⋆": "*",
    "∘": "⊙",
    "◦": "⊙",
    "′": "'",
    "’": "'",
    "‖": "‖",
    "∥": "‖",
    "，": ",",
    "；": ";",
    "：": ":",
    "（": "(",
    "）": ")",
}
RELATIONS = {
    **{relation: relation for relation in "=≈≡→←∝<≤>≥≠∈∼"},
    "~": "∼",
    "＝": "=",
    "≔": ":=",
    "≜": ":=",
    "≃": "≈",
    "≅": "≈",
    "≐": "≈",
    "⟶": "→",
    "⟵": "←",
    "⇒": "⇒",
    "⟹": "⇒",
    "⇔": "⇔",
    "⟺": "⇔",
    "⩽": "≤",
    "⩾": "≥",
}
LARGE = {"∑": "sum", "∏": "prod"}
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵀᵗˡᵏʲᴸᴴᵃᵇᵈᵉʰᵐʳˢˣʸᶻ", "0123456789+-()niTtlkjLHabdehmrsxyz", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ᵢⱼₖₗₘₙₚᵣₛₜᵤᵥₓₕₒₐₑ", "0123456789+-()ijklmnprstuvxhoae", strict=True))


_LETTERS = {"ℓ": "ℓ", "∆": "Δ"}


def raised(character: str) -> str | None:
    """² -> 2"""
    return _RAISED.get(character)


def lowered(character: str) -> str | None:
    """₂ -> 2"""
    return _LOWERED.get(character)


def letter(character: str) -> str | None:
    """The plain letter of a letter in any font: 𝐖 -> W; None for what is no letter."""
    if raised(character) is not None or lowered(character) is not None:
        return None
    if character in _LETTERS:
        return _LETTERS[character]
    normal = unicodedata.normalize("NFKC", character)
    return normal if normal.isalpha() else None


def printable(character: str) -> str:
    """The character itself, or its number where it cannot be shown."""
    return character if character.isprintable() else f"U+{ord(character):04X}"


_FRACTIONS = {"½": ("1", "2"), "¼": ("1", "4"), "¾": ("3", "4"), "⅓": ("1", "3"), "⅔": ("2", "3")}


def small(text: str, start: int) -> tuple[list[Token], int]:
    """The tokens of ½, of x² as x^{2} and of xᵢⱼ as x_{ij} from here on, and their end."""
    if text[start] not in _FRACTIONS:
        return small_script(text, start)
    above, below = _FRACTIONS[text[start]]
    kinds = (("sign", "{"), ("number", above), ("sign", "/"), ("number", below), ("sign", "}"))
    return [Token(kind, sign, start, start + 1) for kind, sign in kinds], start + 1


def small_script(text: str, start: int) -> tuple[list[Token], int]:
    """The tokens of small raised or lowered characters from here on, x² as x^{2} and xᵢⱼ as x_{ij}, and their end."""
    for sign, plain in (("^", raised), ("_", lowered)):
        made = [Token("sign", sign, start, start + 1), Token("sign", "{", start, start + 1)]
        at = start
        while at < len(text) and (character := plain(text[at])) is not None:
            if character.isdigit() and made[-1].kind == "number":
                made[-1] = Token("number", made[-1].text + character, made[-1].start, at + 1)
            else:
                kind = "number" if character.isdigit() else "name" if character.isalpha() else "sign"
                made.append(Token(kind, character, at, at + 1))
            at += 1
        if at > start:
            return [*made, Token("sign", "}", at - 1, at)], at
    return [], start
