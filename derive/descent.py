"""Gradient descent on the values that a network declares: theta := theta - rate * gradient, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from derive.derivation import Derivation
from derive.evaluate import evaluate_derivation


@dataclass(frozen=True)
class Descent:
    """A place on the way down: what the network is given there, and everything that it computes from it."""

    given: Mapping[str, np.ndarray]
    values: Mapping[str, np.ndarray]

    def loss(self, name: str) -> float:
        return float(self.values[name])


def begun(derivation: Derivation, given: Mapping[str, np.ndarray], sizes: Mapping[str, int]) -> Descent:
    """The place before the first step."""
    return Descent(dict(given), evaluate_derivation(derivation, given, sizes))


def descended(derivation: Derivation, here: Descent, rate: float, sizes: Mapping[str, int]) -> Descent:
    """The place after one step: all parameters that a gradient reaches are changed at once."""
    gradients = {adjoint.of.name: adjoint.tensor.name for adjoint in derivation.adjoints}
    given = dict(here.given)
    for tensor in derivation.network.parameters:
        if tensor.name in gradients:
            given[tensor.name] = given[tensor.name] - rate * here.values[gradients[tensor.name]]
    return begun(derivation, given, sizes)


def losses(
    derivation: Derivation, here: Descent, rate: float, sizes: Mapping[str, int], steps: int
) -> tuple[float, ...]:
    """The loss before the first step and after each of them; it ends where the loss is no finite number any more."""
    (loss,) = derivation.network.results
    found = [here.loss(loss)]
    for _ in range(steps):
        with np.errstate(all="ignore"):
            here = descended(derivation, here, rate, sizes)
        if not np.isfinite(here.loss(loss)):
            break
        found.append(here.loss(loss))
    return tuple(found)
