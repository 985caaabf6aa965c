"""A claim that holds in one case only fails: the points at which claims are tried lie in every case."""

from __future__ import annotations

import pytest

import derive
from derive.verification.verdict import Outcome


def _outcomes(network: str, *lines: str) -> list[Outcome]:
    report = derive.verify(derive.read(derive.gallery_path(network)), "\n".join(lines))
    return [verdict.outcome for verdict in report.verdicts]


@pytest.mark.parametrize(
    ("network", "claim"),
    [
        ("hinge", "ds = -y / N"),
        ("hard_tanh", "dz = dh"),
        ("hard_swish", "dz = dh * (2*z + 3) / 6"),
        ("relu", "dz = dh"),
        ("silu", r"$\max(z_n, -3) = z_n$"),
        ("mse", "da = np.clip(a - y, -4, 4) / (N*K)"),
    ],
)
def test_one_case_is_not_taken_for_all(network: str, claim: str) -> None:
    assert _outcomes(network, claim) == [Outcome.FAILS]


@pytest.mark.parametrize(
    ("network", "claim"),
    [
        ("hinge", "ds = -y * (m > 0) / N"),
        ("hard_tanh", "dz = dh * (z > -1) * (z < 1)"),
        ("huber", "da = np.clip(a - y, -c, c) / a.size"),
        ("mlp_relu", "dz1 = (dz2 @ W2.T) * (z1 > 0)"),
        ("silu", r"$\max(z_n, z_n) = z_n$"),
    ],
)
def test_what_holds_in_every_case_holds(network: str, claim: str) -> None:
    assert _outcomes(network, claim) == [Outcome.HOLDS]


def test_sizes_are_read_as_programs_ask_for_them() -> None:
    claims = [f"dW2 = h.T @ (p - y) / {count}" for count in ("len(x)", "x.shape[0]", "x.size(0)")]
    assert _outcomes("mlp", *claims) == [Outcome.HOLDS] * 3
    assert _outcomes("mlp", "dW2 = h.T @ (p - y) / x.shape[1]", "dW2 = h.T @ (p - y) / x.size") == [Outcome.FAILS] * 2


def test_a_hat_over_the_target_is_the_prediction() -> None:
    assert _outcomes("logistic_regression", r"$\nabla_w E = \frac1N X^T(\hat{y} - y)$") == [Outcome.HOLDS]
    assert _outcomes("logistic_regression", r"$\nabla_w E = \frac1N X^T(\hat{y} - \hat{y})$") == [Outcome.FAILS]


def test_a_kept_axis_lies_where_it_was_in_a_square_array() -> None:
    for axis, outcome in ((-1, Outcome.HOLDS), (2, Outcome.HOLDS), (1, Outcome.FAILS)):
        claim = f"dS = a * (da - np.sum(da * a, axis={axis}, keepdims=True))"
        assert _outcomes("attention_single_head", claim) == [outcome]
