"""Every network of the gallery: its steps keep the value, hang together, and its gradients are the true ones."""

from __future__ import annotations

import json

import numpy as np
import pytest

from derive.backward import differentiate
from derive.evaluate import loss_gradient
from derive.language import gallery, gallery_path, read
from derive.network import Network
from derive.tree import from_data, to_data
from tests.agreement import relative_error
from tests.derivations import (
    DIFFERENCES,
    case,
    check_ends,
    check_gradients,
    check_steps,
    check_wanted,
    derived,
    gradient,
    small_case,
)

# Entry by entry, differences take a forward pass for each: for networks up to this many entries in all parameters.
FEW = 40


@pytest.fixture(scope="module", params=gallery())
def network(request: pytest.FixtureRequest) -> Network:
    return read(gallery_path(request.param))


def free_sizes(network: Network) -> tuple[str, ...]:
    return tuple(dimension.symbol.name for dimension in network.dimensions if dimension.formula is None)


def test_every_step_keeps_its_value_and_every_adjoint_is_the_slope_of_the_loss(network: Network) -> None:
    rng = np.random.default_rng(0)
    here = small_case(network, rng)
    assert check_steps(here, rng) > 0
    check_gradients(here)


def test_a_size_of_one_changes_nothing(network: Network) -> None:
    for seed, name in enumerate(free_sizes(network)):
        rng = np.random.default_rng(seed)
        here = case(network, rng, distinct=False, ones=(name,), smallest=1 if len(free_sizes(network)) > 3 else 2)
        check_steps(here, rng)
        check_gradients(here)


def test_every_entry_of_a_gradient_is_the_slope_of_the_loss(network: Network) -> None:
    here = case(network, np.random.default_rng(1), distinct=False, smallest=1)
    wanted = [name for name in here.derivation.wanted if here.values[name].size <= FEW]
    for name in wanted:
        expected = loss_gradient(here.derivation.network, here.values, here.sizes, name, here.upstream)
        assert relative_error(gradient(here, name), expected) < DIFFERENCES, f"d{name}"
    assert wanted


def test_a_derivation_is_complete(network: Network) -> None:
    check_ends(derived(network))
    check_wanted(derived(network))


def test_a_derivation_is_the_same_every_time(network: Network) -> None:
    assert differentiate(network) == derived(network)


def test_a_derivation_survives_json(network: Network) -> None:
    data = json.loads(json.dumps(to_data(derived(network))))
    assert from_data(data) == derived(network)
    assert to_data(from_data(data)) == data
