"""An array with a letter for every axis. Operands are aligned by letter, so nothing is broadcast by accident."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from derive.errors import InputError
from derive.index import Index

LARGEST = 20_000_000  # numbers in one array: a product of many letters is refused before its memory is taken


class TooLarge(InputError):
    """More numbers at once than are worth the memory."""

    def __init__(self) -> None:
        super().__init__(
            "this has too many entries at once", None, "fewer letters, or sums in an order that keeps them few"
        )


@dataclass(frozen=True, eq=False)
class Named:
    """`array`, whose axes are `letters`, in this order; a number has none."""

    letters: tuple[Index, ...]
    array: np.ndarray

    @classmethod
    def number(cls, number: Any) -> Named:
        """An array without axes."""
        return cls((), np.asarray(number))

    def along(self, letters: tuple[Index, ...]) -> np.ndarray:
        """The array with exactly these axes, in this order; an axis that it lacks has the size 1."""
        if self.letters == letters:
            return self.array
        order = [self.letters.index(letter) for letter in letters if letter in self.letters]
        if len(order) != len(self.letters):
            missing = [str(letter) for letter in self.letters if letter not in letters]
            raise ValueError(f"the axes {', '.join(missing)} would be lost")
        array = self.array.transpose(order)
        shape = iter(array.shape)
        return array.reshape([next(shape) if letter in self.letters else 1 for letter in letters])

    def __add__(self, other: Named) -> Named:
        return combined(np.add, self, other)

    def __sub__(self, other: Named) -> Named:
        return combined(np.subtract, self, other)

    def __mul__(self, other: Named) -> Named:
        return combined(np.multiply, self, other)

    def __truediv__(self, other: Named) -> Named:
        return combined(np.divide, self, other)

    def __pow__(self, other: Named) -> Named:
        return combined(_power, self, other)

    def __neg__(self) -> Named:
        return Named(self.letters, -self.array)

    def reduced(self, function: Callable[..., Any], letters: tuple[Index, ...]) -> Named:
        """A reduction such as np.sum over some of its letters; one that it lacks makes no difference here."""
        axes = tuple(self.letters.index(letter) for letter in letters if letter in self.letters)
        kept = tuple(letter for letter in self.letters if letter not in letters)
        return Named(kept, function(self.array, axis=axes)) if axes else self

    def renamed(self, names: Mapping[Index, Index]) -> Named:
        """The same array with other letters; two axes that get one letter become their diagonal."""
        letters = tuple(names.get(letter, letter) for letter in self.letters)
        if len(set(letters)) == len(letters):
            return Named(letters, self.array)
        unique = tuple(dict.fromkeys(letters))
        places = [unique.index(letter) for letter in letters]
        return Named(unique, np.einsum(self.array, places, list(range(len(unique)))))

    def at(self, letter: Index, number: int) -> Named:
        """The part at one value of a letter."""
        if letter not in self.letters:
            return self
        axis = self.letters.index(letter)
        return Named(self.letters[:axis] + self.letters[axis + 1 :], self.array.take(number, axis=axis))


class Whole(Named):
    """A letter as an array: all its numbers, from 0 to one below its size."""

    @classmethod
    def over(cls, letter: Index, size: int) -> Whole:
        """The numbers of a letter of this size."""
        return cls((letter,), np.arange(size))


def union(*operands: Named) -> tuple[Index, ...]:
    """All letters of the operands, in the order in which they are met."""
    return tuple(dict.fromkeys(letter for operand in operands for letter in operand.letters))


def combined(function: Callable[..., Any], *operands: Named) -> Named:
    """An elementwise function of operands that are aligned by letter."""
    letters = next((operand.letters for operand in operands if operand.letters), ())
    if all(not operand.letters or operand.letters == letters for operand in operands):
        # Nothing to align: these are most cases, and this is most of the time.
        return Named(letters, np.asarray(function(*(operand.array for operand in operands))))
    letters = union(*operands)
    aligned = [operand.along(letters) for operand in operands]
    if math.prod(np.broadcast_shapes(*(array.shape for array in aligned))) > LARGEST:
        raise TooLarge
    try:
        return Named(letters, np.asarray(function(*aligned)))
    except MemoryError as error:
        raise TooLarge from error


def _power(base: np.ndarray, exponent: np.ndarray) -> np.ndarray:
    # A whole exponent is exact for complex numbers too, and 0 ** 2 has a slope.
    if exponent.size == 1 and exponent.ndim <= base.ndim:
        number = exponent.reshape(-1)[0]
        if abs(number) <= 64 and number == int(number.real):
            return np.asarray(base ** int(number.real)) if number.real >= 0 else 1 / base ** int(-number.real)
    return np.asarray(np.asarray(base, dtype=complex if np.iscomplexobj(base) else float) ** exponent)
