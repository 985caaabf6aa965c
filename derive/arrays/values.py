"""All values of a network at one point, as arrays, and how each moves when the entries of one of them do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from derive.arrays.expression import evaluated
from derive.arrays.held import Arrays, Held
from derive.arrays.recurrence import Push, continued, ends_of, filled, placed
from derive.index import Index
from derive.network import Network

STEP = 1e-100  # far below any value, a probability too: rounding does not see it
# Bytes that the derivatives kept at one point may take; those made first are made again.
_MOST_KEPT = 2**27


@dataclass(frozen=True)
class Values(Arrays):
    """The values of a network, and as `jacobians` what they become when one of them moves."""

    network: Network = field(kw_only=True)
    jacobians: dict[str, Values] = field(default_factory=dict, repr=False, compare=False)

    def moved(self, name: str) -> Values:
        """The values when each entry of one tensor moves by itself, and all that follows moves with it."""
        if name not in self.jacobians:
            tensor = self.network.tensors[name]
            seeds = tuple(Index(f"∂{place}", size) for place, size in enumerate(tensor.axes))
            base = self.array(name)
            step = np.eye(base.size).reshape(base.shape * 2) * (1j * STEP)
            held = dict(self.held)
            if self.held[name].open_axis is None:
                held[name] = Held(base.reshape(base.shape + (1,) * base.ndim) + step)
            start = replace(self, held=held, seeds=seeds, jacobians={})
            self._keep(name, _continued(start, Push(name, step)))
        return self.jacobians[name]

    def moved_alone(self, name: str, follows: str | None = None, end: int | None = None) -> Values:
        """The values when each entry of one tensor moves by itself and all others stay: what a local derivative is.

        follows   the only value that is moved by its own equation
        end       where it is told, the entries that move are those of the slice at this end of a recurrence
        """
        key = f"{name} alone at {end}" if follows is None else f"{name} at {end} moves {follows}"
        if key not in self.jacobians:
            tensor = self.network.tensors[name]
            base, inner = self.held[name], self.array(name)
            axes = range(inner.ndim) if end is None else [axis for axis in range(inner.ndim) if axis != base.open_axis]
            seeds = tuple(Index(f"∂{place}", tensor.axes[place]) for place in axes)
            shape = tuple(inner.shape[place] for place in axes)
            step = np.eye(math.prod(shape)).reshape(shape * 2) * (1j * STEP)
            array = np.array(np.broadcast_to(base.array.reshape(base.array.shape + (1,) * len(shape)),
                                             base.array.shape + shape), dtype=complex)  # fmt: skip
            moving: list[slice | int] = [slice(None)] * inner.ndim
            if base.open_axis is not None:
                moving[base.open_axis] = slice(1, -1) if end is None else end + 1
            array[tuple(moving)] += step
            held = {**self.held, name: Held(array, base.open_axis)}
            found = replace(self, held=held, seeds=seeds, jacobians={})
            if follows is not None:
                held[follows] = _once_more(follows, found)
            self._keep(key, found)
        return self.jacobians[key]

    def _keep(self, key: str, moved: Values) -> None:
        """Remember derivatives; those made first are forgotten where all take too much memory."""
        kept = sum(_bytes(other) for other in self.jacobians.values()) + _bytes(moved)
        while self.jacobians and kept > _MOST_KEPT:
            kept -= _bytes(self.jacobians.pop(next(iter(self.jacobians))))
        self.jacobians[key] = moved

    def jacobian(self, of: str, by: str) -> np.ndarray:
        """∂of/∂by with the axes of `of` and then those of `by`: everything between them follows."""
        moved, shape = self.moved(by), self.array(by).shape
        array = moved.array(of)
        if array.ndim == self.array(of).ndim and not np.iscomplexobj(array):
            return np.zeros(array.shape + shape)
        return np.asarray(array.imag / STEP)


def values_at(network: Network, given: Mapping[str, np.ndarray], sizes: Mapping[str, int]) -> Values:
    """All values of a network from those of its inputs, targets and parameters, and a number for every dimension."""
    constants: dict[str, float] = {}
    at = Values(dict(sizes), constants, {}, network=network)
    for constant in network.constants:
        constants[constant.symbol.name] = float(np.real(evaluated(constant.value, at).array))
    held = {name: Held(np.asarray(array)) for name, array in given.items()}
    return _continued(replace(at, held=held), None)


def _bytes(moved: Values) -> int:
    """What the arrays of values that move take."""
    return sum(held.array.nbytes for held in moved.held.values() if np.iscomplexobj(held.array))


def _continued(at: Values, push: Push | None) -> Values:
    return continued(at.network.equations, at, at.network.recurrences, push)


def _once_more(name: str, at: Values) -> Held:
    """What the equation of one tensor gives at these values; at the ends of a recurrence, its boundaries."""
    network, before = at.network, at.held[name]
    equation = network.equation(name)
    assert equation is not None
    axis = before.open_axis
    if axis is None:
        return Held(filled(equation, at))
    (recurrence,) = (item for item in network.recurrences if name in item.members)
    ends = ends_of(name, axis, recurrence, at)
    behind = tuple(at.size(letter.size) for letter in at.seeds)
    count = before.array.shape[axis]
    own = before.array.shape[: len(network.tensors[name].axes)]
    array = np.full((*own, *behind), np.nan, dtype=complex)
    for number in range(-1, count - 1):
        rule = ends.get(number, equation if 0 <= number < count - 2 else None)
        if rule is not None:
            placed(array, axis, number, filled(rule, at, axis, number))
    return Held(array, axis)
