"""A wrong constant factor: a number or a size that is missing, superfluous or another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.correction import LEAF, PIECE, SIDE, Correction
from derive.verification.diagnosis.factors import before, factors, over, product
from derive.verification.diagnosis.situation import in_situation
from derive.verification.diagnosis.spelling import first_meaning, said
from derive.verification.diagnosis.spots import Spot, is_product, is_sum, spots, terms
from derive.verification.formula.tree import (
    Applied,
    Chain,
    Negative,
    Node,
    Norm,
    Number,
    Raised,
    Symbol,
    Upper,
    walk,
)
from derive.verification.spelling import text_of
from derive.verification.verdict import Mistake

_NUMBERS = ("2", "3", "4")


def corrections(side: Node, bench: Bench) -> Iterator[Correction]:
    """2 a for a, a for a / N, a / 2 for a."""
    axes = [value for spot in spots(side) if isinstance(spot.node, Applied) for _, value in spot.node.settings]
    for spot in spots(side):
        if spot.inner:
            continue
        if is_product(spot.node):
            yield from _without_one(spot, bench)
        if isinstance(spot.node, Number) and spot.node.text.isdigit():
            yield from _other_number(spot, any(spot.node is value for value in axes))
        if is_product(spot.node):
            yield from _with_square(spot, bench)
        if isinstance(spot.node, Raised) or (isinstance(spot.node, Symbol) and spot.node.upper):
            yield from _without_exponent(spot, bench)
    for spot in terms(side):
        yield from _with_one(spot, bench, SIDE if spot.node is side else PIECE)


def is_size(node: Node, bench: Bench) -> bool:
    """True for a size of the network, such as N."""
    if not isinstance(node, Symbol):
        return False
    meaning = first_meaning(node, bench)
    return meaning is not None and meaning.kind == "size"


def _constant(node: Node, bench: Bench) -> bool:
    """True for a formula of numbers and sizes alone."""
    if isinstance(node, Negative):
        return _constant(node.of, bench)
    if isinstance(node, Chain):
        return all(_constant(operand, bench) for operand in node.operands)
    return isinstance(node, Number) or is_size(node, bench)


def _kind(node: Node, bench: Bench) -> Mistake:
    sized = any(is_size(item, bench) for item in walk(node))
    return Mistake.MEAN if sized else Mistake.FACTOR


def _without_one(spot: Spot, bench: Bench) -> Iterator[Correction]:
    parts = factors(spot.node)
    for number, (sign, part) in enumerate(parts):
        if not _constant(part, bench) or (isinstance(part, Number) and part.text == "1"):
            continue
        rest = [*parts[:number], *parts[number + 1 :]]
        if number == 0 and len(parts) > 1 and parts[1][0] == "/":
            rest = [("", Number("1")), *parts[1:]]
        name = said(part, bench)
        name = f"1/{name}" if sign == "/" else name
        yield Correction(
            _kind(part, bench), spot.put(product(rest, spot.node)), f"the factor {name} is superfluous", LEAF,
            part.place if part.place.file != "<made>" else spot.place,
        )  # fmt: skip
        turned_over = "/" if sign != "/" else ("*" if bench.surface == "plain" else "")
        if not is_size(part, bench) or number == 0:
            continue
        changed = [*parts[:number], (turned_over, part), *parts[number + 1 :]]
        sentence = f"{name} is upside down"
        yield Correction(Mistake.MEAN, spot.put(product(changed, spot.node)), sentence, PIECE, spot.place)


def _other_number(spot: Spot, is_axis: bool) -> Iterator[Correction]:
    assert isinstance(spot.node, Number)
    for text in ("0", "1", "2", "3") if is_axis else ("1", "2", "3", "4"):
        if text != spot.node.text:
            named = "axis" if is_axis else "number"
            sentence = f"the {named} {spot.node.text} should be {text}"
            mistake = Mistake.SUM if is_axis else Mistake.FACTOR
            yield Correction(mistake, spot.put(Number(text)), sentence, PIECE, spot.place)


def _without_exponent(spot: Spot, bench: Bench) -> Iterator[Correction]:
    node = spot.node
    if isinstance(node, Raised):
        mark, bare = node.upper, node.of
        if text_of(mark.of) in ("T", "⊤", None):
            return
        yield Correction(
            _kind(bare, bench), spot.put(bare), f"the exponent {text_of(mark.of)} is superfluous", LEAF, spot.place
        )
    elif isinstance(node, Symbol):
        for number, mark in enumerate(node.upper):
            if text_of(mark.of) in ("2", "3") and not mark.bracket:
                changed = replace(node, upper=(*node.upper[:number], *node.upper[number + 1 :]))
                sentence = f"the exponent {text_of(mark.of)} is superfluous"
                yield Correction(_kind(changed, bench), spot.put(changed), sentence, LEAF, spot.place)


def _with_square(spot: Spot, bench: Bench) -> Iterator[Correction]:
    """a / (1 + b)^2 for a / (1 + b)"""
    parts = factors(spot.node)
    for number, (sign, part) in enumerate(parts):
        if is_sum(part) or isinstance(part, Applied | Norm):
            square = Raised(part, Upper(Number("2")), place=part.place)
            made = product([*parts[:number], (sign, square), *parts[number + 1 :]], spot.node)
            sentence = f"the exponent 2 is missing: {said(square, bench)} is right"
            mistake = in_situation(Mistake.FACTOR, bench)
            yield Correction(mistake, spot.put(made), sentence, PIECE, spot.place)


def _with_one(spot: Spot, bench: Bench, size: int) -> Iterator[Correction]:
    if isinstance(spot.node, Number):
        return
    names = bench.judge.names
    for text in _NUMBERS:
        number = Number(text)
        yield Correction(
            Mistake.FACTOR, spot.put(before(number, spot.node, bench.surface)), f"the factor {text} is missing", size,
            spot.place,
        )  # fmt: skip
        yield Correction(
            Mistake.FACTOR, spot.put(over(spot.node, number, bench.surface)), f"the factor 1/{text} is missing", size,
            spot.place,
        )  # fmt: skip
    sizes = [item.symbol.name for item in names.network.dimensions if is_size(Symbol(item.symbol.name), bench)]
    for name in sorted(sizes, key=lambda item: (item != names.batch, item)):
        symbol = Symbol(name)
        told = "the mean over the examples is missing: " if name == names.batch else ""
        yield Correction(
            Mistake.MEAN, spot.put(over(spot.node, symbol, bench.surface)), f"{told}the factor 1/{name} is missing",
            size, spot.place,
        )  # fmt: skip
        if any(meaning.kind != "size" for meaning in islice(names.meanings(symbol), 1)):
            continue  # in a product H is the matrix of h
        yield Correction(
            Mistake.MEAN, spot.put(before(symbol, spot.node, bench.surface)), f"the factor {name} is missing", size,
            spot.place,
        )  # fmt: skip
