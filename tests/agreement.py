"""What the tests of the engine mean by "equal": the same value by the loop oracle, for every value of the letters."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.random import Generator
from sympy import Expr

from derive.binding import free_letters
from derive.equation import Equation
from derive.evaluate import Point, point, value
from derive.index import Index
from derive.operators import Condition, Partial

MOST_ASSIGNMENTS = 16


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
    assert_one_value((first, second), point(values, sizes, equations), rng, tolerance)


def assert_one_value(
    chain: Sequence[Expr], at: Point, rng: Generator, tolerance: float = 1e-8, guards: Sequence[Condition] = ()
) -> None:
    """Every expression of a chain has the value of the one before it, wherever the guards hold.

    Each is evaluated once.
    """
    letters = {letter for node in (*chain, *guards) for letter in free_letters(node)}
    chosen = [found for found in assignments(letters, at, rng) if all(value(guard, at, {**found}) for guard in guards)]
    table = [[value(expr, at, {**letters}) for letters in chosen] for expr in chain]
    for (first, ones), (second, others) in pairwise(zip(chain, table, strict=True)):
        # Differences of values around 1 know a slope to ten digits, so of a slope that is 0 they say 1e-10.
        least = 0.1 if first.has(Partial) or second.has(Partial) else 1e-3
        scale = max([least, *(abs(number) for number in (*ones, *others) if math.isfinite(number))])
        for letters, one, other in zip(chosen, ones, others, strict=True):
            same = one == other or abs(one - other) <= tolerance * scale
            assert same, f"{first}\n  is not\n{second}\n  at {letters}: {one} against {other}"


def relative_error(found: np.ndarray, expected: np.ndarray) -> float:
    """The largest difference, relative to the largest expected entry (or to 1e-3, when all are smaller)."""
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    assert found.shape == expected.shape, f"shape {found.shape} against {expected.shape}"
    assert np.all(np.isfinite(found)), "a value is not finite"
    return float(np.max(np.abs(found - expected), initial=0.0) / max(1e-3, np.max(np.abs(expected), initial=0.0)))
