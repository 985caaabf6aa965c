"""All values of a network at one point, as arrays, and how each moves when the entries of one of them do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from sympy import Basic

from derive.arrays.expression import evaluated
from derive.arrays.named import Named
from derive.entry import Tensor
from derive.equation import Equation
from derive.index import Index
from derive.network import Network, Recurrence

STEP = 1e-20


@dataclass(frozen=True)
class Held:
    """The array of one tensor. On the axis `open_axis` of a recurrent one it begins at -1 and ends one behind the last:
    there stand the ends that boundaries give, and no numbers where none does."""

    array: np.ndarray
    open_axis: int | None = None


@dataclass(frozen=True)
class Values:
    """The values of a network: what `derive.arrays.expression` looks things up in.

    seeds   the letters of the tensor that moves: every array has them behind its own axes, or not at all
    """

    network: Network
    sizes: Mapping[str, int]
    constants: Mapping[str, float]
    held: Mapping[str, Held]
    seeds: tuple[Index, ...] = ()
    jacobians: dict[str, Values] = field(default_factory=dict, repr=False, compare=False)

    def size(self, axis: Basic) -> int:
        """The number that a size such as D, H*K or 3 stands for."""
        if axis.is_Integer:
            return int(axis)
        if axis.is_Symbol:
            return self.sizes[axis.name]
        return int(np.real(evaluated(axis, self).array))

    def number(self, name: str) -> Named:
        """The value of a dimension or a named constant. KeyError where it has none."""
        return Named.number(self.sizes[name] if name in self.sizes else self.constants[name])

    def array(self, name: str) -> np.ndarray:
        """The array of a tensor, without the ends of a recurrence."""
        held = self.held[name]
        if held.open_axis is None:
            return held.array
        inside = range(1, held.array.shape[held.open_axis] - 1)
        return held.array.take(inside, axis=held.open_axis)

    def entry(self, name: str, subscripts: tuple[Named, ...]) -> Named:
        """The entries of a tensor; no number (nan) where a subscript lies outside its axis."""
        held = self.held[name]
        seeds = self.seeds if held.array.ndim > len(subscripts) else ()
        if not subscripts:
            return Named(seeds, held.array)
        if held.open_axis is None and _in_full(subscripts, held.array.shape):
            return Named((*(subscript.letters[0] for subscript in subscripts), *seeds), held.array)
        letters = tuple(dict.fromkeys(letter for subscript in subscripts for letter in subscript.letters))
        places, outside = [], np.asarray(False)
        for axis, subscript in enumerate(subscripts):
            place = np.asarray(np.real(subscript.along(letters)), dtype=int) + (1 if axis == held.open_axis else 0)
            beyond = (place < 0) | (place >= held.array.shape[axis])
            outside = outside | beyond
            places.append(np.where(beyond, 0, place))
        found = held.array[tuple(np.broadcast_arrays(*places))]
        if np.any(outside):
            found = np.where(outside.reshape(outside.shape + (1,) * len(seeds)), np.nan, found)
        return Named((*letters, *seeds), found)

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
            self.jacobians[name] = _continued(start, Push(name, step))
        return self.jacobians[name]

    def moved_alone(self, name: str, follows: str | None = None) -> Values:
        """The values when each entry of one tensor moves by itself and all others stay, but for `follows`, which its own
        equation moves: what a local derivative is."""
        key = f"{name} alone" if follows is None else f"{name} moves {follows}"
        if key not in self.jacobians:
            tensor = self.network.tensors[name]
            seeds = tuple(Index(f"∂{place}", size) for place, size in enumerate(tensor.axes))
            base, inner = self.held[name], self.array(name)
            step = np.eye(inner.size).reshape(inner.shape * 2) * (1j * STEP)
            array = np.array(np.broadcast_to(base.array.reshape(base.array.shape + (1,) * inner.ndim),
                                             base.array.shape + inner.shape), dtype=complex)  # fmt: skip
            inside: list[slice] = [slice(None)] * inner.ndim
            if base.open_axis is not None:
                inside[base.open_axis] = slice(1, -1)
            array[tuple(inside)] += step
            held = {**self.held, name: Held(array, base.open_axis)}
            found = replace(self, held=held, seeds=seeds, jacobians={})
            if follows is not None:
                held[follows] = _once_more(follows, found)
            self.jacobians[key] = found
        return self.jacobians[key]

    def jacobian(self, of: str, by: str) -> np.ndarray:
        """∂of/∂by with the axes of `of` and then those of `by`: everything between them follows."""
        moved, shape = self.moved(by), self.array(by).shape
        array = moved.array(of)
        if array.ndim == self.array(of).ndim and not np.iscomplexobj(array):
            return np.zeros(array.shape + shape)
        return np.asarray(array.imag / STEP)


@dataclass(frozen=True)
class Push:
    """What is added to one tensor as soon as it is computed, with an axis for each of its entries' moves."""

    name: str
    amount: np.ndarray


