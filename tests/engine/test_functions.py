"""Every primitive function has the slope that differences find, and the value that was promised at its kink."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Expr, Integer

from derive.entry import Entry, Tensor
from derive.evaluate import derivative, evaluate, primitive_value
from derive.functions import PRIMITIVES, Primitive, apply

TENSORS = tuple(Tensor(name) for name in ("a", "b", "c"))
# `stop` is the one function whose slope is not its derivative: that is what it is for.
DIFFERENTIATED = [primitive for primitive in PRIMITIVES.values() if primitive.name != "stop"]


def places(primitive: Primitive, seed: int) -> list[tuple[float, ...]]:
    """Random arguments inside the domain, where the function is smooth."""
    low, high = primitive.domain
    found = []
    for arguments in np.random.default_rng(seed).uniform(low, high, size=(40, primitive.arity)):
        jumps = np.abs(arguments - np.round(arguments * 2) / 2).min() < 0.05
        tie = np.ptp(arguments) < 0.05 and primitive.arity > 1
        if not (primitive.flat or primitive.kink) or not (jumps or tie):
            found.append(tuple(float(argument) for argument in arguments))
    assert len(found) > 10
    return found


def slopes(primitive: Primitive, arguments: tuple[float, ...]) -> list[float]:
    """The slope formulas at a place."""
    entries = [Entry(tensor) for tensor in TENSORS[: primitive.arity]]
    values = {tensor.name: argument for tensor, argument in zip(TENSORS, arguments, strict=False)}
    return [float(evaluate(slope, values, {})) for slope in primitive.slope(*entries)]


@pytest.mark.parametrize("primitive", DIFFERENTIATED, ids=lambda primitive: primitive.name)
def test_the_slope_is_the_derivative(primitive: Primitive) -> None:
    for arguments in places(primitive, seed=len(primitive.name)):
        for position, slope in enumerate(slopes(primitive, arguments)):

            def moved(number: float, position: int = position, arguments: tuple[float, ...] = arguments) -> float:
                return float(primitive_value(primitive.name, *arguments[:position], number, *arguments[position + 1 :]))

            assert slope == pytest.approx(derivative(moved, arguments[position]), rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("primitive", PRIMITIVES.values(), ids=lambda primitive: primitive.name)
def test_a_record_is_complete(primitive: Primitive) -> None:
    assert len(slopes(primitive, (0.5,) * primitive.arity)) == primitive.arity
    # A function is called flat exactly when no gradient ever passes; `stop` says so by its name.
    never = all(set(slopes(primitive, arguments)) == {0.0} for arguments in places(primitive, seed=1))
    assert never == (primitive.flat or primitive.name == "stop")


@pytest.mark.parametrize(
    ("name", "arguments", "values", "chosen"),
    [
        ("abs", (Entry(TENSORS[0]),), {"a": 0.0}, [0]),
        ("max", (Entry(TENSORS[0]), Integer(0)), {"a": 0.0}, [0, 0]),
        ("max", (Integer(0), Entry(TENSORS[0])), {"a": 0.0}, [0, 0]),
        ("min", (Entry(TENSORS[0]), Integer(0)), {"a": 0.0}, [0, 0]),
        ("min", (Integer(0), Entry(TENSORS[0])), {"a": 0.0}, [0, 0]),
        ("max", (Entry(TENSORS[0]), Entry(TENSORS[1])), {"a": 2.0, "b": 2.0}, [1, 0]),
        ("min", (Entry(TENSORS[0]), Entry(TENSORS[1])), {"a": 2.0, "b": 2.0}, [1, 0]),
    ],
)
def test_a_kink_has_the_slope_that_was_promised(
    name: str, arguments: tuple[Expr, ...], values: dict[str, float], chosen: list[int]
) -> None:
    primitive = PRIMITIVES[name]
    assert [evaluate(slope, values, {}) for slope in primitive.slope(*arguments)] == chosen
    assert primitive.kink is not None
    assert evaluate(primitive.kink.at(*arguments), values, {}) == 1


def test_xlogy_is_zero_where_its_factor_is_zero() -> None:
    at_zero = {"a": 0.0, "b": 0.0}
    xlogy = apply("xlogy", Entry(TENSORS[0]), Entry(TENSORS[1]))
    assert evaluate(xlogy, at_zero, {}) == 0
