"""Expressions: an operator-precedence parser over the tokens of both ways of writing.

loosest   + -   unary -   products, written or not, and /   scripts   tightest
"""

from __future__ import annotations

from derive.verification.document.document import Snippet
from derive.verification.formula import arrays, brackets, conditions, fractions, large
from derive.verification.formula.cursor import Cursor, Readers
from derive.verification.formula.names import FUNCTIONS, PREFIX
from derive.verification.formula.scripts import accented, decorated
from derive.verification.formula.tokens import Token, is_sign
from derive.verification.formula.tree import Applied, Big, Chain, Derivative, Negative, Node, Number, Raised, Symbol

SUM = ("+", "-")
PRODUCT = ("*", "·", "×", "⊙", "⊗", "@", "/")
_MOST_SIGNS = 9
_MOST_METHODS = 5


def reading(snippet: Snippet, tokens: list[Token]) -> Cursor:
    """A cursor over these tokens, which end with a stop."""
    return Cursor(snippet, tokens, Readers(expression, term, factor))


def expression(cursor: Cursor) -> Node:
    """a b - c"""
    start = cursor.token
    operands, signs = [term(cursor)], []
    while cursor.is_sign(*SUM):
        signs.append(cursor.advance().text)
        operands.append(term(cursor))
    return Chain(tuple(operands), tuple(signs), place=cursor.since(start)) if signs else operands[0]


def term(cursor: Cursor) -> Node:
    """A product with the signs before it: - a b / c."""
    return _signed(cursor, product)


def _signed(cursor: Cursor, operand: object) -> Node:
    start = cursor.token
    minus: list[Token] = []
    count = 0
    while cursor.is_sign(*SUM):
        token = cursor.advance()
        count += 1
        if token.text == "-":
            minus.append(token)
    if count > _MOST_SIGNS:
        raise cursor.wrong("so many signs", start, "- or nothing")
    node = product(cursor) if operand is product else factor(cursor, True)
    for sign in reversed(minus):
        node = Negative(node, place=cursor.since(sign))
    return node


def product(cursor: Cursor) -> Node:
    """a b · c / d, left to right"""
    start = cursor.token
    operands, signs = [factor(cursor, True)], []
    while True:
        if cursor.is_sign(*PRODUCT):
            signs.append(cursor.advance().text)
            operands.append(_signed(cursor, factor))
        elif _juxtaposed(cursor):
            before = cursor.tokens[cursor.at - 1]
            if before.kind == "number" and cursor.is_kind("number"):
                raise cursor.unexpected("two numbers side by side", "a sign between them")
            signs.append("")
            operands.append(factor(cursor, True))
        else:
            break
    return Chain(tuple(operands), tuple(signs), place=cursor.since(start)) if signs else operands[0]


def _juxtaposed(cursor: Cursor) -> bool:
    token = cursor.token
    if is_sign(token, "(", "{", "⦃") and cursor.holds_relation():
        return False  # (i = j) behind a formula says when it holds
    if token.kind == "text":
        # One word directly before a bracket or a script is a name; other words are a remark.
        return " " not in token.text and is_sign(cursor.following(), "(", "_", "^")
    return fractions.starts_operand(token) or (is_sign(token, "|", "‖") and brackets.opens_bar(cursor))


def factor(cursor: Cursor, apply: bool) -> Node:
    """An operand with its scripts; with `apply`, a name before round brackets is applied to what is in them."""
    start = cursor.token
    with cursor.deeper():
        node, fresh = _atom(cursor)
    node = decorated(cursor, node, start, fresh)
    if fresh and apply and isinstance(node, Symbol):
        called = _applied(cursor, node, start)
        if called is not None:
            node = decorated(cursor, called, start, False)
    is_primed = isinstance(node, Raised) and is_sign(cursor.tokens[cursor.at - 1], "'")
    if is_primed and apply and cursor.is_sign("(") and not cursor.holds_relation():
        what = "the derivative of what stands in brackets, at an argument, is not read"
        raise cursor.wrong(what, start, "d/dx of it, or a name for it")
    if brackets.at_point(cursor, "|", "⟧"):
        node = brackets.value_at(cursor, node, start)
    if brackets.at_point(cursor, "|", "⟧"):
        raise cursor.unexpected("a value was taken at a point already", "all settings below one bar")
    for _ in range(_MOST_METHODS):
        if apply and cursor.is_kind("method"):
            node = decorated(cursor, _method(cursor, node, start), start, False)
    return node


def _method(cursor: Cursor, node: Node, start: Token) -> Node:
    """dz.sum(axis=0), which is sum(dz, axis=0)"""
    token = cursor.advance()
    name = Symbol(token.text, place=cursor.since(token))
    with cursor.deeper():
        items, settings = brackets.call(cursor)
    return Applied(name, (node, *items), settings, place=cursor.since(start))


def _applied(cursor: Cursor, symbol: Symbol, start: Token) -> Node | None:
    """f(x), or a named function before an argument without brackets"""
    is_function = symbol.name in FUNCTIONS
    is_choice = symbol.name == "where" and not cursor.latex  # np.where(z > 0, 1, 0.1)
    if cursor.is_sign("(") and (not cursor.holds_relation() or is_choice or brackets.has_settings(cursor)):
        items, settings = brackets.call(cursor)
        return Applied(symbol, items, settings, place=cursor.since(start))
    is_word = is_function or (cursor.latex and len(symbol.name) > 1 and symbol.name.isalpha())
    if is_word and cursor.is_sign("⦃", "[") and not cursor.holds_relation() and not symbol.lower:
        return Applied(symbol, brackets.arguments(cursor), place=cursor.since(start))
    if symbol.name in PREFIX and (fractions.starts_operand(cursor.token) or brackets.opens_bar(cursor)):
        with cursor.deeper():
            return Applied(symbol, (_argument(cursor, symbol.name),), place=cursor.since(start))
    return None


