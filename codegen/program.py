"""Programs: short lists of array statements, forward and backward.

The right side of a statement is a tree of array operations with NumPy's broadcasting rules. Sizes stay symbolic; an
axis of size 1 stretches. `codegen.check` finds the shape of every operation, `codegen.interpret` its value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from dataclasses import replace as with_fields
from typing import Any, Literal

from sympy import Expr, S, Symbol

from derive.shown import Shown

Axes = tuple[Expr, ...]
Kind = Literal["real", "whole", "truth"]


@dataclass(frozen=True)
class Operation:
    """A node of the tree; its operands are the fields that are operations."""

    @property
    def operands(self) -> tuple[Operation, ...]:
        """The operations that this one reads, in order."""
        found: list[Operation] = []
        for item in fields(self):
            value = getattr(self, item.name)
            members = value if isinstance(value, tuple) else (value,)
            found += [member for member in members if isinstance(member, Operation)]
        return tuple(found)


@dataclass(frozen=True)
class Name(Operation):
    """An array (or a named number) by its name."""

    name: str


@dataclass(frozen=True)
class Number(Operation):
    """An exact number, such as 1/2 or sqrt(2/pi); a Python float in emitted code, so that it never widens float32."""

    value: Expr


@dataclass(frozen=True)
class Size(Operation):
    """A size, or a polynomial in sizes, as a whole number."""

    value: Expr


@dataclass(frozen=True)
class Elementwise(Operation):
    """A function of entries that stand at the same place, after broadcasting.

    + - * / negative power(a, whole number) sqrt where(c, a, b) real(a); the relations < <= > >= == !=; and or not;
    or the name of a scalar function.
    """

    function: str
    arguments: tuple[Operation, ...]


@dataclass(frozen=True)
class Matmul(Operation):
    """`left @ right` as NumPy defines it; leading axes are a batch."""

    left: Operation
    right: Operation


@dataclass(frozen=True)
class Tensordot(Operation):
    """The sum over several axes of a product; the axes that are left stand in the order left, right."""

    left: Operation
    right: Operation
    left_axes: tuple[int, ...]
    right_axes: tuple[int, ...]


@dataclass(frozen=True)
class Reduce(Operation):
    """sum, max, min, prod, argmax or argmin over axes."""

    function: str
    operand: Operation
    axes: tuple[int, ...]
    keepdims: bool = False


@dataclass(frozen=True)
class Transpose(Operation):
    """The axes in another order: axis a of the result is axis order[a] of the operand."""

    operand: Operation
    order: tuple[int, ...]


@dataclass(frozen=True)
class Insert(Operation):
    """New axes of size 1 at these places of the result."""

    operand: Operation
    places: tuple[int, ...]


@dataclass(frozen=True)
class Stretch(Operation):
    """The operand broadcast to these axes."""

    operand: Operation
    axes: Axes


@dataclass(frozen=True)
class Take(Operation):
    """Entries picked by whole numbers: one subscript for each axis, None for all of the axis.

    The subscripts that are not None stand next to each other and are broadcast together.
    """

    operand: Operation
    subscripts: tuple[Operation | None, ...]


@dataclass(frozen=True)
class Scatter(Operation):
    """The rows added up by label: entry k of the result is the sum of the rows whose label is k, 0 without any.

    `rows` has the axes of `labels` first (some may be of size 1), then those of a row.
    """

    labels: Operation
    rows: Operation
    size: Expr


@dataclass(frozen=True)
class Range(Operation):
    """0, 1, ..., size - 1."""

    size: Expr


@dataclass(frozen=True)
class Reshape(Operation):
    """The entries in the same order with other axes: `H*K` is taken apart into `H, K`, or they are put together."""

    operand: Operation
    axes: Axes


@dataclass(frozen=True)
class Slice(Operation):
    """`start <= place < stop` along each axis; None for all of an axis."""

    operand: Operation
    parts: tuple[tuple[Expr, Expr] | None, ...]


@dataclass(frozen=True)
class Stack(Operation):
    """Arrays of equal axes, side by side along a new axis at this place."""

    arrays: tuple[Operation, ...]
    place: int


@dataclass(frozen=True)
class Concatenate(Operation):
    """Arrays one after the other along an axis."""

    arrays: tuple[Operation, ...]
    place: int


@dataclass(frozen=True)
class Band(Operation):
    """True where column <= row + offset: the mask of a triangle."""

    rows: Expr
    columns: Expr
    offset: Expr


@dataclass(frozen=True)
class Windows(Operation):
    """The axis at `place` taken apart: place (r, u) is entry step*r + spread*u + start, and `fill` outside."""

    operand: Operation
    place: int
    count: Expr
    width: Expr
    step: Expr
    spread: Expr
    start: Expr
    fill: Expr


@dataclass(frozen=True)
class Overlap(Operation):
    """The axes (r, u) at `place` added up: entry h is the sum of those with step*r + spread*u + start == h."""

    operand: Operation
    place: int
    size: Expr
    step: Expr
    spread: Expr
    start: Expr


@dataclass(frozen=True)
class Zeros(Operation):
    """An array of zeros, or one whose entries are all set later on."""

    axes: Axes
    set_later: bool = False


@dataclass(frozen=True)
class Statement:
    """`result = operation`. `origin` is the tensor of the equation that the statement belongs to.

    With `at`, `result[at] = operation`: one subscript for each axis of an array that is there already, None for all.
    """

    result: str
    axes: Axes
    operation: Operation
    origin: str
    comment: str = ""
    at: tuple[Operation | None, ...] | None = None


@dataclass(frozen=True)
class Loop:
    """The body for letter = start, start + 1, ..., stop - 1, or downwards; in the body the letter is a size."""

    letter: Symbol
    stop: Expr
    descending: bool
    body: tuple[Statement, ...]
    start: Expr = S.Zero


Line = Statement | Loop


@dataclass(frozen=True)
class Array:
    """Something that a program is given: its shape and the kind of number in it."""

    name: str
    axes: Axes
    kind: Kind = "real"


@dataclass(frozen=True)
class Program(Shown):
    """Forward and backward pass.

    constants   named numbers with their exact values
    parameters  what is trained; inputs: what is given beside it, in order; upstream: gradients that a layer is given
    saved       the forward values that the backward pass reads (parameters are at hand anyway)
    results     the loss, or the outputs of a layer
    gradients   (name of a tensor, name of its gradient)
    """

    constants: tuple[tuple[str, Expr], ...]
    parameters: tuple[Array, ...]
    inputs: tuple[Array, ...]
    upstream: tuple[Array, ...]
    forward: tuple[Line, ...]
    backward: tuple[Line, ...]
    saved: tuple[str, ...]
    results: tuple[str, ...]
    gradients: tuple[tuple[str, str], ...]

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements of both passes, those of loops among them."""
        return (*flat(self.forward), *flat(self.backward))


