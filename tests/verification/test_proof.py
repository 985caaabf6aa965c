"""Claims are proved by algebra that keeps the value: what is proved agrees with numbers; nothing false is proved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sympy import Add, Expr, Integer, Symbol

import derive
from derive.binding import bind
from derive.entry import Entry, Tensor
from derive.functions import apply, exp, log
from derive.index import Index, dimension
from derive.operators import Apply, Compare, Delta, Sum, Where
from derive.verification import judge, phrase
from derive.verification.expressed import Expressed, NoExpression, along, exactly, formula_of
from derive.verification.formula.tree import Statement
from derive.verification.judge import Judge
from derive.verification.normal import Normal, TooLong
from derive.verification.proof import proved
from derive.verification.relation import related
from derive.verification.verdict import Outcome
from tests.agreement import assert_same_value
from tests.benchmarks.claims import records, verified
from tests.engine.test_rules import RULES, random_values

N, D = dimension("N"), dimension("D")
n, i, j, k = Index("n", N), Index("i", D), Index("j", D), Index("k", D)
X, V, W, T = Tensor("x", (N, D)), Tensor("v", (D,)), Tensor("W", (D, D)), Tensor("t", (N,), within=D)

EXPRESSIONS: tuple[Expr, ...] = (
    bind(Sum, V[i] * (W[i, j] + V[j]), [i]) * bind(Sum, V[k] ** 2 - 3, [k]),
    bind(Sum, V[i] * bind(Sum, W[i, j] * Delta(j, k), [j]), [i]),
    bind(Sum, (Delta(i, j) - V[i]) ** 2 / N, [i]),
    bind(Sum, Delta(i, T[n]) * X[n, i], [i, n]),
    bind(Sum, Where(Compare(">", V[i], V[j]), V[i] * X[n, i], Integer(0)), [i]),
    apply("max", V[i], V[j]) - apply("min", V[i], 2 * V[j]) + apply("abs", V[i] - V[j]),
    exp(2 * V[i] - V[j]) / bind(Sum, exp(V[k]), [k]) ** 2,
    log(exp(V[i]) / bind(Sum, exp(V[k]), [k])) + log(1 / V[i]),
    (V[i] - V[j]) ** -1 + (V[j] - V[i]) ** -2 * V[i],
    bind(Sum, (V[i] - bind(Sum, V[j], [j]) / D) ** 2, [i]),
    Where(Compare("<=", i, j), V[i], V[j]) * Where(Compare("==", i, j), V[i], Integer(1)),
    Where(Compare(">", apply("max", V[i] - V[j], 0), Integer(0)), V[i], Integer(0)),
    apply("sign", V[j] - V[i]) * V[i],
)


def test_the_normal_form_keeps_the_value_of_the_examples_of_every_rule() -> None:
    tried = 0
    for rule in RULES.values():
        for example in rule.examples():
            try:
                form = Normal().canonical(example)
            except TooLong:
                continue
            tried += 1
            values, sizes = random_values(example)
            assert_same_value(example, form, values, sizes, np.random.default_rng(1))
    assert tried > 60


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
def test_the_normal_form_keeps_the_value(expr: Expr) -> None:
    form = Normal().canonical(expr)
    for seed in range(3):
        values, sizes = random_values(expr, seed=seed)
        assert_same_value(expr, form, values, sizes, np.random.default_rng(1))


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
def test_an_expression_is_itself_and_not_another_one(expr: Expr) -> None:
    assert Normal().is_zero(expr - expr.expand())
    assert not Normal().is_zero(expr)
    assert not Normal().is_zero(expr - 2 * expr)
    assert not Normal().is_zero(Add(expr, V[i]))


@pytest.mark.parametrize("name", ["mlp", "softmax_loss", "layer_norm", "highway", "cosine_loss", "mlp_relu"])
def test_the_normal_form_keeps_the_value_of_gradients(name: str) -> None:
    network = derive.read(derive.gallery_path(name))
    for adjoint in derive.differentiate(network).adjoints:
        right = adjoint.equation.right
        values, sizes = random_values(right)
        assert_same_value(right, Normal().canonical(right), values, sizes, np.random.default_rng(1))


# Claims


MOST_PAIRS = 5  # of one record


def _recorded(monkeypatch: pytest.MonkeyPatch) -> tuple[list[tuple[bool, bool]], Callable[[dict[str, Any]], None]]:
    """Pairs of sides that are tried for a record: whether they are proved, and whether they agree with numbers."""
    found: list[tuple[bool, bool]] = []
    room = [0]

    def proof(self: Judge, a: Any, b: Any, mask: Any, relation: str) -> Any:
        # One point is enough to choose a reading; a claim is judged at several.
        if len(self.points) > 1 and relation not in judge.ORDER and len(found) < room[0]:
            compared = related(a, b, relation, mask, Statement(()), partly=True)
            if compared.anything:
                found.append((_proved(self, a, b, mask), compared.equal))
        return lambda: False

    def of_record(record: dict[str, Any]) -> None:
        room[0] = len(found) + MOST_PAIRS
        verified(record)

    monkeypatch.setattr(Judge, "_proof", proof)
    return found, of_record


def _proved(self: Judge, a: Any, b: Any, mask: Any) -> bool:
    one = self.names.size(self.names.batch) if self.names.batch and self.reading.batch == "one" else None
    try:
        left, right = judge.on_common_axes(a, b)
    except judge.DoesNotFit:
        return False
    return proved(left, right, mask, self.names.network, one)


@pytest.mark.parametrize("notation", sorted({record["notation"] for record in records(False)} - {"numbers"}))
def test_nothing_is_proved_that_numbers_refute(notation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The false claims, proved or not without a look at numbers first."""
    found, of_record = _recorded(monkeypatch)
    monkeypatch.setattr(phrase, "diagnosed", lambda *_: None)
    monkeypatch.setattr(phrase, "residue", lambda *_: "")
    for record in records(False):
        if record["notation"] == notation and not record["truth"] and "network" in record:
            of_record(record)
    assert not [pair for pair in found if pair == (True, False)]
    assert any(equal is False for _, equal in found)


