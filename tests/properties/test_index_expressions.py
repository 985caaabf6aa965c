"""The gradient of any index expression, whatever it nests, is the slope that differences find; every step keeps it."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Expr

from derive.binding import bind, free_letters
from derive.entry import Tensor
from derive.equation import Equation
from derive.network import Declaration, Dimension, Network
from derive.operators import Sum
from derive.sample import NoSample
from derive.tree import from_data, to_data
from tests.derivations import case, check_ends, check_gradients, check_steps
from tests.properties.expressions import D, N, V, X, expressions


def network_of(right: Expr) -> Network:
    """The network whose loss is the sum of an expression over all of its letters."""
    loss = Equation(Tensor("E"), (), bind(Sum, right, sorted(free_letters(right), key=str)))
    return Network(
        "drawn",
        "",
        (Dimension(N), Dimension(D)),
        (),
        (Declaration(X, "param"), Declaration(V, "param")),
        (loss,),
        ("E",),
    )


@settings(deadline=None)
@given(expressions, st.integers(0, 2**32 - 1), st.sampled_from([(), ("N",), ("D",)]))
def test_a_gradient_is_the_slope_of_the_loss(right: Expr, seed: int, ones: tuple[str, ...]) -> None:
    rng = np.random.default_rng(seed)
    try:
        here = case(network_of(right), rng, ones=ones)
    except NoSample:
        assume(False)
    check_ends(here.derivation)
    check_gradients(here)
    check_steps(here, rng)


@given(expressions)
def test_an_expression_survives_being_written_as_data(right: Expr) -> None:
    assert from_data(to_data(right)) == right
