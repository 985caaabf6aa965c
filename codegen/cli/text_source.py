"""What was typed after `verify`: files, standard input, or the claims themselves."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from derive.errors import InputError

if TYPE_CHECKING:
    from derive.verification.document import Document

STANDARD_INPUT = "-"
LARGEST = 40_000_000  # bytes; a notebook carries its pictures in itself
# What makes an argument a claim; a name of a file may hold such a sign, but then the file exists or ends like one.
_RELATION = re.compile(r"[=≈≡→←∝<>≤≥≠]|\\(?:approx|equiv|to|(?:right|left)arrow|gets|propto|leq?|geq?|neq?)(?![a-z])")
_ENDINGS = (".md", ".markdown", ".tex", ".txt", ".ipynb", ".net", ".py", ".html", ".pdf")


def texts(words: Sequence[str], claims: Sequence[str]) -> list[Path | str | Document]:
    """Files and standard input in the order in which they were named, then all claims as one text.

    Claims stand together because one may define what the next one is about.
    """
    files = [word for word in dict.fromkeys(words) if word == STANDARD_INPUT or not _is_claim(word)]
    for word in files:
        if word != STANDARD_INPUT and not _exists(word):
            raise InputError(
                f"{word}: there is no such file, and no relation in it that would make it a claim",
                remedy='the path of a file, or a claim in quotes such as "dW = x.T @ dz"',
            )
    typed = [_decoded(claim) for claim in [*(word for word in words if word not in files), *claims]]
    found: list[Path | str | Document] = [_standard_input() if word == STANDARD_INPUT else Path(word) for word in files]
    return [*found, "\n".join(typed)] if typed else found


def _is_claim(word: str) -> bool:
    return not _exists(word) and not word.lower().endswith(_ENDINGS) and bool(_RELATION.search(word))


def _exists(word: str) -> bool:
    try:
        return Path(word).exists()
    except (OSError, ValueError):  # too long for a name, or with a character that no name has
        return False


def _decoded(claim: str) -> str:
    if not claim.strip():
        raise InputError("a claim is empty", remedy='a relation, such as "dW = x.T @ dz"')
    try:
        claim.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError("a claim is not UTF-8", remedy="a terminal or a script in UTF-8") from error
    return claim


def _standard_input() -> Document:
    from derive.verification.document import document_of

    content = sys.stdin.buffer.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise InputError(f"standard input is longer than {LARGEST:,} bytes", remedy="the part with the derivation")
    try:
        return document_of(content.decode("utf-8-sig"), "standard input")
    except UnicodeDecodeError as error:
        raise InputError("standard input is not UTF-8", remedy="convert it first, with iconv for example") from error
