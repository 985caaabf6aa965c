"""Fractions and derivatives: \\frac{a}{b}, \\frac{\\partial E}{\\partial W}, ∂E/∂w, d/dx f(x), ∇_W E, dW."""

from __future__ import annotations

from derive.errors import InputError
from derive.verification.formula.cursor import Cursor
from derive.verification.formula.tokens import Token, is_sign
from derive.verification.formula.tree import Applied, Chain, Derivative, Differential, Node, Symbol, walk

_OPERANDS = ("name", "number", "macro", "big", "nabla", "begin", "partial")


def starts_operand(token: Token) -> bool:
    """True for what can be a factor without a sign before it; bars are left out, which may open or close."""
    return token.kind in _OPERANDS or is_sign(token, "(", "[", "{", "⦃", "⟦", "⟪", "⌊")


def fraction(cursor: Cursor) -> Node:
    """\\frac{a}{b}, or a derivative where both begin with ∂ or d"""
    start = cursor.advance()
    with cursor.deeper():
        if _both_differentials(cursor):
            of = _differential(cursor)
            by = _differential(cursor)
            if by is None:
                raise cursor.wrong("this derivative is by nothing", start, r"\frac{\partial E}{\partial w}")
            if any(isinstance(node, Differential) for node in walk(by)):
                raise _second(cursor, start)
            if of is None:
                of = operand_of(cursor, start)
            return Derivative(of, by, place=cursor.since(start))
        above = _argument(cursor)
        below = _argument(cursor)
    return Chain((above, below), ("/",), place=cursor.since(start))


def braced_quotient(cursor: Cursor) -> Node | None:
    """{\\partial E}/{\\partial w}; None where no such quotient stands"""
    start, close = cursor.token, cursor.partner()
    if close is None or not is_sign(cursor.tokens[close + 1], "/") or not is_sign(cursor.tokens[close + 2], "{"):
        return None
    if not (_d_at(cursor, cursor.at + 1) and _d_at(cursor, close + 3)):
        return None
    with cursor.deeper():
        of = _differential(cursor)
        cursor.expect("/", "behind what is derived")
        by = _differential(cursor)
        if by is None:
            raise cursor.wrong("this derivative is by nothing", start, "∂E/∂w")
        return Derivative(operand_of(cursor, start) if of is None else of, by, place=cursor.since(start))


def over(cursor: Cursor, above: Node, start: Token) -> Node:
    """{a \\over b}"""
    cursor.advance()
    below = cursor.read.expression(cursor)
    if isinstance(above, Differential) and isinstance(below, Differential):
        return Derivative(above.of, below.of, place=cursor.since(start))
    return Chain((above, below), ("/",), place=cursor.since(start))


def _argument(cursor: Cursor) -> Node:
    if cursor.is_sign("{"):
        cursor.advance()
        if cursor.is_sign("}"):
            raise cursor.unexpected("this part of the fraction is empty")
        with cursor.inside():
            inside = cursor.read.expression(cursor)
            cursor.expect("}", "behind this part of the fraction")
        return inside
    if cursor.is_kind("name", "number", "macro"):
        with cursor.inside():
            return cursor.read.factor(cursor, False)
    raise cursor.unexpected("the two parts of a fraction are expected", r"\frac{a}{b}")


def _d_at(cursor: Cursor, at: int) -> bool:
    """True at ∂, and at a d that is not decorated."""
    token = cursor.tokens[at]
    if token.kind == "partial":
        return True
    after = cursor.tokens[min(at + 1, len(cursor.tokens) - 1)]
    return token.kind == "name" and token.text == "d" and not is_sign(after, "_", "'", "(", "[")


def _both_differentials(cursor: Cursor) -> bool:
    first = cursor.at
    if not cursor.is_sign("{"):
        return _d_at(cursor, first) and cursor.token.kind == "partial"
    close = cursor.partner()
    if close is None or not _d_at(cursor, first + 1):
        return False
    second = close + 1
    if is_sign(cursor.tokens[second], "{"):
        second += 1
    if not _d_at(cursor, second):
        return False
    # \frac{d}{d}, \frac{d}{d k}: a derivative only where the upper one is ∂, or the lower one is by something
    below = cursor.tokens[second + 1]
    return starts_operand(below) or is_sign(below, "^")


def _differential(cursor: Cursor) -> Node | None:
    """`{\\partial E}` -> E; None for a ∂ alone."""
    braced = cursor.take("{") is not None
    sign = cursor.advance()
    if cursor.is_sign("^"):
        raise _second(cursor, sign)
    if not braced:
        return None
    with cursor.inside():
        inside = None if cursor.is_sign("}") else cursor.read.expression(cursor)
        cursor.expect("}", "behind this part of the derivative")
    return inside


