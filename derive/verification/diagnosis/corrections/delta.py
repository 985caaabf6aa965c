"""A delta that was lost: the claim leaves out one of the cases i = j and i ≠ j."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.correction import PIECE, SIDE, Correction
from derive.verification.diagnosis.factors import before, factors, product, turned
from derive.verification.diagnosis.spelling import derivative_of, said, spelled
from derive.verification.diagnosis.spots import Spot, is_product, is_sum, spots
from derive.verification.formula.tree import Applied, Chain, Comparison, Indicator, Negative, Node, Number, Run, Symbol
from derive.verification.scope import EXAMPLE
from derive.verification.verdict import Mistake


def corrections(side: Node, bench: Bench) -> Iterator[Correction]:
    """δ_ij - p_j for 1 - p_j; δ_ij a for a; a for δ_ij a; p_i δ_ij - p_i p_j for -p_i p_j."""
    if not bench.letters:
        yield from _of_whole_vectors(side, bench)
    names = sorted(name for name in bench.letters if name != EXAMPLE and len(name) == 1)
    for first, second in combinations(names, 2):
        if bench.letters[first].size != bench.letters[second].size:
            continue
        delta = _delta(first, second, bench)
        missing = f"{said(delta, bench)} is missing: the cases {first} = {second} and {first} ≠ {second} differ"
        for spot in spots(side):
            node = spot.node
            if spot.inner or isinstance(node, Indicator):
                continue
            if isinstance(node, Number) and node.text == "1":
                yield Correction(Mistake.DELTA, spot.put(delta), missing, PIECE, spot.place)
            elif not isinstance(node, Number):
                made = before(delta, node, bench.surface)
                yield Correction(Mistake.DELTA, spot.put(made), missing, SIDE - (node is not side), spot.place)
            yield from _without(spot, delta)
        yield from _added(side, delta, missing, bench)


def _delta(first: str, second: str, bench: Bench) -> Node:
    for side in bench.statement.sides:
        for spot in spots(side):
            if isinstance(spot.node, Indicator):
                return Indicator((Comparison((Symbol(first), Symbol(second)), ("=",)),))
    if bench.surface == "plain":
        return Indicator((Comparison((Symbol(first), Symbol(second)), ("=",)),))
    return Symbol("δ", (Run(first + second),))


def _is_delta(node: Node) -> bool:
    return isinstance(node, Symbol) and node.name in ("δ", "delta") and not node.upper and bool(node.lower)


def _without(spot: Spot, delta: Node) -> Iterator[Correction]:
    if is_product(spot.node):
        parts = factors(spot.node)
        for number, (_, part) in enumerate(parts):
            if part == delta or _is_delta(part):
                rest = [*parts[:number], *parts[number + 1 :]]
                sentence = "the delta is superfluous: the other case is not 0"
                yield Correction(Mistake.DELTA, spot.put(product(rest, spot.node)), sentence, PIECE, spot.place)


def _added(side: Node, delta: Node, missing: str, bench: Bench) -> Iterator[Correction]:
    """A term that lives where both letters are equal: one of the factors of a product, times the delta."""
    inner = side.of if isinstance(side, Negative) else side
    if is_sum(inner):
        return
    parts = factors(inner)
    for _, part in parts:
        if isinstance(part, Number):
            continue
        term = before(delta, part, bench.surface) if bench.surface == "plain" else product([("", part), ("", delta)])
        sign = "-" if isinstance(side, Negative) else "+"
        yield Correction(Mistake.DELTA, Chain((term, inner), (sign,)), missing, SIDE, None)


def _of_whole_vectors(side: Node, bench: Bench) -> Iterator[Correction]:
    """diag(p) - p p^T, of which one half was written, or an elementwise product in its place."""
    asked = derivative_of(bench.fixed, bench)
    if asked is None or asked[0] not in bench.judge.names.network.tensors:
        return
    for value in spelled(asked[0], bench):
        whole = Applied(Symbol("diag"), (value,))
        for pair in ((value, turned(value)), (turned(value), value)):
            made = Chain((whole, product([("", pair[0]), ("@" if bench.surface == "plain" else "", pair[1])])), ("-",))
            sentence = f"the Jacobian has a diagonal and entries beside it: it is {said(made, bench)}"
            yield Correction(Mistake.DELTA, made, sentence, SIDE)
    made_diagonal = Applied(Symbol("diag"), (side,))
    sentence = "this vector is the diagonal of the Jacobian, which is 0 elsewhere"
    yield Correction(Mistake.DELTA, made_diagonal, sentence, PIECE)
