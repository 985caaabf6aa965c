"""A claim that holds on one side of a border only is not confirmed, however far from 0 the border lies."""

from __future__ import annotations

import pytest

import derive
from derive.verification.verdict import Outcome, Report

HOLDS, FAILS, UNDECIDED, UNREAD = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDECIDED, Outcome.NOT_UNDERSTOOD
FAR = (4, 100, 1_000_000)


def verified(text: str, network: str | None = None) -> Report:
    return derive.verify(derive.read(derive.gallery_path(network)) if network else None, text)


def last(text: str, network: str | None = None) -> Outcome:
    """The outcome of the last claim of a text."""
    return verified(text, network).verdicts[-1].outcome


@pytest.mark.parametrize("border", FAR)
@pytest.mark.parametrize("claim", ["dy/dx = 0", "dy/dx = 1", "y = x", "y = {border}"])
def test_a_text_of_numbers_is_tried_on_both_sides(claim: str, border: int) -> None:
    assert last(f"y = max(x, {border})\n\n{claim.format(border=border)}") is FAILS
    assert last(f"y = min(x, -{border})\n\n{claim.format(border=-border)}") is FAILS


@pytest.mark.parametrize("border", FAR)
def test_what_holds_on_both_sides_holds(border: int) -> None:
    assert last(f"y = max(x, {border})\n\ny = max({border}, x)") is HOLDS
    assert last(f"$\\max(x, {border}) = \\frac12 (x + {border} + |x - {border}|)$") is HOLDS
    assert last(f"$\\min(x, {border}) = -\\max(-x, -{border})$") is HOLDS


@pytest.mark.parametrize("border", FAR)
def test_identities_are_tried_on_both_sides(border: int) -> None:
    assert last(f"$\\max(x, {border}) = x$") is FAILS
    assert last(f"$\\max(x, -{border}) = x$") is FAILS
    assert last(f"$|x - {border}| = {border} - x$") is FAILS
    assert last(f"$|x + {border}| = x + {border}$") is FAILS


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        (r"$\sqrt{x^2} = x$", FAILS),
        (r"$\sqrt{x^2} = |x|$", HOLDS),
        (r"$|x| = x$", FAILS),
        (r"$\max(x, 0) = x$", FAILS),
        (r"$\max(x, 0) - \max(-x, 0) = x$", HOLDS),
        (r"$|x| = \max(x, -x)$", HOLDS),
        (r"$\max(x, 1) = 1$", FAILS),
        (r"$|x - 1| + |x + 1| = 2$", FAILS),  # true for |x| < 1
        (r"$\tanh x = x$", FAILS),
    ],
)
def test_identities_around_one(claim: str, outcome: Outcome) -> None:
    assert last(claim) is outcome


@pytest.mark.parametrize(
    ("network", "claim", "outcome"),
    [
        ("silu", r"$\max(z_n, -300) = z_n$", FAILS),
        ("silu", r"$|z_n + 50| = z_n + 50$", FAILS),
        ("mse", "da = np.clip(a - y, -100, 100) / (N*K)", FAILS),
        ("mse", "da = np.where(a - y < 50, a - y, 50) / (N*K)", FAILS),
        ("mse", "da = np.maximum(a - y, -1000) / (N*K)", FAILS),
        ("mlp", r"$\max(h, 2) = 2$", UNDECIDED),  # true: no sigmoid reaches 2, but no point shows what is beyond
        ("huber", "da = np.clip(a - y, -c, c) / a.size", HOLDS),
    ],
)
def test_a_network_is_tried_on_both_sides(network: str, claim: str, outcome: Outcome) -> None:
    assert last(claim, network) is outcome


def test_what_never_comes_out_the_other_way_is_said() -> None:
    (verdict,) = verified(r"$\max(h, 2) = 2$", "mlp").verdicts
    assert verdict.outcome is UNDECIDED
    assert "max(h, 2) comes out the same way" in verdict.reason


def test_the_borders_of_a_network_are_tried_on_both_sides() -> None:
    text = "network far\ninput x\nparam w, b\nz = w*x + b\nloss E = (max(z, {border}) - 3)**2"
    for border in (*FAR, -50):
        network = derive.parse(text.format(border=border))
        (verdict,) = derive.verify(network, "dw = 0").verdicts
        assert verdict.outcome is FAILS
        (verdict,) = derive.verify(network, "dw = 2*(z - 3)*x").verdicts
        assert verdict.outcome is FAILS
        (verdict,) = derive.verify(network, f"dw = 2*(z - 3)*x*(z > {border})").verdicts
        assert verdict.outcome is HOLDS


def test_cases_hide_no_value_that_is_not_given() -> None:
    given = "x = 5\n\ny = max(x, {border})\n\n"
    assert last(given.format(border=4) + "y = 5") is HOLDS
    assert last(given.format(border=4) + "y = 4") is FAILS
    assert last("x = 5\n\ny = max(x, 4) + max(u, 4)\n\ny = 9") is UNREAD


def test_what_vanishes_everywhere_is_equal_to_nothing() -> None:
    lines = ["y0 = a", *(f"y{number} = y{number - 1}*y{number - 1}" for number in range(1, 40))]
    assert last("\n\n".join([*lines, "dy39/da = y37"])) is UNDECIDED
