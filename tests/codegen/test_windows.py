"""The helping functions of emitted modules for windows do what the interpreter does entry by entry."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

import numpy as np
import pytest
from sympy import Integer, S

from codegen.emit import emit
from codegen.interpret import evaluate
from codegen.program import Name, Operation, Overlap, Windows
from codegen.targets.numpy.printer import Printer
from derive.backward import differentiate
from tests.handmade import HANDMADE


@cache
def helpers() -> dict[str, Any]:
    module: dict[str, Any] = {"__name__": "emitted"}
    exec(emit(differentiate(HANDMADE["convolution"])), module)
    assert {"_windows", "_overlap"} <= module.keys()
    return module


def printed(operation: Operation, array: np.ndarray) -> np.ndarray:
    axes = tuple(map(Integer, array.shape))
    return np.asarray(eval(Printer({"x": axes}).text(operation), {**helpers(), "x": array}))


@pytest.mark.parametrize("seed", range(60))
def test_an_axis_is_taken_apart_as_the_formula_says(seed: int) -> None:
    rng = random.Random(seed)
    shape = tuple(rng.randint(1, 6) for _ in range(3))
    array = np.random.default_rng(seed).standard_normal(shape)
    place = rng.randrange(3)
    numbers = (
        rng.randint(1, 5),
        rng.randint(1, 4),
        rng.randint(1, 3),
        rng.choice((-2, -1, 1, 1, 2)),
        rng.randint(-4, 4),
    )
    operation = Windows(Name("x"), place, *map(Integer, numbers), rng.choice((S.Zero, -S.Infinity)))
    np.testing.assert_array_equal(printed(operation, array), evaluate(operation, {"x": array}, {}))


@pytest.mark.parametrize("seed", range(60))
def test_two_axes_are_added_up_as_the_formula_says(seed: int) -> None:
    rng = random.Random(seed)
    array = np.random.default_rng(seed).standard_normal(tuple(rng.randint(1, 5) for _ in range(4)))
    place = rng.randrange(3)
    numbers = (rng.randint(1, 8), rng.randint(1, 3), rng.choice((-2, -1, 1, 1, 2)), rng.randint(-4, 4))
    operation = Overlap(Name("x"), place, *map(Integer, numbers))
    np.testing.assert_allclose(printed(operation, array), evaluate(operation, {"x": array}, {}), rtol=1e-12, atol=1e-12)


def test_float32_stays_float32() -> None:
    array = np.ones((2, 3), np.float32)
    one = Windows(Name("x"), 1, *map(Integer, (3, 3, 1, 1, -1)), S.Zero)
    other = Overlap(Name("x"), 0, *map(Integer, (4, 1, 1, 0)))
    assert printed(one, array).dtype == printed(other, array).dtype == np.float32
