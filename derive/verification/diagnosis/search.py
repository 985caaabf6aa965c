"""What is wrong with a claim that fails: the smallest correction that makes it true at every point."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.language.tree import size
from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.correction import Correction
from derive.verification.diagnosis.corrections import FAMILIES, index
from derive.verification.diagnosis.factors import opened
from derive.verification.diagnosis.fallback import EQUATIONS, constant, is_name, not_corrected, place_of
from derive.verification.diagnosis.given_facts import lacking_fact
from derive.verification.diagnosis.local_slope import wrong_slope
from derive.verification.diagnosis.situation import is_identity
from derive.verification.diagnosis.spelling import derivative_of, said
from derive.verification.formula.tree import (
    Node,
    Number,
    Run,
    Statement,
    Symbol,
    walk,
)
from derive.verification.judge import Judge, Trial, options_of
from derive.verification.verdict import Diagnosis, Mistake

# How many corrections are tried at most, the smallest first: a claim is diagnosed within a third of a second. Of a
# large array each takes its time: then fewer are tried, so that no more numbers than these are worked out.
_MOST = 700
_FEWEST = 40
_MOST_ENTRIES = 500_000
# Of a longer formula no part is corrected: the number of corrections grows with its length, and each takes longer.
_LONGEST = 100


def diagnosed(statement: Statement, link: int, surface: str, judge: Judge, trial: Trial) -> Diagnosis | None:
    """The mistake in one link of a statement that fails; None where no correction makes it true."""
    if trial.unknown is not None or statement.relations[link] not in EQUATIONS:
        return None
    benches = [_bench(statement, link, surface, judge)]
    options = [judge.options | one for one in options_of(statement) if one and _matters(one, benches[0])]
    benches += [_bench(statement, link, surface, replace(judge, options=one)) for one in options]
    readable = [bench for bench in benches if bench.settings]
    if any(bench.true(bench.side) for bench in readable[:1]):
        return None  # h(1 - h), read as a product, is right: nothing is wrong with the formula
    for bench in readable:
        found = _lacking_first(bench) or _corrected(bench) or lacking_fact(bench) or _corrected_left(bench)
        if found is not None:
            return found if trial.fits else _of_shapes(found)
    if trial.fits and readable:
        return _slope(readable) or not_corrected(readable[0])
    if not trial.misfit:
        return None
    wrong = statement.sides[link + 1]
    return Diagnosis(Mistake.SHAPE, f"the shapes do not fit: {trial.misfit}", place=place_of(wrong))


def _matters(options: frozenset[str], bench: Bench) -> bool:
    """False for local derivatives where all are those of the loss, which has no other ones."""
    nodes = [node for side in bench.statement.sides for node in walk(side)]
    asked = {found[0] for node in nodes if (found := derivative_of(node, bench)) is not None}
    return "local" not in options or bool(asked - {"loss"})


def _slope(benches: list[Bench]) -> Diagnosis | None:
    """A wrong slope, in the reading in which it lacks a term, else in the first one."""
    found = [item for bench in benches if (item := wrong_slope(bench)) is not None]
    return next((item for item in found if item.mistake is Mistake.PATH), found[0] if found else None)


def _of_shapes(found: Diagnosis) -> Diagnosis:
    """A factor whose absence the shapes alone tell."""
    if found.mistake is not Mistake.FACTOR:
        return found
    return replace(found, mistake=Mistake.SHAPE, sentence=f"the shapes do not fit: {found.sentence}")


def _lacking_first(bench: Bench) -> Diagnosis | None:
    """The fact that an identity needs: p² = p, Σ_k y_k = 1."""
    return constant(bench) or lacking_fact(bench) if bench.first and is_identity(bench) else None


def _bench(statement: Statement, link: int, surface: str, judge: Judge) -> Bench:
    """The claim with the side to be corrected: the right one, unless only the left one is a formula."""
    sides = (statement.sides[link], statement.sides[link + 1])
    claim = Statement(sides, (statement.relations[link],), statement.conditions, place=statement.place)
    wrong = 0 if is_name(sides[1]) and not is_name(sides[0]) else 1
    return _opened(Bench(judge, claim, surface, wrong, first=link == 0))


def _corrected(bench: Bench) -> Diagnosis | None:
    best = next(_true(_candidates(bench), bench), None)
    if best is None:
        return None
    general = "this does not hold in general: " if best.mistake is Mistake.FACT else ""
    return Diagnosis(best.mistake, general + best.sentence, said(best.node, bench), best.place)


def _corrected_left(bench: Bench) -> Diagnosis | None:
    """Another symbol on the left: the formula is right, but of something else."""
    if bench.wrong == 0 or size(bench.fixed) > _LONGEST or bench.side == Number("0"):
        return None  # what is 0 is so of many symbols
    turned = replace(bench, wrong=0)
    written_with = _letters(turned.side, turned)
    candidates = [
        item
        for item in index.corrections(turned.side, turned)
        if _letters(item.node, turned) == written_with and not _is_one(item.node, turned)
    ]
    best = next(_true(candidates, turned), None) if turned.settings else None
    if best is None:
        return None
    sentence = f"this is {said(best.node, turned)}, not {said(turned.side, turned)}"
    return Diagnosis(best.mistake, sentence, place=place_of(turned.side))


def _is_one(node: Node, bench: Bench) -> bool:
    """True for ∂x/∂x, which nobody asks for."""
    asked = derivative_of(node, bench)
    return asked is not None and asked[0] == asked[1]


def _letters(node: Node, bench: Bench) -> set[str]:
    """The letters that stand in a formula."""
    texts = (item.text if isinstance(item, Run) else item.name for item in walk(node) if isinstance(item, Run | Symbol))
    return {name for text in texts for name in (text, *text) if name in bench.letters}


def _opened(bench: Bench) -> Bench:
    letters = frozenset(bench.letters)
    sides = tuple(opened(side, bench.judge.names, letters) for side in bench.statement.sides)
    return replace(bench, statement=replace(bench.statement, sides=sides))


def _candidates(bench: Bench) -> list[Correction]:
    """All corrections, the smallest first; of equal ones the first."""
    if size(bench.side) > _LONGEST:
        return []
    found: dict[Node, tuple[int, int, Correction]] = {}
    order = 0
    for family in FAMILIES:
        for correction in family(bench.side, bench):
            order += 1
            known = found.get(correction.node)
            if known is None or correction.size < known[0]:
                found[correction.node] = (correction.size, order, correction)
    return [item[2] for item in sorted(found.values(), key=lambda item: item[:2])]


def _true(candidates: list[Correction], bench: Bench) -> Iterator[Correction]:
    """Those corrections that make the claim true, tried at one point first."""
    entries = max((setting.value.data.array.size for setting in bench.settings[:1]), default=1)
    for correction in candidates[: max(_FEWEST, min(_MOST, _MOST_ENTRIES // max(1, entries)))]:
        if correction.node in (bench.fixed, bench.side):
            continue
        true = bench.true_at(correction.node, bench.settings[0]) and bench.true(correction.node)
        if true and not _begs(correction.node, bench):
            yield correction


def _begs(node: Node, bench: Bench) -> bool:
    """True for a side that has come to speak of the very derivative that it is to be equal to."""
    asked = derivative_of(bench.fixed, bench)
    return asked is not None and asked in _asked(node, bench) and asked not in _asked(bench.side, bench)


def _asked(node: Node, bench: Bench) -> set[tuple[str, str] | None]:
    return {derivative_of(item, bench) for item in walk(node)}
