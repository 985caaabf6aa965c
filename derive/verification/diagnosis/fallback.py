"""What is wrong where no part of a claim can be exchanged for a right one: by what the sides differ, what is lost."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

from derive.errors import Place
from derive.language.tree import NOWHERE
from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.factors import product
from derive.verification.diagnosis.path import lost_path
from derive.verification.diagnosis.quotient import Multiple, constant_value, difference, quotient, with_term
from derive.verification.diagnosis.situation import in_situation, is_identity, is_update, speaks_of_derivatives
from derive.verification.diagnosis.spelling import first_meaning, said
from derive.verification.formula.tree import (
    Chain,
    Comparison,
    Derivative,
    Differential,
    Negative,
    Node,
    Number,
    Statement,
    Symbol,
)
from derive.verification.judge import Judge
from derive.verification.scope import EXAMPLE
from derive.verification.spelling import text_of
from derive.verification.verdict import Diagnosis, Mistake

EQUATIONS = ("=", "≈", ":=", "≡", "←", "→")


def not_corrected(bench: Bench) -> Diagnosis | None:
    """What is wrong where no part of the claim can be exchanged for a right one."""
    return constant(bench) or _differing(bench) or lost_path(bench) or _one_case(bench) or _nothing_else(bench)


def _nothing_else(bench: Bench) -> Diagnosis | None:
    """What a claim must be that no change of it makes true."""
    right = bench.statement.sides[1]
    if is_update(bench):
        return _step(bench)
    if isinstance(right, Number) and right.text == "0":
        return Diagnosis(Mistake.FACT, "this is not 0 in general", place=place_of(right))
    if any(speaks_of_derivatives(side, bench) for side in bench.statement.sides):
        return None
    if not bench.first and not is_name(bench.fixed):
        told = said(bench.fixed, bench)
        return Diagnosis(Mistake.VALUE, f"the step from {told} is wrong", told, place_of(right))
    if not is_identity(bench):
        return None
    return Diagnosis(Mistake.FACT, "this does not hold in general", place=place_of(right))


def _step(bench: Bench) -> Diagnosis:
    """The step that the claim should say: W - η ∂E/∂W."""
    wrong, sentence = place_of(bench.side), "this is no step of gradient descent"
    after, loss = bench.fixed, bench.judge.names.loss
    meaning = first_meaning(after, bench) if isinstance(after, Symbol) else None
    if not isinstance(after, Symbol) or meaning is None or loss is None:
        return Diagnosis(Mistake.UPDATE, sentence, place=wrong)
    old = replace(after, upper=tuple(mark for mark in after.upper if text_of(mark.of) not in ("+", "new")))
    plain = bench.surface == "plain"
    gradient = Differential(old) if plain else Derivative(Symbol(loss), old)
    made = Chain((old, product([("", Symbol("η")), ("*" if plain else "", gradient)])), ("-",))
    if not bench.true(made):
        return Diagnosis(Mistake.UPDATE, sentence, place=wrong)
    told = said(made, bench)
    return Diagnosis(Mistake.UPDATE, f"{sentence}, which leads to {told}", told, wrong)


def constant(bench: Bench) -> Diagnosis | None:
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
    return None if float(told) == claimed else Diagnosis(Mistake.VALUE, f"the value is {told}", told, place_of(number))


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
        return Diagnosis(mistake, f"the factor {ratio} is missing", said(node, bench), place_of(bench.side))
    rest = difference(bench, values)
    if rest is None:
        return None
    node = with_term(bench.side, *rest, bench.surface)
    term = said(rest[0].of(rest[1], bench.surface), bench)
    lost = lost_path(bench)
    if lost is not None and lost.mistake is Mistake.DELTA:
        return replace(lost, sentence=f"the term {term} is missing: {lost.sentence}", correction=said(node, bench))
    mistake = in_situation(Mistake.PATH, bench)
    general = "this does not hold in general: " if mistake is Mistake.FACT else ""
    return Diagnosis(mistake, f"{general}the term {term} is missing", said(node, bench), place_of(bench.side))


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
                return Diagnosis(Mistake.DELTA, sentence, place=place_of(bench.side))
    return None


def residue(statement: Statement, link: int, surface: str, judge: Judge) -> str:
    """By what both sides differ, where that can be said: "left / right is 2 everywhere"; empty where it cannot."""
    if statement.relations[link] not in EQUATIONS:
        return ""
    sides = (statement.sides[link], statement.sides[link + 1])
    bench = Bench(judge, Statement(sides, ("=",), statement.conditions), surface)
    claimed = [bench.value(bench.side, setting) for setting in bench.settings]
    values = [value for value in claimed if value is not None]
    if not values or len(values) != len(claimed):
        return ""
    ratio = quotient(bench, values)
    if ratio == Multiple(Fraction(1)):
        return ""  # they differ beyond the values that both were compared at here
    if ratio is not None:
        return f"left / right is {ratio} everywhere"
    rest = difference(bench, values)
    if rest is not None:
        return f"left - right is {said(rest[0].of(rest[1], surface), bench)}"
    return ""


def place_of(node: Node) -> Place | None:
    """Where a part of the claim stands; None for what a correction made."""
    return None if node.place is NOWHERE else node.place


def is_name(node: Node) -> bool:
    """True for a symbol, a number or a derivative: not for a formula that could be worked on."""
    while isinstance(node, Negative):
        node = node.of
    return isinstance(node, Symbol | Number | Differential | Derivative)
