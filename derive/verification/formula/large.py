"""Large operators: \\sum_{i=1}^{N}, \\prod_k, \\max_j, sum_i, and sum(x[i] for i)."""

from __future__ import annotations

from derive.verification.formula.conditions import conditions
from derive.verification.formula.cursor import Cursor
from derive.verification.formula.names import LARGE
from derive.verification.formula.scripts import piece
from derive.verification.formula.tokens import Token, is_sign
from derive.verification.formula.tree import Big, Chain, Comparison, Letter, Node, Number, Run, Symbol

_MOST = 6


def is_large(cursor: Cursor) -> bool:
    """True at a large sign, at max_j, at sum(... for i), and at `sum x`."""
    token, after = cursor.token, cursor.following()
    if token.kind == "big":
        return True
    if token.kind != "name" or token.text not in LARGE:
        return False
    if is_sign(after, "_"):
        return cursor.latex or not _names_value(cursor)
    if is_sign(after, "("):
        return generator_end(cursor) is not None
    return token.text in ("sum", "prod") and after.spaced and after.kind in ("name", "macro", "partial")


def _names_value(cursor: Cursor) -> bool:
    """True for the max_z of (max_z < 1): what has nothing behind it to be the largest of is the name of a value."""
    beyond = cursor.tokens[min(cursor.at + 3, len(cursor.tokens) - 1)]
    return beyond.kind in ("relation", "stop") or is_sign(beyond, ")", "]", ",", "+", "*", "/", "@")


def generator_end(cursor: Cursor) -> int | None:
    """Where `for` stands in the brackets behind this name."""
    cursor.at += 1
    close = cursor.partner()
    cursor.at -= 1
    if close is None:
        return None
    depth = 0
    for at in range(cursor.at + 2, close):
        token = cursor.tokens[at]
        depth += 1 if is_sign(token, "(", "[", "{") else -1 if is_sign(token, ")", "]", "}") else 0
        if depth == 0 and token.kind == "word" and token.text == "for":
            return at
    return None


def large(cursor: Cursor) -> Node:
    """\\sum_{i=1}^{N} body"""
    start = cursor.token
    operator = LARGE[start.text]
    if start.kind == "name" and is_sign(cursor.following(), "(") and generator_end(cursor) is not None:
        return _generator(cursor, operator)
    cursor.advance()
    letters: list[Letter] = []
    excluded: list[Node] = []
    last: Node | None = None
    with cursor.deeper():
        for _ in range(2):
            if cursor.take("_"):
                _below(cursor, letters, excluded)
            elif cursor.take("^"):
                last = _above(cursor)
        if last is not None:
            letters = _ending(letters, last, cursor, start)
        body = cursor.read.term(cursor)
    return Big(operator, tuple(letters), body, tuple(excluded), place=cursor.since(start))


def _ending(letters: list[Letter], last: Node, cursor: Cursor, start: Token) -> list[Letter]:
    if not letters:
        raise cursor.wrong("a last value without a letter", start, r"\sum_{i=1}^{N}")
    first = next((letter.first for letter in reversed(letters) if letter.first is not None), None)
    return [
        Letter(letter.name, letter.first if letter.first is not None else first, last, place=letter.place)
        for letter in letters
    ]


def _above(cursor: Cursor) -> Node:
    if cursor.take("{"):
        with cursor.inside():
            node = piece(cursor, "}", below=False)
            cursor.expect("}", "behind the last value")
        return node
    return cursor.read.factor(cursor, False)


def _below(cursor: Cursor, letters: list[Letter], excluded: list[Node]) -> None:
    if cursor.take("{"):
        with cursor.inside():
            while not cursor.is_sign("}"):
                _item(cursor, letters, excluded)
                while cursor.is_kind("wide", "row"):
                    cursor.advance()
                if not cursor.take(",") and not cursor.take(":"):
                    break
            cursor.expect("}", "behind what stands below")
        return
    token = cursor.token
    if token.kind == "text" or (token.kind == "name" and len(token.text) <= 2):
        cursor.advance()
        for name in [token.text] if len(token.text) < 2 or not token.text.isalpha() else list(token.text):
            letters.append(Letter(name, place=cursor.since(token)))
        return
    raise cursor.unexpected("a letter is expected below", r"\sum_{i}")


