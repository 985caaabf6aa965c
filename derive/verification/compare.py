"""Whether two values are equal at a point, and where they differ most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from derive.arrays import Named
from derive.arrays.named import union
from derive.index import Index
from derive.verification.scope import EXAMPLE
from derive.verification.value import DoesNotFit, Value, diagonal

TOLERANCE = 1e-8  # of an entry
CANCELLED = 1e-11  # of the largest entry: what is left of large numbers that cancel
ROUNDING = 1e-13  # what is left of a sum that is zero


@dataclass(frozen=True)
class Difference:
    """How far two values are apart: `left` and `right` at the place `where` at which they differ most.

    compared   how many entries have been compared; `untold`, how many could not be, for a side has no number there
    """

    equal: bool
    left: float
    right: float
    where: str
    anything: bool = True
    compared: int = 1
    untold: int = 0


def compared(left: Value, right: Value, mask: Named, infinite: bool = True, outside: bool = True) -> Difference:
    """Compare two values on common axes; `mask` is 1 where the statement says something.

    outside    True where a side may lie outside of an axis, h[t+1] at the last step: no number there says nothing; else
               a side without a value beside one with a value is another
    infinite   False where two infinite values are not equal but nothing: 1/0 = 2/0 says nothing
    DoesNotFit where their shapes differ.
    """
    a, b = on_common_axes(left, right)
    letters = union(a, b, mask)
    shape = np.broadcast_shapes(*(item.along(letters).shape for item in (a, b, mask)))
    first, second = (np.broadcast_to(np.real(item.along(letters)), shape) for item in (a, b))
    unsaid = np.isnan(first) | np.isnan(second) if outside else np.isnan(first) & np.isnan(second)
    said = np.broadcast_to(mask.along(letters) > 0, shape) & ~unsaid
    if not infinite:
        said = said & ~(np.isinf(first) & (first == second))
    if not np.any(said):
        return Difference(False, float("nan"), float("nan"), "", anything=False)
    with np.errstate(invalid="ignore"):
        apart = np.where(said & (first != second), np.abs(first - second), 0.0)
    apart = np.where(np.isnan(apart), np.inf, apart)
    sizes = np.maximum(*(np.where(said & np.isfinite(side), np.abs(side), 0.0) for side in (first, second)))
    allowed = np.maximum(TOLERANCE * sizes, max(CANCELLED * float(np.max(sizes)), ROUNDING))
    place = np.unravel_index(int(np.argmax(apart - allowed)), shape) if shape else ()
    where = ", ".join(f"{_shown(letter)} = {number + 1}" for letter, number in zip(letters, place, strict=True))
    count = int(np.count_nonzero(said))
    untold = int(np.count_nonzero(np.broadcast_to(mask.along(letters) > 0, shape))) - count
    equal = bool(np.all(apart <= allowed))
    return Difference(equal, float(first[place]), float(second[place]), where, compared=count, untold=untold)


def _shown(letter: Index) -> str:
    if letter.name == EXAMPLE:
        return "n"
    return f"axis {letter.size}" if letter.name.startswith("·") else letter.name


def on_common_axes(left: Value, right: Value) -> tuple[Named, Named]:
    """Both values with the axes of the left one; a number beside an array only where it is zero. The derivative of an
    elementwise function may be said by its diagonal."""
    if left.rank != right.rank:
        left, right = diagonal(left, right), diagonal(right, left)
    if left.rank == right.rank:
        if all(
            x.size == y.size or x.size.is_Integer or y.size.is_Integer
            for x, y in zip(left.axes, right.axes, strict=True)
        ):
            shapes = [
                value.data.along((*(item for item in value.data.letters if item not in value.axes), *value.axes)).shape
                for value in (left, right)
            ]
            rank = left.rank
            if rank == 0 or _reach(left, shapes[0], rank) == _reach(right, shapes[1], rank):
                return left.data, right.data.renamed(dict(zip(right.axes, left.axes, strict=True)))
        raise DoesNotFit(f"a value of shape {left.shape} is set equal to one of shape {right.shape}")
    flat, other = (left, right) if left.rank < right.rank else (right, left)
    # A number beside an array: 0, or where it is each of its entries.
    alike = (
        flat.rank == 0
        and not flat.data.letters
        and bool(np.all(np.isclose(other.data.array, flat.data.array, TOLERANCE)))
    )
    if flat.rank == 0 and not flat.data.letters and (alike or not np.any(flat.data.array)):
        return left.data, right.data
    raise DoesNotFit(f"a value of shape {left.shape} is set equal to one of shape {right.shape}")


def _reach(value: Value, shape: tuple[int, ...], rank: int) -> tuple[int, ...]:
    return shape[len(shape) - rank :] if all(axis in value.data.letters for axis in value.axes) else ()
