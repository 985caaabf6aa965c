"""A wrong step of gradient descent: up instead of down, or without the learning rate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.correction import LEAF, PIECE, Correction
from derive.verification.diagnosis.factors import before, factors, product
from derive.verification.diagnosis.spelling import first_meaning
from derive.verification.diagnosis.spots import Spot, is_product, is_sum, spots
from derive.verification.formula.tree import Chain, Node, Symbol
from derive.verification.verdict import Mistake


def corrections(side: Node, bench: Bench) -> Iterator[Correction]:
    """W - η dW for W + η dW, for W - dW, for η dW - W."""
    if not _is_update(bench):
        return
    rate = Symbol("η")
    for spot in spots(side):
        if spot.inner:
            continue
        if isinstance(spot.node, Chain) and is_sum(spot.node):
            yield from _signs(spot, spot.node)
            for number, operand in enumerate(spot.node.operands):
                operands = list(spot.node.operands)
                operands[number] = before(rate, operand, bench.surface)
                made = replace(spot.node, operands=tuple(operands))
                place = operand.place if operand.place.file != "<made>" else spot.place
                yield Correction(Mistake.UPDATE, spot.put(made), "the learning rate is missing", PIECE, place)
        if is_product(spot.node):
            parts = factors(spot.node)
            for number, (_, part) in enumerate(parts):
                meaning = first_meaning(part, bench) if isinstance(part, Symbol) else None
                if meaning is not None and meaning.kind == "rate":
                    rest = [*parts[:number], *parts[number + 1 :]]
                    sentence = "the learning rate is superfluous"
                    yield Correction(Mistake.UPDATE, spot.put(product(rest, spot.node)), sentence, LEAF, spot.place)


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


def _is_update(bench: Bench) -> bool:
    """True where the claim says what a value is after the step."""
    fixed = bench.fixed
    if bench.statement.relations[0] in (":=", "←"):
        return True
    if not isinstance(fixed, Symbol):
        return False
    meaning = first_meaning(fixed, bench)
    return meaning is not None and meaning.updated
