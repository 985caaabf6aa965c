"""A claim that needs a fact which the network does not declare: that rows sum to one, that entries are 0 or 1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.random import default_rng

from derive.arrays import values_at
from derive.fact import Fact
from derive.facts import FACTS
from derive.network import Declaration, Network
from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.spelling import first_meaning
from derive.verification.formula.tree import Symbol, walk
from derive.verification.points import Point
from derive.verification.verdict import Diagnosis, Mistake

# Weak facts first: what rows that sum to one explain needs no one-hot rows.
_WEAK_FIRST = sorted(FACTS.values(), key=lambda fact: (len(fact.implies), -fact.of_axes))


def lacking_fact(bench: Bench) -> Diagnosis | None:
    """The fact under which the claim holds."""
    network = bench.judge.names.network
    mentioned = _mentioned(bench)
    for declaration, fact in _undeclared(network):
        if declaration.tensor.name not in mentioned:
            continue
        for points in (bench.judge.points[:1], bench.judge.points):
            imposed = tuple(_with_fact(point, declaration, fact) for point in points)
            judge = replace(bench.judge, points=imposed)
            if not judge.tried(bench.statement, 0, bench.surface).equal:
                break
        else:
            told = fact.sentence.format(tensor=declaration.tensor.name)
            return Diagnosis(Mistake.FACT, f"this holds only where {told}, which the network does not say")
    return None


def _mentioned(bench: Bench) -> set[str]:
    """The values that the claim speaks of, and the targets."""
    found = {tensor.name for tensor in bench.judge.names.network.with_role("target")}
    for side in bench.statement.sides:
        meanings = (first_meaning(node, bench) for node in walk(side) if isinstance(node, Symbol))
        found |= {meaning.name for meaning in meanings if meaning is not None}
    return found


def _undeclared(network: Network) -> Iterator[tuple[Declaration, Fact]]:
    for declaration in network.declarations:
        if declaration.role == "param" or declaration.tensor.within is not None:
            continue
        known = set(declaration.facts)
        known |= {implied for name in declaration.facts for implied in FACTS[name].implies}
        for fact in _WEAK_FIRST:
            if fact.name not in known and fact.fits(declaration.tensor.axes):
                yield declaration, fact


def _with_fact(point: Point, declaration: Declaration, fact: Fact) -> Point:
    """The point with values of which the fact holds too."""
    values = point.values
    name = declaration.tensor.name
    arrays = {item.tensor.name: values.array(item.tensor.name) for item in values.network.declarations}
    arrays[name] = np.asarray(fact.impose(arrays[name], default_rng(7)), dtype=float)
    return Point(values_at(values.network, arrays, values.sizes), point.upstream, point.rate)