def flat(lines: Iterable[Line]) -> Iterator[Statement]:
    """The statements, with those of loops in their place."""
    for line in lines:
        if isinstance(line, Loop):
            yield from line.body
        else:
            yield line


def changed(lines: Iterable[Line], change: Callable[[Operation], Operation]) -> tuple[Line, ...]:
    """The lines with every operation changed."""

    def statement(item: Statement) -> Statement:
        return with_fields(item, operation=change(item.operation))

    return tuple(
        with_fields(line, body=tuple(map(statement, line.body))) if isinstance(line, Loop) else statement(line)
        for line in lines
    )


def walk(operation: Operation) -> Iterator[Operation]:
    """The operation and everything below it, operands first."""
    for operand in operation.operands:
        yield from walk(operand)
    yield operation


def names(operation: Operation) -> frozenset[str]:
    """The arrays and named numbers that the operation reads."""
    return frozenset(node.name for node in walk(operation) if isinstance(node, Name))


def reads(lines: Iterable[Line]) -> frozenset[str]:
    """The arrays and named numbers that some lines read."""
    return frozenset().union(*(names(statement.operation) for statement in flat(lines)))


def rebuild(operation: Operation, arguments: Mapping[Operation, Operation]) -> Operation:
    """The operation with its direct operands replaced."""
    parts: dict[str, Any] = {}
    for item in fields(operation):
        value = getattr(operation, item.name)
        if isinstance(value, tuple):
            parts[item.name] = tuple(arguments.get(v, v) if isinstance(v, Operation) else v for v in value)
        else:
            parts[item.name] = arguments.get(value, value) if isinstance(value, Operation) else value
    return type(operation)(**parts)


def replace(operation: Operation, mapping: Mapping[Operation, Operation]) -> Operation:
    """The operation with every subtree in `mapping` replaced, largest first."""
    if operation in mapping:
        return mapping[operation]
    return rebuild(operation, {operand: replace(operand, mapping) for operand in operation.operands})
