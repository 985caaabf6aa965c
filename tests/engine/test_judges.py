"""The checks of these tests notice what they are there to notice: a judge who never says no is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from sympy import Expr

from derive.derivation import Adjoint
from derive.language import parse
from derive.operators import Sum, Where
from derive.step import Step
from tests.derivations import Case, case, check_ends, check_gradients, check_steps
from tests.handmade import rnn

TEXT = """network judged
dim N, D, K
input x[N, D]
target y[N, K] one_hot
param W[D, K], b[K]
z = x @ W + b
p = softmax(z)
loss E = mean(cross_entropy(p, y))
"""

Change = Callable[[Adjoint], Adjoint]


@pytest.fixture(scope="module")
def here() -> Case:
    return case(parse(TEXT), np.random.default_rng(5))


def with_change(here: Case, name: str, change: Change) -> Case:
    """The case with one adjoint changed."""
    adjoints = tuple(change(item) if item.of.name == name else item for item in here.derivation.adjoints)
    return replace(here, derivation=replace(here.derivation, adjoints=adjoints))


def with_right(change: Callable[[Expr], Expr]) -> Change:
    return lambda adjoint: replace(adjoint, equation=replace(adjoint.equation, right=change(adjoint.equation.right)))


def test_they_accept_what_is_right(here: Case) -> None:
    check_ends(here.derivation)
    check_gradients(here)
    assert check_steps(here, np.random.default_rng(0)) > 20


@pytest.mark.parametrize("name", ["z", "W", "b"])
@pytest.mark.parametrize("change", [lambda right: -right, lambda right: right * 100001 / 100000])
def test_a_wrong_gradient_is_noticed(here: Case, name: str, change: Callable[[Expr], Expr]) -> None:
    with pytest.raises(AssertionError, match="is off by"):
        check_gradients(with_change(here, name, with_right(change)))


def test_a_result_that_the_steps_do_not_end_at_is_noticed(here: Case) -> None:
    with pytest.raises(AssertionError):
        check_ends(with_change(here, "b", with_right(lambda right: 2 * right)).derivation)


@pytest.mark.parametrize("place", [0, -1])
def test_a_step_that_changes_the_value_is_noticed(here: Case, place: int) -> None:
    def change(adjoint: Adjoint) -> Adjoint:
        steps = list(adjoint.steps)
        steps[place] = replace(steps[place], after=steps[place].after * 1000001 / 1000000)
        return replace(adjoint, steps=(steps[place],))

    with pytest.raises(AssertionError, match="is not"):
        check_steps(with_change(here, "z", change), np.random.default_rng(0))


def test_a_gap_between_steps_is_noticed(here: Case) -> None:
    def change(adjoint: Adjoint) -> Adjoint:
        first, *others = adjoint.steps
        return replace(
            adjoint, steps=(first, Step("nothing", first.after + 0 * first.before, 2 * first.after), *others)
        )

    with pytest.raises(AssertionError):
        check_steps(with_change(here, "z", change), np.random.default_rng(0))


def test_a_lost_sum_is_noticed(here: Case) -> None:
    def change(right: Expr) -> Expr:
        return right.replace(lambda node: isinstance(node, Sum), lambda node: 2 * node)

    with pytest.raises(AssertionError, match="is off by"):
        check_gradients(with_change(here, "b", with_right(change)))


@pytest.fixture(scope="module")
def recurrent() -> Case:
    return case(rnn(), np.random.default_rng(5), distinct=False)


@pytest.mark.parametrize("name", ["h", "z", "x", "h0", "Wh", "b"])
def test_a_wrong_gradient_of_a_recurrence_is_noticed(recurrent: Case, name: str) -> None:
    with pytest.raises(AssertionError, match="is off by"):
        check_gradients(with_change(recurrent, name, with_right(lambda right: right * 100001 / 100000)))


def test_a_recurrence_that_forgets_what_comes_back_from_the_next_step_is_noticed(recurrent: Case) -> None:
    def change(right: Expr) -> Expr:
        return right.replace(lambda node: isinstance(node, Where), lambda node: node.otherwise)

    assert recurrent.derivation["h"].equation.right.has(Where)
    with pytest.raises(AssertionError, match="is off by"):
        check_gradients(with_change(recurrent, "h", with_right(change)))


def test_a_missing_guard_at_the_last_step_is_noticed(recurrent: Case) -> None:
    def change(right: Expr) -> Expr:
        return right.replace(lambda node: isinstance(node, Where), lambda node: node.then)

    with pytest.raises(IndexError, match="dz has no slice"):
        check_gradients(with_change(recurrent, "h", with_right(change)))
