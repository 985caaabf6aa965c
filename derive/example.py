"""The values of a worked example: those that a network declares, and small readable ones where it declares none."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from sympy import Rational, sympify

from derive.entry import Tensor
from derive.errors import InputError
from derive.evaluate.passes import start
from derive.facts import declared_facts
from derive.network import Declaration, Network
from derive.sample import distances

# One digit after the point, signs mixed, equal numbers far apart.
_PATTERN = (0.1, 0.5, -0.3, 0.4, 0.2, -0.6, 0.8, -0.1, 0.3, -0.4, 0.7, 0.6, -0.2, -0.5, 0.9, -0.7)
_CLEARANCE = 0.01
_DECIMALS = 2
_DRAWS = 8
MOST_ENTRIES = 1000


def declared_values(network: Network) -> dict[str, np.ndarray] | None:
    """The declared values as arrays, or None when one is missing."""
    values: dict[str, np.ndarray] = {}
    for item in network.declarations:
        if item.value is None:
            return None
        whole = item.tensor.within is not None
        values[item.tensor.name] = np.asarray(_nested(item.value), dtype=np.int64 if whole else np.float64)
    return values if values else None


def _nested(value: Any) -> Any:
    return [_nested(item) for item in value] if isinstance(value, tuple | list) else float(value)


def declared_sizes(network: Network, given: Mapping[str, int] | None = None) -> dict[str, int]:
    """A size for every dimension: as given, as the network's values say, else its default, and those by formula.

    InputError where nothing says one, or where two of them differ.
    """
    given = dict(given or {})
    sizes = {item.symbol.name: item.default for item in network.dimensions if item.default is not None}
    free = [item.symbol.name for item in network.dimensions if item.formula is None]
    unknown = sorted(set(given) - set(free))
    if unknown:
        known = f"the sizes {', '.join(free)}" if free else f"nothing: all sizes of {network.name} are numbers"
        raise InputError(f"{network.name} has no size {unknown[0]} to choose", None, known)
    for name, size, tensor in _sizes_of_values(network):
        if given.get(name, size) != size:
            what = f"{name} = {given[name]}, but the value of {tensor} has {size} entries along it"
            raise InputError(what, None, f"{name}={size}")
        sizes[name] = size
    sizes |= given
    missing = [name for name in free if name not in sizes]
    if missing:
        tried = ",".join(f"{name}={min(sizes.get(name, 2), 3)}" for name in free)
        what = f"nothing says how large {' and '.join(missing)} of {network.name} is"
        raise InputError(what, None, f"--sizes {tried}")
    try:
        found = dict(start(network, {}, sizes).sizes)
    except ValueError as error:
        raise InputError(str(error), None, "sizes that fit the formulas of the dimensions") from None
    wrong = [name for name, size in found.items() if size < 1]
    if wrong:
        what = f"{wrong[0]} of {network.name} is {found[wrong[0]]}, but a size is at least 1"
        raise InputError(what, None, "larger sizes")
    return found


def _sizes_of_values(network: Network) -> Iterator[tuple[str, int, str]]:
    for item in network.declarations:
        part: object = item.value
        for axis in item.tensor.axes:
            if not isinstance(part, tuple):
                break
            if axis.is_Symbol:
                yield str(axis), len(part), item.tensor.name
            part = part[0]


def handed_in(network: Network, sizes: Mapping[str, int]) -> dict[str, np.ndarray]:
    """Small readable numbers for the gradients that a layer is given, by the names of its outputs."""
    at = start(network, {}, sizes)
    shapes = {name: tuple(at.size(axis) for axis in network.tensors[name].axes) for name in network.results}
    return {name: _readable(shape, place, False) for place, (name, shape) in enumerate(shapes.items())}


def small_sizes(network: Network, given: Mapping[str, int]) -> dict[str, int]:
    """Sizes of 2 and 3 where neither somebody nor a value says another one, such that all formulas fit."""
    known = {name: size for name, size, _ in _sizes_of_values(network)} | dict(given)
    unknown = [name for name in given if name not in {item.symbol.name for item in network.dimensions}]
    if unknown:
        return declared_sizes(network, given)  # which says so
    free = [item.symbol.name for item in network.dimensions if item.formula is None and item.symbol.name not in known]
    # A size that is as large as a window that moves along it leaves nothing to see: the larger ones come later.
    patterns = [(2,), (2, 3), (3, 2), (3,), (4, 2), (4, 3), (4,), (5, 3), (6, 3), (8, 3)]
    for pattern in patterns:
        chosen = {name: pattern[place % len(pattern)] for place, name in enumerate(free)}
        try:
            return declared_sizes(network, known | chosen)
        except InputError:
            continue
    return declared_sizes(network, given)


def with_values(network: Network, sizes: Mapping[str, int] | None = None) -> Network:
    """The network with a value for every input, target and parameter: its own ones, small readable ones for the others.

    Of several sets of such numbers the first is taken that keeps away from kinks and from what has no value.
    InputError where there are too many numbers to be readable.
    """
    if declared_values(network) is not None:
        declared_sizes(network, sizes)
        return network
    found = small_sizes(network, sizes or {})
    at = start(network, {}, found)
    shapes = {item.tensor.name: tuple(at.size(axis) for axis in item.tensor.axes) for item in network.declarations}
    if sum(math.prod(shape) for shape in shapes.values()) > MOST_ENTRIES:
        free = [item.symbol.name for item in network.dimensions if item.formula is None]
        said = ", ".join(f"{name} = {found[name]}" for name in free)
        smaller = ",".join(f"{name}={max(1, min(found[name] - 1, 2))}" for name in free)
        raise InputError(f"{network.name} has too many numbers for an example ({said})", None, f"--sizes {smaller}")
    best: tuple[float, Network] | None = None
    for shift, positive in itertools.product(range(len(_PATTERN)), (False, True)):
        drawn = _drawn(network, shapes, found, shift, positive)
        values = declared_values(drawn)
        assert values is not None
        near = min(distances(network, values, found), default=math.inf)
        if near >= _CLEARANCE:
            return drawn
        if not math.isnan(near) and (best is None or near > best[0]):
            best = near, drawn
    return best[1] if best is not None else drawn


def with_rate(network: Network, rate: float) -> Network:
    """The network with another learning rate."""
    return replace(network, learning_rate=Rational(repr(float(rate))), text="")


def _drawn(
    network: Network, shapes: Mapping[str, tuple[int, ...]], sizes: dict[str, int], shift: int, positive: bool
) -> Network:
    at = start(network, {}, sizes)
    items: list[Declaration] = []
    begin = shift
    for item in network.declarations:
        if item.value is not None:
            items.append(item)
            continue
        shape = shapes[item.tensor.name]
        array = (
            _labels(item.tensor, shape, at.size(item.tensor.within), shift)
            if item.tensor.within is not None
            else (_with_facts(item, _readable(shape, begin, positive)))
        )
        begin += math.prod(shape)
        items.append(replace(item, value=_exact(array)))
    dimensions = tuple(
        item if item.formula is not None else replace(item, default=sizes[item.symbol.name])
        for item in network.dimensions
    )
    return replace(
        network,
        dimensions=dimensions,
        name=f"{network.name}_worked",
        about=f"{network.about} The numbers in it are only an example.".strip(),
        declarations=tuple(items),
        text="",
        file="",
    )


def _readable(shape: tuple[int, ...], begin: int, positive: bool) -> np.ndarray:
    numbers = [_PATTERN[(begin + place) % len(_PATTERN)] for place in range(math.prod(shape))]
    array = np.array(numbers, dtype=float).reshape(shape)
    return np.abs(array) if positive else array


def _labels(tensor: Tensor, shape: tuple[int, ...], size: int, shift: int) -> np.ndarray:
    """Whole numbers 0, 1, ..., one after the other."""
    return (np.arange(math.prod(shape), dtype=np.int64) + shift).reshape(shape) % size


def _with_facts(item: Declaration, array: np.ndarray) -> np.ndarray:
    """The array with the facts that are declared of it, still of few digits."""
    for fact in declared_facts(item):
        # Of several draws the one with the most rows that differ: an example of one class only shows little.
        draws = [np.round(fact.impose(array, np.random.default_rng(seed)), _DECIMALS) for seed in range(_DRAWS)]
        array = max(draws, key=_different_rows)
        if array.ndim and fact.broken(_exact(array)) is not None:
            # Rounded shares do not sum to one any more: the last one takes what is left.
            array[..., -1] += np.round(1 - array.sum(axis=-1), _DECIMALS)
    return array


def _different_rows(array: np.ndarray) -> int:
    return len(np.unique(array.reshape(-1, array.shape[-1]), axis=0)) if array.ndim else 1


def _exact(array: np.ndarray) -> Any:
    """Nested tuples of the numbers as they are printed."""
    if array.ndim:
        return tuple(_exact(part) for part in array)
    number = array.item()
    return sympify(number) if isinstance(number, int) else Rational(repr(number))
