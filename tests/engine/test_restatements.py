"""Negative log-likelihoods become the losses they are known as, by rules of logarithms, and without assumptions."""

from __future__ import annotations

import json

import numpy as np
import pytest

from derive.backward import differentiate
from derive.evaluate import evaluate_network
from derive.language import gallery, gallery_path, parse, read
from derive.naming import name_values
from derive.operators import Apply, Product
from derive.restate import restate
from derive.tree import from_data, to_data
from tests.agreement import relative_error
from tests.derivations import case, check_ends, check_gradients, check_steps, derived, small_case
from tests.likelihoods import HEAD, LIKELIHOODS, as_likelihood, as_loss
from tests.modules import call, load

# The networks of the gallery that are written as likelihoods.
WRITTEN_SO = {
    "bernoulli_likelihood",
    "categorical_likelihood",
    "gaussian_likelihood",
    "gaussian_variance",
    "laplace_likelihood",
    "poisson_likelihood",
}


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_a_likelihood_becomes_the_loss_that_it_is_known_as(name: str) -> None:
    likelihood, loss = differentiate(parse(as_likelihood(name))), differentiate(parse(as_loss(name)))
    assert likelihood.restatements and likelihood.restatements[-1].steps
    assert likelihood.network.equations == loss.network.equations
    assert [adjoint.equation for adjoint in likelihood.adjoints] == [adjoint.equation for adjoint in loss.adjoints]


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_every_step_keeps_the_value_and_the_gradients_are_slopes_of_the_likelihood(name: str) -> None:
    network = parse(as_likelihood(name))
    rng = np.random.default_rng(5)
    here = small_case(network, rng)
    check_steps(here, rng)
    check_ends(here.derivation)
    check_gradients(here)


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_the_emitted_module_computes_the_loss_of_the_likelihood_as_written(name: str) -> None:
    network = parse(as_likelihood(name))
    here = small_case(network, np.random.default_rng(6))
    written = evaluate_network(here.derivation.source, here.values, here.sizes)
    results, _ = call(load(here.derivation), here)
    assert relative_error(np.asarray(results["E"]), np.asarray(written["E"])) < 1e-12


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_a_restatement_survives_json(name: str) -> None:
    derivation = differentiate(parse(as_likelihood(name)))
    assert from_data(json.loads(json.dumps(to_data(derivation)))) == derivation


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_what_was_restated_is_restated_no_further(name: str) -> None:
    network = differentiate(parse(as_likelihood(name))).network
    again, found = restate(network)
    assert again == network and not [item for item in found if item.steps]


@pytest.mark.parametrize("name", gallery())
def test_other_networks_stay_as_they_are(name: str) -> None:
    derivation = derived(read(gallery_path(name)))
    assert bool(derivation.restatements) == (name in WRITTEN_SO)
    if name not in WRITTEN_SO:
        assert derivation.network == name_values(derivation.source)


def test_ten_thousand_probabilities_do_not_underflow() -> None:
    network = read(gallery_path("gaussian_likelihood"))
    here = case(network, np.random.default_rng(0), sizes={"N": 10_000, "D": 3})
    x, w, b, s, y = (here.values[name] for name in ("x", "w", "b", "s", "y"))
    errors = y - x @ w - b
    densities = np.exp(-(errors**2) / (2 * s**2)) / np.sqrt(2 * np.pi * s**2)
    assert np.prod(densities) in (0.0, np.inf)
    results, gradients = call(load(here.derivation), here)
    assert relative_error(np.asarray(results["E"]), -np.log(densities).sum()) < 1e-9
    assert relative_error(gradients["w"], -x.T @ errors / s**2) < 1e-9


NOTHING_KNOWN = HEAD + "target y[N] in K\nparam q[N, K]{fact}\nL = prod(q[n,y[n]] for n)\nloss E = -log(L)"


def test_a_product_of_what_may_be_negative_stays_and_the_reader_is_told() -> None:
    derivation = differentiate(parse(NOTHING_KNOWN.format(fact="")))
    (found,) = derivation.restatements
    assert not found.steps and found.equation.right == derivation.network.equation("E").right
    assert [str(expr) for expr in found.missing] == ["q[i,y[i]]"]
    assert derivation.network.equation("L").right.has(Product)


def test_a_declared_fact_is_used_and_named() -> None:
    (found,) = differentiate(parse(NOTHING_KNOWN.format(fact=" positive"))).restatements
    assert found.steps and not found.missing
    assert found.assumed == ("the entries of q are positive",)


def test_no_fact_is_named_that_was_not_needed() -> None:
    for name in ("bernoulli_likelihood", "categorical_likelihood", "gaussian_likelihood"):
        for found in derived(read(gallery_path(name))).restatements:
            assert found.assumed == ()


def test_one_factor_of_unknown_sign_is_no_obstacle() -> None:
    text = HEAD + "input m[N]\nparam b\nwrt m\nloss E = -sum(log(exp(-m[n]**2 / b) / (2*b)) for n)"
    (found,) = differentiate(parse(text)).restatements
    assert found.steps and not found.missing


