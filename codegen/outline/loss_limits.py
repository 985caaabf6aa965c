"""What one term of the loss becomes at the best and at the worst prediction: limits, computed by SymPy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Expr, Integer, Pow, Symbol

from codegen.block import Block, Display, Heading, Math, Paragraph, Table, Text
from codegen.notation.formula import Formula, Infix, Name, Negative, Relation
from codegen.outline.notes import with_letters
from codegen.outline.page import Page
from codegen.outline.scalar import NotScalar, as_sympy
from codegen.outline.slope_bounds import value_reach
from derive.binding import unbind
from derive.entry import Entry
from derive.facts import declared_facts, known_facts
from derive.operators import Apply, Sum, Where
from derive.signs import positive

_P, _Y = Symbol("p", real=True), Symbol("y", real=True)


@dataclass(frozen=True)
class Term:
    """One term of the loss as a function of one prediction and at most one target.

    low, high   between which values the prediction lies; None where nothing says so
    defined     whether its definition says so; else its logarithms do not exist elsewhere
    """

    expr: Expr
    prediction: Entry
    target: Entry | None
    scalar: Expr
    low: Expr | None
    high: Expr | None
    defined: bool


def loss_limits(page: Page) -> list[Block]:
    """The limits in a table; nothing where the loss is no sum of terms with one prediction each."""
    network = page.derivation.network
    term = _term(page) if network.with_role("target") and not network.is_layer else None
    rows = _rows(page, term) if term is not None else []
    if term is None or not rows:
        return []
    size = page.math(term.prediction)
    if term.low is None or term.high is None:
        between = page.say("limits.unknown", prediction=size)
    elif term.low.is_infinite and term.high.is_infinite:
        between = page.say("limits.any_number", prediction=size)
    else:
        key = "limits.by_definition" if term.defined else "limits.by_logarithms"
        between = page.say(key, prediction=size, low=page.math(term.low), high=page.math(term.high))
    head: tuple[Text, ...] = (page.say("limits.prediction"), page.say("limits.goes_to"))
    return [
        Heading(2, page.say("limits.heading")),
        Paragraph(page.say("limits.term")),
        Display(((Name(_letter(page)), page.formula(term.expr), None),)),
        Paragraph(between),
        Table((page.say("limits.target"), *head) if term.target is not None else head, tuple(rows)),
    ]


def _letter(page: Page) -> str:
    return next(name for name in ("ell", "L", "J", "loss_term") if name not in page.setting.ranks)


def _term(page: Page) -> Term | None:
    network = page.derivation.network
    expr = _inner(page, network.results[0])
    entries = expr.atoms(Entry)
    inside = {entry for outer in entries for subscript in outer.subscripts for entry in subscript.atoms(Entry)}
    targets = {tensor.name for tensor in network.with_role("target")}
    given = [entry for entry in entries - inside if entry.tensor.name in targets]
    predicted = [entry for entry in entries - inside if entry.tensor.name not in targets]
    if len(predicted) != 1 or len(given) > 1:
        return None
    symbols = {predicted[0]: _P, **dict.fromkeys(given, _Y)}
    symbols |= {item.symbol: item.value for item in network.constants}
    try:
        scalar = as_sympy(expr, symbols)
    except NotScalar:
        return None
    low, high, defined = _range(page, predicted[0])
    domain = _domain(scalar)
    if low is None or (low.is_infinite and domain != sympy.Reals):
        between = isinstance(domain, sympy.Interval) and domain.inf.is_finite and domain.sup.is_finite
        low, high, defined = (domain.inf, domain.sup, False) if between else (None, None, False)
    if low is None and domain == sympy.Reals and not given:
        return None
    return Term(expr, predicted[0], given[0] if given else None, scalar, low, high, defined)


def _domain(scalar: Expr) -> Any:
    """Where all logarithms in it are real numbers."""
    domain: Any = sympy.Reals
    for logarithm in sorted(scalar.atoms(sympy.log), key=str):
        (argument,) = logarithm.args
        if argument.free_symbols == {_P} and argument.is_polynomial(_P):
            domain &= sympy.solve_univariate_inequality(argument > 0, _P, relational=False)
    return domain


def _inner(page: Page, name: str) -> Expr:
    """What is summed or averaged in the end, with its sign; a value that only stands for such a sum is opened."""
    equation = page.derivation.network.equation(name)
    assert equation is not None
    number, rest = equation.right.as_coeff_Mul()
    sums = [factor for factor in sympy.Mul.make_args(rest) if isinstance(factor, Sum)]
    expr = equation.right
    if len(sums) == 1:
        _, body = unbind(sums[0])
        expr = -body if number < 0 else body
    inner = page.derivation.network.equation(expr.tensor.name) if isinstance(expr, Entry) else None
    if inner is not None and isinstance(inner.right.as_coeff_Mul()[1], Sum):
        return _inner(page, inner.tensor.name)
    return with_letters(page, expr)


def _range(page: Page, entry: Entry) -> tuple[Expr | None, Expr | None, bool]:
    """Between which values the prediction lies, None where nothing says so, and whether its equation says it."""
    network = page.derivation.network
    everything = (-sympy.oo, sympy.oo, False)
    defined = network.equation(entry.tensor.name)
    if defined is None:
        return everything
    for lemma in page.derivation.lemmas:
        if isinstance(defined.right, Apply) and defined.right.function == lemma.function:
            found = value_reach(page, lemma)
            if found is not None:
                low = -sympy.oo if found.low is None else found.low
                return low, (sympy.oo if found.high is None else found.high), True
    shares = any(known.tensor == entry.tensor and known.fact.name == "sums_to_one" for known in known_facts(network))
    if shares and positive(defined.right, network):
        return Integer(0), Integer(1), True
    # A weighted sum with weights of any size can be any number.
    parameters = {tensor.name for tensor in network.parameters}
    reads = {inner.tensor.name for inner in defined.right.atoms(Entry)}
    linear = not defined.right.has(Apply, Where) and not any(power.exp != 1 for power in defined.right.atoms(Pow))
    return everything if linear and reads & parameters else (None, None, False)


def _rows(page: Page, term: Term) -> list[tuple[Text, ...]]:
    if term.target is None:
        return [row[1:] for row in _ends(page, term, term.scalar, None)]
    declared = page.derivation.network.declaration(term.target.tensor.name)
    facts = declared_facts(declared) if declared is not None else ()
    values = next((fact.values for fact in facts if fact.values), ())
    if values:
        return [row for value in values for row in _ends(page, term, term.scalar.subs(_Y, value), value)]
    best = _limit(term.scalar, _Y, "")
    rows = _ends(page, term, term.scalar, None)
    if best is None:
        return []
    any_value = page.say("limits.any")
    to_target = _goes(page.formula(term.prediction), page.formula(term.target))
    return [(any_value, (Math(to_target),), _said(page, best, term)), *rows]


def _ends(page: Page, term: Term, scalar: Expr, value: int | None) -> list[tuple[Text, ...]]:
    """The term at both ends of the prediction's range, the smaller limit first."""
    if term.low is None or term.high is None:
        return []
    found = []
    for place, side in ((term.high, "-"), (term.low, "+")):
        limit = _limit(scalar, place, side)
        if limit is None:
            return []
        found.append((limit, place))
    if all(limit.is_number for limit, _ in found):
        found.sort(key=lambda item: item[0])
    target = page.say("limits.any")
    if value is not None and term.target is not None:
        target = (Math(Relation("==", page.formula(term.target), page.formula(Integer(value)))),)
    return [
        (target, (Math(_goes(page.formula(term.prediction), page.formula(place))),), _said(page, limit, term))
        for limit, place in found
    ]


def _limit(scalar: Expr, place: Expr, side: str) -> Expr | None:
    """The limit, if SymPy finds a number or an infinity for it."""
    try:
        found = sympy.limit(scalar, _P, place, side) if side else sympy.limit(scalar, _P, place)
    except (NotImplementedError, ValueError, TypeError):
        return None
    if found.free_symbols - {_Y} or found.has(sympy.Limit, sympy.AccumBounds, sympy.nan, sympy.Function):
        return None
    return None if found.free_symbols and found.has(sympy.oo, -sympy.oo, sympy.zoo) else found


def _goes(left: Formula, right: Formula) -> Formula:
    return Infix("to", (left, right))


def _said(page: Page, limit: Expr, term: Term) -> Text:
    if limit is sympy.oo or limit is -sympy.oo:
        infinity: Formula = Name("inf")
        return (Math(infinity if limit is sympy.oo else Negative(infinity)),)
    return (page.math(limit if term.target is None else limit.xreplace({_Y: term.target})),)
