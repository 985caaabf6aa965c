"""Equations, one after the other or step by step: the arrays that they give."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from derive.entry import Entry
from derive.equation import Equation
from derive.evaluate.entries import Place
from derive.evaluate.point import Environment, Point, Slices, value
from derive.network import Recurrence


@dataclass(frozen=True)
class Push:
    """What is added to the value of one tensor as soon as it is computed: everything after it feels it."""

    name: str
    amount: np.ndarray


def equation_at(equation: Equation, at: Point) -> np.ndarray:
    """All entries of the tensor that an equation defines, at a point."""
    return _filled(equation, at, {}, None)


def _filled(equation: Equation, at: Point, fixed: Environment, axis: int | None) -> np.ndarray:
    """The array of an equation, or the slice of it on one axis, at fixed values of some letters.

    ValueError unless the left side names every entry exactly once.
    """
    shape = _without([at.size(size) for size in equation.tensor.axes], axis)
    array = np.empty(shape, dtype=np.float64 if equation.tensor.within is None else np.int64)
    times = np.zeros(shape, dtype=int)
    for letters in _assignments(equation, at, fixed):
        place = _without([int(value(subscript, at, letters)) for subscript in equation.left.subscripts], axis)
        if not all(0 <= number < size for number, size in zip(place, shape, strict=True)):
            raise IndexError(f"{equation} gives an entry at {list(place)}, but the shape is {shape}")
        array[place] = value(equation.right, at, letters)
        times[place] += 1
    if np.any(times != 1):
        raise ValueError(f"{equation} does not give every entry exactly once")
    return array


def _assignments(equation: Equation, at: Point, fixed: Environment) -> Iterator[Environment]:
    ranges = [(fixed[i],) if i in fixed else range(at.size(i.size)) for i in equation.letters]
    for numbers in itertools.product(*ranges):
        yield dict(zip(equation.letters, numbers, strict=True))


def _without(numbers: Sequence[int], axis: int | None) -> Place:
    return tuple(number for place, number in enumerate(numbers) if place != axis)


def continued(
    equations: Sequence[Equation], at: Point, recurrences: Iterable[Recurrence] = (), push: Push | None = None
) -> Point:
    """The point after these equations were computed, one after the other, and recurrences step by step.

    With a push, only what moves with it is computed again; nothing before it may read what comes after it.
    """
    groups = {name: recurrence for recurrence in recurrences for name in recurrence.members}
    by_name = {equation.tensor.name: equation for equation in equations}
    moved = set() if push is None else {push.name}
    done: set[str] = set()
    for equation in equations:
        name = equation.tensor.name
        group = groups.get(name)
        members = (name,) if group is None else group.members
        if name in done or (push is not None and not _moves(members, group, by_name, moved)):
            continue
        if group is None:
            at = at.with_value(name, _pushed(equation_at(equation, at), name, push))
        else:
            at = _stepped(group, by_name, at, push)
        done.update(members)
        moved.update(members)
    return at


def _pushed(array: np.ndarray, name: str, push: Push | None) -> np.ndarray:
    return array + push.amount if push is not None and push.name == name else array


def _moves(members: Iterable[str], group: Recurrence | None, by_name: Mapping[str, Equation], moved: set[str]) -> bool:
    """True when one of these tensors is among the moved ones, or reads one."""
    members = tuple(members)
    equations = [by_name[name] for name in members] + list(group.boundaries if group else ())
    read = {entry.tensor.name for equation in equations for entry in equation.right.atoms(Entry)}
    return bool(moved & (read | set(members)))


def _stepped(recurrence: Recurrence, by_name: Mapping[str, Equation], at: Point, push: Push | None) -> Point:
    """The point after all members of a recurrence were computed, slice by slice in the direction of its step.

    Where a boundary gives a slice, it counts and not the general equation.
    """
    inside = range(at.size(recurrence.size))
    axes = dict(zip(recurrence.members, recurrence.axes, strict=True))
    ends: dict[tuple[str, int], Equation] = {}
    for boundary in recurrence.boundaries:
        name = boundary.tensor.name
        ends[name, int(value(boundary.left.subscripts[axes[name]], at, {}))] = boundary
    at = at.without(recurrence.members)
    for name, axis in axes.items():
        at = at.with_slices(name, Slices(axis))
    for number in sorted({*inside, *(number for _, number in ends)}, reverse=recurrence.step > 0):
        for name, axis in axes.items():
            if (name, number) in ends:
                part = _filled(ends[name, number], at, {}, axis)
            elif number in inside:
                general = by_name[name]
                part = _filled(general, at, {general.left.subscripts[axis]: number}, axis)
            else:
                continue
            if push is not None and push.name == name and number in inside:
                part = part + push.amount.take(number, axis)
            at = at.with_slices(name, at.slices[name].with_slice(number, part))
    for name, axis in axes.items():
        known = at.slices[name].known
        at = at.with_value(name, np.stack([known[number] for number in inside], axis))
        at = at.with_slices(name, Slices(axis, {n: part for n, part in known.items() if n not in inside}))
    return at
