"""What indices count from: "indices count from 0", "layers count from 1; all others from 0"; in code always 0."""

from __future__ import annotations

import re
from dataclasses import replace

from derive.verification.document.document import Document
from derive.verification.formula.tree import Statement
from derive.verification.reading import Reading

_FROM_ZERO = re.compile(
    r"\b(?:ind(?:ex|ices|exes)|subscripts?|counts?|counting)\b[^.]{0,60}?\b(?:from|at|with)\s+(?:0|zero)\b"
    r"|\b(?:zero|0)-based\b|\b(?:zero|0)-indexed\b",
    re.IGNORECASE,
)
_STEPS_FROM_ONE = re.compile(
    r"\b(?:steps?|layers?)\b[^.]{0,80}?\b(?:count|run|start)\w*\s+(?:from|at)\s+(?:1|one)\b", re.IGNORECASE
)

_BRACKET = re.compile(r"\w\[[^\]]*\d")  # h[0], h[T-1]
_CODE = re.compile(r"@|\.T\b|\b(?:np|numpy|jnp|torch|tf|F)\.|\.(?:sum|mean|dot|max|reshape)\(|\baxis\s*=")


def counted(reading: Reading, document: Document) -> Reading:
    """The reading with what the text, or a setting `chainscribe: first = 0`, says of its indices; else from 1."""
    told = dict(document.settings).get("first")
    text = " ".join(line.strip() for line in document.lines)
    if told == "1" or (told is None and _FROM_ZERO.search(text) is None):
        return reading
    return replace(reading, first=0, steps=1 if _STEPS_FROM_ONE.search(text) else 0)


def as_code(reading: Reading, statement: Statement, surface: str) -> Reading:
    """The reading of a statement: in a line of code, `dWy = h[T-1].T @ dz`, what stands in brackets counts from 0."""
    is_code = surface == "plain" and _BRACKET.search(statement.source) and _CODE.search(statement.source)
    return replace(reading, first=0, steps=0) if is_code else reading
