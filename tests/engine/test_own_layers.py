"""A user's own layers, with recurrences, windows and masks: every step keeps its value, every gradient is the slope."""

from __future__ import annotations

import json

import numpy as np
import pytest

from derive.language import parse
from derive.tree import from_data, to_data
from tests.derivations import check_at_ones, check_ends, check_gradients, check_steps, check_wanted, derived, small_case
from tests.own_layers import OWN_LAYERS, text

NAMES = sorted(OWN_LAYERS)


@pytest.mark.parametrize("name", NAMES)
def test_a_derivation_holds(name: str) -> None:
    rng = np.random.default_rng(0)
    here = small_case(parse(text(name)), rng)
    check_ends(here.derivation)
    check_wanted(here.derivation)
    assert check_steps(here, rng) > 0
    check_gradients(here)


@pytest.mark.parametrize("name", NAMES)
def test_a_derivation_holds_for_one_row_one_step_one_layer(name: str) -> None:
    rng = np.random.default_rng(1)
    check_at_ones(small_case(parse(text(name)), rng, ones=("N", "T", "L")), rng)


@pytest.mark.parametrize("name", NAMES)
def test_a_derivation_survives_json(name: str) -> None:
    derivation = derived(parse(text(name)))
    data = json.loads(json.dumps(to_data(derivation)))
    assert from_data(data) == derivation
