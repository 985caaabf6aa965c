"""Claims about numbered layers in a text that never writes the network down: judged in the networks that it may mean.

A claim is confirmed where it holds in the conventions under which most claims of the text hold; where these disagree
about it, it is undecided. A convention that turns weights round is not taken for the sake of a single claim: it makes a
missing transpose right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from derive.verification.choose import judge_for
from derive.verification.formula.tree import Statement
from derive.verification.infer.definitions import symbols_of
from derive.verification.infer.layers import has_layers
from derive.verification.infer.standard import Convention, conventions
from derive.verification.judge import Judge
from derive.verification.phrase import verdict_of
from derive.verification.session import LinkResult, Session, Written
from derive.verification.verdict import Outcome, Verdict

_TARGETS = ("y", "Y", "t", "T")


@dataclass(frozen=True)
class Trial:
    """How the claims came out in one convention, at one point, by their place; None for one without a meaning in it."""

    convention: Convention
    judge: Judge
    read: Sequence[Written]
    results: dict[int, list[LinkResult] | None]

    def holds(self, place: int) -> bool:
        results = self.results[place]
        return bool(results) and all(result.trial.equal for result in results or ())

    def fails(self, place: int) -> bool:
        results = self.results[place]
        return results is not None and not self.holds(place)

    @property
    def score(self) -> int:
        return sum(self.holds(place) for place in self.results)


def assumed_verdicts(statements: Sequence[Written], places: Sequence[int]) -> dict[int, list[Verdict]]:
    """Verdicts of the statements about numbered layers among these, in the conventions that fit the text best."""
    about = [place for place in places if has_layers([statements[place].statement])]
    if not about:
        return {}
    text = [item.statement for item in statements]
    trials = [
        _tried(convention, statements, about) for convention in conventions(text, [text[place] for place in about])
    ]
    best = _best(trials)
    found: dict[int, list[Verdict]] = {}
    for place in about:
        verdicts = _verdicts(place, best, trials)
        if verdicts:
            found[place] = verdicts
    return found


def _tried(convention: Convention, statements: Sequence[Written], about: Sequence[int]) -> Trial:
    judge = judge_for(convention.inference.network, convention.inference.aliases, convention.reading)
    read = [replace(item, defines=False) for item in convention.inference.written(statements)]
    session = Session(replace(judge, points=judge.points[:1], given=None))
    results: dict[int, list[LinkResult] | None] = {}
    for place in about:
        found = list(session.results(read[place]))
        results[place] = None if not found or any(item.trial.unknown is not None for item in found) else found
    return Trial(convention, judge, read, results)


def _best(trials: Sequence[Trial]) -> list[Trial]:
    """The conventions under which most claims hold: weights before columns, then rows, then weights turned round."""
    for form, least in (("columns", 1), ("rows", 1), ("turned", 2)):
        of_form = [trial for trial in trials if trial.convention.form == form and not trial.convention.further]
        further = [trial for trial in trials if trial.convention.form == form and trial.convention.further]
        most = max((trial.score for trial in of_form), default=0)
        beyond = max((trial.score for trial in further), default=0)
        if max(most, beyond) >= least:
            chosen, score = (of_form, most) if most >= beyond else (further, beyond)
            return [trial for trial in chosen if trial.score == score]
    return []


def _verdicts(place: int, best: Sequence[Trial], trials: Sequence[Trial]) -> list[Verdict]:
    holding = [trial for trial in best if trial.holds(place)]
    failing = [trial for trial in best if trial.fails(place)]
    if holding and not failing:
        return _of(holding[0], place)
    everywhere = [trial for trial in trials if trial.fails(place)]
    elsewhere = [trial for trial in trials if trial.holds(place)]
    if not holding and (failing or everywhere) and (best or not elsewhere):
        # Wrong where the text's other claims are right, or in every convention; but nobody said what the loss is.
        wrong = (failing or everywhere)[0]
        results = wrong.results[place] or []
        if not any(_reads_target(result.statement) for result in results):
            return _of(wrong, place)
        return _undecided(
            wrong, place, f"it fails {wrong.convention.sentence}, and the text does not say what the loss is"
        )
    if not holding and not elsewhere:
        return []
    first = (holding or elsewhere)[0]
    against = (failing or everywhere)[:1]
    reason = f"it holds {first.convention.sentence}"
    if against:
        reason += f"; it fails {against[0].convention.sentence}"
    return _undecided(first, place, reason)


def _undecided(trial: Trial, place: int, reason: str) -> list[Verdict]:
    return [
        replace(verdict, outcome=Outcome.UNDECIDED, reason=reason, reading="", diagnosis=None, witness=None)
        for verdict in _of(trial, place)
    ]


def _reads_target(statement: Statement) -> bool:
    """True for a claim about the output that the loss decides: a - y."""
    return any(symbol.name in _TARGETS for side in statement.sides for symbol in symbols_of(side))


def _of(trial: Trial, place: int) -> list[Verdict]:
    """The verdicts in a convention, at all points."""
    results = list(Session(replace(trial.judge, given=None)).results(trial.read[place]))
    return [verdict_of(result, results, trial.judge, trial.convention.sentence) for result in results]
