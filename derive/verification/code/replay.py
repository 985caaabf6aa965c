"""The gradients that follow where one adjoint is wrong: what reads it, and what reads that, computed again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from derive.dependence import tensors
from derive.equation import Equation
from derive.verification.code.arrays import Arrays, arrays, continued
from derive.verification.code.chain import Unfolded
from derive.verification.code.points import Trial


@dataclass(frozen=True)
class Replay:
    """The backward pass by its unfolded equations at every trial, with the mistakes that were found so far in it."""

    whole: Unfolded
    equations: Mapping[str, Equation]
    there: tuple[Arrays, ...]

    def following(self, name: str) -> tuple[str, ...]:
        """This adjoint and all that depend on it, in the order in which they are computed."""
        moved = {name}
        derivation = self.whole.derivation
        groups = [item.members for item in (*derivation.network.recurrences, *derivation.recurrences)]
        while True:
            more = {
                other
                for other, equation in self.equations.items()
                if moved & {tensor.name for tensor in tensors(equation.right)}
            }
            more |= {member for members in groups if moved & set(members) for member in members}
            if more <= moved:
                return tuple(other for other in self.equations if other in moved)
            moved |= more

    def with_equation(self, equation: Equation, trial: int) -> Iterator[tuple[str, np.ndarray]]:
        """The arrays that follow at one trial where this is an adjoint's equation, one after the other."""
        changed = {**self.equations, equation.tensor.name: equation}
        names = self.following(equation.tensor.name)
        yield from continued([changed[name] for name in names], self.there[trial], self.whole.recurrences(changed))

    def kept(self, equation: Equation) -> Replay:
        """The same with this equation from now on."""
        there = tuple(
            replace(found, values={**found.values, **dict(self.with_equation(equation, trial))})
            for trial, found in enumerate(self.there)
        )
        return Replay(self.whole, {**self.equations, equation.tensor.name: equation}, there)


def replay(whole: Unfolded, trials: Sequence[Trial]) -> Replay:
    """The backward pass without a mistake."""
    return Replay(whole, whole.equations, tuple(arrays(trial.at) for trial in trials))


def both_passes(whole: Unfolded, trials: Sequence[Trial]) -> Replay:
    """Forward and backward pass without a mistake, the adjoints in their final form."""
    forward = {equation.tensor.name: equation for equation in whole.derivation.network.equations}
    backward = {name: adjoint.equation for name, adjoint in whole.adjoints.items()}
    return Replay(whole, {**forward, **backward}, tuple(arrays(trial.at) for trial in trials))
