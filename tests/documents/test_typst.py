"""Formulas in Typst's notation: every node has one, every one is set, and no name of a user is a command."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from codegen import typesetting
from codegen.notation import formula as f
from codegen.notation import typst as notation
from codegen.notation.formula import Component, Factors, Formula, Fraction, Group, Name, Number, Terms
from codegen.notation.runs import runs
from codegen.notation.typst import in_lines, typst
from codegen.notation.width import width

needs_typst = pytest.mark.skipif(not typesetting.is_installed(), reason="typst is not installed")

x, y, n, k = Name("x"), Name("y"), Name("n"), Name("k")
W = Component("W1", (n, k))
half = Fraction(Number("1"), Number("2"))
positive = f.Relation(">", x, Number("0"))

# Each formula with the letters that it shows, in the order in which they are read.
SHOWN: dict[str, tuple[Formula, str]] = {
    "number": (Number("0.044715"), "0.044715"),
    "letter": (x, "𝑥"),
    "word": (Name("loss"), "loss"),
    "greek": (Name("eps"), "𝜀"),
    "lambda": (Name("lam"), "𝜆"),
    "capital like a Latin letter": (Name("Α"), "A"),
    "infinity": (Name("inf"), "∞"),
    "low line": (f.Component("my_name", (n,)), "myname,𝑛"),
    "other script": (Name("ж"), "ж"),
    "component": (W, "𝑊1,𝑛𝑘"),
    "hat": (Component("xhat", (n,)), "𝑥̂𝑛"),
    "primes": (Name("x''"), "𝑥′′"),
    "subscripts of one step back": (Component("h", (Terms((("+", Name("t")), ("-", Number("1")))), n)), "ℎ𝑡−1,𝑛"),
    "product axis": (Component("q", (n, f.Tupled((Name("h"), Name("e"))))), "𝑞𝑛,(ℎ𝑒)"),
    "gradient": (f.Gradient("E", "dx", x), "𝜕𝐸𝜕𝑥"),
    "handed": (f.Handed("bar", "dx", Component("x", (n,))), "𝑥̄𝑛"),
    "handed, labelled": (f.Handed("check", "dx1", Name("x1")), "𝑥1̌"),
    "derivative": (f.Derivative(W, x), "𝜕𝑊1,𝑛𝑘𝜕𝑥"),
    "derivative of a sum": (f.Derivative(Terms((("+", x), ("-", y))), x), "𝜕𝜕𝑥(𝑥−𝑦)"),
    "direct derivative": (f.Derivative(Name("E"), x, direct=True), "𝜕𝐸𝜕𝑥|direct"),
    "primed": (f.Primed(Factors((x, y))), "(𝑥𝑦)′"),
    "negative": (f.Negative(x), "−𝑥"),
    "terms": (Terms((("-", x), ("+", y))), "−𝑥+𝑦"),
    "factors": (Factors((Number("2"), Name("loss"), x)), "2loss𝑥"),
    "two numbers": (Factors((Number("2"), Number("3"))), "2⋅3"),
    "logarithm before more": (Factors((f.Call("log", (x,)), y)), "log(𝑥)𝑦"),
    "hadamard": (f.Infix("hadamard", (x, y)), "𝑥⊙𝑦"),
    "over": (f.Infix("over", (x, y)), "𝑥⊘𝑦"),
    "times": (f.Infix("times", (Number("2"), Number("3"))), "2×3"),
    "about": (f.Infix("about", (x, Number("3"))), "𝑥≈3"),
    "equals": (f.equals(x, y), "𝑥=𝑦"),
    "to": (f.Infix("to", (x, y)), "𝑥→𝑦"),
    "fraction": (Fraction(x, y), "𝑥𝑦"),
    "power": (f.Power(Component("x", (n,)), Number("2")), "𝑥2𝑛"),
    "power of a prime": (f.Power(Name("x'"), Number("2")), "𝑥′2"),
    "power of a half": (f.Power(x, half), "𝑥1/2"),
    "exponential": (f.Exponential(f.Negative(x)), "𝑒−𝑥"),
    "high exponent": (f.Exponential(half), "exp(12)"),
    "elementwise power": (f.Power(x, f.Elementwise(Number("2"))), "𝑥⊙2"),
    "root": (f.Root(x), "√𝑥"),
    "floor": (f.Rounded(x), "⌊𝑥⌋"),
    "ceiling": (f.Rounded(x, up=True), "⌈𝑥⌉"),
    "absolute": (f.Absolute(x), "|𝑥|"),
    "transposed": (f.Transposed(Name("W1")), "𝑊⊤1"),
    "ones": (f.Ones(Name("N")), "𝟏𝑁"),
    "ones of no size": (f.Ones(), "𝟏"),
    "function": (f.Call("tanh", (x,)), "tanh𝑥"),
    "own function": (f.Call("leaky_relu", (x, y)), "leaky relu(𝑥,𝑦)"),
    "function of a letter": (f.Call("f", (x,)), "𝑓(𝑥)"),
    "sum": (f.Big("sum", (n, k), x), "∑𝑛,𝑘𝑥"),
    "sum under a condition": (f.Big("sum", (n,), x, f.Relation("<=", n, k)), "∑𝑛≤𝑘𝑥"),
    "product": (f.Big("product", (n,), x), "∏𝑛𝑥"),
    "maximum": (f.Big("max", (n,), x), "max𝑛𝑥"),
    "place of the maximum": (f.Big("argmax", (n,), x), "argmax𝑛𝑥"),
    "delta": (f.Kronecker(n, k), "𝛿𝑛𝑘"),
    "group": (Group(half), "(12)"),
    "iverson": (f.Iverson(positive), "[𝑥>0]"),
    "cases": (f.Cases(x, positive, y), "{𝑥𝑥>0𝑦otherwise"),
    "cases with two conditions": (f.Cases(x, positive, y, f.Relation("<=", x, Number("0"))), "{𝑥𝑥>0𝑦𝑥≤0"),
    "matrix": (f.Matrix(((x, y), (n, k))), "(𝑥𝑦𝑛𝑘)"),
    "relation": (f.Relation("!=", x, y), "𝑥≠𝑦"),
    "and": (f.Logic("and", (positive, positive)), "𝑥>0and𝑥>0"),
    "not": (f.Logic("not", (positive,)), "¬(𝑥>0)"),
}

HOSTILE = ["#import", "$", "$x$", "\\", "*/", "//", '"', "a]b", "#panic()", "//*", "@preview", "<label>", "`", "_a_"]


def letters(pages: list[str]) -> list[str]:
    """What is printed on every page of mathematics."""
    pypdf = pytest.importorskip("pypdf")
    from io import BytesIO

    head = '#set page(width: 20cm, height: 4cm, margin: 1cm)\n#set text(font: "New Computer Modern")\n'
    head += '#let opening = math.class("opening", "(")\n#let closing = math.class("closing", ")")\n'
    head += "#let on = h(0pt)\n#let conjunction(word) = math.upright(word)\n"
    made = typesetting.pdf(head + "#pagebreak()\n".join(f"{page}\n" for page in pages))
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(made)).pages]


def test_every_kind_of_formula_has_a_notation_and_an_example() -> None:
    kinds = set(get_args(Formula))
    assert set(notation._PRINTERS) == kinds
    assert {type(formula) for formula, _ in SHOWN.values()} | {f.Tupled, f.Elementwise} == kinds


@needs_typst
def test_every_kind_of_formula_is_printed_whole() -> None:
    printed = letters([f"${typst(formula)}$" for formula, _ in SHOWN.values()])
    assert len(printed) == len(SHOWN)
    wrong = {}
    for (name, (_, shown)), found in zip(SHOWN.items(), printed, strict=True):
        # A reader of PDF gives the parts of a fraction or of a script in an order of its own.
        if sorted(re.sub(r"\s", "", found)) != sorted(re.sub(r"\s", "", shown)):
            wrong[name] = (found, shown)
    assert wrong == {}


@needs_typst
def test_a_formula_that_may_be_broken_prints_the_same() -> None:
    whole = letters([f"${typst(formula)}$" for formula, _ in SHOWN.values()])
    for parted in (False, True):
        broken = letters([f"${in_lines(formula, parted)}$" for formula, _ in SHOWN.values()])
        assert [sorted(re.sub(r"\s", "", text)) for text in broken] == [
            sorted(re.sub(r"\s", "", text)) for text in whole
        ]


@needs_typst
def test_names_that_look_like_commands_are_words() -> None:
    pages = [f"${typst(Factors((Name(name + 'zz'), Component(name + 'zz', (Name(name),)))))}$" for name in HOSTILE]
    assert len(letters(pages)) == len(HOSTILE)


def test_words_stand_beside_letters_without_a_space() -> None:
    assert typst(Factors((Name("loss"), x))) == '"loss"thin x'
    assert typst(f.Relation("<", Name("loss"), x)) == '"loss"lt x'


def test_brackets_can_only_be_broken_where_they_stand_in_a_row() -> None:
    short = Group(Terms((("+", half), ("-", x))))
    long = Group(Terms((("+", half), ("-", Name("longer")), ("+", Name("longest")))))
    inside = 'frac(1, 2) -"longer"+"longest"'
    assert in_lines(Factors((y, long))) == f"y opening {inside}closing"
    assert in_lines(Factors((y, short))) == "y#box($display(( frac(1, 2) - x ))$);"
    assert in_lines(Fraction(long, y)) == typst(Fraction(long, y)) == f"frac(( {inside}), y)"


def test_runs_are_what_a_line_cannot_end_in() -> None:
    formula = f.equals(
        x,
        Terms((("+", y), ("+", Factors((Group(Terms((("+", n), ("-", Name("longer")), ("+", Name("longest"))))), W))))),
    )
    assert len(runs(formula)) == 5
    assert len(runs(Factors((Group(x), W)), parted=True)) == 1
    assert len(runs(Factors((Name("longest"), W)), parted=True)) == 2
    assert len(runs(Fraction(formula, y))) == 1
    assert runs(W) == (width(W),)
    assert max(runs(formula)) < width(formula)
