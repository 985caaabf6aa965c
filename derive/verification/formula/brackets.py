"""What stands between brackets or bars: a group, a row of a matrix, a norm, arguments, a value at a point."""

from __future__ import annotations

from derive.verification.formula.conditions import indicator
from derive.verification.formula.cursor import Cursor
from derive.verification.formula.fractions import over
from derive.verification.formula.scripts import piece
from derive.verification.formula.tokens import OPENING, Token, is_sign
from derive.verification.formula.tree import At, Comparison, Indicator, Matrix, Negative, Node, Norm, Number, Symbol

_DIRECT = ("direct", "explicit")
_BARS = {"|": "|", "⟦": "⟧", "‖": "‖", "⟪": "⟫"}


def group(cursor: Cursor) -> Node:
    """(a + b), {x}, [a + b], the matrix [[1, 2], [3, 4]] and the indicators [i = j] and (z > 0)"""
    opened = cursor.token
    close = OPENING[opened.text]
    if opened.text in ("[", "(") and cursor.holds_relation():
        return indicator(cursor, opened)
    cursor.advance()
    if cursor.is_sign(close):
        raise cursor.unexpected("there is nothing between the brackets", "a value")
    with cursor.deeper(), cursor.inside():
        if opened.text == "[" and cursor.is_sign("["):
            rows = _rows(cursor)
            if rows is not None:
                cursor.expect("]", "behind the last row")
                return Matrix(rows, place=cursor.since(opened))
        inside = cursor.read.expression(cursor)
        if opened.text == "{" and cursor.is_kind("over"):
            inside = over(cursor, inside, opened)
        if opened.text == "[" and cursor.is_sign(","):
            items = _list(cursor, inside)
            cursor.expect("]", "behind the last entry")
            return Matrix((items,), place=cursor.since(opened))
        _skip_stop(cursor, close)
        if opened.text == "(" and cursor.is_sign(",") and _is_number(inside):
            items = _list(cursor, inside)
            if not all(map(_is_number, items)):
                raise cursor.wrong("a list of values is no value", opened, "one formula for each")
            cursor.expect(close, "behind the last entry")
            return Matrix((items,), place=cursor.since(opened))  # (1, 2)
        if cursor.is_sign(","):
            raise cursor.unexpected("a list of values is no value", "one formula for each")
        cursor.expect(close, f"for the {opened.shown} that was opened")
    return inside


def _is_number(node: Node) -> bool:
    return isinstance(node.of if isinstance(node, Negative) else node, Number)


def _skip_stop(cursor: Cursor, close: str) -> None:
    if cursor.is_sign(".", ",") and is_sign(cursor.following(), close):
        cursor.advance()


def _rows(cursor: Cursor) -> tuple[tuple[Node, ...], ...] | None:
    """`[a, b], [c, d]`; None where the inner bracket is a factor: [[a + b] c]."""
    close = cursor.partner()
    if close is None or not is_sign(cursor.tokens[close + 1], ",", "]") or cursor.holds_relation():
        return None
    rows = []
    while cursor.take("["):
        rows.append(_list(cursor, cursor.read.expression(cursor)))
        cursor.expect("]", "behind a row")
        if not cursor.take(","):
            break
    if len({len(row) for row in rows}) > 1:
        raise cursor.unexpected("the rows of this matrix have different lengths", "as many entries in each row")
    return tuple(rows)


def _list(cursor: Cursor, first: Node, *separators: str) -> tuple[Node, ...]:
    items = [first]
    while cursor.take(*(separators or ",")):
        items.append(cursor.read.expression(cursor))
    return tuple(items)


def arguments(cursor: Cursor) -> tuple[Node, ...]:
    """What a name is applied to: (a), (a, b); (...) leaves them out."""
    opened = cursor.advance()
    close = OPENING[opened.text]
    if cursor.is_kind("dots") and is_sign(cursor.following(), close):
        cursor.advance()
        cursor.advance()
        return ()
    if cursor.is_sign(close):
        cursor.advance()
        return ()
    with cursor.deeper(), cursor.inside():
        items = _list(cursor, cursor.read.expression(cursor), ",", ";")  # f(x; θ)
        if cursor.is_sign("|"):
            raise cursor.unexpected("a comma is expected between arguments", "give what it depends on as an argument")
        cursor.expect(close, f"for the {opened.shown} of the arguments")
    return items


def has_settings(cursor: Cursor) -> bool:
    """True at a bracket of arguments such as (dz, axis=0): no relation in it but behind a name of its own."""
    close, depth, found = cursor.partner(), 0, False
    if cursor.latex or close is None:
        return False
    for at in range(cursor.at + 1, close):
        token = cursor.tokens[at]
        depth += is_sign(token, *OPENING) - is_sign(token, *OPENING.values())
        if token.kind == "relation" and depth == 0:
            is_named = cursor.tokens[at - 1].kind == "name" and is_sign(cursor.tokens[at - 2], "(", ",")
            if token.text != "=" or token.end - token.start != 1 or not is_named:
                return False
            found = True
    return found


