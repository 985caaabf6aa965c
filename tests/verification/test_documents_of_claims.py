"""The hand derivations that ship with the project: each has the mistake that its index names, at its line, or none."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

import derive
from derive.verification.verdict import Outcome

CLAIMS = Path(derive.__file__).parent / "claims"
EXPECTED: dict[str, Any] = tomllib.loads((CLAIMS / "expected.toml").read_text(encoding="utf-8"))
DOCUMENTS = [pytest.param(document, id=document["file"]) for document in EXPECTED["documents"]]


def test_the_index_names_every_document() -> None:
    files = {path.name for path in CLAIMS.iterdir() if path.suffix in (".md", ".tex", ".txt")}
    assert {document["file"] for document in EXPECTED["documents"]} == files


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_has_the_mistake_that_its_index_names(document: dict[str, Any]) -> None:
    report = derive.verify(None, CLAIMS / document["file"])
    wrong = report.with_outcome(Outcome.FAILS)
    assert report.with_outcome(Outcome.HOLDS)
    assert not report.with_outcome(Outcome.UNDECIDED)
    assert not report.with_outcome(Outcome.NOT_UNDERSTOOD), [verdict.claim.text for verdict in report.verdicts]
    if "mistake" not in document:
        assert not wrong
        return
    assert {verdict.claim.place.line for verdict in wrong} == {document["line"]}
    fair = document["mistake"] if isinstance(document["mistake"], list) else [document["mistake"]]
    first = wrong[0].diagnosis
    assert first is not None
    assert first.mistake.name in fair
