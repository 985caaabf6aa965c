"""A report as plain data, for programs: what `--json` prints."""

from __future__ import annotations

from typing import Any

from derive.errors import Place
from derive.verification.report.wording import summary
from derive.verification.verdict import Outcome, Report, Verdict

# A new number means that a program that read the old form may misread the new one; a further key is no new form.
VERSION = 1


def as_data(report: Report) -> dict[str, Any]:
    """The report as dicts, lists, texts and numbers; its verdicts in reading order."""
    return {
        "version": VERSION,
        "file": report.file,
        "network": report.network,
        "reading": report.reading,
        "notes": list(report.notes),
        "exit_code": report.exit_code,
        "summary": summary(report),
        "counts": {outcome.value: len(report.with_outcome(outcome)) for outcome in Outcome},
        "verdicts": [_verdict(verdict) for verdict in report.verdicts],
        "definitions": [
            {"text": definition.text, "place": _place(definition.place), "meaning": definition.meaning}
            for definition in report.definitions
        ],
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    claim, diagnosis, witness = verdict.claim, verdict.diagnosis, verdict.witness
    return {
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
        "text": claim.text,
        "link": claim.link,
        "left": claim.left,
        "relation": claim.relation,
        "right": claim.right,
        "place": _place(claim.place),
        "reading": verdict.reading,
        "follows": verdict.follows,
        "remedy": verdict.remedy,
        "remark": verdict.remark,
        "witness": witness
        and {"left": witness.left, "right": witness.right, "where": witness.where, "sizes": witness.sizes},
        "diagnosis": diagnosis
        and {
            "mistake": diagnosis.mistake.name,
            "name": diagnosis.mistake.value,
            "sentence": diagnosis.sentence,
            "correction": diagnosis.correction,
            "place": diagnosis.place and _place(diagnosis.place),
        },
    }


def _place(place: Place) -> dict[str, Any]:
    return {"line": place.line, "column": place.column, "length": place.length}
