"""Subscripts and superscripts: W_{ij}^{(l)}, h_{t-1}, z2[n,k], x^{2}, f', W^{[1]T}."""

from __future__ import annotations

from dataclasses import replace

from derive.errors import InputError
from derive.language.tree import Colon, Subscript
from derive.verification.formula.cursor import Cursor
from derive.verification.formula.names import ACCENTS
from derive.verification.formula.tokens import Token, is_sign
from derive.verification.formula.tree import Chain, Negative, Node, Number, Raised, Run, Slice, Symbol, Upper

MARKS = ("+", "*", "'", "-")
_MOST = 12


def decorated(cursor: Cursor, node: Node, start: Token, fresh: bool) -> Node:
    """The node with the scripts that stand here; `fresh` for a symbol that no bracket closed before them."""
    last: Upper | None = None
    for _ in range(_MOST):
        if cursor.is_sign("_"):
            sign = cursor.token
            items = _below(cursor)
            if cursor.latex and fresh and isinstance(node, Symbol) and node.lower:
                raise _second(cursor, "subscript", sign, "x_{ij}")
            node = _lowered(cursor, node, items, start, fresh)
        elif _square(cursor, node):
            node = _lowered(cursor, node, _items(cursor, "]"), start, fresh)
        elif cursor.is_sign("^", "'") or _updated(cursor):
            sign = cursor.token
            uppers = _above(cursor, node)
            if last is not None and not _stacks(last, uppers[0]):
                raise _second(cursor, "superscript", sign, "x^{a b}, or (x^a)^b")
            node = _raised(cursor, node, uppers, start)
            last = uppers[-1]
        else:
            return node
    raise cursor.wrong("so many subscripts and superscripts one after another", start, "give a part its own name")


def _updated(cursor: Cursor) -> bool:
    """W+ = ..."""
    return cursor.is_sign("+") and not cursor.token.spaced and cursor.following().kind == "relation"


def _second(cursor: Cursor, kind: str, sign: Token, remedy: str) -> InputError:
    return cursor.wrong(f"a second {kind} without brackets", sign, remedy)


def _stacks(last: Upper, upper: Upper) -> bool:
    """W^{(1)}^T and W'^2 are clear; x^2^3 is not."""
    marks = (*MARKS, "T")
    return any(one.bracket != "" or (isinstance(one.of, Symbol) and one.of.name in marks) for one in (last, upper))


def _raised(cursor: Cursor, node: Node, uppers: tuple[Upper, ...], start: Token) -> Node:
    if isinstance(node, Symbol):
        return replace(node, upper=node.upper + uppers, place=cursor.since(start))
    for upper in uppers:
        node = Raised(node, upper, place=cursor.since(start))
    return node


def _lowered(cursor: Cursor, node: Node, items: tuple[Node, ...], start: Token, fresh: bool) -> Node:
    place = cursor.since(start)
    if isinstance(node, Symbol):
        accents = _spelled_accent(items) if not cursor.latex else ()
        if accents:
            return replace(node, accents=node.accents + accents, place=place)
        # (W^T)_{ij} is an entry of the transpose, not the transpose of an entry.
        if not node.lower and (fresh or all(upper.bracket for upper in node.upper)):
            return replace(node, lower=items, place=place)
        is_name = not fresh and not node.upper and len(node.lower) == 1 and isinstance(node.lower[0], Symbol | Run)
        if cursor.latex and is_name:
            return replace(node, lower=node.lower + items, place=place)  # (W_d)_{ij}
        if not cursor.latex and not is_sign(cursor.tokens[cursor.at - 1], "]") and node.lower and fresh:
            return replace(node, lower=node.lower + items, place=place)
    return Subscript(node, items, place=place)


def _spelled_accent(items: tuple[Node, ...]) -> tuple[str, ...]:
    """y_hat"""
    if len(items) == 1 and isinstance(items[0], Run) and items[0].text in ACCENTS:
        return (ACCENTS[items[0].text],)
    return ()


def _square(cursor: Cursor, node: Node) -> bool:
    """True where square brackets are subscripts: directly behind a name in plain text, around letters in LaTeX."""
    if not cursor.is_sign("[") or cursor.token.spaced or cursor.holds_relation():
        return False
    if isinstance(node, Number):
        return False
    if not cursor.latex:
        return True
    if not isinstance(node, Symbol) or len(node.name) > 1 or any(upper.bracket == "" for upper in node.upper):
        return False
    close = cursor.partner() or cursor.at
    inside = cursor.tokens[cursor.at + 1 : close]
    if not inside:
        return False
    # x[t], x[t-1], W[i,j]; everything else is a factor in brackets.
    small = all(
        (token.kind == "name" and len(token.text) == 1) or token.kind == "number" or is_sign(token, ",", "+", "-", ":")
        for token in inside
    )
    return small and len(inside) <= 11 and (len(inside) <= 3 or any(is_sign(token, ",") for token in inside))


