"""Points at which claims are tried: random values of a network at several sizes, all dimensions different."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

import numpy as np
from numpy.random import Generator, default_rng
from sympy import Basic

from derive.arrays import Arrays, Held, Values, values_at
from derive.entry import Entry
from derive.example import handed_in
from derive.facts import declared_facts
from derive.function import Function
from derive.functions import PRIMITIVES
from derive.network import Declaration, Network
from derive.operators import Apply, ArgMax, ArgMin, Compare, Maximum, Minimum
from derive.sample import NoSample, sizes_for

_ATTEMPTS = 60
MODERATE = 100.0  # of such values e^z and its powers are numbers, and quotients of them are far above the step
# How far from 0 the values of the further points reach: relu changes at 0, hard_swish at -3 and 3.
_REACHES = (1.5, 3.0, 5.0)
# The numbers that the derivatives of all values by the largest one may be: of a whole transformer, sizes that come by
# chance can make a thousand times as many as others, and every claim wait for them.
MOST_NUMBERS = 1_000_000
_DRAWS = 40
_ROOM = 4  # how many times as large as the smallest sizes drawn others may make them, to differ more


@dataclass(frozen=True)
class Point:
    """Values of everything at one point; `upstream` is what arrives at the outputs of a layer.

    given   True for the values that the network declares, not random ones
    rate    the learning rate
    beyond  of a point beyond the usual ones, how far from 0 its values reach
    """

    values: Values
    upstream: Mapping[str, np.ndarray]
    rate: float
    given: bool = False
    beyond: tuple[float, ...] = ()

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


def random_point(
    network: Network, rng: Generator, ones: tuple[str, ...] = (), smallest: int = 2, reach: float | None = None
) -> Point:
    """A random point whose values are all numbers, and moderate ones where that can be: softmax written out has no
    value where e^z is none. Sizes differ, those named in `ones` are 1. NoSample without any.

    reach   where it is told, values are spaced from minus it to it; else they are normal
    """
    sizes = small_sizes(network, rng, ones, smallest)
    rate = float(network.learning_rate) if network.learning_rate is not None else float(rng.uniform(0.2, 0.6))
    extreme: Values | None = None
    for attempt in range(_ATTEMPTS):
        arrays = {item.tensor.name: _array(item, sizes, rng, attempt, reach) for item in network.declarations}
        values = values_at(network, arrays, sizes)
        largest = max((_largest(values.held[equation.tensor.name]) for equation in network.equations), default=0.0)
        if largest <= MODERATE:
            return Point(values, _upstream(values, rng), rate)
        if extreme is None and largest < math.inf:
            extreme = values
    if extreme is not None:
        return Point(extreme, _upstream(extreme, rng), rate)
    raise NoSample(f"no values were found at which {network.name} has numbers everywhere")


def small_sizes(network: Network, rng: Generator, ones: tuple[str, ...], smallest: int) -> dict[str, int]:
    """Different sizes, the first drawn that keep derivatives small; where none do, small sizes of which some are equal,
    others at every point."""
    found: list[tuple[int, dict[str, int]]] = []
    for draw in range(_DRAWS):
        sizes = sizes_for(network, rng, smallest=smallest if draw < _DRAWS // 4 else 2, ones=ones)
        found.append((numbers_of_derivatives(network, sizes), sizes))
        if found[-1][0] <= MOST_NUMBERS:
            return sizes
    # A convolutional network has so many dimensions that the largest of different sizes are too large for it.
    alike = [sizes_for(network, rng, distinct=False, smallest=2, ones=ones) for _ in range(_DRAWS)]
    found += [(numbers_of_derivatives(network, sizes), sizes) for sizes in alike]
    most = max(MOST_NUMBERS, _ROOM * min(count for count, _ in found))
    return max((sizes for count, sizes in found if count <= most), key=lambda sizes: len(set(sizes.values())))


def numbers_of_derivatives(network: Network, sizes: Mapping[str, int]) -> int:
    """How many numbers the derivatives of all values by the largest one are."""
    at = Arrays(sizes, {}, {})
    axes = {axis: at.size(axis) for axis in {axis for tensor in network.tensors.values() for axis in tensor.axes}}
    counts = [math.prod(axes[axis] for axis in tensor.axes) for tensor in network.tensors.values()]
    return sum(counts) * max(counts)


def given_point(network: Network) -> Point | None:
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
    # What a layer is handed is no declared value: the document of a worked example says these numbers.
    upstream = handed_in(network, values.sizes) if network.is_layer else {}
    return Point(values, upstream, rate, given=True)


def points_for(network: Network, batch: str | None, one: bool, seed: int = 1) -> tuple[Point, ...]:
    """Three points of different sizes, twelve of a network of single numbers; with `one`, a single example.

    A network that decides between cases has more points, of values far apart: at few near 0 all may lie in one case.
    """
    rng = default_rng(seed)
    ones = (batch,) if one and batch is not None else ()
    smallest = (2, 2, 3) if network.dimensions else (2,) * 12
    near = tuple(random_point(network, rng, ones, item) for item in smallest)
    return near + far_points(network, batch, one, seed) if decides(network) else near


def far_points(network: Network, batch: str | None, one: bool, seed: int = 1) -> tuple[Point, ...]:
    """Points of values far apart: there what decides between cases comes out both ways."""
    rng = default_rng(seed + 1)
    ones = (batch,) if one and batch is not None else ()
    reaches = _REACHES if network.dimensions else _REACHES * 4
    return tuple(random_point(network, rng, ones, 3, reach) for reach in reaches)


def point_beyond(network: Network, rng: Generator, scales: tuple[float, ...], ones: tuple[str, ...]) -> Point | None:
    """A point whose values lie between, and beyond, numbers of these sizes: 4, where a text says max(x, 4). None where
    the network has no numbers there."""
    sizes = small_sizes(network, rng, ones, 2)
    rate = float(network.learning_rate) if network.learning_rate is not None else float(rng.uniform(0.2, 0.6))
    arrays = {item.tensor.name: _array(item, sizes, rng, 0) for item in network.declarations}
    for item in network.declarations:
        if item.tensor.within is None:
            drawn = between(arrays[item.tensor.name].shape, rng, scales)
            for fact in declared_facts(item):
                drawn = fact.impose(drawn, rng)
            arrays[item.tensor.name] = np.asarray(drawn, dtype=float)
    values = values_at(network, arrays, sizes)
    if any(_largest(values.held[equation.tensor.name]) == math.inf for equation in network.equations):
        return None
    return Point(values, _upstream(values, rng), rate, beyond=scales)


def between(shape: tuple[int, ...], rng: Generator, scales: tuple[float, ...]) -> np.ndarray:
    """Numbers of both signs, each in one of the intervals that numbers of these sizes divide the line into."""
    ends = np.array([0.0, *scales, 2 * scales[-1]])
    place = rng.integers(0, len(ends) - 1, size=shape)
    sizes = ends[place] + rng.uniform(0.02, 0.98, size=shape) * (ends[place + 1] - ends[place])
    return np.asarray(rng.choice([-1.0, 1.0], size=shape) * sizes)


def decides(network: Network) -> bool:
    """True where a value is one formula here and another there: a maximum, an absolute value, a condition on values."""
    return any(has_cases(equation.right) for equation in network.equations)


def has_cases(formula: Basic) -> bool:
    """True where a formula decides between cases by values."""
    if formula.has(Maximum, Minimum, ArgMax, ArgMin):
        return True
    if any(isinstance(entry, Entry) for node in formula.atoms(Compare) for entry in node.atoms(Entry)):
        return True
    return any(_function_has_cases(node.function) for node in formula.atoms(Apply))


@lru_cache(maxsize=1024)
def _function_has_cases(function: Function) -> bool:
    if function.formula is not None:
        return function.formula.has(Compare) or has_cases(function.formula)
    primitive = PRIMITIVES.get(function.name)
    return primitive is not None and (primitive.kink is not None or primitive.flat)


def _upstream(values: Values, rng: Generator) -> dict[str, np.ndarray]:
    network = values.network
    names = network.results if network.is_layer else ()
    return {name: rng.normal(size=values.array(name).shape) for name in names}


def _largest(held: Held) -> float:
    """The largest size of an entry; infinite where one is no number."""
    array = held.array
    if held.open_axis is not None:
        array = array.take(range(1, array.shape[held.open_axis] - 1), axis=held.open_axis)
    return float(np.max(np.abs(array), initial=0.0)) if np.all(np.isfinite(array)) else math.inf


def _array(
    item: Declaration, sizes: Mapping[str, int], rng: Generator, attempt: int, reach: float | None = None
) -> np.ndarray:
    at = Arrays(sizes, {}, {})
    shape = tuple(at.size(axis) for axis in item.tensor.axes)
    if item.tensor.within is not None:
        return rng.integers(0, at.size(item.tensor.within), size=shape)
    spaced = attempt % 2 == 0 or (reach is not None and attempt < _ATTEMPTS // 2)
    drawn = _drawn(shape, rng, reach, attempt) if spaced else rng.uniform(0.15, 0.85, size=shape)
    for fact in declared_facts(item):
        drawn = fact.impose(drawn, rng)
    return np.asarray(drawn, dtype=float)


def _drawn(shape: tuple[int, ...], rng: Generator, reach: float | None, attempt: int) -> np.ndarray:
    """Normal values, or spaced ones; nearer to 0 with every attempt, for far from it exponentials are no numbers."""
    count = math.prod(shape)
    if reach is None or not count:
        return rng.normal(size=shape) * 0.8**attempt
    reach *= 0.8**attempt
    if count == 1:
        return rng.uniform(-reach, reach, size=shape)
    spaced = rng.permutation(np.linspace(-reach, reach, count))
    return (spaced + rng.normal(scale=reach / 20, size=count)).reshape(shape)


def _numbers(value: object) -> object:
    return [_numbers(item) for item in value] if isinstance(value, tuple) else float(value)  # type: ignore[arg-type]


def tells_numbers(point: Point) -> bool:
    """True where a number is given for something."""
    declared = [item.tensor.name for item in point.values.network.declarations]
    return any(bool(np.any(np.isfinite(point.values.array(name)))) for name in declared)


def exact_numbers(point: Point) -> frozenset[Fraction]:
    """The numbers that are given: they stand in a text as they are, not rounded."""
    found = set()
    for item in point.values.network.declarations:
        for number in np.ravel(point.values.array(item.tensor.name)):
            if np.isfinite(number):
                found.add(Fraction(repr(float(number))))
    if np.isfinite(point.rate):
        found.add(Fraction(repr(point.rate)))
    return frozenset(found)
