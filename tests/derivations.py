"""What every derivation must satisfy: its steps keep the value, hang together, and end at the true gradient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.random import Generator

from derive.backward import differentiate
from derive.derivation import Derivation
from derive.evaluate import evaluate_derivation, loss_gradient
from derive.network import Network
from derive.operators import Partial
from derive.sample import sample, sizes_for, upstream
from derive.step import Step
from tests.agreement import assert_same_value, relative_error

DIFFERENCES = 1e-6


@dataclass(frozen=True)
class Case:
    """A derivation with random values that fit its network, and every value that follows from them."""

    derivation: Derivation
    sizes: dict[str, int]
    values: dict[str, np.ndarray]
    upstream: dict[str, np.ndarray]

    @property
    def everything(self) -> dict[str, np.ndarray]:
        """Forward values and adjoints by name."""
        names = zip(self.derivation.source.results, self.derivation.upstream, strict=False)
        given = {tensor.name: self.upstream[result] for result, tensor in names}
        return evaluate_derivation(self.derivation, {**self.values, **given}, self.sizes)


def case(
    network: Network, rng: Generator, distinct: bool = True, ones: tuple[str, ...] = (), smallest: int = 2
) -> Case:
    """A derivation of the network at random values of random sizes."""
    derivation = differentiate(network)
    sizes = sizes_for(network, rng, distinct, smallest, ones)
    given = upstream(network, sizes, rng) if network.is_layer else {}
    return Case(derivation, sizes, sample(derivation.network, sizes, rng), given)


def check_steps(here: Case, rng: Generator) -> int:
    """Every step of every adjoint, local derivative and lemma keeps the value; answers how many there were."""
    everything, count = here.everything, 0
    equations = here.derivation.network.equations
    for steps in chains(here.derivation):
        assert_hangs_together(steps)
        for step in steps:
            assert_same_value(step.before, step.after, everything, here.sizes, rng, equations)
            count += 1
    for lemma in here.derivation.lemmas:
        assert_hangs_together(lemma.steps)
        assert lemma.steps[-1].after == lemma.slope
        for seed in range(8):
            numbers = np.random.default_rng(seed).uniform(0.15, 0.85, size=len(lemma.function.parameters)) * 3
            values = {parameter.name: n for parameter, n in zip(lemma.function.parameters, numbers, strict=True)}
            constants = {name: array for name, array in everything.items() if name not in values}
            for step in lemma.steps:
                assert_same_value(step.before, step.after, {**constants, **values}, here.sizes, rng)
                count += 1
    return count


def chains(derivation: Derivation) -> list[tuple[Step, ...]]:
    """The steps of all adjoints and local derivatives."""
    found = []
    for adjoint in derivation.adjoints:
        found += [local.steps for local in adjoint.locals] + [adjoint.steps]
    return found


def assert_hangs_together(steps: Sequence[Step]) -> None:
    """Each step begins where the one before it ended, and changes something."""
    for one, other in pairwise(steps):
        assert one.after == other.before
    for step in steps:
        assert step.rule
        assert step.before != step.after


def check_ends(derivation: Derivation) -> None:
    """Steps begin at what is asked and end at what is answered, and no derivative is left unworked."""
    for adjoint in derivation.adjoints:
        assert adjoint.steps[-1].after == adjoint.equation.right
        assert not adjoint.equation.right.has(Partial)
        for local in adjoint.locals:
            begun = local.steps[0].before if local.steps else local.result
            assert not local.steps or begun == Partial(local.consumer.right, local.by)
            assert not local.steps or local.steps[-1].after == local.result
            assert not local.result.has(Partial)


def check_gradients(here: Case, everywhere: bool = True) -> None:
    """Every adjoint (or every wanted one) is the slope of the loss, found by differences through all that follows."""
    network, everything = here.derivation.network, here.everything
    for adjoint in here.derivation.adjoints:
        name = adjoint.of.name
        if not everywhere and name not in here.derivation.wanted:
            continue
        expected = loss_gradient(network, here.values, here.sizes, name, here.upstream)
        if name in network.results and network.is_layer:
            # The adjoint of an output that is read again holds what comes back from its readers alone.
            expected = expected - here.upstream[name]
        error = relative_error(everything[adjoint.tensor.name], expected)
        assert error < DIFFERENCES, f"d{name} is off by {error}: {adjoint.equation}"


def check_wanted(derivation: Derivation) -> None:
    """Every wanted gradient is there, or a note says why not."""
    for name in derivation.wanted:
        if not has(derivation, name):
            assert any(name in note.text for note in derivation.notes), name


def has(derivation: Derivation, name: str) -> bool:
    """True when the derivation has an adjoint of that tensor."""
    return any(adjoint.of.name == name for adjoint in derivation.adjoints)


def reached(derivation: Derivation) -> set[str]:
    """The wanted tensors that a gradient reaches."""
    return {name for name in derivation.wanted if has(derivation, name)}
