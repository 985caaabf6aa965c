"""The formulas of rules in their usual letters, as they stand beside a step; a rule that words say better has none."""

from __future__ import annotations

from codegen.notation.formula import (
    Absolute,
    Big,
    Call,
    Component,
    Derivative,
    Exponential,
    Factors,
    Formula,
    Fraction,
    Group,
    Kronecker,
    Name,
    Negative,
    Number,
    Power,
    Primed,
    Relation,
    Terms,
    equals,
)

_a, _b, _c, _f, _g, _i, _j, _n, _r, _u, _x = (Name(letter) for letter in "abcfgijnrux")
_df, _dg, _dc = (Name(letter) for letter in ("f'", "g'", "c'"))
_f_i, _f_j, _g_j, _g_i = (Component(name, (at,)) for name, at in (("f", _i), ("f", _j), ("g", _j), ("g", _i)))
_df_i, _df_j = (Component("f'", (at,)) for at in (_i, _j))
_0, _1, _2 = (Number(digit) for digit in "012")


def _plus(*terms: Formula) -> Terms:
    return Terms(tuple(("+", term) for term in terms))


def _less(first: Formula, second: Formula) -> Terms:
    return Terms((("+", first), ("-", second)))


def _times(*factors: Formula) -> Factors:
    return Factors(factors)


def _sum(body: Formula, *letters: Name) -> Big:
    return Big("sum", letters or (_i,), body)


def _log(argument: Formula) -> Call:
    return Call("log", (argument,))


_CHAIN = equals(Derivative(Call("f", (_g,)), _x), _times(Derivative(_f, _g), Derivative(_g, _x)))
_ALL_BUT_J = Big("product", (_i,), _f_i, Relation("!=", _i, _j))

# Rules that deserve a line of their own, and that students look up.
PROMINENT: dict[str, Formula] = {
    "product rule": equals(Primed(_times(_f, _g)), _plus(_times(_df, _g), _times(_f, _dg))),
    "quotient rule": equals(Primed(Fraction(_f, _g)), Fraction(_less(_times(_df, _g), _times(_f, _dg)), Power(_g, _2))),
    "reciprocal rule": equals(Primed(Fraction(_1, _g)), Negative(Fraction(_dg, Power(_g, _2)))),
    "power rule": equals(Primed(Power(_g, _n)), _times(_n, Power(_g, _less(_n, _1)), _dg)),
}

FORMULAS: dict[str, Formula] = {
    **PROMINENT,
    "constant": equals(_dc, _0),
    "same entry": equals(Derivative(Component("x", (_i,)), Component("x", (_j,))), Kronecker(_i, _j)),
    "sum rule": equals(Primed(_plus(_f, _g)), _plus(_df, _dg)),
    "constant factor": equals(Primed(_times(_c, _f)), _times(_c, _df)),
    "exponential rule": equals(
        Primed(Power(_f, _g)),
        _times(Power(_f, _g), Group(_plus(_times(_dg, _log(_f)), Fraction(_times(_g, _df), _f)))),
    ),
    "under the sum": equals(Primed(_sum(_f_i)), _sum(_df_i)),
    "chain rule": _CHAIN,
    "at the extremum": equals(
        Primed(Big("max", (_i,), _f_i)), _sum(_times(Kronecker(_j, Big("argmax", (_i,), _f_i)), _df_j), _j)
    ),
    "running product": equals(Primed(Big("product", (_i,), _f_i)), _sum(_times(Group(_ALL_BUT_J), _df_j), _j)),
    "contract the delta": equals(_sum(_times(Kronecker(_i, _j), _f_i)), _f_j),
    "move out of the sum": equals(_sum(_times(_c, _f_i)), _times(_c, _sum(_f_i))),
    "split the sum": equals(_sum(Group(_plus(_f_i, _g_i))), _plus(_sum(_f_i), _sum(_g_i))),
    "one sum": equals(_times(_sum(_f_i), _sum(_g_j, _j)), _sum(_times(_f_i, _g_j), _i, _j)),
    "one sum for each": equals(_sum(Group(_plus(_f_i, _c))), _plus(_sum(_f_i), _times(_n, _c))),
    "minus into the sum": equals(Negative(_sum(Group(_less(_f_i, _g_i)))), _sum(Group(_less(_g_i, _f_i)))),
    "cancel": equals(Fraction(_times(_f, _g), _f), _g),
    "size and sign": equals(_times(_u, Call("sign", (_u,))), Absolute(_u)),
    "logarithm of a product": equals(_log(Group(_times(_a, _b))), _plus(_log(_a), _log(_b))),
    "logarithm of a quotient": equals(_log(Fraction(_a, _b)), _less(_log(_a), _log(_b))),
    "logarithm of a power": equals(_log(Power(_a, _r)), _times(_r, _log(_a))),
    "logarithm of an exponential": equals(_log(Exponential(_u)), _u),
    "logarithm of a running product": equals(_log(Group(Big("product", (_i,), _f_i))), _sum(_log(_f_i))),
}
# The chain rule through a function whose slope was worked out before.
SLOPE_FORMULA = _CHAIN

# What needs no formula: the words say it, or the line itself does.
IN_WORDS = (
    "case by case",
    "local derivatives",
    "substitute",
    "use a fact",
    "fold into forward values",
    "collect",
    "collect in each term",
    "out of the cases",
    "one condition",
    "what always holds",
    "logarithm case by case",
)