def _in_full(subscripts: tuple[Named, ...], shape: tuple[int, ...]) -> bool:
    """True where every subscript is a letter of its own that runs over the whole axis."""
    letters = [subscript.letters for subscript in subscripts]
    return (
        all(len(found) == 1 for found in letters)
        and len(set(letters)) == len(letters)
        and all(
            subscript.array.size == size and subscript.array[0] == 0 and subscript.array[-1] == size - 1
            for subscript, size in zip(subscripts, shape, strict=False)
        )
        and all(bool(np.all(np.diff(subscript.array) == 1)) for subscript in subscripts)
    )


def values_at(network: Network, given: Mapping[str, np.ndarray], sizes: Mapping[str, int]) -> Values:
    """All values of a network from those of its inputs, targets and parameters, and a number for every dimension."""
    constants: dict[str, float] = {}
    at = Values(network, dict(sizes), constants, {})
    for constant in network.constants:
        constants[constant.symbol.name] = float(np.real(evaluated(constant.value, at).array))
    held = {name: Held(np.asarray(array)) for name, array in given.items()}
    return _continued(replace(at, held=held), None)


def _once_more(name: str, at: Values) -> Held:
    """What the equation of one tensor gives at these values; at the ends of a recurrence, its boundaries."""
    network, before = at.network, at.held[name]
    equation = network.equation(name)
    assert equation is not None
    axis = before.open_axis
    if axis is None:
        return Held(_filled(equation, at))
    ends = {
        int(np.real(evaluated(boundary.left.subscripts[axis], at).array)): boundary
        for recurrence in network.recurrences
        for boundary in recurrence.boundaries
        if boundary.tensor.name == name
    }
    behind = tuple(at.size(letter.size) for letter in at.seeds)
    count = before.array.shape[axis]
    array = np.full((*before.array.shape, *behind), np.nan, dtype=complex)
    for number in range(-1, count - 1):
        rule = ends.get(number, equation if 0 <= number < count - 2 else None)
        if rule is not None:
            part = _filled(rule, at, axis, number)
            place = [slice(None)] * array.ndim
            place[axis] = number + 1  # type: ignore[call-overload]
            target = array[tuple(place)]
            array[tuple(place)] = part.reshape(part.shape + (1,) * (target.ndim - part.ndim))
    return Held(array, axis)


def _continued(at: Values, push: Push | None) -> Values:
    """The values after all equations; with a push, only what moves is computed again."""
    network = at.network
    groups = {name: recurrence for recurrence in network.recurrences for name in recurrence.members}
    moved = set() if push is None else {push.name}
    held: dict[str, Held] = dict(at.held)
    at = replace(at, held=held)  # one dictionary, filled as the equations are computed
    done: set[str] = set()
    for equation in network.equations:
        name = equation.tensor.name
        group = groups.get(name)
        members = (name,) if group is None else group.members
        if name in done or (push is not None and not _moves(members, group, network, moved)):
            continue
        if group is not None:
            _step_through(group, at, held, push)
        elif push is None or name != push.name:
            held[name] = Held(_filled(equation, at))
        done.update(members)
        moved.update(members)
    return at


