"""Declarations: what a letter runs over, i = 1, ..., n; of which set a symbol is, x ∈ R^D, {0, 1}^K, [0, 1]."""

from __future__ import annotations

from derive.errors import InputError
from derive.verification.formula.conditions import values
from derive.verification.formula.cursor import Cursor
from derive.verification.formula.scripts import decorated
from derive.verification.formula.tokens import is_sign
from derive.verification.formula.tree import Matrix, Node, Symbol


def letter_range(cursor: Cursor) -> tuple[Node, Node] | None:
    """The letter and the ends of `i = 1, ..., n`, `for n = 1..N`, where that is all; else None, and nothing is read."""
    begin = cursor.at
    found = _letter_range(cursor)
    if found is None:
        cursor.at = begin
    return found


def _letter_range(cursor: Cursor) -> tuple[Node, Node] | None:
    while cursor.is_kind("word"):
        cursor.advance()
    name = cursor.token
    if name.kind != "name" or cursor.following().kind != "relation" or cursor.following().text not in ("=", "∈"):
        return None
    cursor.advance()
    letter = Symbol(name.text, place=cursor.since(name))
    cursor.advance()
    start = cursor.token
    try:
        first = cursor.read.expression(cursor)
        dots = 0
        while cursor.is_kind("dots", "wide") or cursor.is_sign(",", "."):
            dots += cursor.advance().kind == "dots" or is_sign(cursor.tokens[cursor.at - 1], ".")
        last = cursor.read.expression(cursor) if dots else first
    except InputError:
        return None
    while cursor.is_kind("wide") or cursor.is_sign(",", "."):
        cursor.advance()
    if not dots or not cursor.is_kind("stop"):
        return None
    return letter, Matrix(((first, last),), place=cursor.since(start))


def member_of(cursor: Cursor) -> Node:
    """What stands behind ∈: {0, 1}^K, [0, 1], (0, 1)^D, or a set with a name."""
    start = cursor.token
    is_list = cursor.is_sign("⦃", "{") or (cursor.is_sign("[", "(") and _holds_comma(cursor))
    if not is_list:
        return cursor.read.expression(cursor)
    return decorated(cursor, values(cursor), start, False)


def _holds_comma(cursor: Cursor) -> bool:
    close = cursor.partner()
    if close is None or is_sign(cursor.following(), "["):
        return False  # [[0, 1]] is a matrix of one row
    return any(is_sign(token, ",") for token in cursor.tokens[cursor.at : close])
