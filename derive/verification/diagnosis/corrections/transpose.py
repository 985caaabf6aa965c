"""Transposes and the order of the factors of a product."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.correction import LEAF, PAIR, PIECE, SIDE, Correction
from derive.verification.diagnosis.factors import Factor, factors, is_transposed, product, turned
from derive.verification.diagnosis.situation import in_situation
from derive.verification.diagnosis.spelling import said
from derive.verification.diagnosis.spots import Spot, is_product, spots
from derive.verification.formula.tree import Node, Number
from derive.verification.verdict import Mistake

_MOST = 8


def corrections(side: Node, bench: Bench) -> Iterator[Correction]:
    """W^T for W; b a for a b, with their transposes."""
    for spot in spots(side):
        if is_product(spot.node) and not spot.inner:
            yield from _upside_down(spot, bench)
    if not any(setting.value.rank for setting in bench.settings[:1]) and not _has_marks(side):
        return
    lone = Spot(side, lambda node: node)
    if not is_product(side):
        yield Correction(Mistake.TRANSPOSE, turned(side), _told([side], bench), LEAF, lone.place)
    for spot in spots(side):
        if is_product(spot.node) and not spot.inner and len(factors(spot.node)) <= _MOST:
            yield from _turned(spot, bench)
            yield from _swapped(spot, bench)


def _upside_down(spot: Spot, bench: Bench) -> Iterator[Correction]:
    """b / a for a / b"""
    parts = factors(spot.node)
    for number in range(1, len(parts)):
        if parts[number][0] == "/":
            changed = list(parts)
            changed[number - 1] = (parts[number - 1][0], parts[number][1])
            changed[number] = ("/", parts[number - 1][1])
            sentence = "numerator and denominator are exchanged"
            yield Correction(
                in_situation(Mistake.ORDER, bench), spot.put(product(changed, spot.node)), sentence, PIECE, spot.place
            )


def _has_marks(side: Node) -> bool:
    return any(is_transposed(spot.node) for spot in spots(side))


def _told(nodes: list[Node], bench: Bench) -> str:
    told = [
        f"{said(turned(node), bench)} must not be transposed"
        if is_transposed(node)
        else f"{said(node, bench)} must be transposed"
        for node in nodes
    ]
    return " and ".join(told)


def _turned(spot: Spot, bench: Bench) -> Iterator[Correction]:
    parts = factors(spot.node)
    can = [number for number, (_, part) in enumerate(parts) if not isinstance(part, Number)]
    for count, size in ((1, LEAF), (2, PAIR)):
        for chosen in combinations(can, count):
            changed = [(sign, turned(part) if number in chosen else part) for number, (sign, part) in enumerate(parts)]
            nodes = [parts[number][1] for number in chosen]
            place = nodes[0].place if nodes[0].place.file != "<made>" else spot.place
            yield Correction(Mistake.TRANSPOSE, spot.put(product(changed, spot.node)), _told(nodes, bench), size, place)


def _swapped(spot: Spot, bench: Bench) -> Iterator[Correction]:
    parts = factors(spot.node)
    for number in range(len(parts) - 1):
        first, second = parts[number], parts[number + 1]
        if "/" in (first[0], second[0]):
            continue
        for turn in ((False, False), (True, False), (False, True), (True, True)):
            a = turned(first[1]) if turn[0] else first[1]
            b = turned(second[1]) if turn[1] else second[1]
            changed: list[Factor] = [*parts[:number], (first[0], b), (second[0], a), *parts[number + 2 :]]
            pair = product([("", b), (second[0], a)])
            sentence = f"the order of the factors is wrong: {said(pair, bench)} is right"
            size = PIECE + sum(turn)
            yield Correction(Mistake.ORDER, spot.put(product(changed, spot.node)), sentence, size, spot.place)
    if len(parts) > 2:
        for i, j in combinations(range(len(parts)), 2):
            if j > i + 1 and "/" not in (parts[i][0], parts[j][0]):
                changed = list(parts)
                changed[i], changed[j] = (parts[i][0], parts[j][1]), (parts[j][0], parts[i][1])
                made = product(changed, spot.node)
                sentence = f"the order of the factors is wrong: {said(made, bench)} is right"
                yield Correction(Mistake.ORDER, spot.put(made), sentence, SIDE, spot.place)