def _second(cursor: Cursor, sign: Token) -> InputError:
    return cursor.wrong("second derivatives are not read", sign, "give the first derivative a name, and derive that")


def refuse_second(cursor: Cursor) -> None:
    """d^2 f / dx^2"""
    start, at = cursor.token, cursor.at
    if start.text != "d" or not is_sign(cursor.following(), "^"):
        return
    for number in range(at + 2, min(at + 12, len(cursor.tokens) - 1)):
        if is_sign(cursor.tokens[number], "/") and _d_at(cursor, number + 1):
            raise _second(cursor, start)


def operand_of(cursor: Cursor, start: Token) -> Node:
    """What d/dx stands before: one bracket, or the factors side by side up to the next sign."""
    if cursor.is_sign("·", "×", "*"):
        raise cursor.unexpected("what is derived is expected", "d/dx (f)")
    first = cursor.token
    if not (starts_operand(first) or is_sign(first, "|", "‖")):
        raise cursor.unexpected("what is derived is expected", r"\frac{\partial E}{\partial w}")
    is_bracket = is_sign(first, "(", "[", "{", "⦃")
    factors = [cursor.read.factor(cursor, True)]
    while (
        not is_bracket and starts_operand(cursor.token) and not (is_sign(cursor.token, "(") and cursor.holds_relation())
    ):
        factors.append(cursor.read.factor(cursor, True))
    if len(factors) == 1:
        return factors[0]
    return Chain(tuple(factors), ("",) * (len(factors) - 1), place=cursor.since(first))


def quotient(cursor: Cursor) -> Node:
    """∂E/∂w, d/dx f(x); without a quotient the differential dW"""
    start = cursor.advance()
    if cursor.is_sign("^"):
        raise _second(cursor, start)
    if start.text == "∂" and cursor.is_sign("_"):
        return _by_below(cursor, start)
    with cursor.deeper():
        of = None if cursor.is_sign("/") else _differentiated(cursor, start)
        if cursor.is_sign("/") and _d_at(cursor, cursor.at + 1):
            cursor.advance()
            sign = cursor.advance()
            if cursor.is_sign("^"):
                raise _second(cursor, sign)
            by = cursor.read.factor(cursor, False)
            if of is None:
                of = operand_of(cursor, start)
            return Derivative(of, by, place=cursor.since(start))
    if of is None:
        raise cursor.unexpected(f"{start.text} must stand before what changes", "∂E/∂w")
    if isinstance(of, Applied):
        of = of.of if not of.arguments else of
    if not isinstance(of, Symbol):
        raise cursor.wrong("the differential of more than one symbol", start, "∂E/∂w")
    return Differential(of, place=cursor.since(start))


def _differentiated(cursor: Cursor, start: Token) -> Node:
    if not starts_operand(cursor.token) and not cursor.is_kind("text"):
        raise cursor.unexpected(f"{start.text} must stand before what changes", "∂E/∂w")
    at = cursor.at
    node = cursor.read.factor(cursor, False)
    if cursor.is_sign("(") and isinstance(node, Symbol) and not cursor.holds_relation():
        # ∂f(x)/∂x has its arguments, dW (x - y) is a product.
        close = cursor.partner()
        if close is not None and is_sign(cursor.tokens[close + 1], "/") and _d_at(cursor, close + 2):
            cursor.at = at
            node = cursor.read.factor(cursor, True)
    return node


def gradient(cursor: Cursor) -> Node:
    """\\nabla_W E; alone, \\nabla_W"""
    start = cursor.advance()
    if not cursor.is_sign("_"):
        of = cursor.read.factor(cursor, True) if cursor.is_kind("name") else None
        if isinstance(of, Applied) and len(of.arguments) == 1 and isinstance(of.arguments[0], Symbol):
            return Derivative(of, of.arguments[0], place=cursor.since(start))  # ∇E(w)
        raise cursor.unexpected("∇ needs what it derives by", r"\nabla_W E")
    return _by_below(cursor, start)


def _by_below(cursor: Cursor, start: Token) -> Node:
    """_W E"""
    cursor.advance()
    with cursor.deeper():
        if cursor.is_sign("{"):
            cursor.advance()
            with cursor.inside():
                by = cursor.read.expression(cursor)
                cursor.expect("}", "behind what is derived by")
        else:
            by = cursor.read.factor(cursor, False)
        of = cursor.read.factor(cursor, True) if starts_operand(cursor.token) else None
    return Derivative(of, by, place=cursor.since(start))
