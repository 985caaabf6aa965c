"""Plain text, names and code as LaTeX pieces in which nothing is taken for a command."""

from __future__ import annotations

import re

from codegen.block import Code, Math, Piece, Stressed, Strong, Text
from codegen.notation.latex import latex
from codegen.notation.symbol import read

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    "-": "{-}",
}


def text(pieces: Text) -> str:
    """The pieces as running text."""
    return "".join(_piece(piece) for piece in pieces)


def _piece(piece: Piece) -> str:
    match piece:
        case Math(formula):
            return f"${latex(formula)}$"
        case Code(code):
            return rf"\texttt{{{escape(code)}}}"
        case Strong(words):
            return rf"\textbf{{{escape(words)}}}"
        case Stressed(words):
            return rf"\emph{{{escape(words)}}}"
        case str():
            return escape(piece)


def escape(words: str) -> str:
    """Words on one line, with every character that TeX would read as a command spelled out."""
    line = re.sub(r"\s+", " ", words)
    return "".join(_SPECIAL.get(sign, sign) for sign in line if sign.isprintable())


def verbatim(line: str) -> str:
    """A line of code that keeps its spaces."""
    return "".join(r"\ " if sign == " " else _SPECIAL.get(sign, sign) for sign in line if sign.isprintable())


def declarations(source: str) -> str:
    """A declaration for every character of the source that pdflatex would not know."""
    wanted = sorted({sign for sign in source if ord(sign) > 0x17F})
    return "\n".join(rf"\DeclareUnicodeCharacter{{{ord(sign):04X}}}{{{_shown(sign)}}}" for sign in wanted)


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
}


def _shown(sign: str) -> str:
    """A Greek letter as itself, anything else that pdflatex has no glyph for by its code point."""
    if sign in _KNOWN:
        return _KNOWN[sign]
    symbol = read(sign)
    if symbol.greek:
        return rf"\ensuremath{{{latex_letter(symbol.stem)}}}"
    return rf"\mbox{{\ttfamily\tiny U+{ord(sign):04X}}}"


def latex_letter(greek: str) -> str:
    """The command of a Greek letter; omicron has none, because it looks like o."""
    return rf"\var{greek}" if greek in ("epsilon", "phi") else rf"\{greek}"
