"""Characters that pdflatex has no letters for: Greek becomes mathematics, other scripts are put in Latin letters.

A document must compile with any TeX distribution, so no fonts of other scripts are asked for, except by a document that
is written in a language of such a script: then the language says what the preamble needs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from codegen.language import Language
from codegen.languages import codes, language
from codegen.notation.latex import greek_letter
from codegen.notation.symbol import read

_LAST_KNOWN = 0x17F

_KNOWN = {
    "–": "--",
    "—": "---",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "…": r"\ldots{}",
    "×": r"\ensuremath{\times}",
    "·": r"\ensuremath{\cdot}",
    "≤": r"\ensuremath{\le}",
    "≥": r"\ensuremath{\ge}",
    "≠": r"\ensuremath{\ne}",
    "→": r"\ensuremath{\rightarrow}",
    "∂": r"\ensuremath{\partial}",
    "Σ": r"\ensuremath{\Sigma}",
    "√": r"\ensuremath{\surd}",
    "∞": r"\ensuremath{\infty}",
    "−": "-",
    "ᵀ": r"\ensuremath{^\top}",
    "²": r"\ensuremath{^2}",
}
# Russian letters as they are usually written in Latin ones; the names of the characters would be longer.
_RUSSIAN = (
    "аa бb вv гg дd еe ёe жzh зz иi йy кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch ъ' ыy ь' эe юyu яya"
)
_CYRILLIC = {pair[0]: pair[1:] for pair in _RUSSIAN.split()}


def declarations(source: str, own: Language | None = None) -> str:
    """A declaration for every character of the source that pdflatex would not know; that of a language knows more."""
    wanted = sorted({sign for sign in source if ord(sign) > _LAST_KNOWN and not (own and _is_letter(sign, own))})
    return "\n".join(rf"\DeclareUnicodeCharacter{{{ord(sign):04X}}}{{{shown}}}" for sign, shown in _all_shown(wanted))


def undeclared(source: str) -> list[str]:
    """The characters that pdflatex would stop at."""
    declared = source.split(r"\begin{document}")[0]
    own = [found for code in codes() if (found := language(code)).latex[0] and found.latex[0] in declared]
    signs = {sign for sign in source if ord(sign) > _LAST_KNOWN and f"{{{ord(sign):04X}}}" not in declared}
    return sorted(sign for sign in signs if not any(_is_letter(sign, one) for one in own))


def _is_letter(sign: str, own: Language) -> bool:
    """Whether the preamble of a language makes a character known."""
    _, letters = own.latex
    return bool(letters) and re.fullmatch(letters, sign) is not None


def _all_shown(signs: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Each sign with its TeX; those that have no reading are squares with numbers, so that two stay two."""
    number = 0
    for sign in signs:
        shown = _shown(sign)
        if shown is None:
            number += 1
            shown = rf"\ensuremath{{{{\square_{{{number}}}}}}}"
        yield sign, shown


def _shown(sign: str) -> str | None:
    """A Greek letter as itself, another letter by its Latin reading, a picture by its name."""
    if sign in _KNOWN:
        return _KNOWN[sign]
    symbol = read(sign)
    if symbol.greek:
        return rf"\ensuremath{{{greek_letter(symbol.stem)}}}"
    reading = _reading(sign)
    return None if reading is None else rf"\text{{{reading}}}"


def _reading(sign: str) -> str | None:
    """Latin letters for a letter of any script: zh for Ж, ka for か, ga for 가; (rocket) for a picture."""
    if unicodedata.combining(sign) or not sign.isprintable():
        return ""
    if sign.lower() in _CYRILLIC:
        latin = _CYRILLIC[sign.lower()]
        return latin if sign.islower() else latin.capitalize()
    plain = "".join(part for part in unicodedata.normalize("NFKD", sign) if ord(part) < 128 and part.isalnum())
    if plain:
        return plain
    name = unicodedata.name(sign, "")
    if not name or any(character.isdigit() for character in name):
        return None
    if not sign.isalpha():
        return f"({name.lower()})"
    last = name.split(" WITH ")[0].split()[-1].lower()
    return last.capitalize() if sign.isupper() else last
