"""Claims that must not be confirmed, though something about them is right, and true ones that stand beside them."""

from __future__ import annotations

import pytest

import derive
from derive.verification.verdict import Outcome, Report


def verified(claim: str, network: str | None = None) -> Report:
    return derive.verify(derive.read(derive.gallery_path(network)) if network else None, claim)


def outcomes(report: Report) -> list[str]:
    return [verdict.outcome.value for verdict in report.verdicts]


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        ("0.3 = 0.4", "fails"),  # 0.35 is within the digits of both
        ("0.298 = 0.3", "holds"),
        ("e^{0.5} = 99", "fails"),  # no definition of a symbol e^{0.5}
        ("e^{0.5} = 1.65", "holds"),
        ("1/0 = 2/0", "not understood"),
        ("1/0 = ∞", "holds"),
        ("0.5 < 0.4", "fails"),
        ("0.3 < 0.4", "holds"),
    ],
)
def test_numbers_alone(claim: str, outcome: str) -> None:
    assert outcomes(verified(claim)) == [outcome]


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        (r"$\sigma'(z_1) \le 0.25$", "holds"),
        (r"$\sigma'(z_1) \le 0.1$", "fails"),
        ("z1 := x @ W1 + b1", "holds"),  # computes a value, and updates nothing
        ("z1 := x @ W1 - b1", "fails"),
        ("W1 := W1 + α dW1", "fails"),
        ("$-0.3 = -0.4$", "fails"),  # needs no values
        (r"$E = \frac{1}{N} \sum_n E_n$", "not understood"),  # E_n is not E
    ],
)
def test_bounds_assignments_and_losses_of_one_example(claim: str, outcome: str) -> None:
    assert outcomes(verified(claim, "mlp")) == [outcome]


def test_a_bound_is_tried_at_the_values_that_a_text_gives() -> None:
    text = "x = 0.5\ny = x^2\n\ny < 0.3\n\ny > 0.3\n\ny > 0.249\n\ny > 5"
    assert outcomes(verified(text)) == ["holds", "fails", "holds", "fails"]


def test_a_counter_example_of_a_bound_breaks_it() -> None:
    (verdict,) = verified(r"$z_1 \le h$", "mlp").verdicts
    assert verdict.witness is not None
    assert float(verdict.witness.left) > float(verdict.witness.right)


def test_a_power_defines_a_function() -> None:
    assert outcomes(verified("f(x) = x^2\nf'(x) = 2x"))[-1] == "holds"
    assert outcomes(verified("f(x) = x^2\nf'(x) = x"))[-1] == "fails"


def test_an_error_is_called_e_beside_exponentials() -> None:
    text = "e = y - t\nE = e^2/2\ndE/dy = e\n\nq = e^{-z}\ndq/dz = -q"
    assert outcomes(verified(text)) == ["holds", "holds"]


def test_a_transpose_is_no_target() -> None:
    (verdict,) = verified(r"$\frac{\partial J}{\partial W^{(l)}} = \delta^{(l)} (a^{(l)})^T$").verdicts
    assert verdict.outcome is Outcome.FAILS


def test_a_local_derivative_says_that_it_is_one() -> None:
    (verdict,) = verified(r"$\frac{\partial c_t}{\partial c_{t-1}} = f_t$", "lstm").verdicts
    assert verdict.outcome is Outcome.HOLDS
    assert "local" in verdict.remark


def test_what_is_not_checked_is_said() -> None:
    report = verified("The bias starts at $b_1 = 0$.", "mlp")
    assert not report.verdicts
    (note,) = report.notes
    assert "b_1 = 0 (line 1)" in note


def test_in_this_case_begins_a_claim() -> None:
    assert outcomes(verified("In this case $z_1 = 7 x W_1$ holds.", "mlp")) == ["fails"]
