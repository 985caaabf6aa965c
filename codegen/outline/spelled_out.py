"""What the letters in the formula of a rule stand for in one step, and which terms a step has dropped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sympy import Add, Expr

from codegen.block import Math, Text
from codegen.language import joined, merged
from codegen.notation.formula import (
    Call,
    Derivative,
    Exponential,
    Factors,
    Formula,
    Fraction,
    Group,
    Name,
    Negative,
    Number,
    Power,
    Root,
    Terms,
    equals,
)
from codegen.outline.legend import nodes
from codegen.outline.page import Page
from derive.binding import unbind
from derive.dependence import depends
from derive.index import Index
from derive.operators import Binder, Partial
from derive.step import Step

SLOPE = "slope of "
_MOST = 3


def letters(page: Page, step: Step, order: Sequence[Index]) -> Text:
    """f = ..., g = ... for every derivative that the step has worked out; nothing for a rule without letters."""
    before, after = (_derivatives(page.formula(expr, order)) for expr in (step.before, step.after))
    found = dict.fromkeys(_letters(step.rule, node.of) for node in before if node not in after)
    meanings = [pairs for pairs in found if pairs]
    if not meanings or len(meanings) > _MOST:
        return ()
    each = [[(Math(equals(Name(letter), formula)),) for letter, formula in pairs] for pairs in meanings]
    together = [joined(pairs, page.language.phrase("list.between")) for pairs in each]
    return page.say("chain.letters", letters=merged(joined(together, page.language.phrase("list.clauses"))))


def _derivatives(formula: Formula) -> list[Derivative]:
    return [node for node in nodes(formula) if isinstance(node, Derivative)]


def _letters(rule: str, of: Formula) -> tuple[tuple[str, Formula], ...]:
    """What is differentiated, taken apart as the rule does."""
    match _bare(of):
        case Factors((first, second)) if rule == "product rule":
            return ("f", _open(first)), ("g", _open(second))
        case Fraction(top, bottom) if rule == "quotient rule":
            return ("f", top), ("g", bottom)
        case Fraction(_, bottom) if rule == "reciprocal rule":
            return (("g", bottom),)
        case Power(base, exponent) if rule == "power rule":
            return ("g", _open(base)), ("n", exponent)
        case Root(body) if rule == "power rule":
            return ("g", _open(body)), ("n", Fraction(Number("1"), Number("2")))
        case Exponential(exponent) if rule == "chain rule":
            return (("g", exponent),)
        case Call(_, (argument,)) if rule == "chain rule" or rule.startswith(SLOPE):
            return (("g", argument),)
    return ()


def _open(formula: Formula) -> Formula:
    """Without brackets around it."""
    return formula.body if isinstance(formula, Group) else formula


def dropped(page: Page, step: Step, order: Sequence[Index]) -> Text:
    """Which terms of a sum the step has left out, because they do not depend on what is differentiated by."""
    if step.rule != "sum rule":
        return ()
    constant = [term for node in _sums(step.before) for term in node.of.args if not depends(term, node.by.tensor)]
    before, after = (_derivatives(page.formula(expr, order)) for expr in (step.before, step.after))
    kept = {_bare(node.of) for node in after}
    gone = [term for node in before if node not in after for term in _terms(node.of) if _bare(term) not in kept]
    # Where paper shows other terms than the derivation has, nothing is said of them.
    if not gone or len(gone) != len(constant):
        return ()
    return page.say("chain.dropped", terms=page.listed([(Math(_bare(term)),) for term in dict.fromkeys(gone)]))


def _terms(of: Formula) -> list[Formula]:
    body = _bare(of)
    return [term for _, term in body.items] if isinstance(body, Terms) else []


def _bare(formula: Formula) -> Formula:
    """Without brackets around it and without a sign."""
    while isinstance(formula, Group | Negative):
        formula = formula.body
    return formula


def _sums(expr: Expr) -> Iterator[Partial]:
    """The derivatives of sums of terms."""
    if isinstance(expr, Partial) and isinstance(expr.of, Add):
        yield expr
    elif not isinstance(expr, Partial):
        for argument in (unbind(expr)[1],) if isinstance(expr, Binder) else expr.args:
            yield from _sums(argument)
