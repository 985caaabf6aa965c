"""Losses that were derived from a likelihood agree with the log-probabilities of torch's own distributions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is an optional cross-check (extra `crosscheck`)")

from torch import distributions  # noqa: E402

from derive.language import gallery_path, parse, read  # noqa: E402
from derive.network import Network  # noqa: E402
from tests.agreement import relative_error  # noqa: E402
from tests.derivations import case, small_case  # noqa: E402
from tests.likelihoods import as_likelihood  # noqa: E402
from tests.modules import call, load  # noqa: E402

TOLERANCE = 1e-10
Given = dict[str, Any]


def _linear(v: Given) -> Any:
    return v["x"] @ v["w"] + v.get("b", v.get("c", 0.0))


def _normal(v: Given) -> Any:
    return -distributions.Normal(_linear(v), v["s"].abs()).log_prob(v["y"]).sum()


def _variance(v: Given) -> Any:
    return -distributions.Normal(v["m"], v["v"].sqrt()).log_prob(v["y"]).mean()


def _bernoulli(v: Given) -> Any:
    return -distributions.Bernoulli(logits=_linear(v)).log_prob(v["y"]).mean()


def _categorical(v: Given) -> Any:
    return -distributions.Categorical(logits=v["x"] @ v["W"] + v["b"]).log_prob(v["y"].argmax(-1)).mean()


def _laplace(v: Given) -> Any:
    return -distributions.Laplace(_linear(v), 0.5).log_prob(v["y"]).sum()


def _poisson(v: Given) -> Any:
    # The network leaves out 1/y!, which torch's Poisson has.
    return -(distributions.Poisson(_linear(v).exp()).log_prob(v["y"]) + torch.lgamma(v["y"] + 1)).mean()


def _labels(v: Given) -> Any:
    return -distributions.Categorical(logits=v["x"] @ v["W"]).log_prob(v["y"]).sum()


def _student(v: Given) -> Any:
    there = distributions.StudentT(3.0, v["m"], v["s"].abs())
    # The network leaves out the constant, which is the density at the middle.
    return -(there.log_prob(v["y"]) - there.log_prob(v["m"])).sum()


def _mixture(v: Given) -> Any:
    single = distributions.Normal(v["m"], 1.0).log_prob(v["y"][:, None]) + np.log(2 * np.pi) / 2
    return -torch.logsumexp(single + v["w"].log(), 1).sum()


GALLERY: dict[str, Callable[[Given], Any]] = {
    "gaussian_likelihood": _normal,
    "gaussian_variance": _variance,
    "bernoulli_likelihood": _bernoulli,
    "categorical_likelihood": _categorical,
    "laplace_likelihood": _laplace,
    "poisson_likelihood": _poisson,
}
OTHERS: dict[str, Callable[[Given], Any]] = {
    "categorical, with labels": _labels,
    "Student's t, without its constant": _student,
    "mixture of Gaussians": _mixture,
}


def check(network: Network, loss: Callable[[Given], Any], seed: int, sizes: dict[str, int] | None = None) -> None:
    """Loss and gradients of the emitted module are those of torch's distribution."""
    rng = np.random.default_rng(seed)
    here = small_case(network, rng) if sizes is None else case(network, rng, sizes=sizes)
    if "poisson" in network.name:
        here.values["y"] = rng.poisson(2.0, size=here.values["y"].shape).astype(float)
    given = {name: torch.tensor(array) for name, array in here.values.items()}
    for name in here.derivation.wanted:
        given[name].requires_grad_()
    expected = loss(given)
    expected.backward()
    results, gradients = call(load(here.derivation), here)
    assert relative_error(np.asarray(results["E"]), expected.detach().numpy()) < TOLERANCE
    for name in here.derivation.wanted:
        assert relative_error(gradients[name], given[name].grad.numpy()) < TOLERANCE, name


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", GALLERY)
def test_a_likelihood_of_the_gallery_is_that_of_torch(name: str, seed: int) -> None:
    check(read(gallery_path(name)), GALLERY[name], seed)


@pytest.mark.parametrize("name", OTHERS)
def test_another_likelihood_is_that_of_torch(name: str) -> None:
    check(parse(as_likelihood(name)), OTHERS[name], 1)


@pytest.mark.parametrize("name", ["gaussian_likelihood", "categorical_likelihood"])
def test_thousands_of_rows_do_not_underflow(name: str) -> None:
    check(read(gallery_path(name)), GALLERY[name], 2, {"N": 5000, "D": 3} | ({"K": 4} if "cat" in name else {}))
