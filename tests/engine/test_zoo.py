"""Networks and layers of many kinds: every step keeps its value, and every gradient is the slope of the loss."""

from __future__ import annotations

import numpy as np
import pytest

from derive.language import parse
from tests.derivations import check_ends, check_gradients, check_steps, check_wanted, small_case
from tests.zoo import ZOO, text


@pytest.mark.parametrize("name", sorted(ZOO))
def test_a_derivation_holds(name: str) -> None:
    rng = np.random.default_rng(len(name))
    here = small_case(parse(text(name)), rng)
    check_ends(here.derivation)
    check_wanted(here.derivation)
    assert check_steps(here, rng) > 0
    check_gradients(here)