def call(cursor: Cursor) -> tuple[tuple[Node, ...], tuple[tuple[str, Node], ...]]:
    """What a name is applied to, and the settings behind it: (dz, axis=0, keepdims=True)."""
    if not has_settings(cursor) and not cursor.holds_relation():
        return arguments(cursor), ()
    items: list[Node] = []
    settings: list[tuple[str, Node]] = []
    cursor.advance()
    with cursor.deeper(), cursor.inside():
        while not cursor.is_sign(")"):
            after = cursor.following()
            if (
                cursor.is_kind("name")
                and after.kind == "relation"
                and after.text == "="
                and after.end - after.start == 1
            ):
                name = cursor.advance().text
                cursor.advance()
                settings.append((name, _setting(cursor)))
            elif settings:
                raise cursor.unexpected("a setting such as axis=0 is expected behind another one")
            else:
                items.append(_argument(cursor))
            if not cursor.take(","):
                break
        cursor.expect(")", "behind the last setting")
    return tuple(items), tuple(settings)


def _argument(cursor: Cursor) -> Node:
    """z, or the condition z > 0"""
    start = cursor.token
    node = cursor.read.expression(cursor)
    if not cursor.is_kind("relation"):
        return node
    sign = cursor.advance()
    pair = (node, cursor.read.expression(cursor))
    place = cursor.since(start)
    return Indicator((Comparison(pair, (sign.text,), place=place),), place=place)


def _setting(cursor: Cursor) -> Node:
    """0, -1, True, D, (0, 1)"""
    start = cursor.token
    if not cursor.is_sign("(", "["):
        return cursor.read.expression(cursor)
    close = OPENING[cursor.advance().text]
    items = [_setting(cursor)]
    while cursor.take(",") and not cursor.is_sign(close):
        items.append(_setting(cursor))
    cursor.expect(close, "behind the last value")
    return Matrix((tuple(items),), place=cursor.since(start))


def opens_bar(cursor: Cursor) -> bool:
    """True at a bar that opens a norm or an absolute value."""
    token = cursor.token
    if is_sign(token, "⟦", "⟪"):
        return True
    if not is_sign(token, "|", "‖") or (cursor.bars and cursor.bars[-1] == token.text):
        return False
    depth, at = 0, cursor.at + 1
    while at < len(cursor.tokens) and depth >= 0:
        one = cursor.tokens[at]
        if one == token or (depth == 0 and is_sign(one, token.text)):
            return True
        depth += 1 if is_sign(one, *OPENING) else -1 if is_sign(one, *OPENING.values()) else 0
        if one.kind in ("relation", "row", "cell", "stop") and depth == 0:
            return False
        at += 1
    return False


def norm(cursor: Cursor) -> Node:
    """|x|, ‖x‖_2"""
    opened = cursor.advance()
    close = _BARS[opened.text]
    with cursor.deeper(), cursor.inside(close):
        inside = cursor.read.expression(cursor)
        cursor.expect(close, f"for the {opened.shown} that was opened")
    kind = "abs" if opened.text in "|⟦" else "norm"
    order = None
    if kind == "norm" and cursor.take("_"):
        if cursor.take("{"):
            order = piece(cursor, "}", below=False)
            cursor.expect("}", "behind the order of the norm")
        else:
            token = cursor.token
            if token.kind not in ("name", "number"):
                raise cursor.unexpected("the order of the norm is expected", r"\|x\|_{2}")
            cursor.advance()
            place = cursor.since(token)
            order = Number(token.text, place=place) if token.kind == "number" else Symbol(token.text, place=place)
    return Norm(inside, kind, order, place=cursor.since(opened))


def at_point(cursor: Cursor, *bars: str) -> bool:
    """True at a bar with a setting below it, |_{x=2}, or with a word: |_{direct}."""
    if not cursor.is_sign(*bars) or not is_sign(cursor.following(), "_"):
        return False
    cursor.at += 2
    found = cursor.is_sign("{") and (cursor.holds_relation() or cursor.following().text in _DIRECT)
    cursor.at -= 2
    return found


def value_at(cursor: Cursor, of: Node, start: Token) -> Node:
    """of|_{x=2}"""
    cursor.advance()
    cursor.advance()
    cursor.expect("{", "below the bar")
    settings: list[Comparison] = []
    if cursor.token.text in _DIRECT:
        cursor.advance()
        cursor.expect("}", "behind the word")
        return At(of, (), place=cursor.since(start))
    with cursor.deeper(), cursor.inside():
        while not cursor.is_sign("}"):
            first = cursor.token
            left = cursor.read.expression(cursor)
            if not (cursor.is_kind("relation") and cursor.token.text == "="):
                raise cursor.unexpected("= is expected between a symbol and its value", "x = 2")
            cursor.advance()
            right = cursor.read.expression(cursor)
            settings.append(Comparison((left, right), ("=",), place=cursor.since(first)))
            if not cursor.take(","):
                break
        cursor.expect("}", "behind the values")
    return At(of, tuple(settings), place=cursor.since(start))


def evaluated(cursor: Cursor) -> Node:
    """\\left. of \\right|_{x=2}"""
    start = cursor.advance()
    with cursor.deeper(), cursor.inside():
        inside = cursor.read.expression(cursor)
    if not at_point(cursor, "⌋"):
        raise cursor.unexpected("a bar with a setting below is expected", r"\right|_{x=2}")
    return value_at(cursor, inside, start)
