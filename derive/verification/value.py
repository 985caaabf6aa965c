"""A value on paper: an array with axes in an order (a matrix has two) that may also depend on letters (`z_j` on j).

Products are decided by shapes, as a reader decides them: `W x` is a matrix product where the inner axes agree, an outer
product where a column meets a row, a scaled value where one side is a number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import Literal

import numpy as np
from sympy import Expr

from derive.arrays import Named
from derive.index import Index
from derive.verification.expressed import mapped


class DoesNotFit(ValueError):
    """Shapes under which a formula has no meaning; the text says which."""


_numbers = count()


def axis(size: Expr) -> Index:
    """A letter of its own for an axis."""
    return Index(f"·{next(_numbers)}", size)


Facing = bool | Literal["free", "turned"] | None
_TURNED: dict[Facing, Facing] = {True: False, False: True, None: None, "free": "turned", "turned": "free"}


@dataclass(frozen=True)
class Path:
    """What a value is the derivative of, and by what: `of` and `by` are names of values; its first axes are those of
    `of`, `outer` of them."""

    of: str
    by: str
    outer: int


@dataclass(frozen=True)
class Value:
    """`data` at its axes, in order, and at all letters on which it depends beside them.

    row    of a vector: True for a row, False for a column, None for one that stands as it fits (a bias, a NumPy array);
           "free" for one example picked from all, x_n, a row or a column, and "turned" for its transpose
    path   what it is the derivative of, for the chain rule
    ones   True for the vector of ones, whose length is not known before it meets something
    repeated   of a vector: "across" for v 1^T, or where its last axis was summed and kept, "down" for 1 v^T, else empty
    """

    axes: tuple[Index, ...]
    data: Named
    row: Facing = False
    path: Path | None = None
    ones: bool = False
    repeated: str = ""

    @property
    def rank(self) -> int:
        return len(self.axes)

    @property
    def shape(self) -> str:
        """The sizes of its axes, as a reader is told them: (N, K)."""
        return f"({', '.join(str(letter.size) for letter in self.axes)}{',' if self.rank == 1 else ''})"

    def plain(self) -> Value:
        """The same value, without its history."""
        return replace(self, path=None, row=False) if self.path or self.row else self


def number(value: object) -> Value:
    """A number."""
    return Value((), value if isinstance(value, Named) else Named.number(value))


def negative(value: Value) -> Value:
    """-v"""
    return replace(value, data=-value.data)


def transposed(value: Value) -> Value:
    """v^T: the last two axes change places; a vector becomes a row."""
    if value.ones or value.rank == 1:
        return replace(value, row=_TURNED[value.row])
    if value.rank == 0:
        return value
    return replace(value, axes=(*value.axes[:-2], value.axes[-1], value.axes[-2]), path=None)


def _same(a: Index, b: Index) -> bool:
    return bool(a.size == b.size)


def _onto(value: Value, axes: tuple[Index, ...]) -> Named:
    """The data with its axes renamed to others of the same sizes."""
    return value.data.renamed(dict(zip(value.axes, axes, strict=True)))


def aligned(a: Value, b: Value, what: str) -> tuple[tuple[Index, ...], Named, Named]:
    """Both on common axes: equal shapes place by place, else each axis of the smaller on the one of its size."""
    if a.rank < b.rank:
        axes, right, left = aligned(b, a, what)
        return axes, left, right
    if b.rank == 0:
        return a.axes, a.data, b.data
    if a.rank == b.rank and all(map(_same, a.axes, b.axes)):
        return a.axes, a.data, _onto(b, a.axes)
    if a.rank == b.rank:
        # An axis of size one (a single example) stretches, as it does on paper; two that differ do not.
        if all(_same(x, y) or x.size == 1 or y.size == 1 for x, y in zip(a.axes, b.axes, strict=True)):
            return _stretched(a, b)
        raise DoesNotFit(f"{what} of {a.shape} and {b.shape}")
    places = [[place for place, x in enumerate(a.axes) if _same(x, y)] for y in b.axes]
    found: list[int] = []
    for options in places:
        free = [place for place in options if place not in found]
        if not free:
            raise DoesNotFit(f"{what} of {a.shape} and {b.shape}")
        # A vector that was repeated, as v 1^T is, lies where its ones left it: that tells in a square matrix.
        found.append(free[0] if b.repeated == "across" else free[-1])
    return a.axes, a.data, _onto(b, tuple(a.axes[place] for place in found))


def _stretched(a: Value, b: Value) -> tuple[tuple[Index, ...], Named, Named]:
    left, right = a, b
    axes: list[Index] = []
    for x, y in zip(a.axes, b.axes, strict=True):
        if _same(x, y):
            axes.append(x)
        elif x.size == 1:
            left = replace(left, data=left.data.at(x, 0))
            axes.append(y)
        else:
            right = replace(right, data=right.data.at(y, 0))
            axes.append(x)
    names = {y: x for x, y in zip(axes, b.axes, strict=True) if y in right.data.letters and x != y}
    return tuple(axes), left.data, right.data.renamed(names)


def added(a: Value, b: Value, sign: int = 1) -> Value:
    """a + b, or a - b."""
    axes, left, right = aligned(a, b, "the sum" if sign > 0 else "the difference")
    return Value(axes, left + right if sign > 0 else left - right, row=_facing(a, b), repeated=_lying(a, b))


def elementwise(a: Value, b: Value) -> Value:
    """a ⊙ b; a derivative that is diagonal, such as ∂a/∂z of an elementwise function, counts as its diagonal."""
    a, b = diagonal(a, b), diagonal(b, a)
    axes, left, right = aligned(a, b, "the elementwise product")
    return Value(axes, left * right, row=_facing(a, b), repeated=_lying(a, b))


def divided(a: Value, b: Value) -> Value:
    """a / b, elementwise."""
    axes, left, right = aligned(a, b, "the quotient")
    return Value(axes, left / right, row=_facing(a, b), repeated=_lying(a, b))


def _facing(a: Value, b: Value) -> Facing:
    """Whether the result of an elementwise operation is a row: as the vectors among its operands are."""
    told = [value.row for value in (a, b) if value.rank == 1 and value.row is not None]
    return told[0] if told else None


def _lying(*values: Value) -> str:
    """How the result of an elementwise operation lies in a larger array: as its operands of its rank do."""
    rank = max(value.rank for value in values)
    told = sorted({value.repeated for value in values if value.rank == rank})
    return told[0] if len(told) == 1 else ""


def diagonal(value: Value, other: Value) -> Value:
    """A derivative of a vector by a vector of its shape, beside a value of that shape: its diagonal, if that is all."""
    if value.path is None or value.rank != 2 * value.path.outer or value.rank <= other.rank:
        return value
    outer, inner = value.axes[: value.path.outer], value.axes[value.path.outer :]
    if not all(map(_same, outer, inner)):
        return value
    full = value.data.array
    diagonal = value.data.renamed(dict(zip(inner, outer, strict=True)))
    rest = float(np.sum(np.abs(full))) - float(np.sum(np.abs(diagonal.array)))
    if rest > 1e-9 * (1 + float(np.sum(np.abs(full)))):
        raise DoesNotFit(
            "this derivative of a vector by a vector is no diagonal matrix, so it has no elementwise product"
        )
    return Value(outer, diagonal)


def matrix_product(a: Value, b: Value) -> Value:
    """a b: the last axis of a meets the first of b; columns and rows of vectors as they stand."""
    if a.ones or b.ones:
        return _with_ones(a, b)
    if a.rank == 0 or b.rank == 0:
        return Value(a.axes or b.axes, a.data * b.data, row=a.row if a.rank else b.row, repeated=_lying(a, b))
    if a.rank == 1 and b.rank == 1:
        if {a.row, b.row} & {"free", "turned"}:
            return _of_examples(a, b)
        if a.row is not False and b.row is not True:
            return _contracted(a, b)
        if (a.row, b.row) in ((False, True), (None, True), (False, None)):
            y = axis(b.axes[0].size)
            return Value((*a.axes, y), a.data * b.data.renamed({b.axes[0]: y}))
        raise DoesNotFit(f"the product of two vectors {a.shape} and {b.shape} without a transpose")
    if a.rank == 1 and a.row is False and b.axes[0].size != 1:
        raise DoesNotFit(f"a column {a.shape} before a matrix {b.shape}")
    if b.rank == 1 and b.row is True and a.axes[-1].size != 1:
        raise DoesNotFit(f"a matrix {a.shape} before a row {b.shape}")
    return _contracted(a, b)


def _of_examples(a: Value, b: Value) -> Value:
    """x_n δ_n^T and x_n^T δ_n are outer products, where examples are columns or rows; w^T x_n is a number."""
    if (a.row == "turned") == (b.row == "turned") and None not in (a.row, b.row):
        raise DoesNotFit(f"the product of two vectors {a.shape} and {b.shape} without a transpose")
    if _same(a.axes[0], b.axes[0]) and b.row != "turned":
        return _contracted(a, b)
    return matrix_product(replace(a, row=False), replace(b, row=True))


def _contracted(a: Value, b: Value) -> Value:
    place = 0 if b.rank == 1 else b.rank - 2
    x, y = a.axes[-1], b.axes[place]
    if not _same(x, y):
        raise DoesNotFit(f"the matrix product of {a.shape} and {b.shape}: {x.size} meets {y.size}")
    lead = tuple(axis(letter.size) for letter in b.axes)
    renamed = b.data.renamed(dict(zip(b.axes, lead, strict=True)))
    left = a.data
    shared = renamed.renamed({lead[place]: x})
    batch = lead[:place]
    if batch:
        if a.rank != b.rank or not all(map(_same, a.axes[: len(batch)], batch)):
            raise DoesNotFit(f"the matrix product of {a.shape} and {b.shape}")
        shared = shared.renamed(dict(zip(batch, a.axes, strict=False)))
    product = (left * shared).reduced(np.sum, (x,))
    kept = (*a.axes[:-1], *lead[place + 1 :])
    return Value(kept, product, row=(a.row if a.rank == 1 else b.row) if len(kept) == 1 else False)


def _with_ones(a: Value, b: Value) -> Value:
    """1^T M sums over the first axis, M 1 over the last; 1 b^T and v 1^T repeat a vector, which stays as it is."""
    if a.ones and b.ones:
        raise DoesNotFit("two vectors of ones, whose lengths nothing tells")
    ones, value = (a, b) if a.ones else (b, a)
    if value.rank == 0:
        return replace(ones, data=ones.data * value.data)  # its length is still to come
    outwards = (a.ones and a.row is not True) or (b.ones and b.row is True)
    if outwards:
        if value.rank == 1:
            return replace(value, data=value.data * ones.data, repeated="across" if b.ones else "down")
        raise DoesNotFit(f"a vector of ones and a value of shape {value.shape}")
    summed = value.axes[0 if ones is a else -1]
    kept = tuple(letter for letter in value.axes if letter is not summed)
    return Value(kept, value.data.reduced(np.sum, (summed,)) * ones.data, row=ones is a if kept else False)


def dot(a: Value, b: Value) -> Value:
    """a · b of two vectors; else the matrix product."""
    if a.rank == 1 and b.rank == 1 and _same(a.axes[0], b.axes[0]):
        return _contracted(replace(a, row=True), replace(b, row=False))
    return matrix_product(a, b)


def outer(a: Value, b: Value) -> Value:
    """a ⊗ b of two vectors."""
    if a.rank != 1 or b.rank != 1:
        raise DoesNotFit(f"the outer product of {a.shape} and {b.shape}")
    return matrix_product(replace(a, row=False), replace(b, row=True))


def chained(a: Value, b: Value) -> Value | None:
    """∂u/∂v · ∂v/∂w: the sum over all entries of v; None where the two do not meet in one value."""
    if a.path is None or b.path is None:
        return None
    if a.path.by != b.path.of:
        return chained(b, a) if b.path.by == a.path.of else None
    inner, outer_ = a.axes[a.path.outer :], b.axes[: b.path.outer]
    if len(inner) != len(outer_) or not all(map(_same, inner, outer_)):
        return None
    rest = tuple(axis(letter.size) for letter in b.axes[b.path.outer :])
    names = dict(zip(b.axes, (*inner, *rest), strict=True))
    product = (a.data * b.data.renamed(names)).reduced(np.sum, inner)
    return Value((*a.axes[: a.path.outer], *rest), product, path=Path(a.path.of, b.path.by, a.path.outer))


def applied(function: object, *values: Value) -> Value:
    """An elementwise function of values on common axes."""
    axes: tuple[Index, ...] = ()
    data = [value.data for value in values]
    for place, value in enumerate(values):
        if value.rank > len(axes):
            axes = value.axes
        if place and value.rank:
            axes, first, data[place] = aligned(values[0], value, "a function")
            data[0] = first
    return Value(axes, mapped(function, *data), row=values[0].row, repeated=_lying(*values))  # type: ignore[arg-type]
