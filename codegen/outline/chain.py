"""A chain of steps as lines with reasons; small steps of differentiation that follow each other share a line."""

from __future__ import annotations

from collections.abc import Sequence

from codegen.block import Math, Piece, Row, Text
from codegen.notation.formula import Factors, Formula, Fraction, Name, Negative, Number, Power, Primed, Terms, equals
from codegen.outline.page import Page
from codegen.outline.words import explain, merged
from derive.index import Index
from derive.rules.derivatives import DERIVATIVE_RULES
from derive.step import Step

RULE_FORMULAS = {rule.name: rule.formula for rule in DERIVATIVE_RULES}
# Rules that deserve a line of their own, even when more differentiation follows.
_PROMINENT = ("product rule", "quotient rule", "power rule", "reciprocal rule", "exponential rule")

_SLOPE = "slope of "
_f, _g, _n, _df, _dg = (Name(letter) for letter in ("f", "g", "n", "f'", "g'"))
# The formulas of rules that students look up, in their usual letters.
_SHOWN: dict[str, Formula] = {
    "product rule": equals(Primed(Factors((_f, _g))), Terms((("+", Factors((_df, _g))), ("+", Factors((_f, _dg)))))),
    "quotient rule": equals(
        Primed(Fraction(_f, _g)),
        Fraction(Terms((("+", Factors((_df, _g))), ("-", Factors((_f, _dg))))), Power(_g, Number("2"))),
    ),
    "reciprocal rule": equals(Primed(Fraction(Number("1"), _g)), Negative(Fraction(_dg, Power(_g, Number("2"))))),
    "power rule": equals(Primed(Power(_g, _n)), Factors((_n, Power(_g, Terms((("+", _n), ("-", Number("1"))))), _dg))),
}


def chain(page: Page, steps: Sequence[Step], order: Sequence[Index]) -> list[Row]:
    """The rows of a chain; a step that changes nothing that a reader sees gets none."""
    rows: list[Row] = []
    for group in _groups(steps):
        formula = page.formula(group[-1].after, order)
        if rows and rows[-1].formula == formula:
            continue
        rows.append(Row(formula, _reasons(page, group)))
    return rows


def _groups(steps: Sequence[Step]) -> list[list[Step]]:
    groups: list[list[Step]] = []
    for step in steps:
        if groups and _joins(groups[-1][-1], step):
            groups[-1].append(step)
        else:
            groups.append([step])
    return groups


def _joins(before: Step, step: Step) -> bool:
    """Whether a step goes on what the one before it began."""
    small = step.rule in RULE_FORMULAS and step.rule not in _PROMINENT
    if small and before.rule not in _PROMINENT and (before.rule in RULE_FORMULAS or before.rule.startswith(_SLOPE)):
        return step.rule != "chain rule" or before.rule != "local derivatives"
    return step.rule == before.rule and step.because == before.because


def _reasons(page: Page, group: Sequence[Step]) -> Text:
    reasons = list(dict.fromkeys(_reason(page, step) for step in group))
    words: list[Piece] = []
    for place, reason in enumerate(reasons):
        words += [", "] if place else []
        words += reason
    return merged(words)


def _reason(page: Page, step: Step) -> Text:
    """The rule and what it rests on, unless that is the rule's own formula."""
    if step.rule.startswith(_SLOPE):
        return (f"derivative of {step.rule.removeprefix(_SLOPE)}",)
    setting = page.setting
    because = explain(step.because, setting, page.numbers)
    if step.rule == "local derivatives":
        return ("local derivatives put in",)
    if step.rule in _SHOWN:
        return (f"{step.rule} ", Math(_SHOWN[step.rule]))
    if step.rule in RULE_FORMULAS or step.because in RULE_FORMULAS.values() or not because:
        return (step.rule,)
    match step.rule:
        case "substitute":
            return ("substitute ", *because)
        case "use a fact":
            return because
        case "fold into forward values":
            return because
    return merged((step.rule, ": ", *because))
