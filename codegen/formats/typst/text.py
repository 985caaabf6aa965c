"""Plain text, names and code as Typst pieces: every word is a string, so that nothing in it is a command."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection

from codegen.block import Code, Math, Piece, Stressed, Strong, Text
from codegen.notation.latex import is_large
from codegen.notation.typst import typst
from codegen.typesetting import string

# Longer than any word, and than what code is written with no space in.
_LONG_WORD = re.compile(r"\S{50,}")
_PART = 25
_ZERO_WIDTH = "\u200b"
_REFERENCE = re.compile(r"\((\d+)\)")


def text(pieces: Text, numbers: Collection[int] = ()) -> str:
    """The pieces as running text; (7) leads to equation 7 where there is one."""
    return "".join(_piece(piece, numbers) for piece in pieces)


def in_a_table(pieces: Text, numbers: Collection[int] = ()) -> str:
    """The pieces in a cell, with formulas as large as on a line of their own."""
    return "".join(
        f"$display({typst(piece.formula)})$"
        if isinstance(piece, Math) and is_large(piece.formula)
        else _piece(piece, numbers)
        for piece in pieces
    )


def words(text: str) -> str:
    """Words on one line as a string."""
    return string(dividable(one_line(text)))


def dividable(text: str) -> str:
    """The text with places in which a line can end inside words that are longer than a column of a table."""
    return _LONG_WORD.sub(lambda found: _ZERO_WIDTH.join(textwrap.wrap(found[0], _PART)), text)


def one_line(text: str) -> str:
    """The text without line ends and signs that are not printed."""
    return "".join(sign for sign in re.sub(r"\s+", " ", text) if sign.isprintable())


def _piece(piece: Piece, numbers: Collection[int]) -> str:
    match piece:
        case Math(formula):
            return f"${typst(formula)}$"
        case Code(code):
            return f"#raw({words(code)});"
        case Strong(said):
            return f"#strong({words(said)});"
        case Stressed(said):
            return f"#emph({words(said)});"
        case str():
            return _referring(piece, numbers)


def _referring(said: str, numbers: Collection[int]) -> str:
    """Words in which numbers of equations are links."""
    parts: list[str] = []
    end = 0
    for found in _REFERENCE.finditer(said):
        if int(found.group(1)) in numbers:
            parts += [_said(said[end : found.start()]), f"#to({int(found.group(1))});"]
            end = found.end()
    return "".join([*parts, _said(said[end:])])


def _said(said: str) -> str:
    return f"#{words(said)};" if said else ""
