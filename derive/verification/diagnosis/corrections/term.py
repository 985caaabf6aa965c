"""A term that is missing from a sum, or one too many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.correction import PIECE, SIDE, Correction
from derive.verification.diagnosis.situation import in_situation
from derive.verification.diagnosis.spelling import said, spelled
from derive.verification.diagnosis.spots import is_sum, spots
from derive.verification.formula.tree import Chain, Negative, Node
from derive.verification.verdict import Mistake


def corrections(side: Node, bench: Bench) -> Iterator[Correction]:
    """a + b for a; a for a + b."""
    for spot in spots(side):
        if isinstance(spot.node, Chain) and is_sum(spot.node) and not spot.inner:
            for number, operand in enumerate(spot.node.operands):
                sentence = f"the term {said(operand, bench)} is superfluous"
                made = spot.put(_without(spot.node, number))
                yield Correction(in_situation(Mistake.VALUE, bench), made, sentence, PIECE, operand.place)
    network = bench.judge.names.network
    for name, tensor in network.tensors.items():
        if tensor.within is None and name not in network.results:
            for term in spelled(name, bench):
                sentence = f"the term {said(term, bench)} is missing"
                yield Correction(in_situation(Mistake.PATH, bench), _with(side, term), sentence, SIDE + 2)


def _without(node: Chain, number: int) -> Node:
    operands = [*node.operands[:number], *node.operands[number + 1 :]]
    signs = list(node.signs)
    if number:
        del signs[number - 1]
    elif signs.pop(0) == "-":
        operands[0] = Negative(operands[0])
    return replace(node, operands=tuple(operands), signs=tuple(signs)) if signs else operands[0]


def _with(side: Node, term: Node) -> Node:
    if isinstance(side, Chain) and is_sum(side):
        return replace(side, operands=(*side.operands, term), signs=(*side.signs, "+"))
    return Chain((side, term), ("+",))
