"""The loop oracle says what NumPy, written by hand for each case, says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sympy import Expr, Integer, Rational, floor, oo, pi, sqrt

from derive.binding import bind
from derive.entry import Constant, Tensor
from derive.equation import Equation
from derive.evaluate import derivative, evaluate, evaluate_equation
from derive.functions import apply, exp, log
from derive.index import Index, dimension
from derive.layers import layer_norm, log_softmax, logsumexp, norm, normalize, rms_norm, softmax, var
from derive.operators import (
    ArgMax,
    ArgMin,
    Compare,
    Delta,
    Logic,
    Maximum,
    Minimum,
    Partial,
    Product,
    Sum,
    Where,
    Written,
)

N, D, K = dimension("N"), dimension("D"), dimension("K")
n, i, j, k = Index("n", N), Index("i", D), Index("j", D), Index("k", K)
x, w, t = Tensor("x", (N, D)), Tensor("W", (D, K)), Tensor("t", (N,), within=D)
SIZES = {"N": 2, "D": 3, "K": 4}
RNG = np.random.default_rng(3)
X, W = RNG.normal(size=(2, 3)), RNG.normal(size=(3, 4))
VALUES = {"x": X, "W": W, "t": np.array([2, 0]), "eps": 0.01}
EPS = Constant("eps")
CENTRED = X - X.mean(1, keepdims=True)


def table(right: Expr, *letters: Index) -> np.ndarray:
    """All values of an expression over its free letters."""
    return evaluate_equation(
        Equation(Tensor("table", tuple(letter.size for letter in letters)), letters, right), VALUES, SIZES
    )


@pytest.mark.parametrize(
    ("expr", "letters", "meaning"),
    [
        (bind(Sum, x[n, i] * w[i, k], [i]), (n, k), X @ W),
        (bind(Sum, x[n, i] * w[i, k], [i, n]), (k,), (X @ W).sum(0)),
        (bind(Product, x[n, i], [i]), (n,), X.prod(1)),
        (bind(Maximum, x[n, i], [i]), (n,), X.max(1)),
        (bind(Minimum, x[n, i], [i]), (n,), X.min(1)),
        (bind(ArgMax, x[n, i], [i]), (n,), X.argmax(1)),
        (bind(ArgMin, x[n, i], [i]), (n,), X.argmin(1)),
        (x[n, t[n]], (n,), np.array([X[0, 2], X[1, 0]])),
        (x[n, bind(ArgMax, x[n, i], [i])], (n,), X.max(1)),
        (Delta(i, j) * x[n, i], (n, i, j), X[:, :, None] * np.eye(3)),
        (Delta(i, t[n]), (n, i), np.eye(3)[[2, 0]]),
        (x[n, D - 1], (n,), X[:, 2]),
        (x[1, 2], (), X[1, 2]),
        (Where(Compare("<", x[n, i], Integer(0)), -x[n, i], 2 * x[n, i]), (n, i), np.where(X < 0, -X, 2 * X)),
        (Written(x[n, i], x[n, j], x[n, i]), (n, i, j), X[:, :, None] ** 2 * X[:, None, :]),
        (x[n, i] ** 3 / D, (n, i), X**3 / 3),
        (apply("max", x[n, i], Integer(0)), (n, i), np.maximum(X, 0)),
        (sqrt(2 / pi) * x[n, i], (n, i), math.sqrt(2 / math.pi) * X),
        (softmax(x[n, i], i), (n, i), np.exp(X) / np.exp(X).sum(1, keepdims=True)),
        (log_softmax(x[n, i], i), (n, i), X - np.log(np.exp(X).sum(1, keepdims=True))),
        (logsumexp(x[n, i], n), (i,), np.log(np.exp(X).sum(0))),
        (norm(x[n, i], i), (n,), np.linalg.norm(X, axis=1)),
        (normalize(x[n, i], i), (n, i), X / np.linalg.norm(X, axis=1, keepdims=True)),
        (var(x[n, i], i), (n,), X.var(1)),
        (
            layer_norm(x[n, i], Integer(2), Integer(1), EPS, i), (n, i),
            2 * CENTRED / np.sqrt(X.var(1, keepdims=True) + 0.01) + 1,
        ),
        (rms_norm(x[n, i], Integer(1), EPS, i), (n, i), X / np.sqrt((X**2).mean(1, keepdims=True) + 0.01)),
        (D * K + floor(D / 2), (), 13),
    ],
    ids=str,
)  # fmt: skip
def test_an_expression_has_the_value_of_its_formula(
    expr: Expr, letters: tuple[Index, ...], meaning: np.ndarray
) -> None:
    assert np.allclose(table(expr, *letters), meaning, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize(
    ("relation", "holds"), [("<", (1, 0, 0)), ("<=", (1, 1, 0)), (">", (0, 0, 1)), (">=", (0, 1, 1)), ("==", (0, 1, 0)),
                            ("!=", (1, 0, 1))],
)  # fmt: skip
def test_a_comparison_holds_as_its_sign_says(relation: str, holds: tuple[int, ...]) -> None:
    for number, expected in zip((0, 1, 2), holds, strict=True):
        assert evaluate(Compare(relation, i, Integer(1)), {}, SIZES, {i: number}) == expected


def test_logic_combines_conditions() -> None:
    low, high = Compare("<", i, Integer(1)), Compare(">", i, Integer(1))
    found = {
        word: [evaluate(Logic(word, *conditions), {}, SIZES, {i: number}) for number in range(3)]
        for word, conditions in {"and": (low, high), "or": (low, high), "not": (low,)}.items()
    }
    assert found == {"and": [0, 0, 0], "or": [1, 0, 1], "not": [0, 1, 1]}


def test_a_tie_under_a_maximum_goes_to_the_first() -> None:
    assert evaluate(bind(ArgMax, x[n, i], [i]), {"x": [[1, 2, 2]]}, SIZES, {n: 0}) == 1
    assert evaluate(bind(ArgMin, x[n, i], [i]), {"x": [[2, 1, 1]]}, SIZES, {n: 0}) == 1


def test_infinities_are_neutral_for_a_maximum() -> None:
    masked = bind(Maximum, Where(Compare("==", i, Integer(0)), x[n, i], -oo), [i])
    assert evaluate(masked, VALUES, SIZES, {n: 1}) == X[1, 0]


def test_only_the_branch_that_is_taken_is_evaluated() -> None:
    guarded = Where(Compare("<", i + 1, D), x[n, i + 1], Integer(0))
    assert [evaluate(guarded, VALUES, SIZES, {n: 0, i: number}) for number in range(3)] == [X[0, 1], X[0, 2], 0]


def test_a_subscript_outside_its_axis_is_an_error_and_never_wraps_around() -> None:
    with pytest.raises(IndexError, match="shape"):
        evaluate(x[n, i - 1], VALUES, SIZES, {n: 0, i: 0})


def test_what_nobody_gave_is_an_error() -> None:
    with pytest.raises(KeyError):
        evaluate(Constant("alpha"), VALUES, SIZES)
    with pytest.raises(KeyError):
        evaluate(x[n, i], VALUES, SIZES, {n: 0})


def test_a_division_by_zero_is_infinite_and_a_root_of_a_negative_number_is_none() -> None:
    assert evaluate(1 / x[0, 0], {"x": [[0.0]]}, {}) == math.inf
    assert math.isnan(evaluate(sqrt(x[0, 0]), {"x": [[-1.0]]}, {}))
    assert math.isnan(evaluate(apply("sin", log(x[0, 0])), {"x": [[0.0]]}, {}))


def test_a_label_is_a_whole_number() -> None:
    labels = evaluate_equation(Equation(t, (n,), bind(ArgMax, x[n, i], [i])), VALUES, SIZES)
    assert labels.dtype == np.int64


def test_a_derivative_moves_one_entry_and_nothing_else() -> None:
    of = softmax(x[n, i], i)
    p = np.exp(X) / np.exp(X).sum(1, keepdims=True)
    other = Index("m", N)
    meaning = np.einsum("nm,nij->nimj", np.eye(2), p[:, :, None] * (np.eye(3) - p[:, None, :]))
    assert np.allclose(table(Partial(of, x[other, j]), n, i, other, j), meaning, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize(
    ("function", "slope", "at"),
    [
        (math.exp, math.exp, 1.0),
        (math.sin, math.cos, 30.0),
        (math.log, lambda u: 1 / u, 0.3),
        (abs, lambda u: -1.0, -0.1),
    ],
)
def test_differences_find_ten_digits(function, slope, at: float) -> None:  # type: ignore[no-untyped-def]
    assert derivative(function, at) == pytest.approx(slope(at), rel=1e-10, abs=1e-10)


def test_rationals_are_rounded_once() -> None:
    assert evaluate(Rational(1, 3), {}, {}) == 1 / 3
    assert evaluate(exp(Rational(-1, 10)), {}, {}) == math.exp(-0.1)
