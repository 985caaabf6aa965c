"""Torch's autograd finds the gradients that were derived, and the gradients that emitted modules compute."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="PyTorch is an optional cross-check (extra `crosscheck`)")

from derive.language import gallery, gallery_path, parse, read  # noqa: E402
from derive.network import Network  # noqa: E402
from derive.sample import NoSample  # noqa: E402
from tests import own_layers  # noqa: E402
from tests.agreement import relative_error  # noqa: E402
from tests.crosscheck.labelled import gradients  # noqa: E402
from tests.derivations import Case, case, reached, small_case  # noqa: E402
from tests.handmade import HANDMADE  # noqa: E402
from tests.modules import call, load  # noqa: E402
from tests.own_layers import OWN_LAYERS  # noqa: E402
from tests.properties.networks import DIMENSIONS, networks  # noqa: E402
from tests.zoo import ZOO, text  # noqa: E402

TOLERANCE = 1e-10
SHAPES = ("all different", "another seed", "a size of 1 first", "a size of 1 last", "one row, one step, one layer")
# Plain loops compute the values that torch is compared with, so not too many of them.
MOST = 8000


@pytest.fixture(scope="module", params=gallery())
def network(request: pytest.FixtureRequest) -> Network:
    return read(gallery_path(request.param))


def at_shape(network: Network, shape: str) -> Case:
    """The network at random values, with sizes as the name of the shape says."""
    free = tuple(item.symbol.name for item in network.dimensions if item.formula is None)
    ones = {
        "a size of 1 first": free[:1],
        "a size of 1 last": free[-1:],
        "one row, one step, one layer": ("N", "B", "T", "L"),
    }.get(shape, ())
    return small_case(network, np.random.default_rng(SHAPES.index(shape)), ones, MOST)


def check_derivation(here: Case) -> None:
    """All values and all adjoints of the derivation are torch's."""
    network, everything = here.derivation.network, here.everything
    values, grads = gradients(network, here.values, here.sizes, here.upstream)
    for equation in network.equations:
        name = equation.tensor.name
        assert relative_error(everything[name], values[name].numpy()) < TOLERANCE, name
    for adjoint in here.derivation.adjoints:
        name = adjoint.of.name
        if name not in grads:
            # Nothing that torch follows leads there, as behind `stop`.
            assert name not in here.derivation.wanted
            continue
        expected = grads[name].numpy()
        if network.is_layer and name in network.results:
            expected = expected - here.upstream[name]
        assert relative_error(everything[adjoint.tensor.name], expected) < TOLERANCE, f"d{name}"


def check_module(here: Case, dtype: str = "float64", tolerance: float = TOLERANCE) -> None:
    """Loss or outputs, and the gradients, of the emitted module are torch's; dtypes stay what they were."""
    values, grads = gradients(here.derivation.source, here.values, here.sizes, here.upstream)
    results, found = call(load(here.derivation), here, dtype)
    for name, array in results.items():
        assert np.asarray(array).dtype == dtype, name
        assert relative_error(array, values[name].numpy()) < tolerance, name
    assert set(found) == reached(here.derivation)
    for name, array in found.items():
        assert np.asarray(array).dtype == dtype, name
        assert relative_error(array, grads[name].numpy()) < tolerance, f"d{name}"


@pytest.mark.parametrize("shape", SHAPES)
def test_a_derivation_and_an_emitted_module_agree_with_torch(network: Network, shape: str) -> None:
    here = at_shape(network, shape)
    check_derivation(here)
    check_module(here)


@pytest.mark.parametrize("name", sorted(ZOO))
def test_networks_of_many_kinds_agree_with_torch(name: str) -> None:
    here = small_case(parse(text(name)), np.random.default_rng(1), most=MOST)
    check_derivation(here)
    check_module(here)
    check_module(here, "float32", 1e-3)


@pytest.mark.parametrize("name", sorted(OWN_LAYERS))
@pytest.mark.parametrize("ones", [(), ("N", "T", "L")], ids=["", "one row, one step, one layer"])
def test_own_layers_agree_with_torch(name: str, ones: tuple[str, ...]) -> None:
    here = small_case(parse(own_layers.text(name)), np.random.default_rng(2), ones, MOST)
    check_derivation(here)
    check_module(here)
    check_module(here, "float32", 1e-3)


@pytest.mark.parametrize("name", sorted(HANDMADE))
@pytest.mark.parametrize("smallest", [1, 2])
def test_recurrences_windows_and_masks_agree_with_torch(name: str, smallest: int) -> None:
    here = case(HANDMADE[name], np.random.default_rng(smallest), distinct=False, smallest=smallest)
    check_derivation(here)
    check_module(here)


def test_an_emitted_module_keeps_single_precision(network: Network) -> None:
    check_module(at_shape(network, "all different"), "float32", 2e-4)


@settings(deadline=None)
@given(
    st.one_of(networks(), networks(largest=4, stepwise=True)),
    st.integers(0, 2**32 - 1),
    st.one_of(st.just(()), st.tuples(st.sampled_from(DIMENSIONS))),
)
def test_a_random_network_agrees_with_torch(drawn: str, seed: int, ones: tuple[str, ...]) -> None:
    note(drawn)
    try:
        here = case(parse(drawn), np.random.default_rng(seed), ones=ones)
    except NoSample:
        assume(False)
        return
    check_derivation(here)
    check_module(here)
