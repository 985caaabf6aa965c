"""A factor of the chain rule that was lost, or one too many: a value of the network or a derivative between two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.dependence import depends
from derive.index import Index
from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.correction import SIDE, Correction
from derive.verification.diagnosis.factors import factors, product, times
from derive.verification.diagnosis.situation import in_situation, is_primed
from derive.verification.diagnosis.slopes import activations
from derive.verification.diagnosis.spelling import bound_letters, entrywise, said, spelled
from derive.verification.diagnosis.spots import Spot, is_product, spots, terms
from derive.verification.formula.tree import Applied, Big, Derivative, Node, Number, Symbol, walk
from derive.verification.verdict import Mistake


def corrections(side: Node, bench: Bench) -> Iterator[Correction]:
    """a b for a; a for a b."""
    for spot in spots(side):
        if is_product(spot.node) and not spot.inner:
            yield from _without_one(spot, bench)
    missing = list(_values(bench, {}))
    if any(isinstance(node, Derivative) for node in walk(side)):
        missing += _derivatives(bench)
    for spot in terms(side):
        yield from _with_one(spot, missing, bench, SIDE + 1 + (spot.node is not side))
    for spot in spots(side):
        if isinstance(spot.node, Big) and spot.node.operator == "sum" and not spot.inner:
            inside = list(_values(bench, bound_letters(spot.node, bench)))
            yield from _with_one(_body(spot, spot.node), inside, bench, SIDE + 2)


def _with_one(spot: Spot, missing: list[Node], bench: Bench, size: int) -> Iterator[Correction]:
    mistake = in_situation(Mistake.FACTOR, bench)
    for factor in missing:
        made = spot.put(times(spot.node, factor, entrywise(bench)))
        yield Correction(mistake, made, f"the factor {said(factor, bench)} is missing", size, spot.place)


def _body(spot: Spot, big: Big) -> Spot:
    return Spot(big.body, lambda node: spot.put(replace(big, body=node)))


def _without_one(spot: Spot, bench: Bench) -> Iterator[Correction]:
    parts = factors(spot.node)
    for number, (sign, part) in enumerate(parts):
        if isinstance(part, Number) or sign == "/":
            continue
        rest = product([*parts[:number], *parts[number + 1 :]], spot.node)
        sentence = f"the factor {said(part, bench)} is superfluous"
        mistake = Mistake.ACTIVATION if _is_slope(part) else in_situation(Mistake.FACTOR, bench)
        yield Correction(mistake, spot.put(rest), sentence, SIDE, part.place)


def _is_slope(part: Node) -> bool:
    """True for f'(z)."""
    return isinstance(part, Applied) and is_primed(part)


def _values(bench: Bench, bound: dict[str, Index]) -> Iterator[Node]:
    network = bench.judge.names.network
    for name, tensor in network.tensors.items():
        if tensor.within is None and name not in network.results:
            yield from spelled(name, bench, bound)
    for item in activations(network):
        if item.a is None and item.z is not None:
            yield from (Applied(Symbol(item.function), (z,)) for z in spelled(item.z, bench, bound))


def _derivatives(bench: Bench) -> Iterator[Node]:
    """∂u/∂v, where u is computed from v directly."""
    network = bench.judge.names.network
    for equation in network.equations:
        for name, tensor in network.tensors.items():
            if depends(equation.right, tensor) and name != equation.tensor.name:
                for of in spelled(equation.tensor.name, bench)[:1]:
                    for by in spelled(name, bench)[:1]:
                        yield Derivative(of, by)
