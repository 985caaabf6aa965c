"""Everything the engine hands out survives JSON exactly, and nothing else is ever read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sympy import Add, Integer, Mul, Pow, Rational, Symbol, ceiling, floor, oo, pi, sqrt

from derive.activations import ACTIVATIONS
from derive.binding import bind
from derive.entry import Constant, Tensor
from derive.equation import Equation
from derive.errors import InputError
from derive.functions import exp, log
from derive.index import Index, dimension
from derive.layers import layer_norm, softmax
from derive.network import Declaration, Dimension, Network, Recurrence
from derive.operators import ArgMax, Compare, Delta, Logic, Maximum, Partial, Product, Sum, Where, Written
from derive.step import Step
from derive.tree import from_data, to_data

N, D = dimension("N"), dimension("D")
n, i, j = Index("n", N), Index("i", D), Index("j", D)
x, t, b = Tensor("x", (N, D)), Tensor("t", (N,), within=D), Tensor("b")
u = Symbol("u")

THINGS: tuple[Any, ...] = (
    Integer(10) ** 40,
    Rational(-1, 3),
    -oo,
    sqrt(2 / pi),
    floor((D - 3) / 2) + ceiling(N / 2),
    Constant("eps") + u,
    x[n, t[n]],
    x[n, i - 1],
    b[()],
    bind(Sum, x[n, i] * x[n, j], [i, j]),
    bind(Product, bind(Maximum, x[n, i], [i]), [n]),
    x[n, bind(ArgMax, x[n, i], [i])],
    Delta(i, j) * softmax(x[n, i], i),
    layer_norm(x[n, i], Integer(1), Integer(0), Constant("eps"), i),
    Where(Logic("and", Compare("<", x[n, i], Integer(0)), Logic("not", Compare("==", i, Integer(0)))), u, -u),
    Partial(log(x[n, i]), x[n, j]),
    Written(x[n, i], x[n, i] ** 2, x[n, i] ** -1),
    Mul(x[n, i], 1 / x[n, i], evaluate=False),
    Add(x[n, i], x[n, i], evaluate=False),
    Mul(Integer(2), Add(x[n, i], x[n, j]), evaluate=False),
    Pow(Pow(x[n, i], 2, evaluate=False), Rational(1, 2), evaluate=False),
    *(definition.function() for definition in ACTIVATIONS),
    Equation(x, (n, i), x[n - 1, i], "", (n, i - 1)),
    Recurrence(N, -1, ("x", "b"), (0, 1), (Equation(x, (i,), x[0, i], "x[-1] = x[0]", (Integer(-1), i)),)),
    Step("fold", exp(-x[n, i]), 1 / (1 + x[n, i]), "because"),
    Network(
        "net", 'a "title"', (Dimension(N), Dimension(D, 3)), (), (Declaration(x, "input", ("positive",)),),
        (Equation(b, (), bind(Sum, x[n, i], [n, i]), "b = sum(x)"),), ("b",), learning_rate=Rational(1, 2),
        about="about", text="text", file="file",
    ),
)  # fmt: skip


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: str(thing)[:50])
def test_what_was_written_is_read_again_exactly(thing: Any) -> None:
    again = from_data(json.loads(json.dumps(to_data(thing))))
    assert again == thing
    assert type(again) is type(thing)
    assert to_data(again) == to_data(thing)


def test_a_product_keeps_the_order_in_which_it_was_written() -> None:
    written = Written(x[n, j], x[n, i])
    assert from_data(to_data(written)).args == written.args


def test_fields_that_take_no_part_in_comparisons_are_kept_too() -> None:
    network = THINGS[-1]
    again = from_data(to_data(network))
    assert (again.about, again.text, again.file, again.equations[0].source) == ("about", "text", "file", "b = sum(x)")


@pytest.mark.parametrize(
    "data",
    [
        ["os.system", "true"],
        ["Mul", "true"],
        ["Integer", "__import__('os')"],
        ["Integer", "9" * 100_000],
        ["Integer", 5],
        ["Integer", "--5"],
        ["Integer", "-"],
        ["Integer", "5\n"],
        ["Mod", ["Integer", "1"], ["Integer", "0"]],
        ["Rational", "1", "0"],
        ["Index", "i"],
        ["Index", "", ["Integer", "1"]],
        ["Bound", "1", ["Integer", "1"]],
        ["Entry", ["Size", "N"]],
        ["Entry", ["Tensor", "x", ["tuple", ["Integer", "2"]], None]],
        ["Tensor", "x", ["tuple", 2], None],
        ["Sum", ["Integer", "1"], ["Index", "i", ["Integer", "2"]]],
        ["Compare", "is", ["Integer", "1"], ["Integer", "2"]],
        ["Logic", "xor", ["Integer", "1"]],
        ["Where", ["Integer", "1"], ["Integer", "1"], ["Integer", "2"]],
        ["Pow", ["Integer", "1"]],
        ["Step", "rule", "before", "after", ""],
        ["Network", "net"],
        ["Recurrence", ["Integer", "3"], "-1", ["tuple", "x"], ["tuple", 0], ["tuple"]],
        ["Recurrence", ["Integer", "3"], -1, ["tuple", "x"], ["tuple", "0"], ["tuple"]],
        ["float", "nan-ish"],
        ["tuple", {"kind": "Sum"}],
        [["Sum"]],
        [],
        {},
        1.5,
    ],
    ids=lambda data: str(data)[:50],
)
def test_anything_else_is_refused(data: Any) -> None:
    with pytest.raises(InputError):
        from_data(data)


def test_a_tree_without_end_is_refused() -> None:
    deep: Any = ["Integer", "1"]
    for _ in range(5000):
        deep = ["tuple", deep]
    with pytest.raises(InputError, match="deep"):
        from_data(deep)


def test_an_expression_that_could_not_be_read_again_is_not_written() -> None:
    with pytest.raises(TypeError, match="assumptions"):
        to_data(Symbol("a", negative=True))
    with pytest.raises(TypeError, match="no kind"):
        to_data(object())
