"""A wrong step of gradient descent: up instead of down, or without the learning rate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.correction import LEAF, PIECE, Correction
from derive.verification.diagnosis.factors import before, factors, product
from derive.verification.diagnosis.situation import is_update
from derive.verification.diagnosis.spelling import first_meaning
from derive.verification.diagnosis.spots import Spot, is_product, is_sum, spots
from derive.verification.formula.tree import Chain, Node, Symbol
from derive.verification.verdict import Mistake


def corrections(side: Node, bench: Bench) -> Iterator[Correction]:
    """W - η dW for W + η dW, for W - dW, for η dW - W, for η W - dW."""
    if not is_update(bench):
        return
    rate = Symbol("η")
    for spot in spots(side):
        if spot.inner:
            continue
        if isinstance(spot.node, Chain) and is_sum(spot.node):
            yield from _signs(spot, spot.node)
            yield from _on_the_other(spot, spot.node, bench)
            for number, operand in enumerate(spot.node.operands):
                operands = list(spot.node.operands)
                operands[number] = before(rate, operand, bench.surface)
                made = replace(spot.node, operands=tuple(operands))
                place = operand.place if operand.place.file != "<made>" else spot.place
                yield Correction(Mistake.UPDATE, spot.put(made), "the learning rate is missing", PIECE, place)
        if is_product(spot.node):
            parts = factors(spot.node)
            for number, (sign, part) in enumerate(parts):
                if _is_rate(part, bench) and sign == "/":
                    turned = "*" if bench.surface == "plain" else ""
                    above = product([*parts[:number], (turned, part), *parts[number + 1 :]], spot.node)
                    sentence = "the learning rate divides the gradient: it should multiply it"
                    yield Correction(Mistake.UPDATE, spot.put(above), sentence, LEAF, spot.place)
                if _is_rate(part, bench):
                    rest = [*parts[:number], *parts[number + 1 :]]
                    sentence = "the learning rate is superfluous"
                    yield Correction(Mistake.UPDATE, spot.put(product(rest, spot.node)), sentence, LEAF, spot.place)


def _on_the_other(spot: Spot, node: Chain, bench: Bench) -> Iterator[Correction]:
    """W - η dW for η W - dW"""
    for number, operand in enumerate(node.operands):
        parts = factors(operand)
        rated = [place for place, (sign, part) in enumerate(parts) if sign != "/" and _is_rate(part, bench)]
        if not rated or len(parts) < 2:
            continue
        rest = product([item for place, item in enumerate(parts) if place != rated[0]], operand)
        for other in range(len(node.operands)):
            if other != number:
                operands = list(node.operands)
                operands[number], operands[other] = (
                    rest,
                    before(parts[rated[0]][1], node.operands[other], bench.surface),
                )
                made = replace(node, operands=tuple(operands))
                sentence = "the learning rate stands at the wrong term: it scales the gradient"
                yield Correction(Mistake.UPDATE, spot.put(made), sentence, PIECE, spot.place)


def _is_rate(node: Node, bench: Bench) -> bool:
    meaning = first_meaning(node, bench) if isinstance(node, Symbol) else None
    return meaning is not None and meaning.kind == "rate"


def _signs(spot: Spot, node: Chain) -> Iterator[Correction]:
    for number, sign in enumerate(node.signs):
        other = "-" if sign == "+" else "+"
        signs = (*node.signs[:number], other, *node.signs[number + 1 :])
        sentence = "gradient descent steps against the gradient: the step is subtracted, not added"
        yield Correction(Mistake.UPDATE, spot.put(replace(node, signs=signs)), sentence, LEAF, spot.place)
    if len(node.operands) == 2 and node.signs == ("-",):
        sentence = "the operands are exchanged: the step is subtracted from the old value"
        made = replace(node, operands=node.operands[::-1])
        yield Correction(Mistake.UPDATE, spot.put(made), sentence, LEAF, spot.place)
