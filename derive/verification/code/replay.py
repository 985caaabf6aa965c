"""The gradients that follow where one adjoint is wrong: what reads it, and what reads that, computed again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from derive.arrays import Arrays, continued, stepwise
from derive.dependence import tensors
from derive.equation import Equation
from derive.verification.code.chain import Unfolded
from derive.verification.code.points import Trial


@dataclass(frozen=True)
class Replay:
    """The backward pass by its unfolded equations at every trial, with the mistakes that were found so far in it."""

    whole: Unfolded
    equations: Mapping[str, Equation]
    there: tuple[Arrays, ...]
    known: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    def following(self, name: str) -> tuple[str, ...]:
        """This adjoint and all that depend on it, in the order in which they are computed."""
        if name not in self.known:
            self.known[name] = self._following(name)
        return self.known[name]

    def _following(self, name: str) -> tuple[str, ...]:
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
        equations = [changed[name] for name in names]
        for name, at in stepwise(equations, self.there[trial], self.whole.recurrences(changed)):
            yield name, at.array(name)

    def kept(self, equation: Equation) -> Replay:
        """The same with this equation from now on."""
        changed = {**self.equations, equation.tensor.name: equation}
        equations = [changed[name] for name in self.following(equation.tensor.name)]
        recurrences = self.whole.recurrences(changed)
        there = tuple(continued(equations, at, recurrences) for at in self.there)
        return Replay(self.whole, changed, there)


def replay(whole: Unfolded, trials: Sequence[Trial]) -> Replay:
    """The backward pass without a mistake."""
    return Replay(whole, whole.equations, tuple(trial.at for trial in trials))


def both_passes(whole: Unfolded, trials: Sequence[Trial]) -> Replay:
    """Forward and backward pass without a mistake, the adjoints in their final form."""
    forward = {equation.tensor.name: equation for equation in whole.derivation.network.equations}
    backward = {name: adjoint.equation for name, adjoint in whole.adjoints.items()}
    return Replay(whole, {**forward, **backward}, tuple(trial.at for trial in trials))
