"""Plain text, names and code as LaTeX pieces in which nothing is taken for a command."""

from __future__ import annotations

import re

from codegen.block import Code, Math, Piece, Stressed, Strong, Text
from codegen.notation.latex import is_large, latex

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


def in_a_table(pieces: Text) -> str:
    """The pieces in a cell, with formulas as large as on a line of their own."""
    return "".join(rf"$\displaystyle {latex(piece.formula)}$" if isinstance(piece, Math) and is_large(piece.formula)
                   else _piece(piece) for piece in pieces)  # fmt: skip


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
