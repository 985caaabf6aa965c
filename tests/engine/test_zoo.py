"""Networks and layers of many kinds: every step keeps its value, and every gradient is the slope of the loss."""

from __future__ import annotations

import numpy as np
import pytest

from derive.language import parse
from derive.sample import sizes_for
from tests.derivations import case, check_ends, check_gradients, check_steps, check_wanted
from tests.zoo import ZOO, text


@pytest.mark.parametrize("name", sorted(ZOO))
def test_a_derivation_holds(name: str) -> None:
    network = parse(text(name))
    rng = np.random.default_rng(len(name))
    # Sizes that all differ, beginning with 1: large ones would only cost time here, where loops do the work.
    smallest = 1 if len(sizes_for(network, rng)) > 3 else 2
    here = case(network, rng, smallest=smallest)
    check_ends(here.derivation)
    check_wanted(here.derivation)
    assert check_steps(here, rng) > 0
    check_gradients(here)