def _item(cursor: Cursor, letters: list[Letter], excluded: list[Node]) -> None:
    """One part of what stands below: `i`, `ij`, `i=1`, `k \\ne j`, `1 \\le i \\le N`, `i \\in B`."""
    start = cursor.token
    operands, signs = [cursor.read.expression(cursor)], []
    while cursor.is_kind("relation"):
        signs.append(cursor.advance().text)
        if signs[-1] == "∈" and cursor.is_sign("⦃"):
            letters += _range(cursor, operands[0], start)
            return
        operands.append(cursor.read.expression(cursor))
    names = {letter.name for letter in letters}
    if not signs:
        letters += [Letter(name, place=cursor.since(start)) for name in _names(cursor, operands[0], start)]
        return
    if signs == ["="] and _is_condition(operands[0], names):
        excluded.append(Comparison(tuple(operands), tuple(signs), place=cursor.since(start)))
        return
    if signs == ["="]:
        own = _names(cursor, operands[0], start)
        letters += [Letter(name, operands[1], place=cursor.since(start)) for name in own]
        return
    if signs in (["≤", "≤"], ["<", "≤"]) and isinstance(operands[1], Symbol):
        first = operands[0]
        if signs[0] == "<":
            first = Chain((first, Number("1")), ("+",), place=first.place)
        name = _names(cursor, operands[1], start)[0]
        letters.append(Letter(name, first, operands[2], place=cursor.since(start)))
        return
    bound = _names(cursor, operands[0], start)
    letters += [Letter(name, place=cursor.since(start)) for name in bound if name not in names]
    excluded.append(Comparison(tuple(operands), tuple(signs), place=cursor.since(start)))


def _is_condition(node: Node, names: set[str]) -> bool:
    """True for r + u = w below a sum over r and u, and for y_i = c: no first value of a letter."""
    if isinstance(node, Symbol):
        return bool(node.lower) or (node.name in names and not node.upper)
    return isinstance(node, Chain) and bool(names) and any(node.signs)


def _range(cursor: Cursor, of: Node, start: Token) -> list[Letter]:
    """`i \\in \\{1, ..., N\\}`"""
    cursor.advance()
    with cursor.inside():
        first = cursor.read.expression(cursor)
        while cursor.is_kind("dots", "number", "wide") or cursor.is_sign(",", "."):
            cursor.advance()
        last = cursor.read.expression(cursor)
        cursor.expect("⦄", "behind the last value")
    return [Letter(name, first, last, place=cursor.since(start)) for name in _names(cursor, of, start)]


def _names(cursor: Cursor, node: Node, start: Token) -> list[str]:
    if isinstance(node, Symbol) and not node.lower and not node.accents:
        primes = [upper for upper in node.upper if upper.of == Symbol("'")]
        if len(primes) == len(node.upper):
            if len(node.name) == 2 and node.name.isalpha() and not primes:
                return list(node.name)
            return [node.name + "'" * len(primes)]
    if isinstance(node, Chain) and not any(node.signs):
        return [name for operand in node.operands for name in _names(cursor, operand, start)]
    if isinstance(node, Run):
        return list(node.text)
    raise cursor.wrong("only letters can stand below a large operator", start, r"\sum_{i=1}^{N}")


def _generator(cursor: Cursor, operator: str) -> Node:
    """sum(x[i] for i, j if i != j)"""
    start = cursor.advance()
    cursor.expect("(", "behind the operator")
    letters: list[Letter] = []
    with cursor.deeper(), cursor.inside():
        body = cursor.read.expression(cursor)
        while not cursor.is_sign(")") and not (cursor.is_kind("word") and cursor.token.text == "if"):
            cursor.advance()
            letters.append(_bound(cursor))
            if not cursor.is_sign(",") and not cursor.is_kind("word"):
                break
        excluded = conditions(cursor, ")") if cursor.is_kind("word") else ()
        cursor.expect(")", "behind the letters")
    return Big(operator, tuple(letters), body, excluded, place=cursor.since(start))


def _bound(cursor: Cursor) -> Letter:
    """`i`, `i in 1..N`"""
    token = cursor.token
    if token.kind != "name":
        raise cursor.unexpected("a letter is expected", "for i")
    cursor.advance()
    name = token.text
    for _ in range(_MOST):
        if cursor.take("'"):
            name += "'"
    first = last = None
    if cursor.is_kind("relation") and cursor.token.text in ("∈", "="):
        cursor.advance()
        first = cursor.read.expression(cursor)
        while cursor.is_sign(".") or cursor.is_kind("dots"):
            cursor.advance()
            last = None if cursor.is_sign(".") or cursor.is_kind("dots") else cursor.read.expression(cursor)
        if last is None:
            first, last = Number("1", place=first.place), first
    return Letter(name, first, last, place=cursor.since(token))
