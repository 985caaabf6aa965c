"""An expression of one value as the author of a claim would write it."""

from __future__ import annotations

from sympy import Add, Expr, Mul, Pow, Rational, pi

from derive.entry import Entry
from derive.operators import Apply, Compare, Where
from derive.verification.formula.tree import (
    Applied,
    Cases,
    Chain,
    Comparison,
    Negative,
    Node,
    Norm,
    Number,
    Raised,
    Symbol,
    Upper,
)

_SIGNS = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}


class NotWritten(Exception):
    """What has no form by hand here."""


def formula_of(expr: Expr, value: Node, sign: str) -> Node:
    """The expression with `value` for the entry in it; `sign` multiplies. NotWritten where it has no such form."""

    def formula(node: object) -> Node:
        if isinstance(node, Entry):
            return value
        if isinstance(node, Rational):
            above, below = Number(str(abs(node.p))), Number(str(node.q))
            positive = above if node.q == 1 else Chain((above, below), ("/",))
            return Negative(positive) if node < 0 else positive
        if node == pi:
            return Symbol("π")
        if isinstance(node, Add):
            terms = sorted(node.args, key=lambda term: (bool(term.could_extract_minus_sign()), str(term)))
            signs = ["-" if term.could_extract_minus_sign() else "+" for term in terms]
            made = [formula(-term if sign == "-" else term) for term, sign in zip(terms, signs, strict=True)]
            return Chain((made[0] if signs[0] == "+" else Negative(made[0]), *made[1:]), tuple(signs[1:]))
        if isinstance(node, Mul):
            top, bottom = node.as_numer_denom()
            if bottom != 1:
                return Chain((formula(top), formula(bottom)), ("/",))
            if node.could_extract_minus_sign():
                return Negative(formula(-node))
            return Chain(tuple(formula(factor) for factor in node.args), (sign,) * (len(node.args) - 1))
        if isinstance(node, Pow):
            if node.exp == Rational(1, 2):
                return Applied(Symbol("sqrt"), (formula(node.base),))
            if node.exp.could_extract_minus_sign():
                return Chain((Number("1"), formula(node.base**-node.exp)), ("/",))
            return Raised(formula(node.base), Upper(formula(node.exp)))
        if isinstance(node, Apply) and node.name == "abs":
            return Norm(formula(node.arguments[0]), "abs")
        if isinstance(node, Apply):
            return Applied(Symbol(node.name), tuple(formula(item) for item in node.arguments))
        if isinstance(node, Where) and isinstance(node.condition, Compare):
            asked = node.condition
            relation = _SIGNS.get(asked.relation, asked.relation)
            condition = Comparison((formula(asked.left), formula(asked.right)), (relation,))
            return Cases(((formula(node.then), (condition,)), (formula(node.otherwise), ())))
        raise NotWritten

    return formula(expr)