def _moves(members: tuple[str, ...], group: Recurrence | None, network: Network, moved: set[str]) -> bool:
    equations = [network.equation(name) for name in members] + list(group.boundaries if group else ())
    read = {tensor.name for equation in equations if equation for tensor in equation.right.atoms(Tensor)}
    return bool(moved & (read | set(members)))


def _filled(equation: Equation, at: Values, axis: int | None = None, number: int | None = None) -> np.ndarray:
    """The array that an equation gives, with the seeds behind its axes; at one number of an axis, that slice."""
    shape = [at.size(size) for size in equation.tensor.axes]
    left = equation.left.subscripts
    fixed: dict[Basic, Named] = {}
    if axis is not None and isinstance(left[axis], Index):
        fixed[left[axis]] = Named.number(number)
    right = evaluated(equation.right, at, fixed)
    seeds = tuple(letter for letter in at.seeds if letter in right.letters)
    rest = tuple(place for place in range(len(left)) if place != axis)
    if all(isinstance(left[place], Index) for place in rest):
        letters = tuple(left[place] for place in rest)
        array = right.along((*letters, *seeds))
        target = tuple(shape[place] for place in rest) + array.shape[len(letters) :]
        return np.array(np.broadcast_to(array, target))
    letters = tuple(letter for letter in equation.letters if letter not in fixed)
    full = right.along((*letters, *seeds))
    full = np.broadcast_to(full, tuple(at.size(letter.size) for letter in letters) + full.shape[len(letters) :])
    array = np.empty(tuple(shape[place] for place in rest) + full.shape[len(letters) :], dtype=full.dtype)
    places = [evaluated(left[place], at, fixed) for place in rest]
    index = np.broadcast_arrays(*(place.along(letters) for place in places))
    array[tuple(np.asarray(place, dtype=int) for place in index)] = full
    return array


def _step_through(group: Recurrence, at: Values, held: dict[str, Held], push: Push | None) -> None:
    """Fill all members of a recurrence, slice by slice in the direction of its step; where a boundary gives a slice it
    counts and not the general equation."""
    network = at.network
    inside = range(at.size(group.size))
    axes = dict(zip(group.members, group.axes, strict=True))
    ends: dict[tuple[str, int], Equation] = {}
    for boundary in group.boundaries:
        name = boundary.tensor.name
        place = evaluated(boundary.left.subscripts[axes[name]], at)
        ends[name, int(np.real(place.array))] = boundary
    complex_step = any(np.iscomplexobj(item.array) for item in held.values()) or push is not None
    dtype = complex if complex_step else float
    behind = tuple(at.size(letter.size) for letter in at.seeds)
    for name, axis in axes.items():
        shape = [at.size(size) for size in network.tensors[name].axes]
        shape[axis] += 2
        held[name] = Held(np.full((*shape, *behind), np.nan, dtype=dtype), axis)
    for number in sorted({*inside, *(number for _, number in ends)}, reverse=group.step > 0):
        for name, axis in axes.items():
            equation = ends.get((name, number)) or network.equation(name)
            if equation is None or ((name, number) not in ends and number not in inside):
                continue
            part = _filled(equation, at, axis, number)
            if push is not None and push.name == name and number in inside:
                step = push.amount.take(number, axis=axis)
                part = part.reshape(part.shape + (1,) * (step.ndim - part.ndim)) + step
            place = [slice(None)] * held[name].array.ndim
            place[axis] = number + 1  # type: ignore[call-overload]
            target = held[name].array[tuple(place)]
            held[name].array[tuple(place)] = part.reshape(part.shape + (1,) * (target.ndim - part.ndim))
