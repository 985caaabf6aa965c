"""Points at which claims are tried: random values of a network at several sizes, all dimensions different."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.random import Generator, default_rng

from derive.arrays import Arrays, Held, Values, values_at
from derive.facts import declared_facts
from derive.network import Declaration, Network
from derive.sample import NoSample, sizes_for

_ATTEMPTS = 60


@dataclass(frozen=True)
class Point:
    """Values of everything at one point; `upstream` is what arrives at the outputs of a layer.

    given   True for the values that the network declares, not random ones
    rate    the learning rate
    """

    values: Values
    upstream: Mapping[str, np.ndarray]
    rate: float
    given: bool = False

    @cached_property
    def after(self) -> Values:
        """The values after one step of gradient descent on all parameters."""
        network = self.values.network
        arrays = {item.tensor.name: self.values.array(item.tensor.name) for item in network.declarations}
        for tensor in network.parameters:
            arrays[tensor.name] = arrays[tensor.name] - self.rate * self.gradient(tensor.name)
        return values_at(network, arrays, self.values.sizes)

    def gradient(self, name: str) -> np.ndarray:
        """The gradient of the loss by a value, with its axes; of a layer, of its outputs times what arrives at them."""
        network = self.values.network
        if not network.is_layer:
            return self.values.jacobian(network.results[0], name)
        total = np.zeros(self.values.array(name).shape)
        for result in network.results:
            arriving = self.upstream[result]
            total = total + np.tensordot(arriving, self.values.jacobian(result, name), axes=arriving.ndim)
        return total


def random_point(network: Network, rng: Generator, ones: tuple[str, ...] = (), smallest: int = 2) -> Point:
    """A random point whose values are all numbers; sizes differ, those named in `ones` are 1. NoSample without any."""
    sizes = sizes_for(network, rng, smallest=smallest, ones=ones)
    rate = float(network.learning_rate) if network.learning_rate is not None else float(rng.uniform(0.2, 0.6))
    for attempt in range(_ATTEMPTS):
        arrays = {item.tensor.name: _array(item, sizes, rng, attempt) for item in network.declarations}
        values = values_at(network, arrays, sizes)
        if all(_is_finite(values.held[equation.tensor.name]) for equation in network.equations):
            return Point(values, _upstream(values, rng), rate)
    raise NoSample(f"no values were found at which {network.name} has numbers everywhere")


def given_point(network: Network, rng: Generator) -> Point | None:
    """The point that a worked example declares; None unless every declared tensor has a value."""
    if not network.declarations or any(item.value is None for item in network.declarations):
        return None
    arrays = {item.tensor.name: np.asarray(_numbers(item.value)) for item in network.declarations}
    sizes = {item.symbol.name: item.default or 1 for item in network.dimensions}
    for item in network.declarations:
        for size, length in zip(item.tensor.axes, arrays[item.tensor.name].shape, strict=True):
            if size.is_Symbol:
                sizes[str(size)] = length
    rate = float(network.learning_rate) if network.learning_rate is not None else 0.5
    values = values_at(network, arrays, sizes)
    return Point(values, _upstream(values, rng), rate, given=True)


def points_for(network: Network, batch: str | None, one: bool, seed: int = 1) -> tuple[Point, ...]:
    """Three points of different sizes, twelve of a network of single numbers; with `one`, a single example."""
    rng = default_rng(seed)
    ones = (batch,) if one and batch is not None else ()
    smallest = (2, 2, 3) if network.dimensions else (2,) * 12
    return tuple(random_point(network, rng, ones, item) for item in smallest)


def _upstream(values: Values, rng: Generator) -> dict[str, np.ndarray]:
    network = values.network
    names = network.results if network.is_layer else ()
    return {name: rng.normal(size=values.array(name).shape) for name in names}


def _is_finite(held: Held) -> bool:
    array = held.array
    if held.open_axis is not None:
        array = array.take(range(1, array.shape[held.open_axis] - 1), axis=held.open_axis)
    return bool(np.all(np.isfinite(array)))


def _array(item: Declaration, sizes: Mapping[str, int], rng: Generator, attempt: int) -> np.ndarray:
    at = Arrays(sizes, {}, {})
    shape = tuple(at.size(axis) for axis in item.tensor.axes)
    if item.tensor.within is not None:
        return rng.integers(0, at.size(item.tensor.within), size=shape)
    drawn = rng.normal(size=shape) if attempt % 2 == 0 else rng.uniform(0.15, 0.85, size=shape)
    for fact in declared_facts(item):
        drawn = fact.impose(drawn, rng)
    return np.asarray(drawn, dtype=float)


def _numbers(value: object) -> object:
    return [_numbers(item) for item in value] if isinstance(value, tuple) else float(value)  # type: ignore[arg-type]
