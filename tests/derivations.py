"""What every derivation must satisfy: its steps keep the value, hang together, and end at the true gradient."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import pairwise

import numpy as np
from numpy.random import Generator

from derive.backward import differentiate
from derive.derivation import Derivation
from derive.evaluate import Point, derivation_at, loss_slope, network_at, point
from derive.naming import name_values
from derive.network import Network
from derive.operators import Binder, Condition, Partial
from derive.sample import CLEARANCE, distances, sample, sizes_for, upstream
from derive.step import Step
from tests.agreement import assert_one_value

DIFFERENCES = 1e-6
SOON = 600

# A derivation is frozen, so all tests of one session may look at the same one.
derived = cache(differentiate)


@dataclass(frozen=True)
class Case:
    """A derivation with random values that fit its network, and every value that follows from them."""

    derivation: Derivation
    sizes: dict[str, int]
    values: dict[str, np.ndarray]
    upstream: dict[str, np.ndarray]

    @cached_property
    def forward(self) -> Point:
        """The point after the forward pass."""
        return network_at(self.derivation.network, self.values, self.sizes)

    @cached_property
    def at(self) -> Point:
        """The point after forward and backward pass."""
        names = zip(self.derivation.source.results, self.derivation.upstream, strict=False)
        given = {tensor.name: self.upstream[result] for result, tensor in names}
        return derivation_at(self.derivation, {**self.values, **given}, self.sizes)

    @property
    def everything(self) -> dict[str, np.ndarray]:
        """Forward values and adjoints by name."""
        return dict(self.at.values)


def case(
    network: Network,
    rng: Generator,
    distinct: bool = True,
    ones: tuple[str, ...] = (),
    smallest: int = 2,
    sizes: dict[str, int] | None = None,
) -> Case:
    """A derivation of the network at random values of random sizes, or of the sizes that are given."""
    derivation = derived(network)
    sizes = sizes_for(network, rng, distinct, smallest, ones) if sizes is None else sizes
    given = upstream(network, sizes, rng) if network.is_layer else {}
    return Case(derivation, sizes, sample(derivation.network, sizes, rng), given)


def small_case(network: Network, rng: Generator, ones: tuple[str, ...] = (), most: int = SOON) -> Case:
    """A case that plain loops are through with in a moment: sizes that differ if possible, else sizes of 1, 2 and 3.

    ones   names of dimensions that get the size 1
    most   how much work it may be, as `work` counts it
    """
    tried: list[tuple[int, dict[str, int]]] = []
    for distinct, smallest in ((True, 2), (False, 2), (True, 1), *((False, 1),) * 5):
        sizes = sizes_for(network, rng, distinct, smallest, ones)
        tried.append((work(network, sizes), sizes))
        if tried[-1][0] <= most:
            break
    return case(network, rng, sizes=min(tried, key=lambda pair: pair[0])[1])


def is_clear(here: Case) -> bool:
    """False where a singularity is near at these sizes whatever the values: the variance over one row is 0."""
    return min(distances(here.derivation.network, here.values, here.sizes), default=CLEARANCE) >= CLEARANCE


def check_at_ones(here: Case, rng: Generator) -> None:
    """At sizes of 1, steps where differences can follow them, and the gradients by what is declared."""
    if is_clear(here):
        check_steps(here, rng)
    check_gradients(here, everywhere=is_clear(here))


def work(network: Network, sizes: dict[str, int]) -> int:
    """About how many values of letters the forward pass runs through."""
    at, total = point({}, sizes), 0
    for equation in network.equations:
        entries = math.prod(at.size(letter.size) for letter in equation.letters)
        inner = sum(math.prod(at.size(i.size) for i in node.letters) for node in equation.right.atoms(Binder))
        total += entries * (1 + inner)
    return total


def check_steps(here: Case, rng: Generator) -> int:
    """Every step of every adjoint, local derivative, lemma and restatement keeps the value; answers how many."""
    count = 0
    # Logarithms were taken apart in the network as it was written, its nested values named.
    written = network_at(name_values(here.derivation.source), here.values, here.sizes)
    for restated in here.derivation.restatements:
        count += check_chain(restated.steps, written, rng)
    # In a local derivative every other named value stays; in the chain rule an entry is what its equation says.
    still = replace(here.at, equations={})
    for adjoint in here.derivation.adjoints:
        count += sum(check_chain(local.steps, still, rng, local.guards) for local in adjoint.locals)
        count += check_chain(adjoint.steps, here.at, rng)
    for lemma in here.derivation.lemmas:
        assert lemma.steps[-1].after == lemma.slope
        for seed in range(8):
            numbers = np.random.default_rng(seed).uniform(0.15, 0.85, size=len(lemma.function.parameters)) * 3
            values = {parameter.name: n for parameter, n in zip(lemma.function.parameters, numbers, strict=True)}
            count += check_chain(lemma.steps, point({**here.everything, **values}, here.sizes), rng)
    return count


def check_chain(steps: Sequence[Step], at: Point, rng: Generator, guards: Sequence[Condition] = ()) -> int:
    """Steps hang together and keep the value wherever the guards hold; answers how many there are."""
    assert_hangs_together(steps)
    if steps:
        assert_one_value((steps[0].before, *(step.after for step in steps)), at, rng, guards=guards)
    return len(steps)


def assert_hangs_together(steps: Sequence[Step]) -> None:
    """Each step begins where the one before it ended, and changes something."""
    for one, other in pairwise(steps):
        assert one.after == other.before
    for step in steps:
        assert step.rule
        assert step.before != step.after


def check_ends(derivation: Derivation) -> None:
    """Steps begin at what is asked and end at what is answered, and no derivative is left unworked."""
    for restated in derivation.restatements:
        assert not restated.steps or restated.steps[-1].after == restated.equation.right
    for adjoint in derivation.adjoints:
        # What nothing reaches has no steps: its gradient is 0.
        assert (adjoint.steps[-1].after if adjoint.steps else 0) == adjoint.equation.right
        assert not adjoint.equation.right.has(Partial)
        for local in adjoint.locals:
            begun = local.steps[0].before if local.steps else local.result
            assert not local.steps or begun == Partial(local.consumer.right, local.by)
            assert not local.steps or local.steps[-1].after == local.result
            assert not local.result.has(Partial)


def check_gradients(here: Case, everywhere: bool = True, seed: int = 0) -> None:
    """Every adjoint (or every wanted one) is the slope of the loss, found by differences through all that follows.

    All entries of a tensor move at once, each by another random amount and uphill, so that nothing cancels: one slope
    says of all of them whether they are right.
    """
    network, rng = here.derivation.network, np.random.default_rng(seed)
    for adjoint in here.derivation.adjoints:
        name = adjoint.of.name
        if not everywhere and name not in here.derivation.wanted:
            continue
        found = gradient(here, name)
        direction = np.where(found == 0, rng.choice([-1, 1], size=found.shape), np.sign(found))
        direction = direction * rng.uniform(0.5, 1.5, size=found.shape)
        direction = direction / np.linalg.norm(direction)
        expected = loss_slope(network, here.forward, name, direction, here.upstream)
        error = abs(np.sum(found * direction) - expected) / max(1e-3, abs(expected))
        assert error < DIFFERENCES, f"d{name} is off by {error}: {adjoint.equation}"


def gradient(here: Case, name: str) -> np.ndarray:
    """The derived gradient by a tensor; for an output that is read again, what its readers send and what comes in."""
    found = here.at.values[here.derivation[name].tensor.name]
    network = here.derivation.network
    return found + here.upstream[name] if name in network.results and network.is_layer else found


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