def _below(cursor: Cursor) -> tuple[Node, ...]:
    cursor.advance()
    if cursor.is_sign("{"):
        return _items(cursor, "}")
    if not cursor.latex and cursor.is_sign("(", "["):
        return _items(cursor, ")" if cursor.is_sign("(") else "]")
    token = cursor.token
    if token.kind in ("name", "number", "text", "word") or (token.kind == "partial" and token.text == "d"):
        cursor.advance()
        return (_single(cursor, token, below=True),)
    if is_sign(token, "'") or token.kind in ("sign", "stop", "relation"):
        raise cursor.unexpected("a letter or a number is expected below", "x_{i}")
    with cursor.deeper(), cursor.inside():
        node = cursor.read.factor(cursor, False)
    return (node,)


def _items(cursor: Cursor, close: str) -> tuple[Node, ...]:
    """Subscripts up to the closing bracket."""
    opened = cursor.advance()
    items: list[Node] = []
    with cursor.deeper(), cursor.inside():
        while not cursor.is_sign(close):
            if cursor.is_sign(":"):
                token = cursor.advance()
                if close == "]" and not cursor.is_sign(",", "]"):
                    items.append(_slice(cursor, token))
                else:
                    items.append(Colon(place=cursor.since(token)))
            elif _opens_pair(cursor):
                items.append(_pair(cursor))
            else:
                items.append(piece(cursor, close, below=True))
            if close == "]" and cursor.is_sign(":"):
                raise cursor.unexpected("a slice with a first place is not read", "the whole axis, h[:]")
            # Z_{j:} and Z_{:j} are rows and columns, with or without a comma.
            if not cursor.take(",") and not cursor.is_sign(":") and not isinstance(items[-1], Colon | Slice):
                break
        cursor.expect(close, "behind what stands below")
    if not items:
        raise cursor.wrong("there is nothing between the brackets", opened, "a letter, or no brackets at all")
    return tuple(items)


def _slice(cursor: Cursor, colon: Token) -> Node:
    """:T"""
    if cursor.is_sign(":"):
        raise cursor.unexpected("a slice with a step is not read", "the whole axis, h[:]")
    last = cursor.read.expression(cursor)
    if not cursor.is_sign(",", "]"):
        raise cursor.unexpected("a slice with a step is not read", "the whole axis, h[:]")
    return Slice(last, place=cursor.since(colon))


def _opens_pair(cursor: Cursor) -> bool:
    """True at a subscript on an axis that is a product of two: the (1 - s, k) of x_{t,(1 - s,k)}."""
    close = cursor.partner() if cursor.is_sign("(") else None
    if close is None or not is_sign(cursor.tokens[close + 1], ",", "}", "]"):
        return False
    return any(is_sign(token, ",") for token in cursor.tokens[cursor.at + 1 : close])


def _pair(cursor: Cursor) -> Node:
    """(h, e), as (he) is written too"""
    start = cursor.advance()
    items = [cursor.read.expression(cursor)]
    while cursor.take(","):
        items.append(cursor.read.expression(cursor))
    cursor.expect(")", "behind the last of these subscripts")
    return Chain(tuple(items), (",",) * (len(items) - 1), place=cursor.since(start))


def piece(cursor: Cursor, close: str, below: bool, exponent: bool = False) -> Node:
    """Letters side by side, or an expression, up to a comma or the closing bracket."""
    start, at = cursor.token, cursor.at
    while cursor.tokens[at].kind in ("name", "number", "text", "word") or (
        cursor.tokens[at].kind == "partial" and cursor.tokens[at].text == "d"
    ):
        at += 1
    found = cursor.tokens[cursor.at : at]
    ends = is_sign(cursor.tokens[at], close, ",")
    if len(found) == 1 and ends:
        cursor.advance()
        return _single(cursor, start, below)
    if len(found) > 1 and ends and (below or not (exponent or start.kind == "number")):
        cursor.at = at
        return Run("".join(_letters(token.text) for token in found), place=cursor.since(start))
    return cursor.read.expression(cursor)


