"""The record of a fact: something known of a tensor beyond its shape, and what it lets an expression become."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from sympy import Expr

from derive.entry import Tensor


@dataclass(frozen=True)
class Fact:
    """A fact that can be declared of a tensor. Everything that is known of it stands here, so that a fact is one file.

    sentence   how a reader is told, with {tensor} for the name: "the rows of {tensor} sum to one"
    phrase     the same in a table, beside the tensor: "rows sum to one"
    of_number  the sentence where the tensor is a number and has no entries: "the number {tensor} is positive"
    short      the same in a comment of a module: "sums to one"
    rewrite    what one node becomes by it, for this tensor; None where it does not apply
    broken     why it does not hold of a written value (tuples of exact numbers); None where it holds
    impose     random values that have the fact, from random values of that shape
    numpy      the NumPy text of such values, in {shape}, {rest} and {last} (the axes before the last, and that one); or
               in {values}, the values drawn so far
    implies    names of facts that hold wherever this one holds
    of_axes    how many axes it speaks of: 0 of each entry, 1 of the last axis, 2 of the last two, which are equal then
    values     all values that an entry can have, the larger first; empty where there are many
    positive   True when every entry is greater than 0
    """

    name: str
    sentence: str
    phrase: str
    short: str
    rewrite: Callable[[Expr, Tensor], Expr | None]
    broken: Callable[[object], str | None]
    impose: Callable[[np.ndarray, Generator], np.ndarray]
    numpy: str
    implies: tuple[str, ...] = ()
    of_axes: int = 0
    values: tuple[int, ...] = ()
    positive: bool = False
    of_number: str = ""

    def told_of(self, tensor: Tensor) -> str:
        """The sentence about a tensor."""
        return (self.sentence if tensor.axes or not self.of_number else self.of_number).format(tensor=tensor.name)

    @property
    def never_negative(self) -> bool:
        """True when every entry is at least 0."""
        return self.positive or (bool(self.values) and min(self.values) >= 0)

    def fits(self, axes: tuple[Expr, ...]) -> bool:
        """True when a tensor with these axes can have the fact."""
        own = axes[len(axes) - self.of_axes :] if self.of_axes else ()
        return len(axes) >= self.of_axes and len(set(own)) <= 1