def _argument(cursor: Cursor, name: str) -> Node:
    """The argument of a function without brackets: one factor, or a number with the symbols behind it."""
    first = cursor.token
    node = factor(cursor, True)
    if isinstance(node, Number) and cursor.is_kind("name", "macro") and cursor.token.text not in FUNCTIONS:
        factors: list[Node] = [node]
        while cursor.is_kind("name") and cursor.token.text not in FUNCTIONS:
            factors.append(factor(cursor, False))
        if len(factors) > 1:
            return Chain(tuple(factors), ("",) * (len(factors) - 1), place=cursor.since(first))
    is_name = cursor.is_kind("name") and cursor.token.text not in FUNCTIONS
    if (is_name or cursor.is_kind("number")) and not isinstance(node, Big | Derivative) and not is_sign(first, "("):
        raise cursor.unexpected(f"it is not clear where the argument of {name} ends", f"{name}(x) y, or {name}(x y)")
    return node


def _atom(cursor: Cursor) -> tuple[Node, bool]:
    """An operand without its scripts, and whether it is a symbol that stands bare."""
    token = cursor.token
    if large.is_large(cursor):
        return large.large(cursor), False
    if token.kind == "name":
        if token.text == "cases" and not cursor.latex and is_sign(cursor.following(), "("):
            return arrays.plain_cases(cursor), False
        return _name(cursor)
    if token.kind == "number":
        return _number(cursor), False
    if token.kind == "text":
        return _word(cursor)
    if token.kind == "macro":
        with cursor.deeper():
            return _macro(cursor)
    if token.kind == "partial":
        return fractions.quotient(cursor), False
    if token.kind == "nabla":
        return fractions.gradient(cursor), False
    if token.kind == "begin":
        return arrays.array(cursor), False
    if is_sign(token, "(", "[", "{", "⦃"):
        quotient = fractions.braced_quotient(cursor) if token.text == "{" else None
        return (brackets.group(cursor) if quotient is None else quotient), False
    if is_sign(token, "⌊"):
        return brackets.evaluated(cursor), False
    if is_sign(token, "⟦", "⟪", "|", "‖"):
        return brackets.norm(cursor), False
    if token.kind == "dots":
        cursor.advance()
        raise cursor.wrong("dots are not read", token, "write the sum with a letter that runs")
    raise cursor.unexpected("a number, a symbol or a bracket is expected")


def _name(cursor: Cursor) -> tuple[Node, bool]:
    fractions.refuse_second(cursor)
    token = cursor.advance()
    if token.text == "1":
        if is_sign(cursor.token, "_") and is_sign(cursor.following(), "{"):
            cursor.advance()
            if cursor.holds_relation() or is_sign(cursor.following(), "⦃", "[", "("):
                return conditions.indicator(cursor, token), False
            cursor.at -= 1
        if conditions.indicator_here(cursor):
            return conditions.indicator(cursor, token), False
    name = token.text
    if name == "Δ" and cursor.latex and cursor.is_kind("name") and cursor.token.text not in FUNCTIONS:
        name += cursor.advance().text  # a change has one name: \\Delta w
    return Symbol(name, place=cursor.since(token)), True


def _number(cursor: Cursor) -> Node:
    token = cursor.advance()
    if token.text == "1" and conditions.indicator_here(cursor) and not (cursor.is_sign("(") and cursor.token.spaced):
        return conditions.indicator(cursor, token)
    return Number(token.text, place=cursor.since(token))


def _word(cursor: Cursor) -> tuple[Node, bool]:
    token = cursor.token
    if " " in token.text:
        raise cursor.unexpected("a formula is expected", "words only behind a formula")
    cursor.advance()
    return Symbol(token.text, place=cursor.since(token)), True


def _macro(cursor: Cursor) -> tuple[Node, bool]:
    token = cursor.token
    if token.text == "frac":
        return fractions.fraction(cursor), False
    cursor.advance()
    if token.text == "sqrt":
        return _root(cursor, token), False
    accent = token.text.removeprefix("accent ")
    if cursor.is_sign("{"):
        node = brackets.group(cursor)
    elif cursor.is_kind("name", "macro", "text"):
        node, _ = _atom(cursor)
    else:
        raise cursor.unexpected(f"a symbol is expected below the {accent}", r"\hat{y}")
    return accented(cursor, accent, node, token), True


def _root(cursor: Cursor, start: Token) -> Node:
    """\\sqrt{x}; the third root is sqrt with two arguments"""
    order = None
    if cursor.latex and cursor.is_sign("["):
        cursor.advance()
        with cursor.inside():
            order = expression(cursor)
            cursor.expect("]", "behind the order of the root")
    if cursor.is_sign("{", "("):
        inside = brackets.group(cursor)
    elif cursor.is_kind("name", "number", "macro"):
        inside = factor(cursor, False) if not cursor.latex else _atom(cursor)[0]
    else:
        raise cursor.unexpected("what the root is taken of is expected", r"\sqrt{x}")
    arguments = (inside,) if order is None else (inside, order)
    return Applied(Symbol("sqrt", place=cursor.since(start)), arguments, place=cursor.since(start))
