"""Every optimisation preserves values, and logits of a thousand give finite losses and gradients without a warning."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest

import derive
from codegen.check import check
from codegen.emit import emit
from codegen.interpret import run
from codegen.lower.derivation import lower
from codegen.optimisation import PIPELINE, optimised
from codegen.program import Program
from derive.derivation import Derivation
from derive.evaluate.passes import evaluate_derivation
from derive.sample import sample, sizes_for, upstream

HEAD = 'network logits "Logits"\ndim N, K = 4\n{given}\nparam z[N, K]\n'
ONE_HOT, BINARY, LABELS, SHARES = "target y[N, K] one_hot", "target y[N, K] binary", "target y[N] in K", \
    "target y[N, K] sums_to_one"  # fmt: skip
SOFTMAX = "p[n,k] = exp(z[n,k]) / sum(exp(z[n,l]) for l)\n"
BCE = "loss E = -mean(y*log(p) + (1 - y)*log(1 - p))\n"

FORMULAS: dict[str, tuple[str, str]] = {
    "softmax and cross-entropy": (ONE_HOT, "p = softmax(z)\nloss E = mean(cross_entropy(p, y))\n"),
    "softmax from exponentials": (ONE_HOT, SOFTMAX + "loss E = -sum(y*log(p)) / N\n"),
    "softmax with named parts": (
        ONE_HOT,
        "e = exp(z)\ns[n] = sum(e[n,k] for k)\np[n,k] = e[n,k] / s[n]\nloss E = -sum(y*log(p)) / N\n",
    ),
    "softmax and labels": (LABELS, SOFTMAX + "loss E = -sum(log(p[n,y[n]]) for n) / N\n"),
    "softmax and squares": (ONE_HOT, SOFTMAX + "loss E = sum((p - y)**2)\n"),
    "softmax with temperature": (
        ONE_HOT,
        "p[n,k] = exp(z[n,k]/2) / sum(exp(z[n,l]/2) for l)\nloss E = -sum(y*log(p)) / N\n",
    ),
    "log of softmax in one line": (ONE_HOT, "loss E = -sum(y*log(softmax(z))) / N\n"),
    "log-softmax": (ONE_HOT, "loss E = -sum(y*log_softmax(z)) / N\n"),
    "log-sum-exp": (LABELS, "loss E = sum(log(sum(exp(z[n,k]) for k)) - z[n,y[n]] for n) / N\n"),
    "divergence": (SHARES, "p = softmax(z)\nloss E = mean(kl(y, p))\n"),
    "entropy": (ONE_HOT, SOFTMAX + "loss E = -sum(p*log(p)) / N\n"),
    "sigmoid and cross-entropy": (BINARY, "p = sigmoid(z)\nloss E = mean(binary_cross_entropy(p, y))\n"),
    "sigmoid from an exponential": (BINARY, "p = 1 / (1 + exp(-z))\n" + BCE),
    "sigmoid the other way": (BINARY, "p = exp(z) / (1 + exp(z))\n" + BCE),
    "sigmoid step by step": (BINARY, "a = -z\ne = exp(a)\ns = 1 + e\np = 1 / s\n" + BCE),
    "cross-entropy of logits": (BINARY, "loss E = -mean(y*log(1/(1 + exp(-z))) + (1 - y)*log(1 - 1/(1 + exp(-z))))\n"),
    "focal loss": (BINARY, "p = sigmoid(z)\nloss E = -mean(y*(1 - p)**2*log(p))\n"),
    "focal loss of a softmax": (ONE_HOT, "p = softmax(z)\nloss E = -sum(y*(1 - p)**2*log(p))\n"),
    "focal loss both ways": (
        BINARY,
        "p = sigmoid(z)\nloss E = -sum(y*(1 - p)**2*log(p) + (1 - y)*p**2*log(1 - p))\n",
    ),
    "divergence of two softmaxes": (ONE_HOT, "loss E = mean(kl(softmax(y), softmax(z)))\n"),
    "divergence from the middle": (
        ONE_HOT,
        "p = softmax(z)\nq = softmax(y)\nm = (p + q)/2\nloss E = sum(kl(p, m) + kl(q, m))\n",
    ),
    "softmax with a shift": (
        ONE_HOT,
        "m = max(z, over=K)\ne = exp(z - m)\np = e / sum(e, over=K)\nloss E = -sum(y*log(p))\n",
    ),
    "entropy of logits": (ONE_HOT, "loss E = sum(-softmax(z)*log_softmax(z))\n"),
    "cross-entropy with an entropy bonus": (
        ONE_HOT,
        "p = softmax(z)\nloss E = mean(cross_entropy(p, y)) + 0.1*sum(p*log(p))\n",
    ),
    "cross-entropy with fixed shares": (ONE_HOT, "loss E = sum(cross_entropy(softmax(z), stop(softmax(z))))\n"),
    "softplus": (BINARY, "h = log(1 + exp(z))\nloss E = sum(y*h)\n"),
    "softplus by name": (BINARY, "h = softplus(z)\nloss E = sum(y*h)\n"),
    "tanh from exponentials": (BINARY, "h = (exp(z) - exp(-z)) / (exp(z) + exp(-z))\nloss E = sum((h - y)**2)\n"),
    "log of cosh": (BINARY, "loss E = sum(log(cosh(z - y)))\n"),
    "elu": (BINARY, "loss E = sum(y*elu(z))\n"),
    "mish": (BINARY, "loss E = sum(y*mish(z))\n"),
    "silu": (BINARY, "loss E = sum(y*silu(z))\n"),
    "gelu": (BINARY, "loss E = sum(y*gelu(z))\n"),
    "gelu by tanh": (BINARY, "loss E = sum(y*gelu_tanh(z))\n"),
    "exponential by case": (BINARY, "h = where(z < 0, exp(z), 1 + z)\nloss E = sum(y*h)\n"),
    "logarithm by case": (BINARY, "h = where(z > 1, log(z), z - 1)\nloss E = sum(y*h)\n"),
}


@cache
def derivation(name: str) -> Derivation:
    given, equations = FORMULAS[name]
    return derive.differentiate(derive.parse(HEAD.format(given=given) + "\n" + equations))


def module(source: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": "emitted"}
    exec(source, namespace)
    return namespace


def _targets(name: str, rows: int, dtype: type) -> list[np.ndarray]:
    given = FORMULAS[name][0]
    if given == LABELS:
        return [np.arange(rows) % 4, (np.arange(rows) + 1) % 4]
    if given == BINARY:
        return [np.zeros((rows, 4), dtype), np.ones((rows, 4), dtype)]
    return [np.eye(4, dtype=dtype)[(np.arange(rows) + shift) % 4] for shift in range(4)]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", FORMULAS)
def test_logits_of_a_thousand_give_finite_values_without_a_warning(name: str, dtype: type) -> None:
    emitted = module(emit(derivation(name)))
    z = np.random.default_rng(0).standard_normal((6, 4)).astype(dtype)
    z[0, 0], z[1], z[2, 1], z[3, 1], z[3, 2], z[4], z[5, :2] = 1000, 1000, -1000, 1000, -1000, 0, -1000
    for y in _targets(name, 6, dtype):
        arrays = {"y": y} if "y" in emitted["INPUTS"] else {}
        with warnings.catch_warnings(), np.errstate(all="warn", under="ignore"):
            warnings.simplefilter("error")
            loss, grads = emitted["loss_and_grads"]({"z": z}, **arrays)
        assert np.isfinite(loss) and np.isfinite(grads["z"]).all()
        assert loss.dtype == grads["z"].dtype == dtype


@pytest.mark.parametrize(
    ("name", "z", "y", "loss", "gradient"),
    [
        ("sigmoid from an exponential", [[1000.0]], [[0.0]], 1000.0, [[1.0]]),
        ("sigmoid from an exponential", [[-1000.0]], [[1.0]], 1000.0, [[-1.0]]),
        ("sigmoid step by step", [[-1000.0]], [[1.0]], 1000.0, [[-1.0]]),
        ("cross-entropy of logits", [[1000.0]], [[0.0]], 1000.0, [[1.0]]),
        ("softmax from exponentials", [[1000.0, -1000.0]], [[0.0, 1.0]], 2000.0, [[1.0, -1.0]]),
        ("softmax with named parts", [[1000.0, -1000.0]], [[0.0, 1.0]], 2000.0, [[1.0, -1.0]]),
        ("log of softmax in one line", [[1000.0, -1000.0]], [[0.0, 1.0]], 2000.0, [[1.0, -1.0]]),
        ("focal loss of a softmax", [[1000.0, -1000.0]], [[0.0, 1.0]], 2000.0, [[1.0, -1.0]]),
        ("focal loss both ways", [[1000.0, -1000.0]], [[0.0, 1.0]], 2000.0, [[1.0, -1.0]]),
        ("softmax with a shift", [[1000.0, -1000.0]], [[0.0, 1.0]], 2000.0, [[1.0, -1.0]]),
        ("cross-entropy with an entropy bonus", [[1000.0, -1000.0]], [[0.0, 1.0]], 2000.0, [[1.0, -1.0]]),
        ("softplus", [[1000.0]], [[1.0]], 1000.0, [[1.0]]),
        ("tanh from exponentials", [[1000.0]], [[0.0]], 1.0, [[0.0]]),
        ("log of cosh", [[1000.0]], [[0.0]], 1000.0 - np.log(2.0), [[1.0]]),
        ("elu", [[1000.0, -1000.0]], [[1.0, 1.0]], 999.0, [[1.0, 0.0]]),
    ],
)
def test_values_at_a_thousand_are_right(name: str, z: Any, y: Any, loss: float, gradient: Any) -> None:
    emitted = module(emit(derivation(name)))
    found, grads = emitted["loss_and_grads"]({"z": np.array(z)}, y=np.array(y))
    np.testing.assert_allclose(found, loss, rtol=1e-12)
    np.testing.assert_allclose(grads["z"], gradient, rtol=1e-12, atol=1e-12)


Pass = Callable[[Program], Program]
STAGES: dict[str, tuple[Pass, ...]] = {"none": (), **{one.__name__: (one,) for one in PIPELINE}}


@dataclass(frozen=True)
class Point:
    """Values of everything that a network is given, its sizes, and what the loops make of them."""

    derivation: Derivation
    sizes: dict[str, int]
    given: dict[str, Any]
    expected: dict[str, Any]


def point(d: Derivation, seed: int) -> Point:
    rng = np.random.default_rng(seed)
    sizes = sizes_for(d.network, rng)
    values: dict[str, Any] = dict(sample(d.network, sizes, rng))
    values |= {f"d{name}": array for name, array in upstream(d.network, sizes, rng).items()} if d.upstream else {}
    all_sizes = dict(sizes)
    for dimension in d.network.dimensions:
        if dimension.formula is not None:
            known = {symbol: all_sizes[symbol.name] for symbol in dimension.formula.free_symbols}
            all_sizes[dimension.symbol.name] = int(dimension.formula.subs(known))
    return Point(d, all_sizes, values, evaluate_derivation(d, values, sizes))


@cache
def gallery_point(network: str) -> Point:
    return point(derive.differentiate(derive.read(derive.gallery_path(network))), 1)


def _values(program: Program, here: Point) -> tuple[dict[str, Any], dict[str, Any]]:
    """The results of a program by its interpreter and those of the loops."""
    given = here.given | {name: float(value) for name, value in program.constants}
    forward = run(program.forward, given, here.sizes)
    kept = {name: forward[name] for name in program.saved} | {p.name: given[p.name] for p in program.parameters}
    kept |= {name: given[name] for name, _ in program.constants} | {u.name: given[u.name] for u in program.upstream}
    found = run(program.backward, kept, here.sizes)
    names = [*program.results, *(gradient for _, gradient in program.gradients)]
    return {name: (forward | found)[name] for name in names}, {name: here.expected[name] for name in names}


@pytest.mark.parametrize("name", FORMULAS)
def test_the_optimised_program_has_the_values_of_the_loops(name: str) -> None:
    program = optimised(derivation(name))
    check(program)
    found, expected = _values(program, point(derivation(name), 0))
    for key, value in expected.items():
        np.testing.assert_allclose(found[key], value, rtol=1e-9, atol=1e-11)


# The loop oracle takes minutes for the largest; they check their gradients themselves in test_numpy_module.
HEAVY = frozenset(("gpt", "gpt_tied", "lenet"))


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("network", [name for name in derive.gallery() if name not in HEAVY])
def test_each_optimisation_alone_preserves_the_values_of_the_gallery(network: str, stage: str) -> None:
    here = gallery_point(network)
    program = lower(here.derivation)
    for improve in STAGES[stage]:
        program = improve(program)
    check(program)
    found, expected = _values(program, here)
    for key, value in expected.items():
        np.testing.assert_allclose(found[key], value, rtol=1e-9, atol=1e-11)
