"""Random sizes and values for a network, such that every declared fact holds and no kink is near.

Where a slope jumps (relu at 0, two equal values under a maximum) or a value runs away (a denominator near 0),
differences say nothing; so a sample is drawn again until every such place is far enough.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
from numpy.random import Generator
from sympy import Expr, expand

from derive.evaluate.passes import network_at, start
from derive.facts import declared_facts
from derive.network import Declaration, Dimension, Network

Draw = Callable[..., np.ndarray]

CLEARANCE = 0.05
ATTEMPTS = 300
MOST_ENTRIES = 50_000


class NoSample(RuntimeError):
    """No values were found that keep away from every kink and singularity."""


def sizes_for(
    network: Network, rng: Generator, distinct: bool = True, smallest: int = 2, ones: tuple[str, ...] = ()
) -> dict[str, int]:
    """A size for every dimension by name: those without a formula are drawn, the others follow from their formulas.

    distinct  all drawn sizes differ, from `smallest` upwards; else each is between `smallest` and `smallest` + 2
    ones      names of dimensions that get the size 1
    Sizes that no array tells keep their defaults. ValueError where no drawn sizes make every formula a positive whole
    number.
    """
    free = [dimension.symbol.name for dimension in network.dimensions if dimension.formula is None]
    for attempt in range(ATTEMPTS):
        # Formulas such as (H - K)//2 may need larger sizes than the first ones tried.
        room = attempt // 20
        if distinct:
            numbers = smallest + rng.permutation(len(free) + room)[: len(free)]
        else:
            numbers = smallest + rng.integers(0, 3 + room, size=len(free))
        sizes = {name: 1 if name in ones else int(number) for name, number in zip(free, numbers, strict=True)}
        try:
            found = start(network, {}, sizes | untold(network)).sizes
        except ValueError:
            continue
        if all(size >= 1 for size in found.values()):
            return dict(found)
    raise ValueError(f"no sizes were found that fit the formulas of {network.name}")


def untold(network: Network) -> dict[str, int]:
    """The dimensions that keep their defaults, for no shape of an array says how large they are.

    Of an axis H*K where nothing else tells H or K, H keeps its default, and the axis says how large K is.
    """
    axes = tuple(axis for item in network.declarations for axis in item.tensor.axes)
    return dict(_untold(network.dimensions, axes))


@lru_cache(maxsize=64)  # of one network the sizes are drawn very many times
def _untold(dimensions: tuple[Dimension, ...], written: tuple[Expr, ...]) -> Mapping[str, int]:
    axes = [expand(axis) for axis in written]
    waiting = [dimension for dimension in dimensions if dimension.formula is None]
    known: set[Expr] = set()
    kept: dict[str, int] = {}
    while waiting:
        told = [item for item in waiting if any(_tells(axis, item.symbol, known) for axis in axes)]
        if not told:
            told = waiting[:1]
            if told[0].default is not None:
                kept[told[0].symbol.name] = told[0].default
        known |= {item.symbol for item in told}
        waiting = [item for item in waiting if item.symbol not in known]
    return kept


def _tells(axis: Expr, symbol: Expr, known: set[Expr]) -> bool:
    """True when the size of an axis is this size, or a multiple of it by a number or by known sizes."""
    quotient = axis / symbol
    return axis.has(symbol) and not quotient.has(symbol) and quotient.free_symbols <= known


def sample(network: Network, sizes: dict[str, int], rng: Generator) -> dict[str, np.ndarray]:
    """An array for every input, target and parameter by name: whole numbers for `in K`, else float64.

    NoSample where a kink or a singularity stays too near. One that is equally near at all values is none: for one row,
    the variance over rows is 0 whatever the row holds, and stays so.
    """
    before: list[float] = []
    for attempt in range(ATTEMPTS):
        # log(x) and log(1 - x) have no value for most normal numbers: some draws lie between 0 and 1. Among many normal
        # numbers two are nearly equal, and a maximum of them has a kink there: some draws are evenly spaced. Values far
        # inside a network keep away from kinks when some arrays are larger, and others smaller, than usual.
        draw = (rng.normal, _between_0_and_1(rng), _scaled(rng), _spaced(rng))[attempt % 4]
        values = {item.tensor.name: _array(item, network, sizes, rng, draw) for item in network.declarations}
        found = distances(network, values, sizes)
        known = before if len(before) == len(found) else [math.nan] * len(found)
        if all(near >= CLEARANCE or near == same for near, same in zip(found, known, strict=True)):
            return values
        before = found
    raise NoSample(f"no values were found that keep {network.name} away from its kinks")


def distances(network: Network, values: dict[str, np.ndarray], sizes: dict[str, int]) -> list[float]:
    """How far the forward pass stays away from each kink and singularity that it passes; nan where a value is none."""
    found: list[float] = []
    end = network_at(network, values, sizes, lambda distance: found.append(float(distance)))
    finite = all(np.all(np.isfinite(end.values[item.tensor.name])) for item in network.equations)
    return found if finite else [*found, math.nan]


def upstream(network: Network, sizes: dict[str, int], rng: Generator) -> dict[str, np.ndarray]:
    """A random upstream gradient for every result of a layer, by the result's name."""
    at = start(network, {}, sizes)
    shapes = {name: tuple(at.size(axis) for axis in network.tensors[name].axes) for name in network.results}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def _entries(network: Network, sizes: dict[str, int]) -> int:
    """How many entries all tensors have together."""
    at = start(network, {}, sizes)
    return sum(math.prod(at.size(axis) for axis in tensor.axes) for tensor in network.tensors.values())


def _between_0_and_1(rng: Generator) -> Draw:
    return lambda size: np.asarray(rng.uniform(0.15, 0.85, size=size))


def _scaled(rng: Generator) -> Draw:
    return lambda size: np.asarray(rng.normal(size=size) * rng.choice([0.3, 1.0, 4.0]))


def _spaced(rng: Generator) -> Draw:
    """Numbers around 0 in any order, no two nearer to each other than 0.1, none nearer to 0 than 0.05."""

    def draw(size: tuple[int, ...]) -> np.ndarray:
        count = math.prod(size)
        numbers = (np.arange(count) - count // 2 + 0.5) * max(0.12, 3 / max(count, 1))
        return np.asarray(rng.permutation(numbers).reshape(size))

    return draw


def _array(declaration: Declaration, network: Network, sizes: dict[str, int], rng: Generator, draw: Draw) -> np.ndarray:
    """Random values of one declared tensor that have the facts declared of it."""
    at = start(network, {}, sizes)
    tensor = declaration.tensor
    shape = tuple(at.size(axis) for axis in tensor.axes)
    if tensor.within is not None:
        return rng.integers(0, at.size(tensor.within), size=shape)
    values = draw(size=shape)
    for fact in declared_facts(declaration):
        values = fact.impose(values, rng)
    return np.asarray(values)
