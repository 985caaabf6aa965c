"""What a document says of weak places follows from the formulas: bounds, zeros, denominators, limits of a loss."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from sympy import Rational, Symbol

import derive
from codegen.block import Table
from codegen.formats.markdown.text import text as markdown
from codegen.outline.depth import depth_risks
from codegen.outline.loss_limits import loss_limits
from codegen.outline.page import Page, page
from codegen.outline.risks import risks
from codegen.outline.scalar import NotScalar, as_sympy, reach
from codegen.outline.slope_bounds import slope_reach
from derive.activations import ACTIVATIONS
from derive.entry import Tensor
from derive.signs import floor_of, never_negative, positive

U = Symbol("u", real=True)
ONE = [item for item in ACTIVATIONS if len(item.arguments) == 1 and not item.inline and item.name != "log1p"]


def written(equations: str, more: str = "") -> Page:
    head = f'network small "Small"\ndim N, D, K\ninput x[N, D]\ntarget y[N, K] one_hot\nparam W[D, K]{more}\n\n'
    return page(derive.differentiate(derive.parse(head + equations)), {})


def told(here: Page) -> str:
    return " ".join(markdown(item) for block in risks(here) for item in getattr(block, "items", ()))


@pytest.mark.parametrize("definition", ONE, ids=lambda item: item.name)
def test_no_value_of_a_slope_lies_outside_its_reach(definition) -> None:  # type: ignore[no-untyped-def]
    formula = definition.function().expand(U, *definition.settings.values())
    slope = as_sympy(formula, {U: U}).diff(U)
    found = reach(slope, U)
    assert found is not None
    function = sympy.lambdify(U, slope, modules=[{"erf": np.vectorize(__import__("math").erf)}, "numpy"])
    values = [float(function(place)) for place in np.random.default_rng(1).uniform(-20, 20, 400)]
    assert found.high is None or max(values) <= float(found.high) + 1e-3
    assert found.low is None or min(values) >= float(found.low) - 1e-3


def test_the_largest_slopes_are_found_and_not_looked_up() -> None:
    here = written("h = sigmoid(x @ W)\nu = tanh(h)\nv = relu(u)\nloss E = mean((v - y)**2)")
    found = {lemma.function.name: slope_reach(here, lemma) for lemma in here.derivation.lemmas}
    assert {name: item.high for name, item in found.items() if item} == {
        "sigmoid": Rational(1, 4),
        "tanh": 1,
        "relu": 1,
    }
    relu, sigmoid = found["relu"], found["sigmoid"]
    assert relu is not None and relu.zero == (("<=", 0),)
    assert sigmoid is not None and sigmoid.zero == () and sigmoid.left and sigmoid.right


def test_a_function_of_ones_own_gets_the_same_treatment() -> None:
    here = written("bump(u) = 3 * exp(-u**2)\nh = bump(x @ W)\nloss E = mean((h - y)**2)")
    assert "goes to 0 on both sides" in told(here)


def test_slopes_one_after_the_other_are_multiplied() -> None:
    here = written("a = sigmoid(x @ W)\nb = sigmoid(2 * a)\nc = sigmoid(3 * b)\nloss E = mean((c - y)**2)")
    (said,) = depth_risks(here)
    assert "1/4 · 1/4 · 1/4" in markdown(said)


def test_a_constant_under_a_root_protects_the_quotient() -> None:
    safe = written("m = mean(x, over=D)\nv = mean((x - m)**2, over=D)\nz = (x - m) / sqrt(v + 1/100)\n"
                   "a = z @ W\nloss E = mean((a - y)**2)")  # fmt: skip
    assert "never below" in told(safe)
    bare = written("m = mean(x, over=D)\nv = mean((x - m)**2, over=D)\nz = (x - m) / sqrt(v)\n"
                   "a = z @ W\nloss E = mean((a - y)**2)")  # fmt: skip
    assert "never below" not in told(bare) and "may be 0" in told(bare)


def test_signs_follow_from_the_form() -> None:
    network = derive.parse(
        'network s "S"\ndim N\ninput x[N]\nparam w\n\na = exp(w * x)\nb = a**2 + 1\nc = w * x\nloss E = mean(b + c)'
    )
    entry = {name: network.tensors[name][network.equations[0].letters] for name in "abc"}
    assert positive(entry["a"], network) and not never_negative(entry["c"], network)
    assert floor_of(entry["b"], network) == 1 and floor_of(entry["a"], network) == 0


def test_what_is_no_formula_of_one_number_is_refused() -> None:
    with pytest.raises(NotScalar):
        as_sympy(Tensor("w")[()], {})


@pytest.mark.parametrize(
    ("loss", "limits"),
    [
        ("p = softmax(x @ W)\nloss E = mean(cross_entropy(p, y))", ["$0$", r"$\infty$", "$0$", "$0$"]),
        ("p = sigmoid(x @ W)\nloss E = mean((p - y)**2)", ["$0$", "$1$", "$0$", "$1$"]),
        ("a = x @ W\nloss E = mean((a - y)**2)", [r"$\infty$", r"$\infty$", r"$\infty$", r"$\infty$"]),
    ],
)
def test_the_ends_of_a_loss_are_limits(loss: str, limits: list[str]) -> None:
    (table,) = [block for block in loss_limits(written(loss)) if isinstance(block, Table)]
    assert [markdown(row[-1]) for row in table.rows] == limits


def test_nothing_is_said_of_a_range_that_nobody_knows() -> None:
    text = (
        'network t "T"\ndim N, D\ninput x[N, D]\ntarget y[N]\nparam w[D]\n\n'
        "a = 2 * tanh(x @ w)\nloss E = mean((a - y)**2)"
    )
    blocks = loss_limits(page(derive.differentiate(derive.parse(text)), {}))
    (table,) = [block for block in blocks if isinstance(block, Table)]
    assert [markdown(row[-1]) for row in table.rows] == ["$0$"]


def test_logarithms_say_where_a_given_prediction_lies() -> None:
    text = 'network b "B"\ndim N\ninput p[N]\ntarget y[N] binary\nwrt p\n\nloss E = mean(binary_cross_entropy(p, y))'
    (table,) = [block for block in loss_limits(page(derive.differentiate(derive.parse(text)), {})) if
                isinstance(block, Table)]  # fmt: skip
    assert [markdown(row[-1]) for row in table.rows] == ["$0$", r"$\infty$"] * 2


def test_a_layer_has_no_loss_to_explain() -> None:
    layer = derive.parse('network l "L"\ndim N\ninput x[N]\n\noutput y = tanh(x)')
    assert loss_limits(page(derive.differentiate(layer), {})) == []


def test_a_power_that_is_no_number_is_a_divisor_like_another() -> None:
    text = 'network t ""\ndim N\ninput q[N] positive\nwrt q\nL = prod(q)\nloss E = L**(-1/N)'
    assert "(2) and (3) divide by $L$" in told(page(derive.differentiate(derive.parse(text)), {}))
