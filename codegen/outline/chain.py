"""A chain of steps as lines with reasons; small steps of differentiation that follow each other share a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from codegen.block import Math, Row, Text
from codegen.detail import Detail
from codegen.language import joined, merged
from codegen.outline.page import Page
from codegen.outline.rule_formulas import FORMULAS, PROMINENT, SLOPE_FORMULA
from codegen.outline.spelled_out import SLOPE, dropped, letters
from codegen.outline.words import explain
from derive.index import Index
from derive.rules.derivatives import DERIVATIVE_RULES
from derive.step import Step

RULE_FORMULAS = {rule.name: rule.formula for rule in DERIVATIVE_RULES}
# Rules that deserve a line of their own, even when more differentiation follows.
_ALONE = (*PROMINENT, "exponential rule")


def chain(page: Page, steps: Sequence[Step], order: Sequence[Index]) -> list[Row]:
    """The rows of a chain; a step that changes nothing that a reader sees gets none."""
    if page.detail is Detail.EVERYTHING:
        return _one_by_one(page, steps, order)
    rows: list[Row] = []
    for group in _groups(steps):
        formula = page.formula(group[-1].after, order)
        if rows and rows[-1].formula == formula:
            continue
        rows.append(Row(formula, _reasons(page, group)))
    return rows


def _one_by_one(page: Page, steps: Sequence[Step], order: Sequence[Index]) -> list[Row]:
    """A row for every step; one that changes nothing that a reader sees is named beside the one before it."""
    rows: list[Row] = []
    for step in steps:
        formula, reason = page.formula(step.after, order), _in_full(page, step, order)
        if rows and rows[-1].formula == formula:
            both = joined([rows[-1].reason, reason], page.language.phrase("list.between"))
            rows[-1] = replace(rows[-1], reason=merged(both))
        else:
            rows.append(Row(formula, reason))
    return rows


def _in_full(page: Page, step: Step, order: Sequence[Index]) -> Text:
    """The rule, its formula, what the letters in it stand for, what it rests on, and what it has left out."""
    formula = SLOPE_FORMULA if step.rule.startswith(SLOPE) else FORMULAS.get(step.rule)
    reason = _reason(page, step)
    if formula is not None and step.rule not in PROMINENT:
        reason = page.say("chain.with_formula", rule=reason, formula=Math(formula))
    parts = [reason, letters(page, step, order), dropped(page, step, order)]
    return merged(joined([part for part in parts if part], page.language.phrase("list.between")))


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
    small = step.rule in RULE_FORMULAS and step.rule not in _ALONE
    if small and before.rule not in _ALONE and (before.rule in RULE_FORMULAS or before.rule.startswith(SLOPE)):
        return step.rule != "chain rule" or before.rule != "local derivatives"
    return step.rule == before.rule and step.because == before.because


def _reasons(page: Page, group: Sequence[Step]) -> Text:
    reasons = list(dict.fromkeys(_reason(page, step) for step in group))
    return merged(joined(reasons, page.language.phrase("list.between")))


def _reason(page: Page, step: Step) -> Text:
    """The rule and what it rests on, unless that is the rule's own formula."""
    if step.rule.startswith(SLOPE):
        return page.say("chain.slope", function=step.rule.removeprefix(SLOPE))
    rule = page.language.rule(step.rule)
    if step.rule == "local derivatives":
        return page.say("chain.local_derivatives")
    if step.rule in PROMINENT:
        return page.say("chain.with_formula", rule=rule, formula=Math(PROMINENT[step.rule]))
    if step.rule in RULE_FORMULAS or step.because in RULE_FORMULAS.values() or not step.because:
        return (rule,)
    because = explain(page, step.because, numbered=True)
    match step.rule:
        case "substitute":
            return page.say("chain.substitute", names=because)
        case "use a fact":
            return because
        case "fold into forward values":
            return because
    return page.say("chain.because", rule=rule, reason=because)
