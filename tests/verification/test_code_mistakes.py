"""Mistakes that people make in backward functions, each put into a right one by hand: found, and named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import derive
from derive.language import gallery_path
from derive.network import Network
from derive.verification.code import check, verify_code
from derive.verification.code.points import trials
from derive.verification.verdict import Mistake, Outcome, Report
from tests.derivations import derived
from tests.verification.handwritten import FUNCTIONS

network_of = cache(lambda name: derive.read(gallery_path(name)))


@pytest.fixture(autouse=True, scope="module")
def one_derivation_and_its_points_for_all_slips() -> Iterator[None]:
    """Both are the same for all functions of a network; that `verify_code` makes them itself is tested elsewhere."""
    points = cache(lambda network: trials(derived(network), np.random.default_rng(check.SEED)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check, "differentiate", derived)
        patch.setattr(check, "trials", lambda derivation, _: points(derivation.source))
        yield


@dataclass(frozen=True)
class Slip:
    """A mistake: which text of the right function becomes what, and its kind.

    adjoint  what it is in; several where the numbers cannot tell
    wrong    the names of the gradients that come out wrong
    """

    network: str
    right: str
    wrong_text: str
    kind: Mistake
    adjoint: str
    wrong: str


M = Mistake
SLIPS = (
    # A layer or a batch
    Slip("mlp", "dz2 = (p - y) / N", "dz2 = p - y", M.MEAN, "dz2", "W1 b1 W2 b2"),
    Slip("mlp", "dz2 = (p - y) / N", "dz2 = (y - p) / N", M.SIGN, "dz2", "W1 b1 W2 b2"),
    Slip("mlp", "dz2 = (p - y) / N", "dz2 = p / N", M.DELTA, "dz2", "W1 b1 W2 b2"),
    Slip("mlp", "dz2 = (p - y) / N", "dz2 = 2 * (p - y) / N", M.FACTOR, "dz2", "W1 b1 W2 b2"),
    Slip("mlp", "dz2 = (p - y) / N", "dz2 = (p - y) / N * p * (1 - p)", M.ACTIVATION, "dz2", "W1 b1 W2 b2"),
    Slip("mlp", "dh * h * (1 - h)", "dh", M.ACTIVATION, "dz1", "W1 b1"),
    Slip("mlp", "dh * h * (1 - h)", "dh * (1 - h**2)", M.ACTIVATION, "dz1", "W1 b1"),
    Slip("mlp", "dh * h * (1 - h)", "dh * z1 * (1 - z1)", M.ACTIVATION, "dz1", "W1 b1"),
    Slip("mlp", "dh * h * (1 - h)", "dh * (z1 > 0)", M.ACTIVATION, "dz1", "W1 b1"),
    Slip(
        "mlp",
        "dh * h * (1 - h)",
        "dh * (1 / (1 + np.exp(-h))) * (1 - 1 / (1 + np.exp(-h)))",
        M.ACTIVATION,
        "dz1",
        "W1 b1",
    ),
    Slip("mlp", "dW2 = h.T @ dz2", "dW2 = z1.T @ dz2", M.SYMBOL, "dW2", "W2"),
    Slip("mlp", "dW1 = x.T @ dz1", "dW1 = x.T @ dh", M.SYMBOL, "dW1", "W1"),
    Slip("mlp", "dW2 = h.T @ dz2", "dW2 = dz2.T @ h", M.TRANSPOSE, "", "W2"),
    Slip("mlp", "db2 = dz2.sum(axis=0)", "db2 = dz2", M.SUM, "", "b2"),
    Slip("mlp", "db1 = dz1.sum(axis=0)", "db1 = dz1.mean(axis=0)", M.MEAN, "db1", "b1"),
    Slip("mlp", "db1 = dz1.sum(axis=0)", "db1 = dz1.sum(axis=0, keepdims=True)", M.SHAPE, "", "b1"),
    Slip("mlp", "db2 = dz2.sum(axis=0)", "db2 = dz2.sum(axis=1)", M.SHAPE, "", "b2"),
    # The way to the loss
    Slip("mlp", "z1 = x @ W1 + b1", "z1 = x @ W1", M.VALUE, "z1", "E W1 b1 W2 b2"),
    Slip("mlp", "h = 1 / (1 + np.exp(-z1))", "h = np.tanh(z1)", M.ACTIVATION, "h", "E W1 b1 W2 b2"),
    Slip("mlp", "loss = -np.sum(y * np.log(p)) / N", "loss = -np.sum(y * np.log(p))", M.MEAN, "E", "E"),
    Slip("batch_norm", "s = np.sqrt(v + eps)", "s = np.sqrt(v)", M.VALUE, "", "x g"),
    Slip(
        "attention_single_head",
        "S = q @ k.transpose(0, 2, 1) * scale",
        "S = q @ k.transpose(0, 2, 1)",
        M.FACTOR,
        "S",
        "x Wq Wk Wv",
    ),
    # Statistics of a batch
    Slip("batch_norm", " + dm / N", "", M.PATH, "dx", "x"),
    Slip("batch_norm", " + dv * 2 * (X - m) / N", "", M.PATH, "dx", "x"),
    Slip("batch_norm", "dxhat / s + dv", "dv", M.PATH, "dx", "x"),
    Slip("batch_norm", "dv * 2 * (X - m) / N", "dv * (X - m) / N", M.FACTOR, "dx dv", "x"),
    Slip("batch_norm", "-0.5 * s**-3", "0.5 * s**-3", M.SIGN, "dv", "x"),
    Slip("batch_norm", "+ dm / N", "+ dm", M.MEAN, "dx dm", "x"),
    Slip("batch_norm", "dxhat = dy * g", "dxhat = dy", M.FACTOR, "dxhat", "x"),
    Slip("batch_norm", "dg = (dy * xhat)", "dg = (dy * X)", M.SYMBOL, "dg", "g"),
    # Back through time
    Slip("rnn", " + later", "", M.PATH, "dh", "Wx Wh b"),
    Slip("rnn", "(1 - h[:, t] ** 2)", "(1 - h[:, t])", M.ACTIVATION, "dz1", "Wx Wh b"),
    Slip("rnn", "(1 - h[:, t] ** 2)", "h[:, t] * (1 - h[:, t])", M.ACTIVATION, "dz1", "Wx Wh b"),
    Slip("rnn", "dWh += before.T @ da", "dWh += h[:, t].T @ da", M.INDEX, "dWh", "Wh"),
    Slip("rnn", "dWx += x[:, t].T @ da", "dWx = x[:, t].T @ da", M.SUM, "dWx", "Wx"),
    Slip("rnn", "later = da @ Wh.T", "later = da @ Wh", M.TRANSPOSE, "dh", "Wx Wh b"),
    Slip("rnn", "dz /= N * T", "dz /= N", M.MEAN, "dz", "Wx Wh b Wy by"),
    Slip("rnn", " if t > 0 else h0", "", M.INDEX, "dWh", "Wh"),
    Slip("rnn", "t > 0 else h0", "t > 0 else 0 * h0", M.INDEX, "dWh", "Wh"),
    Slip("rnn", "dz /= N * T", "pass", M.MEAN, "dz", "Wx Wh b Wy by"),
    # Gates
    Slip("lstm", "dc = dc + dh", "dc = dh", M.PATH, "dc", "W U b"),
    Slip("lstm", " * (1 - np.tanh(c[t]) ** 2)", "", M.ACTIVATION, "dc", "W U b"),
    Slip("lstm", "np.tanh(c[t]) ** 2)", "c[t] ** 2)", M.ACTIVATION, "dc", "W U b"),
    Slip("lstm", "dg * (1 - g[t] ** 2)", "dg * g[t] * (1 - g[t])", M.ACTIVATION, "da", "W U b"),
    Slip("lstm", "df = dc * c_before", "df = dc * c[t]", M.INDEX, "df", "W U b"),
    Slip("lstm", "dg = dc * i[t]", "dg = dc * f[t]", M.SYMBOL, "dg", "W U b"),
    # Attention
    Slip("attention_single_head", "(da - (da * a).sum(axis=-1, keepdims=True))", "da", M.DELTA, "dS", "Wq Wk x"),
    Slip("attention_single_head", "(da * a).sum(axis=-1", "(da * a).sum(axis=-2", M.SUM, "dS", "Wq Wk x"),
    Slip("attention_single_head", "dq = dS @ k * scale", "dq = dS @ k", M.FACTOR, "dq", "Wq x"),
    Slip("attention_single_head", " + dv @ Wv.T", "", M.PATH, "dx", "x"),
    Slip("attention_single_head", "dk = dS.transpose(0, 2, 1) @ q", "dk = dS @ q", M.TRANSPOSE, "dk", "Wk x"),
    Slip("attention_single_head", "dv = a.transpose(0, 2, 1) @", "dv = a @", M.TRANSPOSE, "dv", "Wv x"),
    # Windows
    Slip("conv1d", "x[:, :, r + u]\n", "x[:, :, r + u - 1]\n", M.INDEX, "dk", "k"),
    Slip("conv1d", "db = dy.sum(axis=(0, 2))", "db = dy.sum(axis=0)", M.SUM, "", "b"),
    Slip("conv1d", "dk[:, :, u] += dy", "dk[:, :, u] = dy", M.SUM, "dk", "k"),
    Slip("conv1d", "db = dy.sum(axis=(0, 2))", "db = dy.mean(axis=0).sum(axis=1)", M.MEAN, "db", "b"),
)


def report(slip: Slip, folder: Path) -> Report:
    """The verdicts on the function with the mistake in it."""
    text = FUNCTIONS[slip.network]
    assert text.count(slip.right) == 1, slip
    file = folder / "mine.py"
    file.write_text(text.replace(slip.right, slip.wrong_text), encoding="utf-8")
    network: Network = network_of(slip.network)
    return verify_code(network, file)


def is_named(slip: Slip, found: Report) -> bool:
    """True where the kind of the mistake and the adjoint that it is in are told."""
    diagnoses = [verdict.diagnosis for verdict in found.with_outcome(Outcome.FAILS)]
    first = diagnoses[0]
    if first is None or first.mistake is not slip.kind:
        return False
    return not slip.adjoint or first.sentence.split(":")[0] in slip.adjoint.split()


@cache
def _answers() -> dict[Slip, Report]:
    return {}


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip.network}: {slip.wrong_text.strip() or slip.right}")
def test_exactly_the_gradients_that_a_mistake_reaches_are_wrong(slip: Slip, tmp_path: Path) -> None:
    found = _answers()[slip] = report(slip, tmp_path)
    wrong = {verdict.claim.right for verdict in found.with_outcome(Outcome.FAILS)}
    results = network_of(slip.network).results
    assert wrong == {name if name in results else f"d{name}" for name in slip.wrong.split()}
    assert len(found.with_outcome(Outcome.HOLDS)) == len(found.verdicts) - len(wrong)
    assert found.exit_code == 1
    assert all(verdict.witness is not None for verdict in found.with_outcome(Outcome.FAILS))


def test_every_mistake_is_named(tmp_path: Path) -> None:
    reports = {slip: _answers().get(slip) or report(slip, tmp_path) for slip in SLIPS}
    assert not [slip for slip in SLIPS if not is_named(slip, reports[slip])]


def test_one_mistake_is_told_once(tmp_path: Path) -> None:
    slip = next(slip for slip in SLIPS if slip.right == "dh * h * (1 - h)")
    first, second = (_answers().get(slip) or report(slip, tmp_path)).with_outcome(Outcome.FAILS)
    assert first.diagnosis is not None and second.diagnosis is not None
    assert first.diagnosis.sentence == "dz1: the derivative of sigmoid is missing"
    assert first.diagnosis.correction == "dz1[n,j] = (1 - h[n,j])*dh[n,j]*h[n,j]"
    assert first.follows is None
    assert second.diagnosis.sentence == "follows from the mistake in dz1"
    assert second.follows is True


def test_two_mistakes_are_told_apart(tmp_path: Path) -> None:
    text = FUNCTIONS["mlp"].replace("dz2 = (p - y) / N", "dz2 = p - y").replace("dh * h * (1 - h)", "dh")
    file = tmp_path / "mine.py"
    file.write_text(text, encoding="utf-8")
    told = [
        verdict.diagnosis.sentence for verdict in verify_code(network_of("mlp"), file).verdicts if verdict.diagnosis
    ]
    assert "dz2: the factor 1/N is missing" in told
    assert "dz1: the derivative of sigmoid is missing" in told
