"""Expressions: an operator-precedence parser.

    loosest   or   and   not   < <= == != >= >   + -   * / // @   unary -   **   .T and subscripts   tightest
"""

from __future__ import annotations

from derive.errors import InputError
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

RELATIONS = ("<", "<=", "==", "!=", ">=", ">")
WORDS = ("for", "if", "in", "else", "and", "or", "not")


def expression(stream: Stream) -> Node:
    """Any expression, conditions included."""
    with stream.deeper():
        return _connective(stream, "or")


def _connective(stream: Stream, word: str) -> Node:
    start = stream.token
    operands = [_connective(stream, "and") if word == "or" else _negation(stream)]
    while stream.take(word):
        operands.append(_connective(stream, "and") if word == "or" else _negation(stream))
    if len(operands) == 1:
        return operands[0]
    return Connective(word, tuple(operands), place=stream.since(start))


def _negation(stream: Stream) -> Node:
    start = stream.token
    if not stream.take("not"):
        return _comparison(stream)
    with stream.deeper():
        return Connective("not", (_negation(stream),), place=stream.since(start))


def _comparison(stream: Stream) -> Node:
    start = stream.token
    operands, signs = [_sum(stream)], []
    while stream.at(*RELATIONS):
        signs.append(stream.advance().text)
        operands.append(_sum(stream))
    if not signs:
        return operands[0]
    return Comparison(tuple(operands), tuple(signs), place=stream.since(start))


def _sum(stream: Stream) -> Node:
    return _chain(stream, ("+", "-"), lambda: _chain(stream, ("*", "/", "//", "@"), lambda: _unary(stream)))


def _chain(stream: Stream, ranks: tuple[str, ...], operand) -> Node:  # type: ignore[no-untyped-def]
    start = stream.token
    operands, signs = [operand()], []
    while stream.at(*ranks):
        signs.append(stream.advance().text)
        operands.append(operand())
    if not signs:
        return operands[0]
    return Chain(tuple(operands), tuple(signs), place=stream.since(start))


def _unary(stream: Stream) -> Node:
    start = stream.token
    if stream.take("-"):
        with stream.deeper():
            return Negative(_unary(stream), place=stream.since(start))
    if stream.at("+"):
        raise InputError("a + with nothing before it", stream.token.place, "remove it")
    return _power(stream)


def _power(stream: Stream) -> Node:
    start = stream.token
    of = _postfix(stream)
    if not stream.take("**"):
        return of
    with stream.deeper():
        return Power(of, _unary(stream), place=stream.since(start))


def _postfix(stream: Stream) -> Node:
    start = stream.token
    of = _atom(stream)
    for _ in range(DEEPEST):
        if stream.take(".T"):
            of = Transpose(of, place=stream.since(start))
        elif stream.at("["):
            items = _subscripts(stream)
            of = Subscript(of, items, place=stream.since(start))
        else:
            _no_juxtaposition(stream, start)
            return of
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
        if stream.at("("):
            return _call(stream, token)
        return Name(token.text, place=token.place)
    if stream.take("("):
        return _bracket(stream, token)
    if stream.take("["):
        condition = expression(stream)
        stream.expect("]", "after a condition")
        return Iverson(condition, place=stream.since(token))
    raise stream.unexpected("a number, a name or a bracket is expected")


def _bracket(stream: Stream, start: Token) -> Node:
    inside = expression(stream)
    if stream.take("else"):
        otherwise = expression(stream)
        inside = Else(inside, otherwise, place=stream.since(start))
    elif stream.at(","):
        items = [inside]
        while stream.take(","):
            items.append(expression(stream))
        inside = Tuple(tuple(items), place=stream.since(start))
    stream.expect(")", f"for the ( in column {start.place.column}")
    return inside


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
    return Call(
        name.text, tuple(arguments), tuple(settings), over, letters, condition, place=stream.since(name)
    )


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
    within = _sum(stream) if stream.take("in") else None
    return Letter(name.text, within, place=stream.since(name))


def array(stream: Stream) -> Node:
    """A value: a number formula, or `[...]` of values."""
    start = stream.token
    if not stream.take("["):
        return _sum_of(stream)
    items: list[Node] = []
    with stream.deeper():
        while not stream.at("]"):
            items.append(array(stream))
            if not stream.take(","):
                break
    stream.expect("]", f"for the [ in column {start.place.column}")
    return Array(tuple(items), place=stream.since(start))


def _sum_of(stream: Stream) -> Node:
    with stream.deeper():
        return _sum(stream)


def formula(stream: Stream) -> Node:
    """A sum without conditions: a size, or an axis."""
    return _sum_of(stream)
