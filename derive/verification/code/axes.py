"""What a wrong shape says: a sum too few or too many, an axis that was kept, a transposed array."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, permutations

import numpy as np

from derive.verification.code.comparison import equal
from derive.verification.code.points import Trial
from derive.verification.verdict import Diagnosis, Mistake

_MOST_AXES = 5
Arrays = Sequence[np.ndarray]
Change = Callable[[np.ndarray], np.ndarray]


def diagnose(name: str, came: Arrays, expected: Arrays, trials: Sequence[Trial]) -> Diagnosis | None:
    """How the arrays that came differ from the expected ones where only axes were moved, summed, kept or dropped.

    None where all shapes are right and no order of the axes explains the difference.
    """
    wrong = next(((a.shape, b.shape) for a, b in zip(came, expected, strict=True) if a.shape != b.shape), None)
    told = "" if wrong is None else f"it has the shape {wrong[0]}, but {name} has the shape {wrong[1]}"
    least, most = min(a.ndim for a in came), max(a.ndim for a in came)
    rank = expected[0].ndim
    if least != most or max(most, rank) > _MOST_AXES:
        return None if wrong is None else Diagnosis(Mistake.SHAPE, told)

    def explains(of_came: Change, of_expected: Change = lambda array: array) -> bool:
        pairs = zip(came, expected, trials, strict=True)
        return all(equal(of_came(a), np.asarray(of_expected(b)), trial) for a, b, trial in pairs)

    if most == rank and (order := _order(rank, explains)) is not None:
        how = "transposed" if rank == 2 else f"its axes stand in the order {order}"
        return Diagnosis(Mistake.TRANSPOSE, f"it is the gradient by {name}, but {how}")
    if wrong is None:
        return None
    if all(_without_ones(a) == _without_ones(b) for a, b in zip(came, expected, strict=True)) and all(
        equal(a.reshape(b.shape), b, trial) for a, b, trial in zip(came, expected, trials, strict=True)
    ):
        why = "a sum kept its axis (keepdims)" if most > rank else "axes of size 1 are missing"
        return Diagnosis(Mistake.SHAPE, f"{told}: {why}")
    return _reductions(name, most, rank, told, explains) or Diagnosis(Mistake.SHAPE, told)


def _order(rank: int, explains: Callable[[Change], bool]) -> tuple[int, ...] | None:
    """The order in which the axes of what came stand."""
    for order in permutations(range(rank)):
        if order != tuple(range(rank)) and explains(lambda array, order=order: array.transpose(order)):  # type: ignore[misc]
            return tuple(int(place) for place in np.argsort(order))
    return None


def _reductions(name: str, came: int, rank: int, told: str, explains: Callable[..., bool]) -> Diagnosis | None:
    """A sum that is missing, or one too many."""
    for axes in _choices(came, came - rank):
        for word, reduced in (("summed", np.sum), ("averaged", np.mean)):
            if explains(lambda array, axes=axes, reduced=reduced: np.asarray(reduced(array, axis=axes))):
                missing = "the sum over" if word == "summed" else "the mean over"
                return Diagnosis(Mistake.SUM, f"{missing} {_axes(axes)} is missing: {told}")
    for axes in _choices(rank, rank - came):
        for word, reduced in (("summed", np.sum), ("averaged", np.mean)):
            if explains(lambda array: array, lambda array, axes=axes, reduced=reduced: reduced(array, axis=axes)):
                return Diagnosis(Mistake.SUM, f"the gradient by {name} was {word} over its {_axes(axes)}: {told}")
    return None


def _choices(rank: int, count: int) -> list[tuple[int, ...]]:
    return list(combinations(range(rank), count)) if count > 0 else []


def _without_ones(array: np.ndarray) -> list[int]:
    return [size for size in array.shape if size != 1]


def _axes(axes: tuple[int, ...]) -> str:
    return f"axis {axes[0]}" if len(axes) == 1 else "axes " + ", ".join(str(axis) for axis in axes)
