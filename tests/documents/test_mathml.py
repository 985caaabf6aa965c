"""Formulas as MathML: every kind of node is well-formed, says what it is in LaTeX, and keeps foreign text as text."""

from __future__ import annotations

from typing import get_args
from xml.etree import ElementTree

import pytest

from codegen.notation import formula as f
from codegen.notation.formula import Component, Formula, Name, Number
from codegen.notation.latex import latex
from codegen.notation.mathml import element, mathml

X, Y, N, K = Name("x"), Component("y", (Name("n"), Name("k"))), Name("n"), Name("k")
ABOVE = f.Relation(">", X, Number("0"))
HALF = f.Fraction(Number("1"), Number("2"))
# One formula for every kind of node, large ones inside small ones and the other way round.
SAMPLES: dict[type, list[Formula]] = {
    f.Number: [Number("0.044715")],
    f.Name: [X, Name("W12"), Name("xhat"), Name("eps"), Name("Gamma"), Name("Alpha"), Name("out_max"), Name("h''")],
    f.Component: [Y, Component("W1", (f.Terms((("+", N), ("-", Number("1")))), K)), Component("lv'", (N,))],
    f.Gradient: [f.Gradient("E", "dy", Y), f.Gradient("E", "dx", X)],
    f.Handed: [f.Handed("bar", "dy", Y), f.Handed("check", "dxhat", Name("xhat"))],
    f.Derivative: [f.Derivative(Y, X), f.Derivative(X, Y, direct=True), f.Derivative(HALF, X)],
    f.Primed: [f.Primed(X), f.Primed(HALF)],
    f.Negative: [f.Negative(X)],
    f.Terms: [f.Terms((("-", X), ("+", Y)))],
    f.Factors: [
        f.Factors((X, Y)),
        f.Factors((Number("2"), f.Power(Number("3"), X))),
        f.Factors((f.Call("log", (X,)), Y)),
    ],
    f.Infix: [f.Infix("hadamard", (f.Call("log", (X,)), Y)), f.equals(X, Y, X), f.Infix("about", (X, Number("1")))],
    f.Fraction: [HALF],
    f.Power: [f.Power(X, Number("2")), f.Power(X, HALF), f.Power(f.Group(HALF), f.Terms((("+", X), ("-", Y))))],
    f.Exponential: [f.Exponential(f.Negative(X)), f.Exponential(HALF)],
    f.Elementwise: [f.Power(X, f.Elementwise(Number("2")))],
    f.Root: [f.Root(f.Terms((("+", X), ("+", Y))))],
    f.Rounded: [f.Rounded(X), f.Rounded(HALF, up=True)],
    f.Absolute: [f.Absolute(X)],
    f.Transposed: [f.Transposed(X), f.Transposed(f.Group(Y))],
    f.Ones: [f.Ones(), f.Ones(N)],
    f.Call: [f.Call("log", (X,)), f.Call("log", (HALF,)), f.Call("f", (X, Y)), f.Call("hard_tanh", (X,))],
    f.Big: [
        f.Big("sum", (N, K), Y),
        f.Big("argmax", (N,), X),
        f.Big("sum", (N,), X, f.Relation("!=", N, K)),
        f.Big("sum", (N,), X, f.Relation("<", K, Number("3"))),
    ],
    f.Tupled: [Component("q", (N, f.Tupled((N, K))))],
    f.Kronecker: [f.Kronecker(N, K)],
    f.Group: [f.Group(X), f.Group(HALF)],
    f.Iverson: [f.Iverson(ABOVE)],
    f.Cases: [f.Cases(X, ABOVE, f.Cases(Y, ABOVE, HALF)), f.Cases(X, ABOVE, Y, ABOVE)],
    f.Matrix: [f.Matrix(((X, Y), (HALF, X))), f.Matrix(((X,),))],
    f.Relation: [f.Relation(relation, X, Y) for relation in ("<", "<=", ">", ">=", "==", "!=")],
    f.Logic: [f.Logic("not", (ABOVE,)), f.Logic("and", (ABOVE, ABOVE))],
}
WITH_CHILDREN = {"mfrac": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3}


def parsed(formula: Formula, *named: str) -> ElementTree.Element:
    """The formula read back by a parser of XML; AssertionError for elements with too few or too many inside."""
    root = ElementTree.fromstring(element(formula, frozenset(named)))
    for item in root.iter():
        assert len(item) == WITH_CHILDREN.get(item.tag, len(item)), ElementTree.tostring(item)
        assert len(item) or (item.text or item.tag in ("mspace", "mrow")), "an element that shows nothing"
    return root


def shown(formula: Formula) -> str:
    return "".join(parsed(formula).itertext())


def test_every_kind_of_node_is_sampled() -> None:
    assert SAMPLES.keys() == set(get_args(Formula))


@pytest.mark.parametrize("sample", [item for items in SAMPLES.values() for item in items], ids=repr)
def test_every_kind_of_node_is_well_formed_and_has_a_text(sample: Formula) -> None:
    assert parsed(sample).get("alttext") == latex(sample)


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (Name("W12"), "W12"),
        (Name("xhat"), "x^"),
        (Name("eps"), "ε"),
        (Name("lambda"), "λ"),
        (Component("W1", (N, K)), "W1,nk"),
        (f.Gradient("E", "dy", Y), "∂E∂ynk"),
        (f.Terms((("-", X), ("+", Y))), "−x+ynk"),
        (f.Factors((f.Call("log", (X,)), Y)), "log(x)ynk"),
        (f.Big("sum", (N,), X, f.Relation("!=", N, K)), "∑n≠kx"),
        (f.Big("sum", (N,), X, f.Relation("<", K, Number("3"))), "∑n:k<3x"),
        (f.Power(X, HALF), "x1/2"),
        (Component("q", (N, f.Tupled((N, K)))), "qn,(nk)"),
    ],
    ids=repr,
)
def test_what_is_shown(formula: Formula, text: str) -> None:
    assert shown(formula) == text


def test_names_that_the_page_explains_are_marked() -> None:
    formula = f.equals(f.Gradient("E", "dy", Y), f.Factors((X, Y, Name("z"))))
    marked = [item.get("data-symbol") for item in parsed(formula, "x", "y", "dy").iter() if item.get("data-symbol")]
    # The y below ∂E is part of the gradient's own symbol.
    assert marked == ["dy", "x", "y"]


def test_a_minus_in_front_is_no_difference() -> None:
    (sign,) = [item for item in parsed(f.Factors((X, f.Group(f.Negative(Y))))).iter("mo") if item.text == "−"]
    assert sign.get("form") == "prefix"


def test_signs_in_subscripts_have_no_space_around_them() -> None:
    (sign,) = [item for item in parsed(SAMPLES[f.Component][1]).iter("mo") if item.text == "−"]
    assert sign.get("lspace") == sign.get("rspace") == "0"


@pytest.mark.parametrize("text", ["<b>", 'a"><img onerror="x">', "&amp;", "</math>", "a\x00b\x1bc", "가_<i>"])
def test_foreign_text_stays_text(text: str) -> None:
    name = Component(text, (Name(text),))
    for formula in (name, f.Call(text, (X, X)), f.Gradient(text, text, name), f.Logic(text, (ABOVE, ABOVE))):
        tags = {item.tag for item in parsed(formula, text).iter()}
        assert not tags & {"b", "i", "img"}
        assert "\x00" not in mathml(formula)
