"""Every equation that our own documents print is read back, and holds for the network that it was derived from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import codegen
import derive
from derive.verification.verdict import Outcome, Report

# Of each kind one: layers, normalisation, windows, tokens, cases, kinks, penalties, labels, steps, heads, other words.
NETWORKS = (
    "mlp",
    "batch_norm",
    "neuron",
    "softmax_loss",
    "conv1d",
    "embedding",
    "elu",
    "huber",
    "hard_swish",
    "elastic_net",
    "class_weights",
    "avg_pool",
    "dropout",
    "info_nce",
)
_NUMBERED = {"md": re.compile(r"\\qquad \(\d+\)"), "tex": re.compile(r"\\qquad \(\d+\)")}


def read_back(name: str, form: str, directory: Path) -> tuple[Report, list[str]]:
    """The report of a network's own document, and the lines of the document."""
    derivation = derive.differentiate(derive.read(derive.gallery_path(name)))
    text = codegen.document(derivation, format=form)
    path = directory / f"{name}.{form}"
    path.write_text(text, encoding="utf-8")
    return derive.verify(derivation.network, path), text.split("\n")


@pytest.mark.parametrize("form", ["md", "tex"])
@pytest.mark.parametrize("name", NETWORKS)
def test_all_equations_of_a_document_hold(name: str, form: str, tmp_path: Path) -> None:
    report, lines = read_back(name, form, tmp_path)
    assert [verdict for verdict in report.verdicts if verdict.outcome is Outcome.FAILS] == []
    # A line of code may use a name that only the listing above it gives; index and matrix form are always understood.
    unread = [verdict for verdict in report.verdicts if verdict.outcome is not Outcome.HOLDS]
    assert [verdict for verdict in unread if verdict.claim.surface == "latex" or not verdict.claim.surface] == []
    answered = {verdict.claim.place.line for verdict in report.verdicts} | {
        definition.place.line for definition in report.definitions
    }
    numbered = {number for number, line in enumerate(lines, start=1) if _NUMBERED[form].search(line)}
    assert numbered
    assert numbered <= answered


@pytest.mark.parametrize("form", ["md", "tex"])
def test_a_document_with_a_mistake_does_not_hold(form: str, tmp_path: Path) -> None:
    derivation = derive.differentiate(derive.read(derive.gallery_path("mlp")))
    text = codegen.document(derivation, format=form)
    right, wrong = r"\frac{1}{N} (p_{nk} - y_{nk})", r"\frac{1}{N} (y_{nk} - p_{nk})"
    assert right in text
    path = tmp_path / f"mlp.{form}"
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    report = derive.verify(derivation.network, path)
    assert {verdict.claim.right.replace("  ", " ") for verdict in report.with_outcome(Outcome.FAILS)} == {wrong}
