"""What expressions over whole arrays are looked up in: arrays by tensor name, the ends of recurrences, and sizes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sympy import Basic

from derive.arrays.expression import evaluated
from derive.arrays.named import Named, Whole
from derive.index import Index


@dataclass(frozen=True)
class Held:
    """The array of one tensor. On the axis `open_axis` of a recurrent one it begins at -1 and ends one behind the last:
    there stand the ends that boundaries give, and no numbers where none does."""

    array: np.ndarray
    open_axis: int | None = None


@dataclass(frozen=True)
class Arrays:
    """Arrays at one point: what `derive.arrays.expression` looks things up in.

    seeds   the letters of a tensor that moves: every array has them behind its own axes, or not at all
    most    how many numbers one array may have; `TooLarge` beyond
    """

    sizes: Mapping[str, int]
    constants: Mapping[str, float]
    held: Mapping[str, Held]
    seeds: tuple[Index, ...] = ()
    most: float = math.inf

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
        if (part := _part(held, subscripts, seeds)) is not None:
            return part
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


def _part(held: Held, subscripts: tuple[Named, ...], seeds: tuple[Index, ...]) -> Named | None:
    """The entries where every subscript is one number, or a letter of its own over the whole axis; else None."""
    letters: list[Index] = []
    places: list[int | slice] = []
    is_outside = False
    for axis, (subscript, size) in enumerate(zip(subscripts, held.array.shape, strict=False)):
        low = 1 if axis == held.open_axis else 0
        if isinstance(subscript, Whole):
            if subscript.array.size != size - 2 * low or subscript.letters[0] in letters:
                return None
            letters.append(subscript.letters[0])
            places.append(slice(low, size - low))
        elif subscript.array.ndim:
            return None
        else:
            number = int(subscript.array.real) + low
            is_outside = is_outside or not 0 <= number < size
            places.append(0 if is_outside else number)
    found = held.array[tuple(places)]
    return Named((*letters, *seeds), np.full(found.shape, np.nan) if is_outside else found)


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
