"""Plain text, names and code as Markdown pieces in which nothing is taken for mark-up."""

from __future__ import annotations

import re

from codegen.block import Code, Math, Piece, Stressed, Strong, Text
from codegen.notation.latex import is_large, latex

_PUNCTUATION = re.compile(r"[\\`*_{}\[\]<>#$&|~!]")
# GitHub makes links of bare addresses too.
_ADDRESS = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)
_START = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))")


def text(pieces: Text) -> str:
    """The pieces as one line of Markdown."""
    return "".join(_piece(piece) for piece in pieces)


def cell(pieces: Text) -> str:
    """The pieces in a cell of a table: a stroke has to be marked even inside code, and fractions have room."""
    return "".join(_cell(piece) for piece in pieces)


def _cell(piece: Piece) -> str:
    if isinstance(piece, Math) and is_large(piece.formula):
        return rf"$\displaystyle {latex(piece.formula)}$"
    return _piece(piece).replace("|", r"\|") if isinstance(piece, Code) else _piece(piece)


def _piece(piece: Piece) -> str:
    match piece:
        case Math(formula):
            return f"${latex(formula)}$"
        case Code(code):
            return span(code)
        case Strong(words):
            return f"**{escape(words)}**"
        case Stressed(words):
            return f"*{escape(words)}*"
        case str():
            return escape(piece)


def escape(words: str) -> str:
    """Words on one line, with a backslash before whatever Markdown or HTML would read as mark-up."""
    line = re.sub(r"\s+", " ", words)
    marked = _PUNCTUATION.sub(lambda found: "\\" + found.group(), line)
    return _ADDRESS.sub(lambda found: "\\" + found.group(), marked)


def start(line: str) -> str:
    """The line, kept from looking like a list item or a heading underline."""
    return _START.sub(lambda found: f"{found.group(1)}\\{found.group(2)}" if not found.group(2).isdigit()
                      else f"{found.group(1)}{found.group(2)}\\", line)  # fmt: skip


def span(code: str) -> str:
    """Code in a line; the fence is longer than any run of backticks inside, and `|` would end a table's cell."""
    line = re.sub(r"\s+", " ", code).strip() or " "
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def words_in_formula(pieces: Text) -> str:
    r"""The pieces as they stand behind a line of a formula: words in \text, where only harmless characters remain."""
    parts = []
    for piece in pieces:
        if isinstance(piece, Math):
            parts.append(latex(piece.formula))
            continue
        plain = piece if isinstance(piece, str) else piece.text
        parts.append(rf"\text{{{harmless(plain)}}}" if plain else "")
    return "".join(parts)


def harmless(words: str) -> str:
    """Words without any character that means something to TeX or Markdown."""
    line = re.sub(r"\s+", " ", words).replace("*", "·").replace("_", " ").replace("[", "(").replace("]", ")")
    return re.sub(r"[\\{}$&#^~%`<>|!]", " ", line)
