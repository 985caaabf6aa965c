"""Every network of the gallery: its steps keep the value, hang together, and its gradients are the true ones."""

from __future__ import annotations

import json

import numpy as np
import pytest

from derive.backward import differentiate
from derive.language import gallery, gallery_path, read
from derive.network import Network
from derive.tree import from_data, to_data
from tests.derivations import case, check_ends, check_gradients, check_steps, check_wanted


@pytest.fixture(scope="module", params=gallery())
def network(request: pytest.FixtureRequest) -> Network:
    return read(gallery_path(request.param))


def free_sizes(network: Network) -> tuple[str, ...]:
    return tuple(dimension.symbol.name for dimension in network.dimensions if dimension.formula is None)


def test_every_step_keeps_its_value(network: Network) -> None:
    for seed, ones in enumerate(((), free_sizes(network)[:1], free_sizes(network)[-1:])):
        rng = np.random.default_rng(seed)
        here = case(network, rng, ones=ones)
        assert check_steps(here, rng) > 0


def test_every_adjoint_is_the_slope_of_the_loss(network: Network) -> None:
    for seed in range(3):
        rng = np.random.default_rng(seed)
        check_gradients(case(network, rng, distinct=seed != 1, ones=free_sizes(network)[-1:] if seed == 2 else ()))


def test_a_derivation_is_complete(network: Network) -> None:
    derivation = differentiate(network)
    check_ends(derivation)
    check_wanted(derivation)


def test_a_derivation_is_the_same_every_time(network: Network) -> None:
    assert differentiate(network) == differentiate(network)


def test_a_derivation_survives_json(network: Network) -> None:
    derivation = differentiate(network)
    text = json.dumps(to_data(derivation))
    assert from_data(json.loads(text)) == derivation
    assert json.dumps(to_data(from_data(json.loads(text)))) == text
