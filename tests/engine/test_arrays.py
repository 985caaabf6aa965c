"""Whole arrays against the loop oracle: the same values, gradients and Jacobians, over the whole gallery."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest
import sympy

import derive
from derive.arrays import Arrays, Held, TooLarge, continued, evaluated, stepwise, values_at
from derive.binding import bind, free_letters
from derive.derivation import Derivation
from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.evaluate import Point, derivation_at, point, value
from derive.functions import exp
from derive.index import Index, dimension
from derive.language import gallery, gallery_path
from derive.network import Network
from derive.operators import Compare, Delta, Maximum, Sum, Where
from derive.sample import NoSample, sample, sizes_for, upstream
from tests.derivations import derived

# The plain loops of the oracle take seconds for these, so they run through them at one point with the smallest sizes.
SLOW = {
    "attention", "causal_attention", "conv2d", "cross_attention", "depthwise_conv", "gpt", "gpt_tied", "group_norm",
    "lenet", "residual_tower", "transposed_conv",
}  # fmt: skip


@cache
def points(name: str) -> tuple[tuple[Derivation, dict[str, int], dict[str, np.ndarray]], ...]:
    """A derivation with sizes and values: sizes that differ, small ones, and one where the first dimension is 1."""
    derivation = derived(derive.read(gallery_path(name)))
    network, found = derivation.network, []
    rng = np.random.default_rng(5)
    for distinct, smallest, ones in ((False, 1, ()), (True, 2, ()), (False, 1, _first(network))):
        if found and (name in SLOW or not network.dimensions):
            break
        try:
            sizes = sizes_for(network, rng, distinct, smallest, ones)
            values = sample(network, sizes, rng)
        except (NoSample, ValueError):
            continue
        arriving = upstream(network, sizes, rng) if network.is_layer else {}
        pairs = zip(derivation.source.results, derivation.upstream, strict=False)
        found.append((derivation, sizes, {**values, **{dy.name: arriving[result] for result, dy in pairs}}))
    assert found
    return tuple(found)


def _first(network: Network) -> tuple[str, ...]:
    return tuple(item.symbol.name for item in network.dimensions if item.formula is None)[:1]


def assert_equal(found: np.ndarray, expected: np.ndarray, name: str) -> None:
    """AssertionError unless two arrays have the same shape and entries; nothing may be nan."""
    assert found.shape == expected.shape, name
    scale = max(1e-3, float(np.max(np.abs(expected), initial=0.0)))
    assert np.max(np.abs(found - expected), initial=0.0) <= 1e-9 * scale, name


def both(derivation: Derivation, sizes: Mapping[str, int], values: Mapping[str, np.ndarray]) -> tuple[Arrays, Point]:
    """Forward and backward pass, by arrays and by loops."""
    forward = values_at(derivation.network, values, sizes)
    backward = [adjoint.equation for adjoint in derivation.adjoints]
    return continued(backward, forward, derivation.recurrences), derivation_at(derivation, values, sizes)


@pytest.mark.parametrize("name", gallery())
def test_forward_and_backward_pass_are_those_of_the_oracle(name: str) -> None:
    for derivation, sizes, values in points(name):
        arrays, oracle = both(derivation, sizes, values)
        tensors = [item.tensor for item in (*derivation.network.equations, *derivation.adjoints)]
        for tensor in tensors:
            assert_equal(arrays.array(tensor.name), oracle.values[tensor.name], tensor.name)
            assert arrays.array(tensor.name).dtype.kind == ("f" if tensor.within is None else "i")
        for known, slices in oracle.slices.items():
            held = arrays.held[known]
            assert held.open_axis == slices.axis
            for number, part in slices.known.items():
                assert_equal(held.array.take(number + 1, axis=slices.axis), part, f"{known} at {number}")


@pytest.mark.parametrize("name", gallery())
def test_a_jacobian_by_complex_steps_is_the_derived_gradient(name: str) -> None:
    for derivation, sizes, values in points(name):
        network = derivation.network
        at = values_at(network, values, sizes)
        backward = continued([adjoint.equation for adjoint in derivation.adjoints], at, derivation.recurrences)
        arriving = {} if not network.is_layer else {
            result: values[dy.name] for result, dy in zip(network.results, derivation.upstream, strict=True)
        }  # fmt: skip
        for adjoint in derivation.adjoints:
            gradient = sum(
                np.tensordot(
                    dy := arriving.get(result, np.ones(())), at.jacobian(result, adjoint.of.name), axes=dy.ndim
                )
                for result in network.results
            )
            assert_equal(np.asarray(gradient), backward.array(adjoint.tensor.name), adjoint.tensor.name)


i, j, n = Index("i", dimension("D")), Index("j", dimension("D")), Index("n", dimension("N"))
X, Y = Tensor("x", (n.size, i.size)), Tensor("y", (n.size,), i.size)
SIZES = {"N": 4, "D": 4}  # equal, so that x[i,i] has a value
GIVEN = {"x": np.random.default_rng(0).normal(size=(4, 4)), "y": np.array([2, 0, 3, 3])}
AT = Arrays(SIZES, {}, {name: Held(array) for name, array in GIVEN.items()})


@pytest.mark.parametrize(
    "expr",
    [
        X[n, i] * i,
        X[i, n] - X[n, i],
        X[i, i],
        X[n, 2] + X[1, j],
        X[n, Y[n]],
        X[Y[n], i],
        X[n, sympy.Mod(i + 1, 4)] / 3,
        X[sympy.floor(i / 2), sympy.ceiling(j / 2)],
        Delta(Y[n], i) * X[n, i],
        Delta(i, j) + n,
        Where(Compare("<", i, sympy.Integer(3)), X[n, i + 1], sympy.Integer(0)),
        bind(Sum, X[n, i] * X[n, j], [i]),
        bind(Sum, X[n, i] * Y[n], [i, n]),
        bind(Sum, Delta(i, j) * bind(Sum, X[n, i], [i]), [n]),
        bind(Sum, sympy.Integer(2), [i]) ** (n + 1),
        bind(Maximum, X[n, i] * j, [i, n]),
        exp(X[n, i] / bind(Sum, exp(X[n, i]), [i])),
    ],
    ids=str,
)
def test_an_expression_has_the_value_of_the_oracle_at_every_value_of_its_letters(expr: sympy.Expr) -> None:
    letters = tuple(sorted(free_letters(expr), key=str))
    found = evaluated(expr, AT).along(letters)
    there = point(GIVEN, SIZES)
    for place in np.ndindex(*(4 for _ in letters)):
        expected = value(expr, there, dict(zip(letters, place, strict=True)))
        assert found[place] == pytest.approx(expected, rel=1e-12)


def test_an_entry_outside_its_array_is_no_number() -> None:
    for subscript in (i + 1, i - 1, i + n, sympy.Integer(4), sympy.Integer(-1)):
        found = evaluated(X[n, subscript], AT)
        for place in np.ndindex(*found.array.shape):
            number = int(subscript.subs({letter: at for letter, at in zip(found.letters, place, strict=True)}))
            at = place[found.letters.index(n)]
            expected = GIVEN["x"][at, number] if 0 <= number < 4 else np.nan
            assert np.array_equal(found.array[place], expected, equal_nan=True)


def test_a_delta_that_is_0_settles_a_product_with_what_has_no_value() -> None:
    found = evaluated(Delta(i, j + 1) * X[n, i - 1], AT).along((n, i, j))
    assert np.array_equal(found[:, 0], np.zeros((4, 4)))
    assert np.array_equal(found[:, 2, 1], GIVEN["x"][:, 1])


def test_more_numbers_than_are_allowed_are_refused_before_they_are_there() -> None:
    huge = Arrays({"N": 10**6, "D": 10**6}, {}, {}, most=10**6)
    for expr in (Delta(i, n) * 1.0, bind(Sum, Delta(i, n), [i, n])):
        with pytest.raises(TooLarge):
            evaluated(expr, huge)


def test_equations_are_computed_no_further_than_they_are_asked_for() -> None:
    first, second = Tensor("a", (n.size, i.size)), Tensor("b", (n.size,))
    broken = Equation(second, (n,), Entry(Tensor("nothing", (n.size,)), n))
    steps = stepwise([Equation(first, (n, i), 2 * X[n, i]), broken], AT)
    name, at = next(steps)
    assert name == "a" and np.array_equal(at.array("a"), 2 * GIVEN["x"])
    assert "a" not in AT.held
    with pytest.raises(KeyError, match="nothing"):
        next(steps)
