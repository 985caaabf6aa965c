"""Where an expression stands: the letters that it may use, and the arguments of an own function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from sympy import Basic, Expr

from derive.entry import Entry, Tensor
from derive.errors import InputError, Place
from derive.index import Index
from derive.language.scope import Scope
from derive.language.tree import Node
from derive.language.value import Axis, Value, align


@dataclass(frozen=True)
class Context:
    """The scope of the text, the letters of the equation and of the sums around, and arguments by name.

    `inside` are the own functions that are being applied, against endless definitions.
    """

    scope: Scope
    evaluate: Callable[[Node, Context], Value]
    letters: Mapping[str, Index] = field(default_factory=dict)
    arguments: Mapping[str, Value] = field(default_factory=dict)
    inside: tuple[str, ...] = ()
    equation: str = ""
    _numbers: count[int] = field(default_factory=count)

    def fresh(self, size: Expr, label: str | None = None) -> Axis:
        """A new axis; its letter cannot be spelled by an author."""
        return Axis(Index(f"·{next(self._numbers)}", size), label)

    def with_letters(self, letters: Mapping[str, Index]) -> Context:
        return replace(self, letters={**self.letters, **letters})

    def number(self, node: Node) -> Value:
        """The value of an expression that is a number in every entry."""
        value = self.evaluate(node, self)
        if value.is_condition:
            raise InputError("this is a condition, but a number is wanted here", node.place, "where(c, 1, 0)")
        return value

    def condition(self, node: Node) -> Value:
        """The value of a condition."""
        value = self.evaluate(node, self)
        if not value.is_condition:
            raise InputError("this is a number, but a condition is wanted here", node.place, "a comparison: ... > 0")
        return value

    def tensor(self, tensor: Tensor) -> Value:
        """A whole tensor."""
        labels = self.scope.labels.get(tensor.name) or (None,) * len(tensor.axes)
        axes = tuple(self.fresh(size, label) for size, label in zip(tensor.axes, labels, strict=True))
        return Value(Entry(tensor, *(axis.letter for axis in axes)), axes)

    def align(self, values: list[Value], place: Place) -> tuple[list[Basic], tuple[Axis, ...]]:
        return align(self.scope, values, place)
