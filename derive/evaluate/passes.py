"""Whole networks and derivations by the loop oracle: every value, every adjoint, and gradients by differences."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from derive.derivation import Derivation
from derive.equation import Equation
from derive.evaluate.differences import derivative
from derive.evaluate.point import Point, point, value
from derive.evaluate.recurrence import Push, continued, equation_at
from derive.network import Network

Sizes = Mapping[Any, int]
Values = Mapping[str, Any]


def evaluate_equation(equation: Equation, values: Values, sizes: Sizes) -> np.ndarray:
    """All entries of the tensor that an equation defines, shaped by its axes: int64 for labels, else float64."""
    return equation_at(equation, point(values, sizes))


def start(network: Network, values: Values, sizes: Sizes, watch: Callable[[float], None] | None = None) -> Point:
    """The point at which a network is computed: sizes by formula and constants beside the arrays that are given."""
    boundaries = [boundary for recurrence in network.recurrences for boundary in recurrence.boundaries]
    at = replace(point(values, sizes, (*boundaries, *network.equations)), watch=watch)
    for dimension in network.dimensions:
        if dimension.formula is not None:
            at = replace(at, sizes={**at.sizes, dimension.symbol.name: at.size(dimension.formula)})
    for constant in network.constants:
        at = at.with_value(constant.symbol.name, np.asarray(float(value(constant.value, at, {}))))
    return at


def network_at(network: Network, values: Values, sizes: Sizes, watch: Callable[[float], None] | None = None) -> Point:
    """The point after the forward pass: the arrays that are given, the constants, and the tensor of every equation."""
    return continued(network.equations, start(network, values, sizes, watch), network.recurrences)


def derivation_at(derivation: Derivation, values: Values, sizes: Sizes) -> Point:
    """The point after forward and backward pass: all values of the network, then every adjoint by its equation.

    For a layer, `values` has the upstream gradients (`dy`) too.
    """
    at = network_at(derivation.network, values, sizes)
    return continued([adjoint.equation for adjoint in derivation.adjoints], at, derivation.recurrences)


def evaluate_network(network: Network, values: Values, sizes: Sizes) -> dict[str, np.ndarray]:
    """The values of the forward pass by name; the ends of a recurrence, such as h[-1], have no place in them."""
    return dict(network_at(network, values, sizes).values)


def evaluate_derivation(derivation: Derivation, values: Values, sizes: Sizes) -> dict[str, np.ndarray]:
    """The values of forward and backward pass by name, adjoints under their names `d...`."""
    return dict(derivation_at(derivation, values, sizes).values)


def loss_slope(network: Network, at: Point, name: str, direction: np.ndarray, upstream: Values | None = None) -> float:
    """How the loss changes when the tensor called `name` is pushed along a direction, everything after it following.

    `at` is the point after the forward pass. `name` may be declared or defined by an equation; then the push is added
    to what the equation gives, in a recurrence step by step. So the slope is the sum of gradient * direction. For a
    layer, the loss is the sum of upstream * output over all entries of all outputs; `upstream` has an array for each
    output, by the output's name, and 1 where it has none.
    """
    weights = {result: np.asarray((upstream or {}).get(result, 1.0)) for result in network.results}
    is_recurrent = any(name in recurrence.members for recurrence in network.recurrences)
    begin = at.moving()

    def moved(distance: float) -> float:
        push = Push(name, distance * direction)
        if is_recurrent:
            end = continued(network.equations, begin, network.recurrences, push)
        else:
            # Its own equation is not computed again: only what reads it.
            others = [equation for equation in network.equations if equation.tensor.name != name]
            end = continued(others, begin.with_value(name, at.values[name] + push.amount), network.recurrences, push)
        return sum(float(np.sum(weights[result] * end.values[result])) for result in network.results)

    return derivative(moved, 0.0)


def loss_gradient(
    network: Network, values: Values, sizes: Sizes, name: str, upstream: Values | None = None
) -> np.ndarray:
    """The gradient of the loss by the tensor called `name`, entry by entry, by differences through all that follows.

    For what is meant by the loss of a layer, see `loss_slope`.
    """
    at = network_at(network, values, sizes)
    gradient: np.ndarray = np.zeros(at.values[name].shape)
    for component in itertools.product(*(range(size) for size in gradient.shape)):
        direction = np.zeros(gradient.shape)
        direction[component] = max(1.0, abs(float(at.values[name][component])))
        gradient[component] = loss_slope(network, at, name, direction, upstream) / direction[component]
    return gradient
