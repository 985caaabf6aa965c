"""Equations, one after the other or step by step: the arrays that they give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from sympy import Basic

from derive.arrays.expression import evaluated
from derive.arrays.held import Arrays, Held
from derive.arrays.named import Named
from derive.dependence import tensors
from derive.equation import Equation
from derive.index import Index
from derive.network import Recurrence

At = TypeVar("At", bound=Arrays)


@dataclass(frozen=True)
class Push:
    """What is added to one tensor as soon as it is computed, with an axis for each of its entries' moves."""

    name: str
    amount: np.ndarray


def continued(
    equations: Sequence[Equation], at: At, recurrences: Iterable[Recurrence] = (), push: Push | None = None
) -> At:
    """The arrays after these equations were computed; with a push, only what moves is computed again."""
    for _, later in stepwise(equations, at, recurrences, push):
        at = later
    return at


def stepwise(
    equations: Sequence[Equation], at: At, recurrences: Iterable[Recurrence] = (), push: Push | None = None
) -> Iterator[tuple[str, At]]:
    """Every tensor that was computed and the arrays so far, one after the other; a recurrence's members at its end.

    So whoever looks for something can stop early. The arrays are one record that is filled on the way.
    """
    by_name = {equation.tensor.name: equation for equation in equations}
    groups = {name: recurrence for recurrence in recurrences for name in recurrence.members}
    moved = set() if push is None else {push.name}
    held: dict[str, Held] = dict(at.held)
    at = replace(at, held=held)
    done: set[str] = set()
    for equation in equations:
        name = equation.tensor.name
        group = groups.get(name)
        members = (name,) if group is None else group.members
        if name in done or (push is not None and not _moves(members, group, by_name, moved)):
            continue
        if group is not None:
            _step_through(group, by_name, at, held, push)
        elif push is None or name != push.name:
            held[name] = Held(filled(equation, at))
        done.update(members)
        moved.update(members)
        yield from ((member, at) for member in members)


def _moves(members: Iterable[str], group: Recurrence | None, by_name: Mapping[str, Equation], moved: set[str]) -> bool:
    members = tuple(members)
    equations = [by_name[name] for name in members] + list(group.boundaries if group else ())
    read = {tensor.name for equation in equations for tensor in tensors(equation.right)}
    return bool(moved & (read | set(members)))


def filled(equation: Equation, at: Arrays, axis: int | None = None, number: int | None = None) -> np.ndarray:
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


def ends_of(name: str, axis: int, recurrence: Recurrence, at: Arrays) -> dict[int, Equation]:
    """The boundaries of one member by the number that they stand at."""
    return {
        int(np.real(evaluated(boundary.left.subscripts[axis], at).array)): boundary
        for boundary in recurrence.boundaries
        if boundary.tensor.name == name
    }


def placed(array: np.ndarray, axis: int, number: int, part: np.ndarray) -> None:
    """Put a slice into an open array; one that does not move where others do is the same for all moves."""
    place = (slice(None),) * axis + (number + 1,)
    array[place] = part.reshape(part.shape + (1,) * (array.ndim - 1 - part.ndim))


def _step_through(
    group: Recurrence, by_name: Mapping[str, Equation], at: Arrays, held: dict[str, Held], push: Push | None
) -> None:
    """Fill all members of a recurrence, slice by slice in the direction of its step; where a boundary gives a slice it
    counts and not the general equation."""
    inside = range(at.size(group.size))
    axes = dict(zip(group.members, group.axes, strict=True))
    ends = {name: ends_of(name, axis, group, at) for name, axis in axes.items()}
    complex_step = push is not None or any(np.iscomplexobj(item.array) for item in held.values())
    behind = tuple(at.size(letter.size) for letter in at.seeds)
    for name, axis in axes.items():
        shape = [at.size(size) for size in by_name[name].tensor.axes]
        shape[axis] += 2
        held[name] = Held(np.full((*shape, *behind), np.nan, dtype=complex if complex_step else float), axis)
    numbers = {*inside, *(number for known in ends.values() for number in known)}
    for number in sorted(numbers, reverse=group.step > 0):
        for name, axis in axes.items():
            equation = ends[name].get(number) or (by_name[name] if number in inside else None)
            if equation is None:
                continue
            part = filled(equation, at, axis, number)
            if push is not None and push.name == name and number in inside:
                step = push.amount.take(number, axis=axis)
                part = part.reshape(part.shape + (1,) * (step.ndim - part.ndim)) + step
            placed(held[name].array, axis, number, part)
