"""Assignments in place: `W -= lr*dW`, `W \\mathrel{-}= \\eta g`, which say W ← W - (...)."""

from __future__ import annotations

from derive.verification.formula.cursor import Cursor
from derive.verification.formula.tokens import Token, is_sign
from derive.verification.formula.tree import Chain, Node

_SIGNS = ("+", "-", "*", "/")


def in_place(cursor: Cursor) -> tuple[Node, Node] | None:
    """The sides of the assignment that begins here; None where none does, and nothing is read."""
    sign = _sign_before_equals(cursor)
    if sign is None:
        return None
    begin, start = cursor.at, cursor.token
    left = cursor.read.factor(cursor, False)
    if cursor.is_kind("relation"):
        cursor.at = begin  # W+= is W^+ where nothing stands between
        return None
    if not is_sign(cursor.token, *_SIGNS, "{"):
        raise cursor.unexpected("a symbol is expected before what changes it")
    while not cursor.is_kind("relation"):
        cursor.advance()
    cursor.advance()
    right = cursor.read.expression(cursor)
    return left, Chain((left, right), (sign,), place=cursor.since(start))


def _sign_before_equals(cursor: Cursor) -> str | None:
    """The - of -=, also in braces: {-}=, {-=}."""
    tokens = cursor.tokens
    for at in range(cursor.at + 1, len(tokens)):
        token = tokens[at]
        if token.kind == "relation":
            return _sign(tokens, at, cursor.latex) if token.text == "=" else None
    return None


def _sign(tokens: list[Token], at: int, latex: bool) -> str | None:
    place = at - 1
    if is_sign(tokens[place], "}"):
        place -= 1
    sign, before = tokens[place], [token for token in tokens[max(0, place - 2) : place] if not is_sign(token, "{")]
    if not is_sign(sign, *_SIGNS) or (before and is_sign(before[-1], "^", "_")):
        return None  # the + of W^+ marks the value after the update
    return sign.text if latex or not tokens[at].spaced else None
