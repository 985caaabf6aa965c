"""Random networks: what is derived agrees with differences, and what is emitted agrees with the loop oracle."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, note
from hypothesis import strategies as st

from derive.language import parse
from derive.sample import NoSample
from tests.agreement import relative_error
from tests.derivations import Case, case, check_ends, check_gradients, check_steps, check_wanted, reached
from tests.modules import call, load
from tests.properties.networks import DIMENSIONS, networks

seeds = st.integers(0, 2**32 - 1)
ones = st.one_of(st.just(()), st.tuples(st.sampled_from(DIMENSIONS)))


def drawn(text: str, seed: int, ones: tuple[str, ...]) -> Case:
    """The derivation of a network at random values; the example is given up where every sample meets a kink."""
    note(text)
    try:
        return case(parse(text), np.random.default_rng(seed), ones=ones)
    except NoSample:
        assume(False)
        raise


@given(networks(), seeds, ones)
def test_every_gradient_is_the_slope_that_differences_find(text: str, seed: int, ones: tuple[str, ...]) -> None:
    here = drawn(text, seed, ones)
    check_ends(here.derivation)
    check_wanted(here.derivation)
    check_gradients(here, everywhere=False)


@given(networks(largest=4, stepwise=True), seeds, ones)
def test_all_of_this_holds_for_recurrences_windows_and_masks(text: str, seed: int, ones: tuple[str, ...]) -> None:
    here = drawn(text, seed, ones)
    check_ends(here.derivation)
    check_wanted(here.derivation)
    check_steps(here, np.random.default_rng(seed))
    check_gradients(here)
    check_module(here)


@given(networks(), seeds, ones)
def test_every_step_keeps_its_value_and_the_emitted_module_agrees(text: str, seed: int, ones: tuple[str, ...]) -> None:
    here = drawn(text, seed, ones)
    check_steps(here, np.random.default_rng(seed))
    check_module(here)


def check_module(here: Case) -> None:
    """The loss and the gradients of the emitted module are those of the oracle."""
    everything = here.everything
    results, gradients = call(load(here.derivation), here)
    for name, array in results.items():
        assert relative_error(array, everything[name]) < 1e-9, name
    assert set(gradients) == reached(here.derivation)
    for name, array in gradients.items():
        assert relative_error(array, everything[here.derivation[name].tensor.name]) < 1e-9, f"d{name}"
