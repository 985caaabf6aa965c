"""An elementwise product where a matrix product is right, or the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.correction import LEAF, Correction
from derive.verification.diagnosis.factors import factors, is_transposed, product, turned
from derive.verification.diagnosis.spelling import said
from derive.verification.diagnosis.spots import Spot, is_product, spots
from derive.verification.formula.tree import Node
from derive.verification.verdict import Mistake


def corrections(side: Node, bench: Bench) -> Iterator[Correction]:
    """a ⊙ b for a b, a b for a ⊙ b."""
    if not any(setting.value.rank for setting in bench.settings[:1]):
        return
    matrix, entrywise = ("@", "*") if bench.surface == "plain" else ("", "⊙")
    for spot in spots(side):
        if not is_product(spot.node) or spot.inner:
            continue
        parts = factors(spot.node)
        for number, (sign, part) in enumerate(parts):
            if not number or sign == "/":
                continue
            yield from _outer(spot, number, entrywise, bench)
            for other, name in ((matrix, "a matrix product"), (entrywise, "a product entry by entry")):
                if other == sign:
                    continue
                changed = [*parts[:number], (other, part), *parts[number + 1 :]]
                pair = product([("", parts[number - 1][1]), (other, part)])
                sentence = f"{said(pair, bench)} is {name}"
                yield Correction(Mistake.PRODUCT, spot.put(product(changed, spot.node)), sentence, LEAF, spot.place)


def _outer(spot: Spot, number: int, entrywise: str, bench: Bench) -> Iterator[Correction]:
    """a ⊙ b for a b^T and for a^T b: what transposes was meant to be multiplied entry by entry."""
    parts = factors(spot.node)
    (first, a), (_, b) = parts[number - 1], parts[number]
    if is_transposed(a) == is_transposed(b):
        return
    pair = [turned(item) if is_transposed(item) else item for item in (a, b)]
    changed = [*parts[: number - 1], (first, pair[0]), (entrywise, pair[1]), *parts[number + 1 :]]
    sentence = f"{said(product([('', pair[0]), (entrywise, pair[1])]), bench)} is a product entry by entry"
    yield Correction(Mistake.PRODUCT, spot.put(product(changed, spot.node)), sentence, LEAF - 1, spot.place)
