"""Expressions: an operator-precedence parser.

loosest   or   and   not   < <= == != >= >   + -   * / // @   unary -   **   .T and subscripts   tightest
"""

from __future__ import annotations

from derive.errors import InputError, Place
from derive.language.stream import DEEPEST, Stream
from derive.language.tokens import Token
from derive.language.tree import (
    Array,
    Call,
    Chain,
    Colon,
    Comparison,
    Connective,
    Else,
    Iverson,
    Letter,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Subscript,
    Transpose,
    Tuple,
)

WORDS = ("for", "if", "in", "else", "and", "or", "not")
OR, AND, NOT, RELATION, SUM, PRODUCT, MINUS, POWER = range(1, 9)
RANKS = {
    "or": OR,
    "and": AND,
    **dict.fromkeys(("<", "<=", "==", "!=", ">=", ">"), RELATION),
    **dict.fromkeys(("+", "-"), SUM),
    **dict.fromkeys(("*", "/", "//", "@"), PRODUCT),
    "**": POWER,
}
MOST_SIGNS = 9


def expression(stream: Stream, rank: int = OR) -> Node:
    """An expression made of operators of this rank and tighter ones; without a rank, any expression."""
    start = stream.token
    node = _operand(stream, rank)
    while (found := _rank(stream)) >= rank:
        if found == POWER:
            stream.advance()
            with stream.deeper():
                node = Power(node, expression(stream, MINUS), place=stream.since(start))
            continue
        operands, signs = [node], []
        while _rank(stream) == found:
            signs.append(stream.advance().text)
            operands.append(expression(stream, found + 1))
        node = _joined(found, tuple(operands), tuple(signs), stream.since(start))
    return node


def _rank(stream: Stream) -> int:
    """The rank of the operator that stands here, 0 when none does."""
    return RANKS.get(stream.token.text, 0) if stream.token.kind in ("sign", "word") else 0


def _joined(rank: int, operands: tuple[Node, ...], signs: tuple[str, ...], place: Place) -> Node:
    if rank in (OR, AND):
        return Connective(signs[0], operands, place=place)
    return (Comparison if rank == RELATION else Chain)(operands, signs, place=place)


def _operand(stream: Stream, rank: int) -> Node:
    """What stands before an operator, with the signs before it."""
    start = stream.token
    if stream.at("+"):
        raise InputError("a + with nothing before it", start.place, "remove it")
    if stream.at("not") and rank <= NOT:
        stream.advance()
        with stream.deeper():
            return Connective("not", (expression(stream, NOT),), place=stream.since(start))
    minus: list[Token] = []
    while stream.at("-"):
        minus.append(stream.advance())
    if len(minus) > MOST_SIGNS:
        raise InputError("so many minus signs", start.place, "- or nothing")
    if not minus:
        return _postfix(stream)
    node = expression(stream, POWER)
    for sign in reversed(minus):
        node = Negative(node, place=stream.since(sign))
    return node


def _postfix(stream: Stream) -> Node:
    start = stream.token
    node = _atom(stream)
    for _ in range(DEEPEST):
        if stream.take(".T"):
            node = Transpose(node, place=stream.since(start))
        elif stream.at("["):
            with stream.deeper():
                items = _subscripts(stream)
            node = Subscript(node, items, place=stream.since(start))
        else:
            _no_juxtaposition(stream, start)
            return node
    raise InputError("too many .T and subscripts one after another", stream.token.place, "give a part its own name")


def _no_juxtaposition(stream: Stream, start: Token) -> None:
    token = stream.token
    is_operand = token.kind in ("number", "string") or (token.kind == "word" and token.text not in WORDS)
    if is_operand or (token.kind == "sign" and token.text == "("):
        left = stream.source.between(start.place, stream.previous.place)
        right = "(...)" if token.text == "(" else token.text
        raise InputError("there is no product by juxtaposition", stream.since(start), f"{left} * {right}")


def _subscripts(stream: Stream) -> tuple[Node, ...]:
    opened = stream.expect("[", "before subscripts")
    if stream.at("]"):
        raise InputError("there is nothing between the brackets", stream.token.place, "a letter, or no brackets at all")
    items = [_subscript(stream)]
    while stream.take(","):
        items.append(_subscript(stream))
    if not stream.at("]"):
        raise stream.unexpected(f"] is expected for the [ in column {opened.place.column}")
    stream.advance()
    return tuple(items)


