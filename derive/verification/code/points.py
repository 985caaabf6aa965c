"""Random sizes and values at which a function is compared, and everything that the network is worth there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.random import Generator
from sympy import Symbol

from derive.arrays import Arrays, continued, values_at
from derive.derivation import Derivation
from derive.errors import InputError
from derive.evaluate import point
from derive.evaluate.passes import start
from derive.facts import declared_facts
from derive.network import Network
from derive.operators import Binder
from derive.sample import CLEARANCE, NoSample, distances, sample, sizes_for, upstream
from derive.verification.code.arguments import LEARNING_RATE

POINTS = 3
# About how many values of letters the plain loops of the oracle may run through at one point.
MOST_WORK = 6_000
MIXED_ATTEMPTS = 20
NEAREST = 1e-3
# No mistake that is tried may lead to more numbers at once.
MOST_NUMBERS = 4_000_000
RATE = 0.1


@dataclass(frozen=True)
class Trial:
    """One point: sizes and values by name, and the arrays after forward and backward pass.

    clear   False where a singularity is near whatever the values are, as for the variance over one row
    """

    sizes: Mapping[str, int]
    values: Mapping[str, np.ndarray]
    at: Arrays
    clear: bool
    supplied: Mapping[str, object]

    @property
    def told(self) -> str:
        """The sizes, for a message."""
        return ", ".join(f"{name} = {size}" for name, size in self.sizes.items()) or "these values"

    @cached_property
    def largest(self) -> float:
        """The largest number of forward and backward pass."""
        arrays = (self.at.array(name) for name in self.at.held)
        return max((float(np.max(np.abs(array), initial=0.0)) for array in arrays), default=1.0)


def trials(derivation: Derivation, rng: Generator) -> tuple[tuple[Trial, ...], tuple[str, ...]]:
    """Three points with sizes that differ, then one for each dimension of the data at size 1; and what was left out."""
    network = derivation.network
    found, left_out = [], []
    try:
        for number in range(POINTS):
            found.append(_trial(derivation, _sizes(network, rng, smallest=2 + number % 2), rng))
    except (NoSample, ValueError) as error:
        raise InputError(f"{network.name}: {error}", remedy="a network without that kink, or other sizes") from error
    for name in _dimensions_of_the_data(network):
        try:
            found.append(_trial(derivation, _sizes(network, rng, ones=(name,)), rng))
        except (NoSample, ValueError):
            left_out.append(f"no values were found for {name} = 1, so nothing was compared there")
    return tuple(found), tuple(left_out)


def _trial(derivation: Derivation, sizes: dict[str, int], rng: Generator) -> Trial:
    network = derivation.network
    values = _mixed(network, sizes, rng) or sample(network, sizes, rng)
    arriving = upstream(network, sizes, rng) if network.is_layer else {}
    pairs = zip(derivation.source.results, derivation.upstream, strict=False)
    given = {**values, **{tensor.name: arriving[result] for result, tensor in pairs}}
    forward = replace(values_at(network, given, sizes), most=MOST_NUMBERS)
    at = continued([adjoint.equation for adjoint in derivation.adjoints], forward, derivation.recurrences)
    clear = min(distances(network, values, sizes), default=CLEARANCE) >= NEAREST
    return Trial(sizes, given, at, clear, _supplied(derivation, given, at))


def _mixed(network: Network, sizes: Mapping[str, int], rng: Generator) -> dict[str, np.ndarray] | None:
    """Values of both signs, so that every relu is open here and shut there; None where they do not fit the network.

    Gradients are compared with gradients, not with differences: a kink may be nearer than `derive.sample` allows.
    """
    at = start(network, {}, sizes)
    for _ in range(MIXED_ATTEMPTS):
        values = {}
        for item in network.declarations:
            shape = tuple(at.size(axis) for axis in item.tensor.axes)
            if item.tensor.within is not None:
                values[item.tensor.name] = rng.integers(0, at.size(item.tensor.within), size=shape)
                continue
            array = np.asarray(rng.normal(size=shape))
            for fact in declared_facts(item):
                array = fact.impose(array, rng)
            values[item.tensor.name] = np.asarray(array)
        if min(distances(network, values, dict(sizes)), default=CLEARANCE) >= NEAREST:
            return values
    return None


def _supplied(derivation: Derivation, given: Mapping[str, np.ndarray], at: Arrays) -> dict[str, object]:
    """Everything a function may ask for, by name: values of the network as it was written, sizes, the learning rate."""
    # Where logarithms were taken apart, some values of the network as it was written are not computed any longer.
    written = values_at(derivation.source, given, at.sizes)
    rate = derivation.source.learning_rate
    arrays = {name: there.array(name) for there in (at, written) for name in there.held}
    return {LEARNING_RATE[0]: RATE if rate is None else float(rate), **arrays, **written.constants, **at.sizes}


def _sizes(network: Network, rng: Generator, smallest: int = 2, ones: tuple[str, ...] = ()) -> dict[str, int]:
    """Sizes that all differ if plain loops are through with them soon, else small ones."""
    tried: list[tuple[int, dict[str, int]]] = []
    for distinct, least in ((True, smallest), (True, 2), (False, 2), (True, 1), *((False, 1),) * 5):
        sizes = sizes_for(network, rng, distinct, least, ones)
        tried.append((_work(network, sizes), sizes))
        if tried[-1][0] <= MOST_WORK:
            break
    return min(tried, key=lambda pair: pair[0])[1] if tried[-1][0] > MOST_WORK else tried[-1][1]


def _work(network: Network, sizes: Mapping[str, int]) -> int:
    """About how many values of letters the forward pass runs through."""
    at, total = point({}, sizes), 0
    for equation in network.equations:
        entries = math.prod(at.size(letter.size) for letter in equation.letters)
        inner = sum(math.prod(at.size(i.size) for i in node.letters) for node in equation.right.atoms(Binder))
        total += entries * (1 + inner)
    return total


def _dimensions_of_the_data(network: Network) -> tuple[str, ...]:
    """The dimensions of inputs and targets that no parameter has: the batch, the steps in time."""
    own = {symbol for tensor in network.parameters for axis in tensor.axes for symbol in axis.free_symbols}
    found: dict[str, None] = {}
    free = {item.symbol for item in network.dimensions if item.formula is None}
    for item in network.declarations:
        for axis in item.tensor.axes:
            if isinstance(axis, Symbol) and item.role != "param" and axis in free - own:
                found[axis.name] = None
    return tuple(found)
