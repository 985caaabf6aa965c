"""What is wrong with a claim that fails: the smallest correction that makes it true at every point."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

from derive.errors import Place
from derive.language.tree import NOWHERE, size
from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.correction import Correction
from derive.verification.diagnosis.corrections import FAMILIES, index
from derive.verification.diagnosis.factors import opened
from derive.verification.diagnosis.given_facts import lacking_fact
from derive.verification.diagnosis.local_slope import wrong_slope
from derive.verification.diagnosis.path import lost_path
from derive.verification.diagnosis.quotient import constant_value, difference, quotient, with_term
from derive.verification.diagnosis.situation import is_identity, is_update, speaks_of_derivatives
from derive.verification.diagnosis.spelling import derivative_of, said
from derive.verification.formula.tree import (
    Applied,
    Chain,
    Comparison,
    Derivative,
    Differential,
    Negative,
    Node,
    Number,
    Run,
    Statement,
    Symbol,
    walk,
)
from derive.verification.judge import Judge, Trial
from derive.verification.scope import EXAMPLE
from derive.verification.verdict import Diagnosis, Mistake

# How many corrections are tried at most, the smallest first: a claim is diagnosed within a third of a second.
_MOST = 700
# Of a longer formula no part is corrected: the number of corrections grows with its length, and each takes longer.
_LONGEST = 100
_EQUATIONS = ("=", "≈", ":=", "≡", "←", "→")


def diagnosed(statement: Statement, link: int, surface: str, judge: Judge, trial: Trial) -> Diagnosis | None:
    """The mistake in one link of a statement that fails; None where no correction makes it true."""
    if trial.unknown is not None or statement.relations[link] not in _EQUATIONS:
        return None
    benches = [_bench(statement, link, surface, judge)]
    options = (judge.options | one for one in _options(benches[0]))
    benches += [_bench(statement, link, surface, replace(judge, options=one)) for one in options]
    readable = [bench for bench in benches if bench.settings]
    if any(bench.true(bench.side) for bench in readable[:1]):
        return None  # h(1 - h), read as a product, is right: nothing is wrong with the formula
    for bench in readable:
        found = _lacking_first(bench) or _corrected(bench) or lacking_fact(bench) or _corrected_left(bench)
        if found is not None:
            return found
    if trial.fits and readable:
        return _not_corrected(readable[0])
    if not trial.misfit:
        return None
    wrong = statement.sides[link + 1]
    return Diagnosis(Mistake.SHAPE, f"the shapes do not fit: {trial.misfit}", place=_place(wrong))


def _options(bench: Bench) -> list[frozenset[str]]:
    """The second readings of what the claim contains, one by one and then all of them, as a judge has them."""
    nodes = [node for side in bench.statement.sides for node in walk(side)]
    asked = {found[0] for node in nodes if (found := derivative_of(node, bench)) is not None}
    there = {
        "dots": any(isinstance(node, Chain) and "·" in node.signs for node in nodes),
        "sigmoid": any(isinstance(node, Applied) and node.of.name == "σ" for node in nodes),
        "local": bool(asked - {"loss"}),
    }
    names = [name for name, is_there in there.items() if is_there]
    single = [frozenset({name}) for name in names]
    return [*single, frozenset(names)] if len(names) > 1 else single


def _not_corrected(bench: Bench) -> Diagnosis | None:
    """What is wrong where no part of the claim can be exchanged for a right one."""
    return (
        wrong_slope(bench)
        or _value(bench)
        or _differing(bench)
        or lost_path(bench)
        or _one_case(bench)
        or _nothing_else(bench)
    )


def _lacking_first(bench: Bench) -> Diagnosis | None:
    """The fact that an identity needs: p² = p, Σ_k y_k = 1."""
    return lacking_fact(bench) if bench.first and is_identity(bench) else None


def _nothing_else(bench: Bench) -> Diagnosis | None:
    """What a claim must be that no change of it makes true."""
    right = bench.statement.sides[1]
    if is_update(bench):
        return Diagnosis(Mistake.UPDATE, "this is no step of gradient descent", place=_place(right))
    if isinstance(right, Number) and right.text == "0":
        return Diagnosis(Mistake.FACT, "this is not 0 in general", place=_place(right))
    if any(speaks_of_derivatives(side, bench) for side in bench.statement.sides):
        return None
    if not bench.first and not _is_name(bench.fixed):
        told = said(bench.fixed, bench)
        return Diagnosis(Mistake.VALUE, f"the step from {told} is wrong", told, _place(right))
    return Diagnosis(Mistake.FACT, "this does not hold in general", place=_place(right)) if is_identity(bench) else None


def residue(statement: Statement, link: int, surface: str, judge: Judge) -> str:
    """By what both sides differ, where that can be said: "left / right is 2 everywhere"; empty where it cannot."""
    if statement.relations[link] not in _EQUATIONS:
        return ""
    sides = (statement.sides[link], statement.sides[link + 1])
    bench = Bench(judge, Statement(sides, ("=",), statement.conditions), surface)
    claimed = [bench.value(bench.side, setting) for setting in bench.settings]
    values = [value for value in claimed if value is not None]
    if not values or len(values) != len(claimed):
        return ""
    ratio = quotient(bench, values)
    if ratio is not None:
        return f"left / right is {ratio} everywhere"
    rest = difference(bench, values)
    if rest is not None:
        return f"left - right is {said(rest[0].of(rest[1], surface), bench)}"
    return ""


def _bench(statement: Statement, link: int, surface: str, judge: Judge) -> Bench:
    """The claim with the side to be corrected: the right one, unless only the left one is a formula."""
    sides = (statement.sides[link], statement.sides[link + 1])
    claim = Statement(sides, (statement.relations[link],), statement.conditions, place=statement.place)
    wrong = 0 if _is_name(sides[1]) and not _is_name(sides[0]) else 1
    return _opened(Bench(judge, claim, surface, wrong, first=link == 0))


def _corrected(bench: Bench) -> Diagnosis | None:
    best = next(_true(_candidates(bench), bench), None)
    if best is None:
        return None
    general = "this does not hold in general: " if best.mistake is Mistake.FACT else ""
    return Diagnosis(best.mistake, general + best.sentence, said(best.node, bench), best.place)


def _corrected_left(bench: Bench) -> Diagnosis | None:
    """Another symbol on the left: the formula is right, but of something else."""
    if bench.wrong == 0 or size(bench.fixed) > _LONGEST:
        return None
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
    return Diagnosis(best.mistake, sentence, place=_place(turned.side))


def _is_one(node: Node, bench: Bench) -> bool:
    """True for ∂x/∂x, which nobody asks for."""
    asked = derivative_of(node, bench)
    return asked is not None and asked[0] == asked[1]


def _letters(node: Node, bench: Bench) -> set[str]:
    """The letters that stand in a formula."""
    texts = (item.text if isinstance(item, Run) else item.name for item in walk(node) if isinstance(item, Run | Symbol))
    return {name for text in texts for name in (text, *text) if name in bench.letters}


def _value(bench: Bench) -> Diagnosis | None:
    """A number that is said of what has another one everywhere."""
    number = bench.statement.sides[1]
    sign, alone = (-1.0, number.of) if isinstance(number, Negative) else (1.0, number)
    if not isinstance(alone, Number):
        return None
    claimed = sign * float(Fraction(alone.text))
    found = [constant_value(item) for item in replace(bench, wrong=1).settings]
    values = [value for value in found if value is not None]
    if not values or len(values) < len(found) or any(abs(value - values[0]) > 1e-9 for value in values):
        return None
    told = f"{values[0]:.10g}"
    return None if float(told) == claimed else Diagnosis(Mistake.VALUE, f"the value is {told}", told, _place(number))


def _differing(bench: Bench) -> Diagnosis | None:
    """A factor or a term that no family of corrections knows, but that is the same at every point."""
    claimed = [bench.value(bench.side, setting) for setting in bench.settings]
    values = [value for value in claimed if value is not None]
    if len(values) != len(claimed):
        return None
    ratio = quotient(bench, values)
    if ratio is not None:
        sized = all(name in bench.judge.names.sizes for name in (*ratio.above, *ratio.below))
        mean = ratio.number == 1 and sized and bool(ratio.above or ratio.below)
        node = ratio.of(bench.side, bench.surface)
        mistake = Mistake.MEAN if mean else Mistake.FACTOR
        return Diagnosis(mistake, f"the factor {ratio} is missing", said(node, bench), _place(bench.side))
    rest = difference(bench, values)
    if rest is None:
        return None
    node = with_term(bench.side, *rest, bench.surface)
    term = said(rest[0].of(rest[1], bench.surface), bench)
    return Diagnosis(Mistake.PATH, f"the term {term} is missing", said(node, bench), _place(bench.side))


def _one_case(bench: Bench) -> Diagnosis | None:
    """A claim that holds where two letters differ, or only where they are equal."""
    names = [name for name in bench.letters if name != EXAMPLE]
    for first, second in combinations(names, 2):
        if bench.letters[first].size != bench.letters[second].size:
            continue
        for sign, other in (("≠", "="), ("=", "≠")):
            condition = Comparison((Symbol(first), Symbol(second)), (sign,))
            narrowed = replace(bench.statement, conditions=(*bench.statement.conditions, condition))
            if bench.judge.tried(narrowed, 0, bench.surface).equal:
                sentence = f"this holds only for {first} {sign} {second}; the case {first} {other} {second} is left out"
                return Diagnosis(Mistake.DELTA, sentence, place=_place(bench.side))
    return None


def _place(node: Node) -> Place | None:
    return None if node.place is NOWHERE else node.place


def _is_name(node: Node) -> bool:
    """True for a symbol, a number or a derivative: not for a formula that could be worked on."""
    while isinstance(node, Negative):
        node = node.of
    return isinstance(node, Symbol | Number | Differential | Derivative)


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
    for correction in candidates[:_MOST]:
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
