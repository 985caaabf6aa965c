"""A wrong slope of an activation: that of another function, at another value, or none at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.correction import LEAF, PIECE, SIDE, Correction
from derive.verification.diagnosis.factors import factors, product, times
from derive.verification.diagnosis.slope_forms import FORMS, looks_like_slope
from derive.verification.diagnosis.slopes import Activation, activations, by_argument, by_value, primed
from derive.verification.diagnosis.spelling import entrywise, first_meaning, said, spelled, stem
from derive.verification.diagnosis.spots import Spot, is_product, spots, terms
from derive.verification.formula.tree import (
    Applied,
    Chain,
    Differential,
    Node,
    Symbol,
    walk,
)
from derive.verification.functions import ANY_ACTIVATION
from derive.verification.spelling import text_of
from derive.verification.verdict import Mistake


def corrections(side: Node, bench: Bench) -> Iterator[Correction]:
    """f'(z) for f(z), for a, for the slope of another function; a ⊙ f'(z) for a."""
    known = activations(bench.judge.names.network)
    for spot in spots(side):
        if spot.inner:
            continue
        if isinstance(spot.node, Applied):
            yield from _applied(spot, bench)
        yield from _exchanged(spot, known, bench)
    for item in known:
        for slope in slopes(item, bench):
            told = f"the slope of {item.function}, {said(slope, bench)}, is missing"
            for spot in _whole(side):
                made = times(spot.node, slope, entrywise(bench))
                yield Correction(Mistake.ACTIVATION, spot.put(made), told, SIDE + (spot.node is not side), spot.place)
            for spot in _errors(side, bench):
                made = Chain((spot.node, slope), (entrywise(bench),))
                yield Correction(Mistake.ACTIVATION, spot.put(made), told, SIDE + 1, spot.place)


def slopes(item: Activation, bench: Bench) -> Iterator[Node]:
    """The slope of an activation as the author of the claim would write it."""
    letter = _letter(item, bench)
    arguments = spelled(item.z, bench) if item.z is not None else []
    if letter is not None:
        for z in arguments:
            yield primed(letter, z)
        return
    formed = False
    for z in arguments:
        made = by_argument(item.function, z)
        if made is not None:
            yield made
            formed = True
    for a in _values(item, arguments, bench):
        made = by_value(item.function, a, entrywise(bench))
        if made is not None:
            yield made
            formed = True
        elif item.z is None and (made := by_argument(item.function, a)) is not None:
            yield made
    if not formed:
        for z in arguments:
            yield primed(Symbol(item.function), z)


def _values(item: Activation, arguments: list[Symbol], bench: Bench) -> Iterator[Node]:
    """What f(z) is called: by its name, at the steps that gradients beside it stand at; f(z) where it has no name."""
    if item.a is None:
        yield from (Applied(Symbol(item.function), (z,)) for z in arguments)
        return
    found = spelled(item.a, bench)
    yield from found
    rank = len(bench.judge.names.network.tensors[item.a].axes)
    for spot in spots(bench.side):
        symbol = spot.node.of if isinstance(spot.node, Differential) else spot.node
        if isinstance(symbol, Symbol) and any(isinstance(part, Chain) for part in symbol.lower):
            meaning = first_meaning(symbol, bench)
            tensor = None if meaning is None else bench.judge.names.network.tensors.get(meaning.name)
            if tensor is not None and len(tensor.axes) == rank:
                made = replace(found[0], lower=symbol.lower)
                yield from () if made in found else (made,)


def _letter(item: Activation, bench: Bench) -> Symbol | None:
    """The symbol of the function, where the claim speaks of σ' or f'."""
    for side in bench.statement.sides:
        for node in walk(side):
            if isinstance(node, Applied) and node.of.name in (*ANY_ACTIVATION, item.function):
                marks = tuple(mark for mark in node.of.upper if text_of(mark.of) not in ("'", "′", "2"))
                return replace(node.of, upper=marks)
    return None


def _applied(spot: Spot, bench: Bench) -> Iterator[Correction]:
    """σ'(z) for σ(z), σ'(z) for σ'(a)"""
    node = spot.node
    assert isinstance(node, Applied)
    is_slope = any(text_of(mark.of) in ("'", "′") for mark in node.of.upper)
    known = activations(bench.judge.names.network)
    if not is_slope and len(node.arguments) == 1:
        made = primed(node.of, node.arguments[0])
        sentence = f"the slope {said(made, bench)} is meant, not the function"
        yield Correction(Mistake.ACTIVATION, spot.put(made), sentence, LEAF, spot.place)
        for function in dict.fromkeys(item.function for item in known):
            other = replace(node, of=Symbol(function))
            sentence = f"the function is {function} here"
            yield Correction(Mistake.ACTIVATION, spot.put(other), sentence, PIECE, spot.place)
    if is_slope and len(node.arguments) == 1:
        argument = node.arguments[0]
        meant = first_meaning(argument, bench) if isinstance(argument, Symbol) else None
        for item in known:
            if item.z is None or (meant is not None and stem(meant.name) == stem(item.z)):
                continue  # another layer's z is a wrong index
            for z in spelled(item.z, bench):
                made = replace(node, arguments=(z,))
                sentence = f"the slope is taken at {said(z, bench)}, not at {said(argument, bench)}"
                yield Correction(Mistake.ACTIVATION, spot.put(made), sentence, LEAF, spot.place)
        for item in known:
            name = Symbol(item.function, upper=node.of.upper)
            if name.name != node.of.name:
                sentence = f"the function is {item.function} here"
                yield Correction(Mistake.ACTIVATION, spot.put(replace(node, of=name)), sentence, LEAF, spot.place)


