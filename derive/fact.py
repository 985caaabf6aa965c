"""The record of a fact: something known of a tensor beyond its shape, and what it lets an expression become."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sympy import Expr

from derive.entry import Tensor


@dataclass(frozen=True)
class Fact:
    """A fact that can be declared of a tensor.

    sentence   how a reader is told, with {tensor} for the name: "the rows of {tensor} sum to one"
    rewrite    what one node becomes by it, for this tensor; None where it does not apply
    implies    names of facts that hold wherever this one holds
    needs_axis True for facts about the last axis, which a single number does not have
    """

    name: str
    sentence: str
    rewrite: Callable[[Expr, Tensor], Expr | None]
    implies: tuple[str, ...] = ()
    needs_axis: bool = False
