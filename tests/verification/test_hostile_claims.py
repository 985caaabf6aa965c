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

COUNT = 800 if os.environ.get("HYPOTHESIS_PROFILE") == "ci" else 200
NETWORKS = ("mlp", "rnn", "batch_norm", "linear_regression", "quadratic_mlp", "worked_example", "softmax_loss", None)
PIECES = [
    *"abcdefxyzWnijkl0123456789+-*/^_{}()[]=,.'|<>&\\ ",
    *(r"\frac", r"\sum", r"\partial", "^T", "_{ij}", r"\delta", "σ", "∂", r"\left(", r"\right)", r"\begin{cases}"),
    *("^{9^{9}}", "10^{400}", "1e300", r"\sqrt", r"\log", "T-1", ".sum(axis=0)", r"\nabla_"),
]


def damaged(text: str, rng: random.Random, others: list[str]) -> str:
    """The text with one to four small changes."""
    for _ in range(rng.randint(1, 4)):
        start = rng.randint(0, max(0, len(text) - 1))
        end = min(len(text), start + rng.randint(1, 5))
        kind = rng.randint(0, 3)
        if kind == 0:
            text = text[:start] + rng.choice(PIECES) + text[start:]
        elif kind == 1:
            text = text[:start] + text[end:]
        elif kind == 2:
            text = text[:start] + rng.choice(PIECES) + text[end:]
        else:
            other = rng.choice(others)
            begin = rng.randint(0, len(other))
            text = text[:start] + other[begin : begin + rng.randint(1, 12)] + text[start:]
    return text


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
