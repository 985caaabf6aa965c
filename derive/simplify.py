"""Simplification: named rules, applied until none changes anything, with a second try on split sums.

Every rule preserves the value and every application is a step. Where two ways lead to equal expressions, the cheaper
one is kept (`derive.cost`).
"""

from __future__ import annotations

from collections.abc import Iterable

from derive.cost import preference
from derive.entry import Tensor
from derive.facts import Known
from derive.rule import Rule, Trail
from derive.rules.algebra import CANCEL, COLLECT, SIGN
from derive.rules.conditions import CASES, ONE_CASE, SETTLE
from derive.rules.definition import Definition
from derive.rules.forward_values import fold_rule
from derive.rules.nodes import everywhere
from derive.rules.sums import MERGE, PULL_OUT, SPLIT, contract_rule

_ROUNDS = 12


def simplify(
    trail: Trail,
    known: Iterable[Known] = (),
    definitions: Iterable[Definition] = (),
    arriving: frozenset[Tensor] = frozenset(),
) -> None:
    """Simplify the trail's expression with the facts that are known and the definitions to fold back into.

    arriving: the gradients by the consumers, in a sum over them; see `derive.rules.sums.contract`.
    """
    rules = (
        CANCEL,
        CASES,
        SETTLE,
        MERGE,
        contract_rule(arriving),
        PULL_OUT,
        ONE_CASE,
        *(fact_rule(item) for item in known),
        SIGN,
        *(fold_rule(definition) for definition in definitions),
        COLLECT,
    )
    _exhaust(trail, rules)
    other = trail.fork()
    if other.follow(SPLIT):
        _exhaust(other, rules)
        if preference(other.expr) < preference(trail.expr):
            trail.expr, trail.steps = other.expr, other.steps


def _exhaust(trail: Trail, rules: tuple[Rule, ...]) -> None:
    for _ in range(_ROUNDS):
        if not any([trail.follow(rule) for rule in rules]):
            return


def fact_rule(known: Known) -> Rule:
    """The rule that uses one fact of one tensor."""
    change = everywhere(lambda node: known.fact.rewrite(node, known.tensor), known.sentence)
    return Rule("use a fact", known.sentence, change, lambda: ())
