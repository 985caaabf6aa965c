"""The sentences of a report, the same in every format: how a claim was decided, what is wrong, what it all comes to."""

from __future__ import annotations

from dataclasses import dataclass

from derive.verification.verdict import Outcome, Report, Verdict, Witness


@dataclass(frozen=True)
class Detail:
    """A line below a verdict: what it is about, and the words or the formula."""

    label: str
    text: str
    formula: bool = False


def how(verdict: Verdict, *, behind_wrong: bool = False) -> str:
    """The verdict in a few words, beside the formula."""
    if verdict.outcome is Outcome.FAILS and verdict.follows:
        said = verdict.diagnosis.sentence if verdict.diagnosis and not behind_wrong else ""
        return said or "follows from the mistake before it"
    words = _how(verdict)
    if not behind_wrong or verdict.follows is None:
        return words
    return f"{words}, but from a wrong side" if verdict.follows else f"{words}; does not follow from the side before it"


def _how(verdict: Verdict) -> str:
    if verdict.outcome is Outcome.HOLDS:
        return f"{verdict.reason or 'holds'}{f' {verdict.remark}' if verdict.remark else ''}"
    if verdict.outcome is not Outcome.FAILS:
        return verdict.outcome.value
    mistake = verdict.diagnosis.mistake.value if verdict.diagnosis else "wrong"
    return mistake if mistake.startswith("wrong") else f"wrong: {mistake}"


def details(verdict: Verdict, report: Report) -> tuple[Detail, ...]:
    """What stands below a claim that does not simply hold: the mistake and its mending, or why it is open."""
    found: list[Detail] = []
    diagnosis = verdict.diagnosis
    if diagnosis is not None:
        found.append(Detail(diagnosis.mistake.value, diagnosis.sentence))
        if diagnosis.correction:
            found.append(Detail("should be", diagnosis.correction, formula=True))
    # The numbers of a counter-example say more than that two sides differ.
    said = diagnosis is not None and (verdict.witness is not None or verdict.reason in diagnosis.sentence)
    if verdict.outcome is not Outcome.HOLDS and verdict.reason and not said:
        found.append(Detail("checked" if verdict.outcome is Outcome.FAILS else "reason", verdict.reason))
    if verdict.witness is not None:
        found.append(Detail("counter-example", witness(verdict.witness)))
    if verdict.remark and verdict.outcome is not Outcome.HOLDS:
        found.append(Detail("note", verdict.remark))
    if verdict.remedy:
        found.append(Detail("try", verdict.remedy))
    if verdict.reading and verdict.reading != report.reading:
        found.append(Detail("read with", verdict.reading))
    return tuple(found)


def witness(example: Witness) -> str:
    """with N = 3, H = 4, at n = 2, j = 1: left 0.25, right -0.25"""
    where = [f"with {example.sizes}"] if example.sizes else []
    where += [f"at {example.where}"] if example.where else []
    values = f"left {example.left}, right {example.right}"
    return f"{', '.join(where)}: {values}" if where else values


def summary(report: Report) -> str:
    """23 claims: 20 hold (14 proved), 1 fails, 2 not understood"""
    if not report.verdicts:
        return "no claims found, so nothing was checked"
    counts = {outcome: len(report.with_outcome(outcome)) for outcome in Outcome}
    holds, fails = counts[Outcome.HOLDS], counts[Outcome.FAILS]
    proved = sum(verdict.reason.startswith("proved") for verdict in report.with_outcome(Outcome.HOLDS))
    parts = [f"{holds} {'holds' if holds == 1 else 'hold'}" + (f" ({proved} proved)" if proved else "")]
    if fails:
        parts.append(f"{fails} {'fails' if fails == 1 else 'fail'}")
    parts += [
        f"{counts[outcome]} {outcome.value}"
        for outcome in (Outcome.UNDECIDED, Outcome.NOT_UNDERSTOOD)
        if counts[outcome]
    ]
    return f"{counted(len(report.verdicts), 'claim')}: {', '.join(parts)}"


def reading(report: Report) -> str:
    """reading: column vectors, one example; network mlp"""
    parts = [report.reading, f"network {report.network}" if report.network else ""]
    said = "; ".join(part for part in parts if part)
    return f"reading: {said}" if said else ""


def notes(report: Report) -> tuple[str, ...]:
    """note: no gradient by x came back, so none was compared"""
    return tuple(f"note: {note}" for note in report.notes)


def taken(report: Report) -> str:
    """7 formulas were taken as definitions"""
    number = len(report.definitions)
    if not number:
        return ""
    return "1 formula was taken as a definition" if number == 1 else f"{number} formulas were taken as definitions"


def counted(number: int, noun: str) -> str:
    """1 claim, 2 claims"""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
