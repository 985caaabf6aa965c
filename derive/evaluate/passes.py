"""Whole networks and derivations by the loop oracle: every value, every adjoint, and gradients by differences."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from derive.derivation import Derivation
from derive.equation import Equation
from derive.evaluate.differences import derivative
from derive.evaluate.point import Point, point, value
from derive.network import Network

Sizes = Mapping[Any, int]
Values = Mapping[str, Any]


def evaluate_equation(equation: Equation, values: Values, sizes: Sizes) -> np.ndarray:
    """All entries of the tensor that an equation defines, shaped by its axes: int64 for labels, else float64."""
    return equation_at(equation, point(values, sizes))


def equation_at(equation: Equation, at: Point) -> np.ndarray:
    """All entries of the tensor that an equation defines, at a point."""
    shape = tuple(at.size(letter.size) for letter in equation.letters)
    result = np.empty(shape, dtype=np.float64 if equation.tensor.within is None else np.int64)
    for numbers in itertools.product(*(range(size) for size in shape)):
        result[numbers] = value(equation.right, at, dict(zip(equation.letters, numbers, strict=True)))
    return result


def start(network: Network, values: Values, sizes: Sizes, watch: Callable[[float], None] | None = None) -> Point:
    """The point at which a network is computed: sizes by formula and constants beside the arrays that are given."""
    at = replace(point(values, sizes), watch=watch)
    for dimension in network.dimensions:
        if dimension.formula is not None:
            at = replace(at, sizes={**at.sizes, dimension.symbol.name: at.size(dimension.formula)})
    for constant in network.constants:
        at = at.with_value(constant.symbol.name, np.asarray(float(value(constant.value, at, {}))))
    return at


def continued(equations: Sequence[Equation], at: Point) -> Point:
    """The point after these equations were computed, one after the other."""
    for equation in equations:
        at = at.with_value(equation.tensor.name, equation_at(equation, at))
    return at


def evaluate_network(network: Network, values: Values, sizes: Sizes) -> dict[str, np.ndarray]:
    """The forward pass: the arrays that are given, the constants, and the tensor of every equation, by name."""
    return dict(continued(network.equations, start(network, values, sizes)).values)


def evaluate_derivation(derivation: Derivation, values: Values, sizes: Sizes) -> dict[str, np.ndarray]:
    """Forward and backward pass: all values of the network, then every adjoint by its equation, under its name `d...`.

    For a layer, `values` has the upstream gradients (`dy`) too.
    """
    at = continued(derivation.network.equations, start(derivation.network, values, sizes))
    at = continued([adjoint.equation for adjoint in derivation.adjoints], at)
    return dict(at.values)


def loss_gradient(
    network: Network, values: Values, sizes: Sizes, name: str, upstream: Values | None = None
) -> np.ndarray:
    """The gradient of the loss by the tensor called `name`, by differences through everything after it.

    `name` may be declared or defined by an equation; then the equations before it, and its own, keep their values, and
    each of its entries is moved. For a layer, the loss is the sum of upstream * output over all entries of all
    outputs; `upstream` has an array for each output, by the output's name.
    """
    at = continued(network.equations, start(network, values, sizes))
    names = [equation.tensor.name for equation in network.equations]
    # What is computed before `name` does not depend on it, and what is declared comes before every equation.
    after = network.equations[names.index(name) + 1 :] if name in names else network.equations
    weights = {result: np.asarray((upstream or {}).get(result, 1.0)) for result in network.results}
    array = np.array(at.values[name], dtype=np.float64)
    gradient = np.empty(array.shape)

    for component in itertools.product(*(range(size) for size in array.shape)):

        def moved(number: float, component: tuple[int, ...] = component) -> float:
            changed = array.copy()
            changed[component] = number
            end = continued(after, at.moved(name, changed))
            return sum(float(np.sum(weights[result] * end.values[result])) for result in network.results)

        gradient[component] = derivative(moved, float(array[component]))
    return gradient
