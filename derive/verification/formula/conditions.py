"""Conditions: i ≠ j, z > 0, 1 ≤ i ≤ N, i in a set; and the indicator that is 1 where they hold."""

from __future__ import annotations

from derive.verification.formula.cursor import Cursor
from derive.verification.formula.tokens import Token, is_sign
from derive.verification.formula.tree import Comparison, Indicator, Matrix, Node

_CLOSE = {"(": ")", "[": "]", "{": "}", "⦃": "⦄"}


def comparison(cursor: Cursor) -> Node | None:
    """`a < b`; None for a range, `i = 1, ..., N` or `i in 1..N`, which excludes nothing."""
    start = cursor.token
    operands, signs = [cursor.read.expression(cursor)], []
    is_range = False
    while cursor.is_kind("relation"):
        signs.append(cursor.advance().text)
        if signs[-1] == "∈" and cursor.is_sign("⦃", "{", "["):
            _skip_bracket(cursor)
            is_range = True
            break
        operands.append(cursor.read.expression(cursor))
        is_range = is_range or _skip_range(cursor)
    if is_range:
        return None
    if not signs:
        raise cursor.wrong("a condition without a relation", start, "a relation such as i = j")
    return Comparison(tuple(operands), tuple(signs), place=cursor.since(start))


def _skip_range(cursor: Cursor) -> bool:
    """`, ..., N` behind a first value."""
    at = cursor.at
    while is_sign(cursor.tokens[at], ",") or cursor.tokens[at].kind in ("number", "wide"):
        at += 1
    two_dots = at == cursor.at and is_sign(cursor.token, ".") and is_sign(cursor.following(), ".")
    if cursor.tokens[at].kind != "dots" and not two_dots:
        return False
    cursor.at = at
    while cursor.is_kind("dots") or cursor.is_sign(".", ","):
        cursor.advance()
    cursor.read.expression(cursor)
    return True


def _skip_bracket(cursor: Cursor) -> None:
    close = cursor.partner()
    if close is not None:
        cursor.at = close + 1


def conditions(cursor: Cursor, *ends: str) -> tuple[Node, ...]:
    """Conditions joined by commas or by "and", up to one of these signs or to the end of the row."""
    found: list[Node] = []
    while not cursor.is_sign(*ends) and not cursor.is_kind("stop", "row", "end"):
        if cursor.is_kind("wide", "text", "cell") or cursor.is_sign(",", ";", ".", ":"):
            cursor.advance()
        elif cursor.is_kind("word"):
            word = cursor.advance()
            if word.text == "otherwise":
                continue
            # `for every k`, `for a single example`: words and letters that say of what, without a relation
            if word.text == "for" and not _relation_ahead(cursor, ends):
                while not cursor.is_sign(*ends) and not cursor.is_kind("stop", "row", "end", "word"):
                    cursor.advance()
        else:
            one = comparison(cursor)
            if one is not None:
                found.append(one)
    return tuple(found)


def _relation_ahead(cursor: Cursor, ends: tuple[str, ...]) -> bool:
    at = cursor.at
    while cursor.tokens[at].kind not in ("stop", "row", "end", "word") and not is_sign(cursor.tokens[at], *ends):
        if cursor.tokens[at].kind == "relation":
            return True
        at += 1
    return False


def values(cursor: Cursor) -> Node:
    """The set {0, 1} as a row; dots are left out, so that {1, ..., N} has its ends."""
    start = cursor.advance()
    found: list[Node] = []
    with cursor.deeper(), cursor.inside():
        close = _CLOSE[start.text]
        while not cursor.is_sign(close):
            if cursor.is_kind("dots") or cursor.is_sign(","):
                cursor.advance()
            else:
                found.append(cursor.read.expression(cursor))
                if not cursor.is_sign(",", close) and not cursor.is_kind("dots"):
                    raise cursor.unexpected("a comma is expected between values")
        cursor.expect(close, "behind the values")
    if not found:
        raise cursor.wrong("an empty set", start, "its values")
    return Matrix((tuple(found),), place=cursor.since(start))


def indicator_here(cursor: Cursor) -> bool:
    """True at a bracket that holds a condition."""
    return cursor.is_sign("[", "⦃", "{", "(") and cursor.holds_relation()


def indicator(cursor: Cursor, start: Token) -> Node:
    """[i = j], or what stands behind the 1 of an indicator"""
    opened = cursor.advance()
    close = _CLOSE[opened.text]
    with cursor.deeper(), cursor.inside():
        if indicator_here(cursor) and cursor.partner() is not None and _only(cursor, close):
            inner = indicator(cursor, start)
            cursor.expect(close, "behind the condition")
            return inner
        found = conditions(cursor, close)
        cursor.expect(close, "behind the condition")
    if not found:
        raise cursor.wrong("an indicator without a condition", start, "[i = j]")
    return Indicator(found, place=cursor.since(start))


def _only(cursor: Cursor, close: str) -> bool:
    last = cursor.partner()
    return last is not None and is_sign(cursor.tokens[min(last + 1, len(cursor.tokens) - 1)], close)
