"""Entries: where one is held, and which equation it comes from."""

from __future__ import annotations

import itertools

import numpy as np

from derive.entry import Entry
from derive.equation import Equation
from derive.evaluate.point import Environment, Number, Point, value

Place = tuple[int, ...]


@value.register
def _(expr: Entry, at: Point, letters: Environment) -> Number:
    array, place = held(at, expr, place_of(expr, at, letters))
    return array.item(place)


def place_of(entry: Entry, at: Point, letters: Environment) -> Place:
    """The subscripts of an entry as numbers. IndexError where one is no whole number."""
    numbers = tuple([value(subscript, at, letters) for subscript in entry.subscripts])
    for number in numbers:
        if not isinstance(number, int) and number != int(number):
            raise IndexError(f"{entry} stands for {entry.tensor.name}{list(numbers)}, which is no place")
    return tuple([int(number) for number in numbers])


def held(at: Point, entry: Entry, place: Place) -> tuple[np.ndarray, Place]:
    """The array that holds an entry, and where. IndexError where none does, for nothing ever wraps around."""
    name = entry.tensor.name
    slices = at.slices.get(name)
    if slices is None:
        array = at.values[name]
    elif (number := place[slices.axis]) in slices.known:
        array, place = slices.known[number], place[: slices.axis] + place[slices.axis + 1 :]
    elif name in at.values:
        array = at.values[name]
    else:
        raise IndexError(f"{entry} stands for {name}{list(place)}, but {name} has no slice {number} yet")
    if len(place) == array.ndim:
        for number, size in zip(place, array.shape, strict=True):
            if not 0 <= number < size:
                break
        else:
            return array, place
    raise IndexError(f"{entry} stands for {name}{list(place)}, but its shape is {array.shape}")


def with_entry(at: Point, entry: Entry, place: Place, number: float) -> Point:
    """The same point with another value of one entry."""
    array, inside = held(at, entry, place)
    changed = np.array(array, dtype=np.float64)
    changed[inside] = number
    slices = at.slices.get(entry.tensor.name)
    if slices is not None and place[slices.axis] in slices.known:
        return at.with_slices(entry.tensor.name, slices.with_slice(place[slices.axis], changed))
    return at.with_value(entry.tensor.name, changed)


def definition(at: Point, entry: Entry, place: Place) -> tuple[Equation, Environment] | None:
    """The equation that an entry comes from, with the values of its letters; None where none is known."""
    for equation in at.equations.get(entry.tensor.name, ()):
        letters = _letters(equation, place, at)
        if letters is not None:
            return equation, letters
    return None


def _letters(equation: Equation, place: Place, at: Point) -> Environment | None:
    """The values of an equation's letters for which its left side is the entry at a place; None without any."""
    subscripts = equation.left.subscripts
    told = dict(zip(subscripts, place, strict=True))
    ranges = [range(at.size(letter.size)) for letter in equation.letters]
    choices = [
        [number for number in numbers if number == told.get(letter, number)]
        for letter, numbers in zip(equation.letters, ranges, strict=True)
    ]
    for numbers in itertools.product(*choices):
        letters: Environment = dict(zip(equation.letters, numbers, strict=True))
        if tuple(value(subscript, at, letters) for subscript in subscripts) == place:
            return letters
    return None
