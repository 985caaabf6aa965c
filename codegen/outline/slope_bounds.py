"""How large the slopes of a network's functions get, found from their formulas, and what follows for its units."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Basic, Expr, Float, Symbol

from codegen.block import Math, Text
from codegen.notation.formula import Relation
from codegen.outline.page import Page
from codegen.outline.scalar import NotScalar, Reach, as_sympy, reach
from derive.derivation import Lemma
from derive.entry import Entry, Tensor
from derive.operators import Apply

_VARIABLE = Symbol("u", real=True)


def slope_reach(page: Page, lemma: Lemma) -> Reach | None:
    """How large the slope of a function gets; None where its settings are no numbers."""
    return _reach(page, lemma, lemma.slope)


def value_reach(page: Page, lemma: Lemma) -> Reach | None:
    """How large the function itself gets."""
    formula = lemma.function.formula
    assert formula is not None
    argument = Symbol(lemma.by.tensor.name)
    return _reach(page, lemma, formula.xreplace({argument: lemma.by}))


def _reach(page: Page, lemma: Lemma, expr: Expr) -> Reach | None:
    symbols: dict[Basic, Expr] = {item.symbol: item.value for item in page.derivation.network.constants}
    symbols |= _settings(page, lemma, symbols)
    symbols[lemma.by] = _VARIABLE
    try:
        scalar = as_sympy(expr, symbols)
    except NotScalar:
        return None
    return reach(scalar, _VARIABLE)


def _settings(page: Page, lemma: Lemma, constants: Mapping[Basic, Expr]) -> dict[Basic, Expr]:
    """The values of the function's other parameters, from its first use."""
    use = next((call for call in _uses(page, lemma)), None)
    if use is None:
        return {}
    found: dict[Basic, Expr] = {}
    for parameter, argument in zip(lemma.function.parameters, use.arguments, strict=True):
        value = argument.xreplace(dict(constants))
        if value.is_number:
            found |= {parameter: value, Entry(Tensor(parameter.name)): value}
    return found


def _uses(page: Page, lemma: Lemma) -> list[Apply]:
    calls = [call for equation in page.derivation.network.equations for call in equation.right.atoms(Apply)]
    return sorted((call for call in calls if call.function == lemma.function), key=str)


def slope_risks(page: Page) -> list[Text]:
    """A sentence or two for every function whose slope is bounded or vanishes somewhere."""
    found = []
    for lemma in page.derivation.lemmas:
        reached = slope_reach(page, lemma)
        if reached is not None and (text := _sentences(page, lemma, reached)):
            found.append(text)
    return found


def _sentences(page: Page, lemma: Lemma, found: Reach) -> Text:
    call = page.math(Apply(lemma.function, *(Entry(Tensor(item.name)) for item in lemma.function.parameters)))
    argument = page.math(lemma.by)
    places = [
        page.reference(equation.tensor.name).strip()
        for equation in page.derivation.network.equations
        if any(node.function == lemma.function for node in equation.right.atoms(Apply))
    ]
    if not places or not (found.zero or found.left or found.right or found.high is None):
        return ()
    used = page.language.enumerated(places)
    ending = page.say("slopes.ending")
    if found.zero:
        sides = page.listed([(_compared(page, lemma, relation, place),) for relation, place in found.zero])
        ending = page.say("slopes.dead", sides=sides)
    elif found.left and found.right:
        ending = page.say("slopes.saturated", argument=argument)
    elif found.left or found.right:
        ending = page.say("slopes.left" if found.left else "slopes.right", argument=argument)
    if found.high is None:
        return page.say("slopes.unbounded", ending=ending, call=call, places=used)
    high = _number(page, found.high)
    if found.low is not None and found.low < 0:
        return page.say(
            "slopes.between", low=_number(page, found.low), high=high, ending=ending, call=call, places=used
        )
    if found.highest_at is not None and found.highest_at.is_Rational:
        place = _compared(page, lemma, "==", found.highest_at)
        return page.say("slopes.at_most_at", high=high, place=place, ending=ending, call=call, places=used)
    return page.say("slopes.at_most", high=high, ending=ending, call=call, places=used)


def _number(page: Page, value: Expr) -> Text:
    return page.say("slopes.about", value=page.math(value)) if isinstance(value, Float) else (page.math(value),)


def _compared(page: Page, lemma: Lemma, relation: str, place: Expr) -> Math:
    return Math(Relation(relation, page.formula(lemma.by), page.formula(place)))
