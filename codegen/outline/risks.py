"""What can go wrong with a network: slopes, products over steps, denominators and logarithms, read off its formulas."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Basic, Expr, Float, Pow

from codegen.block import Block, Heading, Math, Points, Text
from codegen.language import joined, merged
from codegen.notation.formula import Formula
from codegen.outline.depth import depth_risks
from codegen.outline.notes import with_letters
from codegen.outline.page import Page
from codegen.outline.slope_bounds import slope_risks
from codegen.outline.step_products import step_risks
from derive.binding import replace_nodes, unbind
from derive.entry import Entry
from derive.index import Index
from derive.operators import Apply, Binder
from derive.signs import floor_of, never_negative, positive


def risks(page: Page) -> list[Block]:
    """The section; nothing where nothing is to be said."""
    slopes: list[Text] = [*slope_risks(page), *depth_risks(page)]
    blocks: list[Block] = step_risks(page)
    values = [*_denominators(page), *_logarithms(page)]
    if not (slopes or blocks or values):
        return []
    heading = Heading(2, page.say("risks.heading"))
    points: list[Block] = [Points(tuple(slopes + values))] if slopes or values else []
    return [heading, *points, *blocks]


@dataclass
class _Divisor:
    """What is divided by, in the names of the equations that do it."""

    formula: Formula
    expr: Expr
    names: list[str]


@dataclass(frozen=True)
class _Verdict:
    """What is to be said about a divisor: a message and what stands at its places."""

    key: str
    places: tuple[tuple[str, Text], ...] = ()


def _denominators(page: Page) -> list[Text]:
    """Everything that is divided by, and what keeps it away from zero; one sentence for all that are alike."""
    computed = {equation.tensor.name for equation in (*page.derivation.network.equations, *page.derivation.backward)}
    alike: dict[_Verdict, list[_Divisor]] = {}
    for divisor in _divisors(page):
        inside = [name for name in divisor.names if name in computed]
        verdict = _verdict(page, divisor.expr, inside)
        if verdict is not None:
            alike.setdefault(verdict, []).append(_Divisor(divisor.formula, divisor.expr, inside or divisor.names))
    texts = []
    for verdict, divisors in alike.items():
        names = [name for divisor in divisors for name in divisor.names]
        formulas = page.listed([(Math(divisor.formula),) for divisor in divisors])
        divides = page.say("risks.divides", len(dict.fromkeys(names)), places=_places(page, names), formulas=formulas)
        texts.append(_sentences(page, divides, page.say(verdict.key, len(divisors), **dict(verdict.places))))
    return texts


def _divisors(page: Page) -> list[_Divisor]:
    found: dict[Formula, _Divisor] = {}
    for equation in (*page.derivation.network.equations, *(item.equation for item in page.derivation.adjoints)):
        for node in _nodes(equation.right):
            if isinstance(node, Pow) and node.exp.could_extract_minus_sign() and node.base.has(Entry):
                expr = with_letters(page, _at_any_step(page, Pow(node.base, -node.exp)))
                is_root = node.exp.is_Rational and node.exp.q != 1
                root = expr if is_root else with_letters(page, _at_any_step(page, node.base))
                found.setdefault(page.formula(root), _Divisor(page.formula(root), root, [])).names.append(
                    equation.tensor.name
                )
    return list(found.values())


def _at_any_step(page: Page, expr: Expr) -> Expr:
    """The same expression whichever step it is taken at, so that v[l+1] and v[0] are said only once."""

    def change(node: Basic) -> Expr | None:
        if not isinstance(node, Entry):
            return None
        pairs = zip(node.subscripts, node.tensor.axes, strict=True)
        stepped = page.setting.stepped
        return Entry(
            node.tensor,
            *(Index(page.setting.letter(size, ()), size) if str(size) in stepped else own for own, size in pairs),
        )

    return replace_nodes(expr, change)


def _sentences(page: Page, *sentences: Text) -> Text:
    return merged(joined(sentences, page.language.phrase("list.sentences")))


def _verdict(page: Page, expr: Expr, computed: list[str]) -> _Verdict | None:
    """What is said about a divisor; None where nothing is to be said."""
    network = page.derivation.network
    base, power = expr.as_base_exp()
    floor = floor_of(base, network)
    if not computed:
        if not positive(base, network) or floor != 0:
            return None
        return _Verdict("risks.cancelled")
    if floor != 0:
        least = floor**power
        exact = least.is_Rational or not least.is_number
        shown: Text = (page.math(least),) if exact else _about(page, Float(f"{float(least):.2g}"))
        return _Verdict("risks.floor", (("least", shown),))
    if positive(base, network) and any(isinstance(node, Apply) and node.name == "exp" for node in _nodes(base)):
        return _exponentials(page, computed)
    if positive(base, network):
        return _Verdict("risks.positive")
    return _Verdict("risks.maybe_zero" if never_negative(base, network) else "risks.unknown")


def _about(page: Page, value: Expr) -> Text:
    return page.say("slopes.about", value=page.math(value))


def _exponentials(page: Page, names: list[str]) -> _Verdict:
    """A sum of exponentials is never zero, but too large for a float soon."""
    largest = str(int(math.log(sys.float_info.max)))
    lines = [line for name in names for line in page.code.get(name, ())]
    shifted = any(".max(" in line for line in lines)
    key = "risks.exponentials_shifted" if shifted else "risks.exponentials"
    return _Verdict(key, (("largest", (largest,)),))


def _logarithms(page: Page) -> list[Text]:
    """Logarithms of what can come near zero, and whether the program takes them."""
    network = page.derivation.network
    texts: list[Text] = []
    for equation in network.equations:
        seen: dict[Formula, Expr] = {}
        for node in _nodes(equation.right):
            if isinstance(node, Apply) and node.primitive_name == "log":
                (argument,) = node.arguments
                exponentials = positive(argument, network) and any(
                    isinstance(part, Apply) and part.name == "exp" for part in _nodes(argument)
                )
                if argument.has(Entry) and floor_of(argument, network) == 0 and not exponentials:
                    seen.setdefault(page.formula(with_letters(page, argument)), argument)
        lines = page.code.get(equation.tensor.name, ())
        if not seen:
            continue
        arguments = page.listed([(Math(formula),) for formula in seen])
        places = _places(page, [equation.tensor.name])
        taken = page.say("risks.takes_logarithm", len(seen), places=places, arguments=arguments)
        if lines and not any("np.log(" in line for line in lines):
            outcome = page.say("risks.logarithm_computed")
        elif all(positive(argument, network) for argument in seen.values()):
            outcome = page.say("risks.logarithm_positive", len(seen))
        else:
            outcome = page.say("risks.logarithm_open", len(seen))
        texts.append(_sentences(page, taken, outcome))
    return texts


def _places(page: Page, names: list[str]) -> str:
    numbered = sorted(set(names), key=lambda name: page.numbers[name])
    return page.language.enumerated([page.reference(name).strip() for name in numbered])


def _nodes(expr: Basic) -> Iterator[Basic]:
    """Every node of an expression in free letters; functions are not followed into their formulas."""
    yield expr
    for argument in (unbind(expr)[1],) if isinstance(expr, Binder) else expr.args:
        yield from _nodes(argument)
