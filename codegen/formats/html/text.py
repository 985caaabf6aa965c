"""Plain text, names, code and references as HTML in which nothing that a user wrote is mark-up."""

from __future__ import annotations

import re

from codegen.block import Code, Math, Piece, Stressed, Strong, Text
from codegen.formats.html.symbols import Symbols
from codegen.notation.mathml import element, escaped

# A number of an equation in a sentence; Korean goes on behind it without a space. Alone in a cell it is a value.
_REFERENCE = re.compile(r"(?<![^\s])\((\d{1,6})\)(?![^\s,.;:)\uac00-\ud7a3])")
_WORD = re.compile(r"(?<![\w.])[^\W\d]\w*")


def text(pieces: Text, symbols: Symbols) -> str:
    """The pieces as a line of HTML."""
    alone = len(pieces) == 1
    return "".join(_piece(piece, symbols, alone) for piece in pieces)


def _piece(piece: Piece, symbols: Symbols, alone: bool) -> str:
    match piece:
        case Math(formula):
            return element(formula, symbols.named)
        case Code(code):
            return f"<code>{marked(code, symbols)}</code>"
        case Strong(words):
            return f"<strong>{escaped(words)}</strong>"
        case Stressed(words):
            return f"<em>{escaped(words)}</em>"
        case str():
            return _linked(piece, symbols, alone)


def _linked(words: str, symbols: Symbols, alone: bool) -> str:
    """Words in which the numbers of equations lead to these."""
    if alone and _REFERENCE.fullmatch(words):
        return escaped(words)
    parts: list[str] = []
    end = 0
    for found in _REFERENCE.finditer(words):
        if int(found[1]) in symbols.numbers:
            parts += [escaped(words[end : found.start()]), reference(int(found[1]))]
            end = found.end()
    return "".join([*parts, escaped(words[end:])])


def reference(number: int) -> str:
    """A link to the equation with this number."""
    return f'<a class="ref" href="#eq-{number}">({number})</a>'


def marked(code: str, symbols: Symbols) -> str:
    """Code in which the names that the page explains are elements of their own."""
    parts: list[str] = []
    end = 0
    for found in _WORD.finditer(code):
        name = symbols.code.get(found[0])
        if name is not None:
            parts += [escaped(code[end : found.start()]), f'<span data-symbol="{escaped(name)}">{found[0]}</span>']
            end = found.end()
    return "".join([*parts, escaped(code[end:])])