def test_most_true_claims_are_proved() -> None:
    count = holding = 0
    for record in records(False):
        if not record["truth"] or record["notation"] not in ("latex-component", "latex-column", "local", "facts"):
            continue
        for verdict in verified(record).with_outcome(Outcome.HOLDS):
            if not verdict.reason.startswith("the numbers agree"):
                holding += 1
                count += verdict.reason.startswith("proved")
    assert holding > 40
    assert count >= 0.9 * holding


@pytest.mark.parametrize(
    ("network", "claim"),
    [
        ("softmax_loss", r"\frac{\partial C}{\partial a_{ni}} = (p_{ni} - y_{ni}) / N"),
        ("mlp", r"\frac{\partial E}{\partial W_1} = x^\top ((p - y) W_2^\top \odot h \odot (1 - h)) / N"),
        ("mlp", r"\frac{\partial h}{\partial z_1} = \frac{e^{-z_1}}{(1 + e^{-z_1})^2}"),
        ("deep_mlp", r"dz_l = (dz_{l+1} W_{l+1}^\top) \odot a_l \odot (1 - a_l)"),
    ],
)
def test_a_claim_is_proved_for_all_sizes(network: str, claim: str) -> None:
    (verdict,) = derive.verify(derive.read(derive.gallery_path(network)), claim).verdicts
    assert verdict.outcome is Outcome.HOLDS
    assert verdict.reason == "proved"


# Expressions of arrays


def test_a_size_is_not_the_number_that_it_is_at_a_point() -> None:
    h = Tensor("h", (D,))
    third = Expressed((), np.asarray(1.0), lambda: h[2])
    last = Expressed((), np.asarray(1.0), lambda: h[D - 1])
    network = derive.read(derive.gallery_path("mlp"))
    assert not proved(third, last, exactly(1), network)
    assert proved(last, last, exactly(1), network)


def test_what_has_no_expression_is_not_proved() -> None:
    plain = exactly(1) + along(i, 3).reduced(np.max, (i,))
    with pytest.raises(NoExpression):
        formula_of(plain)
    network = derive.read(derive.gallery_path("mlp"))
    assert not proved(plain, plain, exactly(1), network)


def test_another_array_has_another_expression() -> None:
    data = Expressed((i,), np.asarray([1.0, 2.0]), lambda: V[i])
    with pytest.raises(NoExpression):
        formula_of(replace(data, array=data.array + 1))
    assert formula_of(replace(data, letters=(i,))) == V[i]


def test_powers_of_numbers_are_not_worked_out_without_end() -> None:
    nine = exactly(9.0, 9)
    with np.errstate(over="ignore"):
        huge = nine ** (nine**nine)
    with pytest.raises(NoExpression):
        formula_of(huge)


def test_a_long_expression_is_given_up_without_a_clock() -> None:
    long = Add(*(V[i] ** number * Entry(Tensor(f"a{number}")) for number in range(1, 40)))
    with pytest.raises(TooLong):
        Normal().is_zero(long**4 - 1)


def test_operations_keep_expressions_and_letters() -> None:
    data = Expressed((i,), np.asarray([1.0, 2.0, 4.0]), lambda: V[i])
    moved = (data * data.renamed({i: j})).reduced(np.sum, (j,))
    assert formula_of(moved) == V[i] * bind(Sum, V[j], [j]) or Normal().is_zero(
        formula_of(moved) - V[i] * bind(Sum, V[j], [j])
    )
    assert formula_of(data.at(i, 2)) == V[2]
    assert formula_of(-data / exactly(4.0, Symbol("c"))) == -V[i] / Symbol("c")


def test_functions_are_not_confused() -> None:
    assert not Normal().is_zero(apply("exp", V[i]) - apply("log", V[i]))
    assert not any(isinstance(node, Apply) for node in Normal().canonical(log(exp(V[i]))).atoms(Apply))
