"""A claim that needs a fact which the network does not declare: that rows sum to one, that entries are 0 or 1."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from numpy.random import default_rng

from derive.arrays import values_at
from derive.arrays.values import Held
from derive.entry import Tensor
from derive.fact import Fact
from derive.facts import FACTS
from derive.network import Network
from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.situation import is_identity
from derive.verification.diagnosis.spelling import differentiated_by, first_meaning
from derive.verification.formula.tree import Symbol, walk
from derive.verification.judge import no_points
from derive.verification.points import Point
from derive.verification.verdict import Diagnosis, Mistake

# Weak facts first: what rows that sum to one explain needs no one-hot rows.
_WEAK_FIRST = sorted(FACTS.values(), key=lambda fact: (len(fact.implies), -fact.of_axes))


def lacking_fact(bench: Bench) -> Diagnosis | None:
    """The fact under which the claim holds; of a claim without derivatives, of any value that it speaks of."""
    network = bench.judge.names.network
    identity = bench.first and is_identity(bench)
    positive = _positive(bench) if identity else None
    if positive is not None:
        return Diagnosis(Mistake.FACT, f"this holds only where {positive} is not negative")
    for tensor, fact in _undeclared(network, _mentioned(bench), identity, differentiated_by(bench.fixed, bench)):
        if _holds(bench, lambda point, of=tensor, known=fact: _with_fact(point, of, known, identity)):  # type: ignore[misc]
            told = fact.sentence.format(tensor=tensor.name)
            return Diagnosis(Mistake.FACT, f"this holds only where {told}, which the network does not say")
    return None


def _holds(bench: Bench, changed: Callable[[Point], Point]) -> bool:
    """True where the claim holds at all points that are changed so."""
    for points in (bench.judge.points[:1], bench.judge.points_for(bench.statement)):
        judge = replace(bench.judge, points=tuple(map(changed, points)), further=tuple, beyond=no_points)
        if not judge.tried(bench.statement, 0, bench.surface).equal:
            return False
    return True


def _positive(bench: Bench) -> str | None:
    """The value that has to be positive: what |x| = x needs is not that the entries of x are 0 or 1."""
    network = bench.judge.names.network
    for name in sorted(_mentioned(bench) & set(network.tensors)):
        if network.tensors[name].within is None and _holds(bench, lambda point, of=name: _without_sign(point, of)):  # type: ignore[misc]
            return name
    return None


def _without_sign(point: Point, name: str) -> Point:
    held = point.values.held[name]
    values = replace(
        point.values, held={**point.values.held, name: replace(held, array=np.abs(held.array))}, jacobians={}
    )
    return replace(point, values=values)


def _mentioned(bench: Bench) -> set[str]:
    """The values that the claim speaks of, and the targets."""
    found = {tensor.name for tensor in bench.judge.names.network.with_role("target")}
    for side in bench.statement.sides:
        meanings = (first_meaning(node, bench) for node in walk(side) if isinstance(node, Symbol))
        found |= {meaning.name for meaning in meanings if meaning is not None}
    return found


def _undeclared(network: Network, mentioned: set[str], identity: bool, by: str | None) -> Iterator[tuple[Tensor, Fact]]:
    """What may be taken for granted: any fact of a target or of data, that a matrix is symmetric; in an identity any
    fact of any value."""
    roles = {item.tensor.name: item for item in network.declarations}
    untold = {item.role for item in network.declarations} == {"param"}  # a text that says of no value what it is for
    for name, tensor in network.tensors.items():
        if name not in mentioned or tensor.within is not None:
            continue
        declared = roles.get(name)
        known = set(declared.facts) if declared is not None else set()
        known |= {implied for item in known for implied in FACTS[item].implies}
        is_data = declared is not None and (
            declared.role == "target"
            or (untold and name != by)
            or (declared.role == "input" and network.wrt and name not in network.wrt)
        )
        possible = [set(FACTS[item].values) for item in known if FACTS[item].values]
        for fact in _WEAK_FIRST:
            agrees = not fact.values or all(set(fact.values) <= values for values in possible)
            fits = fact.name not in known and agrees and fact.fits(tensor.axes)
            if fits and (identity or (declared is not None and (is_data or fact.of_axes == 2))):
                yield tensor, fact


def _with_fact(point: Point, tensor: Tensor, fact: Fact, identity: bool) -> Point:
    """The point with values of which the fact holds too; in an identity all other values stay as they are."""
    values = point.values
    name = tensor.name
    drawn = np.asarray(fact.impose(values.array(name), default_rng(7)), dtype=float)
    if identity:
        held = values.held[name]
        if held.open_axis is not None:
            return point
        return replace(point, values=replace(values, held={**values.held, name: Held(drawn)}, jacobians={}))
    arrays = {item.tensor.name: values.array(item.tensor.name) for item in values.network.declarations}
    arrays[name] = drawn
    return Point(values_at(values.network, arrays, values.sizes), point.upstream, point.rate)
