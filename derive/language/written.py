"""Index expressions as syntax trees, so that any network can be printed in the language.

The order of factors matters to SymPy (`2*(a + b)` is multiplied out when it is read, `2*c*(a + b)` is not), so factors
are written in an order that reads back as the same expression.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sympy import Add, Expr, Float, Integer, Mul, Pow, Rational, S, Symbol, floor, oo, pi

from derive.binding import unbind
from derive.entry import Entry
from derive.index import Index
from derive.language.tree import (
    Call,
    Chain,
    Comparison,
    Connective,
    Iverson,
    Letter,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Subscript,
)
from derive.operators import (
    Apply,
    ArgMax,
    ArgMin,
    Binder,
    Compare,
    Delta,
    Logic,
    Maximum,
    Minimum,
    Product,
    Sum,
    Where,
    Written,
)

REDUCTION = {Sum: "sum", Product: "prod", Maximum: "max", Minimum: "min", ArgMax: "argmax", ArgMin: "argmin"}


def as_tree(expr: Expr, avoid: Iterable[str] = ()) -> Node:
    """The syntax tree of an expression; letters of sums are spelled like none of the names in `avoid`."""
    return _Writing(frozenset(avoid)).node(expr)


class _Writing:
    def __init__(self, avoid: frozenset[str]) -> None:
        self.avoid = avoid

    def node(self, expr) -> Node:  # type: ignore[no-untyped-def]
        match expr:
            case Index():
                return Name(expr.name)
            case Entry():
                name = Name(expr.tensor.name)
                return Subscript(name, tuple(self.node(s) for s in expr.subscripts)) if expr.subscripts else name
            case Binder():
                return self._binder(expr)
            case Apply():
                return Call(expr.name, tuple(self.node(argument) for argument in expr.arguments))
            case Where():
                return Call("where", tuple(self.node(part) for part in (expr.condition, expr.then, expr.otherwise)))
            case Delta():
                return Iverson(self.node(Compare("==", *expr.args)))
            case Compare():
                return Comparison((self.node(expr.left), self.node(expr.right)), (expr.relation,))
            case Logic():
                return Connective(expr.word, tuple(self.node(part) for part in expr.conditions))
            case Written():
                return Chain(tuple(self.node(factor) for factor in expr.args), ("*",) * (len(expr.args) - 1))
            case Add():
                return self._sum(expr)
            case Mul():
                return self._product(expr)
            case Pow():
                return self._power(expr)
            case floor():
                return self._floor(expr)
            case Symbol():
                return Name(expr.name)
        return self._number(expr)

    def _number(self, expr: Expr) -> Node:
        if expr == pi:
            return Name("pi")
        if expr in (oo, -oo):
            return Name("inf") if expr == oo else Negative(Name("inf"))
        if expr == S.Exp1:
            return Call("exp", (Number("1"),))
        if isinstance(expr, Float):
            return self._number(Rational(str(expr)))
        if not isinstance(expr, Rational):
            raise TypeError(f"no way to write {type(expr).__name__}")
        positive = Number(str(abs(expr.p)))
        whole: Node = positive if expr.q == 1 else Chain((positive, Number(str(expr.q))), ("/",))
        return Negative(whole) if expr < 0 else whole

    def _floor(self, expr: Expr) -> Node:
        numerator, denominator = expr.args[0].as_numer_denom()
        return Chain((self.node(numerator), self.node(denominator)), ("//",))

    def _binder(self, expr: Binder) -> Node:
        letters, body = unbind(expr, (Index(name, Integer(1)) for name in self.avoid))
        inner = _Writing(self.avoid | {letter.name for letter in letters})
        shown = tuple(
            Letter(letter.name, None if tells(letter, body) else self.node(letter.size)) for letter in letters
        )
        return Call(REDUCTION[type(expr)], (inner.node(body),), letters=shown)

    def _sum(self, expr: Add) -> Node:
        operands: list[Node] = []
        signs: list[str] = []
        for term in expr.as_ordered_terms():
            negative = term.could_extract_minus_sign() and not isinstance(term, Add)
            operand = self.node(-term if negative else term)
            if not operands and negative:
                operands.append(Negative(operand))
                continue
            if operands:
                signs.append("-" if negative else "+")
            operands.append(operand)
        return Chain(tuple(operands), tuple(signs))

    def _power(self, expr: Pow) -> Node:
        base, exponent = expr.args
        if exponent == Rational(1, 2):
            return Call("sqrt", (self.node(base),))
        if exponent.is_Rational and exponent < 0:
            return Chain((Number("1"), self.node(base**-exponent)), ("/",))
        return Power(self.node(base), self.node(exponent))

    def _product(self, expr: Mul) -> Node:
        coefficient, rest = expr.as_coeff_Mul()
        above: list[Expr] = []
        below: list[Expr] = []
        for factor in Mul.make_args(rest):
            exponent = factor.exp if isinstance(factor, Pow) else S.One
            if exponent.is_Rational and exponent < 0:
                below.append(factor.base**-exponent)
            else:
                above.append(factor)
        if not isinstance(coefficient, Rational):
            above.insert(0, coefficient)
            coefficient = S.One
        node = self._quotient(above, below, abs(coefficient.p), coefficient.q)
        return Negative(node) if coefficient < 0 else node

    def _quotient(self, above: list[Expr], below: list[Expr], p: int, q: int) -> Node:
        """Sums stand last among factors, and a number never stands alone before a sum."""
        top = self._factors(above, p)
        if not below and q == 1:
            return _chain(top, "*")
        whole = _chain(top, "*") if top else Number("1")
        if below and all(isinstance(factor, Add) for factor in below):
            node = Chain((whole, _chain([self.node(factor) for factor in below], "*")), ("/",))
            return Chain((*node.operands, Number(str(q))), ("/", "/")) if q != 1 else node
        return Chain((*_operands(whole), _chain(self._factors(below, q), "*")), (*_signs(whole), "/"))

    def _factors(self, factors: list[Expr], number: int) -> list[Node]:
        plain = [factor for factor in factors if not isinstance(factor, Add)]
        sums = [factor for factor in factors if isinstance(factor, Add)]
        nodes = [self.node(factor) for factor in (*plain, *sums)]
        if number != 1:
            nodes.insert(0 if plain or not sums else len(nodes), Number(str(number)))
        return nodes


def _operands(node: Node) -> tuple[Node, ...]:
    return node.operands if isinstance(node, Chain) and set(node.signs) == {"*"} else (node,)


def _signs(node: Node) -> tuple[str, ...]:
    return node.signs if isinstance(node, Chain) and set(node.signs) == {"*"} else ()


def _chain(nodes: list[Node], sign: str) -> Node:
    if not nodes:
        return Number("1")
    return nodes[0] if len(nodes) == 1 else Chain(tuple(nodes), (sign,) * (len(nodes) - 1))


def tells(letter: Index, body: Expr) -> bool:
    """True when the axes on which the letter stands alone all say what it runs over."""
    sizes = {size for size in axes_of(letter, body)}
    return sizes == {letter.size}


def axes_of(letter: Index, body: Expr) -> Iterator[Expr]:
    """The axes on which a free letter stands alone."""
    if isinstance(body, Entry):
        for subscript, size in zip(body.subscripts, body.tensor.axes, strict=True):
            if subscript == letter:
                yield size
    for part in body.args:
        yield from axes_of(letter, part)
