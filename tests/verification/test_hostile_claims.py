"""Damaged claims and hostile ones: an outcome or our own error, never another exception, never a long wait."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

import derive
from derive.errors import InputError
from derive.verification.verdict import Outcome
from tests.benchmarks.claims import records, verified
from tests.verification.mutations import damaged

COUNT = 800 if os.environ.get("HYPOTHESIS_PROFILE") == "ci" else 200
NETWORKS = ("mlp", "rnn", "batch_norm", "linear_regression", "quadratic_mlp", "worked_example", "softmax_loss", None)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_claims_give_an_outcome_or_our_own_error(seed: int) -> None:
    rng = random.Random(seed)
    chosen = [record for record in records(False) if record.get("network") in NETWORKS]
    texts = [record["claim"] for record in chosen]
    slowest, text = 0.0, ""
    for _ in range(COUNT // 4):
        record = dict(rng.choice(chosen))
        record["claim"] = damaged(record["claim"], rng, texts)
        begin = time.process_time()
        try:
            report = verified(record)
        except InputError:
            continue
        if time.process_time() - begin > slowest:
            slowest, text = time.process_time() - begin, record["claim"]
        assert all(isinstance(verdict.outcome, Outcome) for verdict in report.verdicts)
    assert slowest < 20, text  # a wait without end, not a slow machine


@pytest.mark.parametrize(
    "claim",
    [
        "E = " + "(" * 10_000 + "x" + ")" * 10_000,
        r"E = x^{9^{9^{9^{9^9}}}}",
        "E = " + "x^" * 10_000 + "2",
        "E = " + "+".join("x" * 1 for _ in range(4_000)),
        r"E = \sum_{i=1}^{10^{10}} x_i",
        "E = 1e99999999",
        "E = " + "9" * 5_000,
        r"\input{/etc/passwd} = E",
        "E = __import__('os').system('true')",
        r"\def\a{\a\a}\a = E",
    ],
)
def test_hostile_claims_do_no_harm(claim: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    network = derive.read(derive.gallery_path("mlp"))
    try:
        report = derive.verify(network, claim)
    except InputError:
        report = None
    assert report is None or Outcome.HOLDS not in {verdict.outcome for verdict in report.verdicts}
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("first", "step", "claim"),
    [
        ("x0 = a", "x{} = x{}", "dx{}/da = 5"),
        ("x0 = a", "x{} = x{} + x{}*b", "dx{}/da = 5"),
        ("x0 = a", "x{} = x{} + x{}*b", "dx{}/da = b + x7"),
        ("$x_0 = a$", "$x_{{{}}} = x_{{{}}} + b$", "$x_{{{}}} = 2$"),
    ],
)
def test_hundreds_of_definitions_take_no_longer_than_they_are_long(first: str, step: str, claim: str) -> None:
    count = 300
    steps = [step.format(number, number - 1, number - 1) for number in range(1, count)]
    lines = [first, *steps, claim.format(count - 1)]
    begin = time.process_time()
    report = derive.verify(None, "\n\n".join(lines))
    outcomes = {verdict.outcome for verdict in report.verdicts if verdict.claim.place.line == 2 * count + 1}
    assert outcomes and Outcome.HOLDS not in outcomes
    assert time.process_time() - begin < 60  # doubled with every definition, it would never end


def test_a_row_of_the_table_that_is_no_formula_is_told() -> None:
    rows = ("symbol | means", "---|---", "$a$ | h", "$b$ | the bias of the layer (1)", "$c$ | h[[")
    text = "\n".join([*(f"| {row} |" for row in rows), "", r"$a = \sigma(z_1)$"])
    report = derive.verify(derive.read(derive.gallery_path("mlp")), text)
    assert [verdict.outcome for verdict in report.verdicts] == [Outcome.NOT_UNDERSTOOD, Outcome.HOLDS]
    assert report.verdicts[0].claim.place.line == 5