@pytest.mark.parametrize(
    "loss",
    [
        "p = softmax(z)\nloss E = -mean(log(p))",
        "p[n,k] = exp(z[n,k]) / sum(exp(z[n,l]) for l)\nloss E = -mean(log(p))",
        "loss E = -mean(log(exp(z[n,k]) / sum(exp(z[n,l]) for l)) for n, k)",
        "loss E = mean(log(1 + exp(z)))",
        "loss E = mean(log(z**2 * 3))",
        "s = sqrt(mean(z**2))\nloss E = log(s)",
    ],
)
def test_logarithms_that_would_keep_their_exponentials_stay(loss: str) -> None:
    network = parse(HEAD + "input z[N, K]\nwrt z\n" + loss)
    derivation = differentiate(network)
    assert derivation.restatements == () and derivation.network == name_values(network)


def test_a_value_that_something_else_reads_is_kept() -> None:
    text = HEAD + "input m[N]\nwrt m\np[n] = exp(-m[n]**2)\nloss E = -sum(log(p)) + sum(p)"
    network = differentiate(parse(text)).network
    assert [equation.tensor.name for equation in network.equations] == ["p", "E"]


def test_an_output_of_a_layer_is_restated_too() -> None:
    derivation = differentiate(parse(HEAD + "input m[N]\np[n] = exp(-m[n]**2)\noutput l = log(p)"))
    (found,) = derivation.restatements
    assert str(found.equation) == "l[n] = -m[n]**2"
    assert str(derivation["m"].equation.right) == "-2*dl[n]*m[n]"


def test_steps_of_a_recurrence_are_not_put_in() -> None:
    text = HEAD + "input x[N], a0\nwrt x\na[n] = a[n-1] * exp(x[n])\na[-1] = a0\nloss E = log(a[N-1])"
    derivation = differentiate(parse(text))
    assert not [item for item in derivation.restatements if item.steps]
    check_gradients(case(parse(text), np.random.default_rng(0)))


def test_a_chain_of_values_is_opened_to_its_end() -> None:
    chain = "".join(f"a{i} = a{i - 1} * exp(-(m - {i})**2)\n" for i in range(1, 60))
    derivation = differentiate(parse(f"{HEAD}input x[N]\nparam m\na0 = exp(-m**2)\n{chain}loss E = -log(a59)"))
    (found,) = derivation.restatements
    assert len(found.opened) == 60 and [item.tensor.name for item in derivation.network.equations] == ["E"]
    assert not found.equation.right.has(Apply)


def test_a_value_that_would_get_too_long_keeps_its_name() -> None:
    # Written out, a30 has 2^30 factors.
    chain = "".join(f"a{i}[n] = a{i - 1}[n] * prod(a{i - 1}[k] for k)\n" for i in range(1, 31))
    text = f"{HEAD}input x[N]\nparam m\na0[n] = exp(-(x[n] - m)**2)\n{chain}loss E = -log(prod(a30[n] for n))"
    network = differentiate(parse(text)).network
    assert {"a29", "a30"} <= {equation.tensor.name for equation in network.equations}


def test_nothing_is_opened_where_that_takes_no_logarithm_apart() -> None:
    text = HEAD + "input x[N]\nparam a\np[n] = -exp(-a*x[n])\nloss E = log(prod(p[n] for n))"
    (found,) = differentiate(parse(text)).restatements
    assert not found.steps and [str(expr) for expr in found.missing] == ["-exp(-a*x[i])"]
    # One such factor alone is no obstacle: where its logarithm is a number, the rest is negative too.
    text = HEAD + "input x[N]\nparam a, c\np = -exp(-a)\nloss E = log(p*c)"
    (found,) = differentiate(parse(text)).restatements
    assert found.steps and not found.missing


def test_a_sign_goes_inside_the_cases_of_a_sum() -> None:
    text = HEAD + "input x[N]\ntarget m[N] binary\nparam a\nloss E = -log(prod(exp(-(x[n]-a)**2) for n if m[n] == 1))"
    (found,) = differentiate(parse(text)).restatements
    assert not found.equation.right.could_extract_minus_sign()
    assert not found.equation.right.body.then.could_extract_minus_sign()


def test_a_fact_of_a_number_is_told_of_the_number() -> None:
    (found,) = differentiate(parse(HEAD + "input x[N]\nparam v positive\nloss E = log(prod(v*exp(x)))")).restatements
    assert found.assumed == ("the number v is positive",)


MASKED = HEAD + "input z[N, K], m[N] binary\ntarget y[N] in K\nwrt z\np = softmax(z)\n"


def test_a_product_over_some_entries_becomes_a_sum_over_those() -> None:
    text = MASKED + "loss E = -log(prod(p[n,y[n]] for n if m[n] == 1))"
    rng = np.random.default_rng(1)
    z, m, y = rng.normal(size=(50, 4)) * 1000, rng.integers(0, 2, 50).astype(float), rng.integers(0, 4, 50)
    highest = z.max(axis=1, keepdims=True)
    log_p = z - highest - np.log(np.exp(z - highest).sum(axis=1, keepdims=True))
    loss, _ = load(differentiate(parse(text)))["forward"]({}, z, m, y)
    expected = -(m * log_p[np.arange(50), y]).sum()
    assert expected > 1000 and relative_error(np.asarray(loss), np.asarray(expected)) < 1e-12


def test_a_power_of_a_quotient_is_a_power_first() -> None:
    text = HEAD + "input r[N] positive, d[N]\nwrt r\nloss E = log(prod((exp(r[n]) / sum(r))**d[n] for n))"
    (found,) = differentiate(parse(text)).restatements
    names = [step.rule for step in found.steps]
    assert names.index("logarithm of a power") < names.index("logarithm of a quotient")