def _single(cursor: Cursor, token: Token, below: bool) -> Node:
    place = cursor.since(token)
    if token.kind == "number":
        if below and len(token.text) > 1 and token.text.isdigit():
            return Run(token.text, place=place)
        return Number(token.text, place=place)
    text = _letters(token.text)
    return Symbol(text, place=place) if len(text) == 1 and token.kind != "text" else Run(text, place=place)


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum()) or text


def _above(cursor: Cursor, node: Node) -> tuple[Upper, ...]:
    sign = cursor.advance()
    if sign.text in ("'", "+"):
        return (Upper(Symbol(sign.text, place=cursor.since(sign)), place=cursor.since(sign)),)
    exponent = not isinstance(node, Symbol) or node.name == "e"
    if cursor.is_sign("{"):
        return _pieces(cursor, exponent)
    with cursor.deeper():
        if not cursor.latex and cursor.is_sign("(", "["):
            return (_bracketed(cursor, exponent),)
        return (_bare(cursor),)


def _bare(cursor: Cursor) -> Upper:
    """A superscript without braces: one character, or what a command makes."""
    token = cursor.token
    if token.kind in ("name", "number", "text", "word") or (token.kind == "partial" and token.text == "d"):
        cursor.advance()
        return Upper(_single(cursor, token, below=False), place=cursor.since(token))
    if is_sign(token, "-") and not cursor.latex and cursor.following().kind in ("name", "number"):
        cursor.advance()
        operand = cursor.advance()
        inside = _single(cursor, operand, below=False)
        return Upper(Negative(inside, place=cursor.since(token)), place=cursor.since(token))
    if is_sign(token, *MARKS):
        cursor.advance()
        place = cursor.since(token)
        return Upper(Symbol(token.text, place=place), place=place)
    if token.kind == "macro":
        return Upper(cursor.read.factor(cursor, False), place=cursor.since(token))
    raise cursor.unexpected("a superscript is expected behind ^", "x^{2}")


def _pieces(cursor: Cursor, exponent: bool) -> tuple[Upper, ...]:
    opened = cursor.advance()
    uppers: list[Upper] = []
    with cursor.deeper(), cursor.inside():
        while not cursor.is_sign("}"):
            start = cursor.token
            if (is_sign(start, ",") and uppers) or (is_sign(start, "⊙") and not uppers):
                cursor.advance()  # A^{\odot 2} is a power entry by entry, as all powers are
            elif is_sign(start, "(", "[") and _separate(cursor, cursor.partner() or cursor.at):
                uppers.append(_bracketed(cursor, exponent))
            elif (is_sign(start, *MARKS) or (start.kind == "name" and start.text == "T")) and _separate(
                cursor, cursor.at
            ):
                cursor.advance()
                uppers.append(Upper(Symbol(start.text, place=cursor.since(start)), place=cursor.since(start)))
            else:
                uppers.append(Upper(piece(cursor, "}", below=False, exponent=exponent), place=cursor.since(start)))
                if not cursor.is_sign("}", ","):
                    raise cursor.unexpected("the end of the superscript is expected")
        cursor.expect("}", "behind the superscript")
    if not uppers:
        raise cursor.wrong("there is nothing between the brackets", opened, "x^{2}")
    return tuple(uppers)


def _separate(cursor: Cursor, last: int) -> bool:
    """True where what ends at this token is a superscript of its own: the (l) and the T of W^{(l)T}."""
    after = cursor.tokens[min(last + 1, len(cursor.tokens) - 1)]
    if is_sign(after, "}", ","):
        return True
    if is_sign(cursor.tokens[last], "+", "-", "*"):
        return False
    if is_sign(after, "[", "'"):
        return True
    beyond = cursor.tokens[min(last + 2, len(cursor.tokens) - 1)]
    if is_sign(after, "("):
        return True
    is_mark = is_sign(after, *MARKS) or (after.kind == "name" and after.text == "T")
    return is_mark and is_sign(beyond, "}", ",")


def _bracketed(cursor: Cursor, exponent: bool) -> Upper:
    opened = cursor.advance()
    close = ")" if opened.text == "(" else "]"
    with cursor.deeper(), cursor.inside():
        inside = piece(cursor, close, below=False, exponent=exponent)
        cursor.expect(close, f"for the {opened.text} of the superscript")
    return Upper(inside, opened.text, place=cursor.since(opened))


def accented(cursor: Cursor, accent: str, node: Node, start: Token) -> Node:
    """\\hat{y}, \\hat{y}_k with its scripts still to come"""
    if not isinstance(node, Symbol):
        raise cursor.wrong(f"a {accent} stands over more than one symbol", start, "a name of its own for all of it")
    return replace(node, accents=(*node.accents, accent), place=cursor.since(start))
