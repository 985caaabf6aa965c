"""How a link came out, in words: the outcome, its reason, a counter-example, and the mistake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.errors import Place
from derive.verification.diagnosis import diagnosed, diagnosed_arithmetic, diagnosed_numbers, lost_slope, residue
from derive.verification.digits import lone_number
from derive.verification.formula.tree import Node
from derive.verification.judge import Judge, no_points
from derive.verification.points import points_for
from derive.verification.session import Conditional, LinkResult, NeedsValues
from derive.verification.verdict import Claim, Diagnosis, Mistake, Outcome, Verdict, Witness


def verdict_of(result: LinkResult, chain: Sequence[LinkResult], judge: Judge, reading: str) -> Verdict:
    """The verdict of one link; `chain` are the links of its statement."""
    claim = _claim(result)
    trial = result.trial
    if trial.unknown is not None:
        outcome = Outcome.UNDECIDED if isinstance(trial.unknown, NeedsValues | Conditional) else Outcome.NOT_UNDERSTOOD
        claim = replace(claim, place=trial.unknown.place or claim.place)
        return Verdict(claim, outcome, trial.unknown.what, reading, remedy=trial.unknown.remedy or "")
    before = [item for item in chain if item.statement is result.statement and item.link < result.link]
    follows = True if any(not item.trial.equal for item in before) and trial.equal else None
    if trial.equal and "local" in trial.options and not result.locally:
        reason = "as a local derivative, the values between held fixed, it holds; followed through them it does not"
        return Verdict(claim, Outcome.UNDECIDED, reason, reading, follows=follows, remedy="say which is meant")
    one_case = "" if not trial.equal or result.number else trial.one_case or judge.one_case(result.statement)
    if one_case and not trial.proved:
        reason = f"it holds at {trial.points} random points, but {one_case}"
        remedy = "say of which values it is claimed"
        return Verdict(claim, Outcome.UNDECIDED, reason, reading, follows=follows, remedy=remedy)
    if trial.equal:
        return Verdict(claim, Outcome.HOLDS, _reason(result), reading, follows=follows, remark=_remark(result))
    if result.number:
        return _wrong_number(result, claim, reading, judge)
    diagnosis = diagnosed(result.statement, result.link, result.surface, judge, trial)
    diagnosis = _for_one_hot(result, judge, claim) or diagnosis
    remark = _for_one_example(result, judge) if diagnosis and diagnosis.mistake in (Mistake.MEAN, Mistake.SUM) else ""
    if trial.misfit:
        diagnosis = diagnosis or Diagnosis(Mistake.SHAPE, trial.misfit, place=claim.place)
        return Verdict(claim, Outcome.FAILS, trial.misfit, reading, diagnosis=diagnosis, remark=remark)
    found = trial.difference
    assert found is not None
    witness = Witness(f"{found.left:.6g}", f"{found.right:.6g}", found.where, trial.sizes)
    reason = "the two sides differ"
    if diagnosis is None:
        rest = residue(result.statement, result.link, result.surface, judge)
        reason += f": {rest}" if rest else ""
    return Verdict(claim, Outcome.FAILS, reason, reading, witness, diagnosis, remark=remark)


def _reason(result: LinkResult) -> str:
    if result.number:
        return "the numbers agree"
    layers = f", at each of {result.layers} layers" if result.layers > 1 else ""
    return f"{'proved' if result.trial.proved else f'holds at {result.trial.points} random points'}{layers}"


_SECOND_READINGS = {
    "dots": "with · as a product entry by entry",
    "local": "as a local derivative: the values between stay as they are",
    "sigmoid": "with σ as the sigmoid",
}


def _remark(result: LinkResult) -> str:
    if result.trial.options:
        return "; ".join(words for option, words in _SECOND_READINGS.items() if option in result.trial.options)
    if result.free:
        return f"for every value of {', '.join(result.free)}"
    return "for the values after the update, not for those before" if result.at_after else ""


def _for_one_hot(result: LinkResult, judge: Judge, claim: Claim) -> Diagnosis | None:
    """p - y with the labels as numbers, where their one-hot rows would make it right."""
    labels = [name for name, tensor in judge.names.network.tensors.items() if tensor.within is not None]
    if not labels or judge.reading.labels == "one_hot":
        return None
    as_rows = replace(judge, reading=replace(judge.reading, labels="one_hot"), memory={})
    if not as_rows.tried(result.statement, result.link, result.surface).equal:
        return None
    sentence = f"{labels[0]} holds labels here, whole numbers: this is right of their one-hot rows only"
    return Diagnosis(Mistake.FACT, sentence, place=claim.place)


def _for_one_example(result: LinkResult, judge: Judge) -> str:
    """What to add where a claim about all examples would hold for a single one."""
    if judge.reading.batch == "one" or judge.names.batch is None:
        return ""
    reading = replace(judge.reading, batch="one")
    points = points_for(judge.names.network, judge.names.batch, one=True)
    single = replace(judge, reading=reading, points=points, further=tuple, beyond=no_points)
    holds = single.tried(result.statement, result.link, result.surface).equal
    return "for a single example it would hold" if holds else ""


def _wrong_number(result: LinkResult, claim: Claim, reading: str, judge: Judge) -> Verdict:
    if result.trial.misfit:
        return Verdict(claim, Outcome.FAILS, result.trial.misfit, reading)
    left, right = result.statement.sides[result.link : result.link + 2]
    side = right if lone_number(right) is not None else left
    printed = lone_number(side)
    diagnosis = None
    if printed is not None and result.exact is not None:
        diagnosis = diagnosed_numbers(printed, -result.exact if _negated(side) else result.exact)
        if diagnosis.mistake is Mistake.VALUE:
            lost = lost_slope(result.statement, result.link, result.surface, judge, side, result.exact)
            told = f"{lost}: {diagnosis.sentence}"
            diagnosis = replace(diagnosis, mistake=Mistake.ACTIVATION, sentence=told) if lost else diagnosis
    else:
        diagnosis = diagnosed_arithmetic(result.statement, result.link, result.surface, judge)
    reason = "the numbers do not agree" + (f": it is {result.exact:.10g}" if result.exact is not None else "")
    return Verdict(claim, Outcome.FAILS, reason, reading, diagnosis=diagnosis)


def _negated(node: Node) -> bool:
    return lone_number(node) is not None and lone_number(node) is not node


def _claim(result: LinkResult) -> Claim:
    statement, link = result.statement, result.link
    left, right = statement.sides[link : link + 2]
    place = statement.place if link == 0 and len(statement.relations) == 1 else right.place
    return Claim(
        statement.source, place, _text(left.place), statement.relations[link], _text(right.place), link, result.surface
    )


def _text(place: Place) -> str:
    return place.source[place.column - 1 : place.column - 1 + place.length]
