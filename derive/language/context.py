"""Where an expression stands: the letters that it may use, and the arguments of an own function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from sympy import Basic, Expr

from derive.entry import Entry, Tensor
from derive.errors import InputError, Place
from derive.index import Index
from derive.language.inside import follows
from derive.language.scope import Scope
from derive.language.tree import Node, Subscript
from derive.language.value import Axis, Value, align
from derive.operators import Compare


@dataclass(frozen=True)
class Context:
    """The scope of the text, the letters of the equation and of the sums around, and arguments by name.

    inside     the own functions that are being applied, against endless definitions
    assumed    forms that are at least 0 here, because a condition says so
    beyond     where `else` gathers the conditions for a subscript to stay inside its axis; None without one
    steps      inside a recurrence: the axis of each member along which one step is read
    ended      those of them for which an equation gives what lies before the first step
    reached    where one step is read that nothing keeps from lying before the first one
    """

    scope: Scope
    evaluate: Callable[[Node, Context], Value]
    letters: Mapping[str, Index] = field(default_factory=dict)
    arguments: Mapping[str, Value] = field(default_factory=dict)
    inside: tuple[str, ...] = ()
    equation: str = ""
    assumed: tuple[Expr, ...] = ()
    beyond: list[Compare] | None = None
    steps: Mapping[str, int] = field(default_factory=dict)
    ended: frozenset[str] = frozenset()
    reached: list[Subscript] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)

    def fresh(self, size: Expr, label: str | None = None) -> Axis:
        """A new axis; its letter cannot be spelled by an author."""
        return Axis(Index(f"·{next(self._numbers)}", size), label)

    def with_letters(self, letters: Mapping[str, Index]) -> Context:
        return replace(self, letters={**self.letters, **letters})

    def assuming(self, condition: Basic, holds: bool = True) -> Context:
        """Where a condition holds, or where it does not."""
        return replace(self, assumed=(*self.assumed, *follows(condition, holds)))

    def number(self, node: Node) -> Value:
        """The value of an expression that is a number in every entry."""
        value = self.evaluate(node, self)
        if value.is_condition:
            raise InputError("this is a condition, but a number is wanted here", node.place, "[c], which is 1 or 0")
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