def _exchanged(spot: Spot, known: tuple[Activation, ...], bench: Bench) -> Iterator[Correction]:
    """The right slope for what looks like one: a(1 - a), 1 - a², 1 - a, a, f(z)."""
    for pieces, symbol, form in looks_like_slope(spot.node):
        if isinstance(symbol, Applied):
            yield from _value_meant(spot, pieces, symbol)
            continue
        meaning = first_meaning(symbol, bench)
        if meaning is None:
            continue
        own = [item for item in known if item.a == meaning.name]
        if pieces and own:
            sentence = f"the value {said(symbol, bench)} itself is meant, not the slope"
            made = _put(spot.node, pieces, symbol)
            yield Correction(Mistake.ACTIVATION, spot.put(made), sentence, PIECE, spot.place)
        others = [item for item in known if item.z == meaning.name]
        for item in (*own, *others, *known) if form != "a" else (*own, *others):
            for slope in _with_symbol(item, symbol, bench) if item in own else slopes(item, bench):
                made = _put(spot.node, pieces, slope)
                if made == spot.node:
                    continue
                sentence = _wrong_slope(item, symbol, slope, form, bench)
                yield Correction(Mistake.ACTIVATION, spot.put(made), sentence, PIECE, spot.place)
        if pieces:
            rest = [factor for number, factor in enumerate(factors(spot.node)) if number not in pieces]
            extra = f"the slope of {own[0].function}" if own else f"{said(symbol, bench)}(1 - {said(symbol, bench)})"
            sentence = f"{extra} is superfluous"
            yield Correction(Mistake.ACTIVATION, spot.put(product(rest, spot.node)), sentence, PIECE, spot.place)


def _value_meant(spot: Spot, pieces: tuple[int, ...], value: Applied) -> Iterator[Correction]:
    """f(z) for f(z) (1 - f(z)) and for 1 - f(z)²"""
    sentence = "the value of the function is meant here, not its slope"
    made = _put(spot.node, pieces, value)
    yield Correction(Mistake.ACTIVATION, spot.put(made), sentence, PIECE, spot.place)


def _with_symbol(item: Activation, symbol: Symbol, bench: Bench) -> Iterator[Node]:
    made = by_value(item.function, symbol, entrywise(bench)) or by_argument(item.function, symbol)
    if made is not None:
        yield made
    else:
        yield from slopes(item, bench)


def _wrong_slope(item: Activation, symbol: Symbol, slope: Node, form: str, bench: Bench) -> str:
    right = said(slope, bench)
    other = next((name for name, text in FORMS.items() if text == form and name != item.function), None)
    if other is None:
        return f"the slope of {item.function} is {right}"
    a = said(symbol, bench)
    taken = {"sigmoid": f"{a}(1 - {a})", "tanh": f"1 - {a}²", "relu": f"1 where {a} > 0, else 0"}[other]
    return f"{taken} is the slope of {other}; the function is {item.function} here, whose slope is {right}"


def _errors(side: Node, bench: Bench) -> Iterator[Spot]:
    """The gradients by values in the products of a formula: δ W for (δ ⊙ f'(z)) W."""
    for spot in spots(side):
        if is_product(spot.node) and not spot.inner:
            for inside in spots(spot.node):
                node = inside.node
                named = node.of if isinstance(node, Differential) else node
                meaning = first_meaning(named, bench) if isinstance(named, Symbol) and not inside.inner else None
                if meaning is not None and (node is not named or meaning.kind == "gradient") and not meaning.upper:
                    put = spot.put, inside.put
                    yield Spot(node, lambda new, put=put: put[0](put[1](new)))  # type: ignore[misc]


def _put(node: Node, pieces: tuple[int, ...], slope: Node) -> Node:
    """The node with the slope in the place of some of its factors; of all of it where there are none."""
    if not pieces:
        return slope
    parts = factors(node)
    kept = [(sign, part) for number, (sign, part) in enumerate(parts) if number not in pieces[1:]]
    return product([(sign, slope if number == pieces[0] else part) for number, (sign, part) in enumerate(kept)], node)


def _whole(side: Node) -> Iterator[Spot]:
    """Where a slope may be missing: of the side, of a term, of a product inside of it."""
    yield from terms(side)
    for spot in spots(side):
        if spot.node is not side and not spot.inner and is_product(spot.node):
            yield spot
