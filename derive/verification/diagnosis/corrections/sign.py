"""A wrong sign: of one term, of a factor, of a difference whose operands are exchanged, of the whole side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.correction import LEAF, PIECE, SIDE, Correction
from derive.verification.diagnosis.spelling import said
from derive.verification.diagnosis.spots import Spot, is_sum, spots, terms
from derive.verification.formula.tree import Chain, Comparison, Negative, Node, Symbol
from derive.verification.verdict import Mistake

_OTHER = {"+": "-", "-": "+"}
_TURNED = {"<": ">", ">": "<", "≤": "≥", "≥": "≤", "<=": ">=", ">=": "<="}


def corrections(side: Node, bench: Bench) -> Iterator[Correction]:
    """-a for a, a - b for a + b, b - a for a - b."""
    for spot in spots(side):
        node = spot.node
        if isinstance(node, Comparison) and len(node.signs) == 1 and node.signs[0] in _TURNED:
            made = replace(node, signs=(_TURNED[node.signs[0]],))
            sentence = f"the condition is turned round: {said(made, bench)} is right"
            yield Correction(Mistake.SIGN, spot.put(made), sentence, LEAF, spot.place)
        if spot.inner:
            continue
        if isinstance(node, Symbol) and node.name == "e" and len(node.upper) == 1 and not node.lower:
            yield from _of_exponent(spot, node, bench)
        if isinstance(node, Negative):
            sentence = f"the minus before {said(node.of, bench)} is wrong"
            yield Correction(Mistake.SIGN, spot.put(node.of), sentence, LEAF, spot.place)
        if isinstance(node, Chain) and is_sum(node):
            if len(node.operands) == 2 and node.signs == ("-",):
                other = Chain(node.operands[::-1], ("-",), place=node.place)
                sentence = f"{said(node, bench)} stands where {said(other, bench)} is right"
                yield Correction(Mistake.SIGN, spot.put(other), sentence, LEAF, spot.place)
            for number, sign in enumerate(node.signs):
                signs = (*node.signs[:number], _OTHER[sign], *node.signs[number + 1 :])
                term = said(node.operands[number + 1], bench)
                sentence = f"the sign before {term} is wrong: {_OTHER[sign]} is right"
                yield Correction(Mistake.SIGN, spot.put(replace(node, signs=signs)), sentence, LEAF, spot.place)
            first = node.operands[0]
            if not isinstance(first, Negative):
                changed = replace(node, operands=(Negative(first), *node.operands[1:]))
                sentence = f"the minus before {said(first, bench)} is missing"
                yield Correction(Mistake.SIGN, spot.put(changed), sentence, PIECE, spot.place)
    for spot in terms(side):
        if not isinstance(spot.node, Negative):
            sentence = f"the minus before {said(spot.node, bench)} is missing"
            yield Correction(Mistake.SIGN, spot.put(Negative(spot.node)), sentence, SIDE, spot.place)


def _of_exponent(spot: Spot, power: Symbol, bench: Bench) -> Iterator[Correction]:
    """e^{-z} for e^z"""
    (mark,) = power.upper
    other = mark.of.of if isinstance(mark.of, Negative) else Negative(mark.of)
    made = replace(power, upper=(replace(mark, of=other),))
    sentence = f"the sign of the exponent is wrong: {said(made, bench)} is right"
    yield Correction(Mistake.SIGN, spot.put(made), sentence, LEAF, spot.place)
