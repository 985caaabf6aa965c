"""What an expression means: an entry in letters, and the axes that it still has.

An axis is a letter of its own, which the equation renames at the end. So matrix form and index form are one thing:
`x @ W` is `sum(x[·1,·2] * W[·2,·3])` with the axes ·1 and ·3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Basic, Expr

from derive.binding import substitute
from derive.errors import InputError, Place
from derive.index import Index
from derive.language.scope import Scope, shape
from derive.operators import Condition


@dataclass(frozen=True)
class Axis:
    """An axis that remains: its letter in the expression, and the letter by which an equation named it, if one did."""

    letter: Index
    label: str | None = None

    @property
    def size(self) -> Expr:
        return self.letter.size


@dataclass(frozen=True)
class Value:
    """An expression, or a condition, and its axes in order."""

    expr: Any
    axes: tuple[Axis, ...] = ()

    @property
    def sizes(self) -> tuple[Expr, ...]:
        return tuple(axis.size for axis in self.axes)

    @property
    def is_condition(self) -> bool:
        return isinstance(self.expr, Condition)

    def renamed(self, axes: Sequence[Axis]) -> Value:
        """The same value with the letters of other axes in place of its own."""
        mapping = {old.letter: new.letter for old, new in zip(self.axes, axes, strict=True) if old != new}
        return Value(substitute(self.expr, mapping) if mapping else self.expr, tuple(axes))


def align(scope: Scope, values: Sequence[Value], place: Place) -> tuple[list[Basic], tuple[Axis, ...]]:
    """The expressions of all values written in the same axes, matched by dimension."""
    axes: tuple[Axis, ...] = ()
    expressions: list[Basic] = []
    for value in values:
        short, long = (value.axes, axes) if len(value.axes) <= len(axes) else (axes, value.axes)
        found = _match(scope, short, long, place)
        if len(value.axes) <= len(axes):
            partner = dict(zip(value.axes, found, strict=True))
            expressions.append(value.renamed([partner[axis] for axis in value.axes]).expr)
            labels = {position.letter: axis.label for axis, position in partner.items()}
            axes = tuple(Axis(axis.letter, axis.label or labels.get(axis.letter)) for axis in axes)
        else:
            mapping = {old.letter: new.letter for old, new in zip(axes, found, strict=True)}
            expressions = [substitute(expression, mapping) for expression in expressions]
            labels = {new.letter: old.label for old, new in zip(axes, found, strict=True)}
            axes = tuple(Axis(axis.letter, axis.label or labels.get(axis.letter)) for axis in value.axes)
            expressions.append(value.expr)
    return expressions, axes


def _match(scope: Scope, short: tuple[Axis, ...], long: tuple[Axis, ...], place: Place) -> tuple[Axis, ...]:
    """The axes of the longer operand that those of the shorter one are."""
    if len(short) == len(long):
        if all(scope.same(a.size, b.size) for a, b in zip(short, long, strict=True)):
            return long
    else:
        ways = _embeddings(scope, short, long)
        first = next(ways, None)
        if first is not None and next(ways, None) is None:
            return first
        if first is not None:
            raise InputError(
                f"axes {_shape(short)} fit into {_shape(long)} in more than one way", place, _index_form(long)
            )
    raise InputError(f"axes {_shape(short)} do not fit into {_shape(long)}", place, _index_form(long))


def _embeddings(scope: Scope, short: tuple[Axis, ...], long: tuple[Axis, ...]) -> Iterator[tuple[Axis, ...]]:
    if not short:
        yield ()
        return
    for position, axis in enumerate(long):
        if scope.same(short[0].size, axis.size):
            for rest in _embeddings(scope, short[1:], long[position + 1 :]):
                yield (axis, *rest)


def _shape(axes: tuple[Axis, ...]) -> str:
    return shape(axis.size for axis in axes)


def _index_form(long: tuple[Axis, ...]) -> str:
    letters = ",".join("ijklmnpqrs"[number % 10] for number in range(len(long)))
    return f"index form, which says which axis is meant: y[{letters}] = ..."