def _subscript(stream: Stream) -> Node:
    start = stream.token
    if stream.take(":"):
        if not stream.at(",", "]"):
            raise stream.unexpected("slices have no bounds: , or ] is expected after :", "a letter over the axis")
        return Colon(place=start.place)
    item = expression(stream)
    if stream.at(":"):
        raise InputError("slices have no bounds", stream.token.place, "a letter, or : alone for the whole axis")
    return item


def _atom(stream: Stream) -> Node:
    token = stream.token
    if token.kind == "number":
        stream.advance()
        return Number(token.text, place=token.place)
    if token.kind == "word" and token.text not in WORDS:
        stream.advance()
        if not stream.at("("):
            return Name(token.text, place=token.place)
        with stream.deeper():
            return _call(stream, token)
    if stream.take("("):
        with stream.deeper():
            return _bracket(stream, token)
    if stream.take("["):
        with stream.deeper():
            condition = expression(stream)
        stream.expect("]", "after a condition")
        return Iverson(condition, place=stream.since(token))
    raise stream.unexpected("a number, a name or a bracket is expected")


def _bracket(stream: Stream, start: Token) -> Node:
    if stream.at(":"):
        what = "inside round brackets every subscript is one entry"
        raise InputError(what, stream.token.place, "a letter over this factor of the axis")
    inside = expression(stream)
    otherwise = expression(stream) if stream.take("else") else None
    items = [inside]
    while otherwise is None and stream.take(","):
        items.append(expression(stream))
    stream.expect(")", f"for the ( in column {start.place.column}")
    if otherwise is not None:
        return Else(inside, otherwise, place=stream.since(start))
    return inside if len(items) == 1 else Tuple(tuple(items), place=stream.since(start))


def _call(stream: Stream, name: Token) -> Node:
    stream.expect("(", "after a function")
    arguments: list[Node] = []
    settings: list[tuple[str, Node]] = []
    over: tuple[Name, ...] | None = None
    while not stream.at(")", "for", "if"):
        if stream.token.kind == "word" and stream.following().text == "=" and stream.following().kind == "sign":
            setting = stream.advance()
            stream.advance()
            if setting.text == "over":
                over = _over(stream)
            elif setting.text in dict(settings):
                raise InputError(f"{setting.text} is given twice", setting.place, "give it once")
            else:
                settings.append((setting.text, expression(stream)))
        elif settings or over is not None:
            raise stream.unexpected("a setting such as over=N is expected after another", "arguments come first")
        else:
            arguments.append(expression(stream))
        if not stream.take(","):
            break
    letters = bound_letters(stream) if stream.take("for") else None
    condition = expression(stream) if stream.take("if") else None
    stream.expect(")", f"for the ( of {name.text} in column {name.place.column + name.place.length}")
    return Call(name.text, tuple(arguments), tuple(settings), over, letters, condition, place=stream.since(name))


def _over(stream: Stream) -> tuple[Name, ...]:
    if not stream.take("("):
        name = stream.name("a dimension or a letter")
        return (Name(name.text, place=name.place),)
    names = []
    while not stream.at(")"):
        name = stream.name("a dimension or a letter")
        names.append(Name(name.text, place=name.place))
        if not stream.take(","):
            break
    stream.expect(")", "after the names of axes")
    if not names:
        raise InputError("no axis is named", stream.previous.place, "over=N, or over=(H, W)")
    return tuple(names)


def bound_letters(stream: Stream) -> tuple[Letter, ...]:
    """`i, j in J`"""
    letters = [letter(stream)]
    while stream.take(","):
        letters.append(letter(stream))
    return tuple(letters)


def letter(stream: Stream) -> Letter:
    """`i` or `i in D`"""
    name = stream.name("a letter")
    if name.text in WORDS:
        raise InputError(f"{name.text} is not a letter", name.place, "a letter such as i")
    within = formula(stream) if stream.take("in") else None
    return Letter(name.text, within, place=stream.since(name))


def array(stream: Stream) -> Node:
    """A value: a number formula, or `[...]` of values."""
    start = stream.token
    if not stream.take("["):
        return formula(stream)
    items: list[Node] = []
    with stream.deeper():
        while not stream.at("]"):
            items.append(array(stream))
            if not stream.take(","):
                break
    stream.expect("]", f"for the [ in column {start.place.column}")
    return Array(tuple(items), place=stream.since(start))


def formula(stream: Stream) -> Node:
    """A sum without conditions: a size, or an axis."""
    return expression(stream, SUM)
