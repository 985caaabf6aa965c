"""How a link came out, in words: the outcome, its reason, a counter-example, and the mistake."""

from __future__ import annotations

from collections.abc import Sequence

from derive.errors import Place
from derive.verification.diagnosis import diagnosed, diagnosed_numbers, residue
from derive.verification.digits import lone_number
from derive.verification.formula.tree import Node
from derive.verification.judge import Judge
from derive.verification.session import LinkResult
from derive.verification.verdict import Claim, Diagnosis, Mistake, Outcome, Verdict, Witness


def verdict_of(result: LinkResult, chain: Sequence[LinkResult], judge: Judge, reading: str) -> Verdict:
    """The verdict of one link; `chain` are the links of its statement."""
    claim = _claim(result)
    trial = result.trial
    if trial.unknown is not None:
        reason = trial.unknown.what + (f" (try: {trial.unknown.remedy})" if trial.unknown.remedy else "")
        place = trial.unknown.place
        if place is not None:
            claim = Claim(claim.text, place, claim.left, claim.relation, claim.right, claim.link)
        return Verdict(claim, Outcome.NOT_UNDERSTOOD, reason, reading)
    before = [item for item in chain if item.statement is result.statement and item.link < result.link]
    follows = True if any(not item.trial.equal for item in before) and trial.equal else None
    if trial.equal:
        return Verdict(claim, Outcome.HOLDS, _reason(result), reading, follows=follows)
    if result.number:
        return _wrong_number(result, claim, reading)
    diagnosis = diagnosed(result.statement, result.link, result.surface, judge, trial)
    if trial.misfit:
        diagnosis = diagnosis or Diagnosis(Mistake.SHAPE, trial.misfit, place=claim.place)
        return Verdict(claim, Outcome.FAILS, trial.misfit, reading, diagnosis=diagnosis)
    found = trial.difference
    assert found is not None
    witness = Witness(f"{found.left:.6g}", f"{found.right:.6g}", found.where, trial.sizes)
    reason = "the two sides differ"
    if diagnosis is None:
        rest = residue(result.statement, result.link, result.surface, judge)
        reason += f": {rest}" if rest else ""
    return Verdict(claim, Outcome.FAILS, reason, reading, witness, diagnosis)


def _reason(result: LinkResult) -> str:
    if result.number:
        where = "for the values after the update, not for those before" if result.at_after else "at the given values"
        return f"the numbers agree {where}"
    layers = f", at each of {result.layers} layers" if result.layers > 1 else ""
    return f"holds at {result.trial.points} random points{layers}"


def _wrong_number(result: LinkResult, claim: Claim, reading: str) -> Verdict:
    if result.trial.misfit:
        return Verdict(claim, Outcome.FAILS, result.trial.misfit, reading)
    left, right = result.statement.sides[result.link : result.link + 2]
    printed = lone_number(right) or lone_number(left)
    diagnosis = None
    if printed is not None and result.exact is not None:
        sign = -1.0 if lone_number(right) is None and printed is not left else 1.0
        diagnosis = diagnosed_numbers(printed, abs(result.exact) if _negated(right) else result.exact * sign)
    reason = "the numbers do not agree" + (f": it is {result.exact:.10g}" if result.exact is not None else "")
    return Verdict(claim, Outcome.FAILS, reason, reading, diagnosis=diagnosis)


def _negated(node: Node) -> bool:
    return lone_number(node) is not None and lone_number(node) is not node


def _claim(result: LinkResult) -> Claim:
    statement, link = result.statement, result.link
    left, right = statement.sides[link : link + 2]
    place = statement.place if link == 0 and len(statement.relations) == 1 else right.place
    return Claim(statement.source, place, _text(left.place), statement.relations[link], _text(right.place), link)


def _text(place: Place) -> str:
    return place.source[place.column - 1 : place.column - 1 + place.length]
