"""Recurrences, product axes, windows and masks: the oracle says what NumPy says, and derivations hold."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from derive.evaluate import evaluate_equation, evaluate_network, loss_gradient, network_at, value
from derive.evaluate.recurrence import continued
from derive.index import Index
from derive.naming import name_values
from derive.network import Network
from derive.operators import Partial
from derive.sample import sample, sizes_for
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
)
from tests.handmade import HANDMADE, T, at, j, k, n, t

NAMES = sorted(HANDMADE)


def values_of(network: Network, **sizes: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Random values and everything that follows from them."""
    values = sample(network, sizes, np.random.default_rng(7))
    return values, evaluate_network(network, values, sizes)


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def test_an_rnn_is_what_a_loop_over_its_steps_says() -> None:
    given, found = values_of(HANDMADE["rnn"], N=2, T=3, D=2, H=4)
    h = given["h0"]
    for step in range(3):
        h = np.tanh(given["x"][:, step] @ given["Wx"] + h @ given["Wh"] + given["b"])
        assert np.allclose(found["h"][:, step], h, rtol=1e-13)
    assert np.isclose(found["E"], np.sum((found["h"] - given["y"]) ** 2) / 6)


def test_an_lstm_is_what_a_loop_over_its_steps_says() -> None:
    given, found = values_of(HANDMADE["lstm"], T=3, N=2, D=2, H=2)
    h, c = given["h0"], given["c0"]
    for step in range(3):
        i, f, g, o = np.split(given["x"][step] @ given["W"] + h @ given["U"] + given["b"], 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        assert np.allclose(found["c"][step], c, rtol=1e-13)
    assert np.isclose(found["E"], np.sum((h - given["y"]) ** 2) / 2)


def test_a_recurrence_may_run_from_the_last_step_to_the_first() -> None:
    given, found = values_of(HANDMADE["downwards"], T=4, H=2)
    g = given["g0"]
    for step in reversed(range(4)):
        g = np.tanh(given["x"][step] + given["w"] * g)
        assert np.allclose(found["g"][step], g, rtol=1e-13)


def test_a_slice_inside_that_has_its_own_equation_wins_over_the_general_one() -> None:
    network = HANDMADE["downwards"]
    (recurrence,) = network.recurrences
    tensors = network.tensors
    inside = at(tensors["g"], (T - 1, j), (j,), 3 * tensors["g0"][j])
    network = replace(network, recurrences=(replace(recurrence, boundaries=(inside,)),))
    given, found = values_of(network, T=3, H=2)
    assert np.array_equal(found["g"][2], 3 * given["g0"])
    assert np.allclose(found["g"][1], np.tanh(given["x"][1] + given["w"] * 3 * given["g0"]), rtol=1e-13)


def test_a_convolution_counts_what_lies_outside_as_zero() -> None:
    sizes = sizes_for(HANDMADE["convolution"], np.random.default_rng(0), distinct=False, smallest=3)
    given, found = values_of(HANDMADE["convolution"], **sizes)
    padded = np.pad(given["x"], ((0, 0), (0, 0), (1, sizes["F"])))
    assert sizes["R"] == (sizes["H"] + 2 - sizes["F"]) // 2 + 1
    for r in range(sizes["R"]):
        window = padded[:, :, 2 * r : 2 * r + sizes["F"]]
        assert np.allclose(found["y"][:, :, r], np.einsum("ncu,ocu->no", window, given["k"]) + given["b"])


def test_pooling_takes_the_largest_of_each_block() -> None:
    given, found = values_of(HANDMADE["pooling"], N=3, R=4)
    assert np.array_equal(found["y"], given["x"].reshape(3, 4, 2).max(axis=2))


def test_heads_lie_side_by_side_on_a_product_axis() -> None:
    given, found = values_of(HANDMADE["attention"], B=2, T=3, H=2, K=3)
    q, v = (given[name].reshape(2, 3, 2, 3).transpose(0, 2, 1, 3) for name in "qv")
    masked = np.where(np.tri(3, dtype=bool), q @ q.transpose(0, 1, 3, 2) / np.sqrt(3), -np.inf)
    p = np.exp(masked) / np.exp(masked).sum(-1, keepdims=True)
    assert np.allclose(found["P"], p, rtol=1e-12)
    assert np.allclose(found["y"], (p @ v).transpose(0, 2, 1, 3).reshape(2, 3, 6), rtol=1e-12)


def test_the_end_of_a_recurrence_can_be_read_and_nothing_beyond_it() -> None:
    network = HANDMADE["rnn"]
    sizes = {"N": 1, "T": 2, "D": 1, "H": 2}
    values = sample(network, sizes, np.random.default_rng(0))
    here, h = network_at(network, values, sizes), network.tensors["h"]
    assert [value(h[n, -1, j], here, {n: 0, j: number}) for number in range(2)] == list(values["h0"][0])
    for outside in (h[n, -2, j], h[n, T, j], h[n, -1, j + 1]):
        with pytest.raises(IndexError, match="stands for h"):
            value(outside, here, {n: 0, j: 1})


def test_a_slice_that_is_not_computed_yet_cannot_be_read() -> None:
    network = HANDMADE["downwards"]
    (recurrence,) = network.recurrences
    sizes = {"T": 2, "H": 1}
    given = network_at(network, sample(network, sizes, np.random.default_rng(0)), sizes)
    with pytest.raises(IndexError, match="no slice 1 yet"):
        continued(network.equations, given, (replace(recurrence, step=-1),))


def test_an_equation_must_give_every_entry_exactly_once() -> None:
    tensors = HANDMADE["downwards"].tensors
    values = {"x": np.ones((2, 3))}
    letter = Index("p", 2)
    for left in ((t, letter), (t, 2 * letter)):
        equation = at(tensors["g"], left, (t, letter), tensors["x"][t, letter])
        with pytest.raises((ValueError, IndexError)):
            evaluate_equation(equation, values, {"T": 2, "H": 3})


def test_a_derivative_by_an_entry_of_a_recurrent_tensor_goes_one_step() -> None:
    network = HANDMADE["rnn"]
    sizes = {"N": 2, "T": 3, "D": 1, "H": 2}
    values = sample(network, sizes, np.random.default_rng(0))
    here = network_at(network, values, sizes)
    h, z = network.tensors["h"], network.tensors["z"]
    for number in range(3):
        place = {n: 1, j: 0, k: 1, t: number}
        assert np.isclose(value(Partial(z[n, t, j], h[n, t - 1, k]), here, {**place}), values["Wh"][1, 0])
        slope = 1 - here.values["h"][1, number, 0] ** 2
        assert np.isclose(value(Partial(h[n, t, j], z[n, t, j]), here, {**place}), slope)
    start = network.tensors["h0"]
    assert np.isclose(value(Partial(h[n, -1, j], start[n, j]), here, {n: 1, j: 1}), 1)
    assert value(Partial(h[n, t, j], h[n, t - 1, j]), here, {n: 0, j: 0, t: 1}) == 0


def free_sizes(name: str) -> tuple[str, ...]:
    """The names of the sizes that no formula gives."""
    return tuple(item.symbol.name for item in HANDMADE[name].dimensions if item.formula is None)


@pytest.mark.parametrize("name", NAMES)
def test_a_derivation_holds(name: str) -> None:
    rng = np.random.default_rng(1)
    here = small_case(HANDMADE[name], rng)
    check_ends(here.derivation)
    check_wanted(here.derivation)
    assert check_steps(here, rng) > 0
    check_gradients(here)


@pytest.mark.parametrize(("name", "one"), [(name, one) for name in NAMES for one in free_sizes(name)])
def test_a_derivation_holds_for_one_row_one_step_one_layer(name: str, one: str) -> None:
    rng = np.random.default_rng(2)
    check_at_ones(small_case(HANDMADE[name], rng, ones=(one,)), rng)


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_of_a_gradient_is_the_slope_of_the_loss(name: str) -> None:
    here = case(HANDMADE[name], np.random.default_rng(3), distinct=False, smallest=1)
    for adjoint in here.derivation.adjoints:
        expected = loss_gradient(here.derivation.network, here.values, here.sizes, adjoint.of.name, here.upstream)
        assert relative_error(gradient(here, adjoint.of.name), expected) < DIFFERENCES, f"d{adjoint.of.name}"


@pytest.mark.parametrize("name", NAMES)
def test_what_has_names_is_named_no_further(name: str) -> None:
    named = name_values(HANDMADE[name])
    assert name_values(named) == named


@pytest.mark.parametrize("name", NAMES)
def test_a_derivation_survives_json(name: str) -> None:
    data = json.loads(json.dumps(to_data(derived(HANDMADE[name]))))
    assert from_data(data) == derived(HANDMADE[name])
