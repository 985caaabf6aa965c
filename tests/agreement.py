"""What the tests of the engine mean by "equal": the same value by the loop oracle, for every value of the letters."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.random import Generator
from sympy import Expr

from derive.binding import free_letters
from derive.equation import Equation
from derive.evaluate import Point, point, value
from derive.index import Index

MOST_ASSIGNMENTS = 60


def assignments(letters: Iterable[Index], at: Point, rng: Generator) -> list[dict[Index, int]]:
    """Every value of every letter, or a random choice of them where these are too many."""
    letters = sorted(letters, key=str)
    ranges = [range(at.size(letter.size)) for letter in letters]
    if math.prod(len(numbers) for numbers in ranges) <= MOST_ASSIGNMENTS:
        chosen = list(itertools.product(*ranges))
    else:
        chosen = [tuple(int(rng.integers(len(numbers))) for numbers in ranges) for _ in range(MOST_ASSIGNMENTS)]
    return [dict(zip(letters, numbers, strict=True)) for numbers in chosen]


def assert_same_value(
    first: Expr,
    second: Expr,
    values: Mapping[str, Any],
    sizes: Mapping[Any, int],
    rng: Generator,
    equations: Iterable[Equation] = (),
    tolerance: float = 1e-8,
) -> None:
    """AssertionError that shows both expressions and a place where their values differ."""
    at = point(values, sizes, equations)
    chosen = assignments(free_letters(first) | free_letters(second), at, rng)
    pairs = [(value(first, at, {**letters}), value(second, at, {**letters})) for letters in chosen]
    scale = max([1e-3, *(abs(number) for pair in pairs for number in pair if math.isfinite(number))])
    for letters, (one, other) in zip(chosen, pairs, strict=True):
        same = one == other or abs(one - other) <= tolerance * scale
        assert same, f"{first}\n  is not\n{second}\n  at {letters}: {one} against {other}"


def relative_error(found: np.ndarray, expected: np.ndarray) -> float:
    """The largest difference, relative to the largest expected entry (or to 1e-3, when all are smaller)."""
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    assert found.shape == expected.shape, f"shape {found.shape} against {expected.shape}"
    assert np.all(np.isfinite(found)), "a value is not finite"
    return float(np.max(np.abs(found - expected), initial=0.0) / max(1e-3, np.max(np.abs(expected), initial=0.0)))
