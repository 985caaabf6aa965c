"""Every network of the gallery: its steps keep the value, hang together, and its gradients are the true ones."""

from __future__ import annotations

import json

import numpy as np
import pytest

from derive.evaluate import loss_gradient
from derive.language import gallery, gallery_path, read
from derive.network import Network
from derive.tree import from_data, to_data
from tests.agreement import relative_error
from tests.derivations import (
    DIFFERENCES,
    case,
    check_at_ones,
    check_ends,
    check_gradients,
    check_steps,
    check_wanted,
    derived,
    gradient,
    small_case,
    work,
)

# Entry by entry, differences take a forward pass for each: only where all of them together are soon done.
FEW = 6000
ROWS_STEPS_LAYERS = ("N", "B", "T", "L")


@pytest.fixture(scope="module", params=gallery())
def network(request: pytest.FixtureRequest) -> Network:
    return read(gallery_path(request.param))


def test_every_step_keeps_its_value_and_every_adjoint_is_the_slope_of_the_loss(network: Network) -> None:
    rng = np.random.default_rng(0)
    here = small_case(network, rng)
    assert check_steps(here, rng) > 0
    check_gradients(here)


def test_one_row_one_step_and_one_layer_change_nothing(network: Network) -> None:
    rng = np.random.default_rng(1)
    check_at_ones(small_case(network, rng, ones=ROWS_STEPS_LAYERS), rng)


def test_entry_by_entry_a_gradient_is_the_slope_of_the_loss(network: Network) -> None:
    here = case(network, np.random.default_rng(3), distinct=False, smallest=1)
    network = here.derivation.network
    # The smallest tensor always, and the others as long as they are soon done.
    names = sorted(here.derivation.wanted, key=lambda name: here.values[name].size)
    left = FEW
    for name in names:
        expected = loss_gradient(network, here.values, here.sizes, name, here.upstream)
        assert relative_error(gradient(here, name), expected) < DIFFERENCES, f"d{name}"
        left -= here.values[name].size * work(network, here.sizes)
        if left < 0:
            break


def test_a_derivation_is_complete(network: Network) -> None:
    check_ends(derived(network))
    check_wanted(derived(network))


def test_a_derivation_survives_json(network: Network) -> None:
    data = json.loads(json.dumps(to_data(derived(network))))
    assert from_data(data) == derived(network)
