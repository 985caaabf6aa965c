"""Details of emitted modules: sizes that are at hand, types, arrays of one's own, names as the author wrote them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

import derive
from codegen.emit import emit

TRANSPOSED = "dim N, D\ninput x[N,D]\nparam w[D]\nh[i,n] = x[n,i]\noutput y = tanh(w)\noutput z = h - 1\n"


@cache
def source(text: str) -> str:
    return emit(derive.differentiate(derive.parse(f'network details "Details"\n{text}')))


def module(text: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": "emitted"}
    exec(source(text), namespace)
    return namespace


CHECKED = {
    "a size that only an input tells": "dim N\ninput x[N]\nparam w\nloss C = mean((w*x)**2)\n",
    "a size that only an upstream gradient shows": TRANSPOSED,
    "a size that stands in a product only": "dim N, R\ninput x[N, R*2]\nparam w\nloss C = w * sum(x) / R\n",
    "a size with a formula": "dim N, M = N + 1\ninput x[N]\nparam w\nloss C = w**2 * sum(x) / M\n",
    "a place that is computed": (
        "dim N, D\ninput a[N,D]\nparam z[N,D]\nloss E = sum(z[n,argmax(a[n,i] for i)]**2 for n)\n"
    ),
    "an own exp": "dim N\ninput x[N]\nparam w[N]\nexp(u) = u**2 + u\nloss E = sum(x * exp(w) / (1 + exp(w)))\n",
    "an own tanh": "dim N\ninput x[N]\nparam w[N]\ntanh(u) = u**3\nloss E = sum(x * tanh(w))\n",
    "an own log": "dim N\ninput x[N]\nparam w[N]\nlog(u) = u**3\nloss E = sum(x * log(exp(w) + 1))\n",
    "a place with a name": (
        "dim N, D\ninput x[N,D]\nparam w[N,D]\nz = x * w\nk1 = argmax(z, over=D)\n"
        "t[n] = z[n,k1[n]]\nloss E = sum(t**2) + sum(k1[n] * t[n] for n)\n"
    ),
    "places of minima": (
        "dim N, D\ninput x[N,D]\nparam w[N,D]\nz = x * w\nloss E = sum(z[n,argmin(z[n,i] for i)]**2 for n)\n"
    ),
    "a maximum over two axes": (
        "dim N, D, K\ninput x[N,D,K]\nparam w[N,D,K]\nz = x * w\nloss E = sum(max(z[n,i,k] for i, k)**2 for n)\n"
    ),
    "a maximum of some": (
        "dim N, D\ninput x[N,D]\nparam w[N,D]\nz = x * w\nloss E = sum(max(z[n,i] for i if i <= n)**2 for n)\n"
    ),
    "sizes of several levels": (
        "dim H = 2, K = 3, P = H*K, F = 4*P\ninput x[F]\nparam u[F]\nloss E = sum(x*u)**2 / P / K\n"
    ),
    "sizes rounded down": "dim H, P = H//4, Q = P//2\ninput x[H]\nparam u[Q]\nloss E = sum(u**2) * sum(x)\n",
    "a size far below": "dim H = 28, P = (H - 20)//4\ninput x[H]\nparam u[P]\nloss E = sum(u**2) * sum(x)\n",
    "a fixed value": "dim N\ninput x[N]\nparam w[N]\nf(u) = u * stop(u**2)\nloss E = sum(x * f(w))\n",
    "an estimator that looks through rounding": (
        "dim N\ninput x[N]\nparam w[N]\nf(u) = u + stop(round(u) - u)\nloss E = sum((x - f(w))**2)\n"
    ),
    "fixed shares": "dim N, K\nparam U[N,K]\nloss E = sum(cross_entropy(softmax(U), stop(softmax(U))))\n",
    "nine factors": (
        "dim A, B, C\ninput x[A], y[B]\nparam a[A,B], b[B,C], c[C,A], d[A,B], e[B,C], f[C,A], g[A,C]\n"
        "z[q in B] = sum(x[i]*a[i,j]*b[j,k]*c[k,l]*d[l,m]*e[m,o]*f[o,r]*g[r,s]*b[q,s] for i,j,k,l,m,o,r,s)\n"
        "loss E = sum(y * z)\n"
    ),
    "a prime": "dim N\ninput x'[N]\nparam h'[N], w\nloss E = sum(w * x' * h'**2)\n",
    "a layer with primes": "dim N\ninput x'[N]\nparam h'[N]\noutput y' = x' * h'\n",
    "several letters beside a batch": (
        "dim N, K, D, H\ninput x[N,K,D]\nparam w[N,K,D,H,H]\n"
        "a[n,k,j,l] = sum(x[n,k,i]*w[n,k,i,j,l] for i)\nloss E = sum(a**2)\n"
    ),
    "several summed letters beside a batch": (
        "dim N, K, D, H\ninput x[N,K,D,H]\nparam w[N,D,H,H]\n"
        "a[n,k,l] = sum(x[n,k,i,j]*w[n,i,j,l] for i, j)\nloss E = sum(a**2)\n"
    ),
    "a product over an axis": "dim N, D\ninput x[N,D]\nparam w[D]\nloss E = sum(prod(x[n,i]*w[i] for i) for n)\n",
}


@pytest.mark.parametrize("case", CHECKED)
def test_the_module_agrees_with_differences(case: str) -> None:
    errors = module(CHECKED[case])["gradient_errors"]()
    assert errors and max(errors.values()) < 1e-7


def test_a_gradient_is_compared_with_its_own_size() -> None:
    text = source("dim N\ninput x[N]\nwrt x\nparam w\nloss E = w + 1e-8 * sum(x**2)\n")
    namespace: dict[str, Any] = {"__name__": "emitted"}
    exec(text.replace("dx = 2e-08 * x", "dx = 3e-08 * x"), namespace)
    assert namespace["gradient_errors"]()["x"] > 1e-3


@pytest.mark.parametrize("seed", range(3))
def test_differences_near_a_kink_take_smaller_steps(seed: int) -> None:
    emitted = module("dim N\ninput x[N]\nparam w\nloss E = sum(relu(w - x))\n")
    x = np.random.default_rng(seed).uniform(-4e-4, 4e-4, 9)
    w = np.array(0.0)
    slope = emitted["_slope"](lambda: emitted["loss_and_grads"]({"w": w}, x)[0], w, ())
    assert slope == pytest.approx(np.sum(x < 0), abs=1e-6)


OWN = {
    "sigmoid": ("sigmoid(u) = 1/(1 + exp(-2*u))", lambda w: 1 / (1 + np.exp(-2 * w))),
    "tanh": ("tanh(u) = 3*u", lambda w: 3 * w),
    "cosh": ("cosh(u) = u**3", lambda w: w**3),
    "softplus": ("softplus(u) = u**2", lambda w: w**2),
    "log1p": ("log1p(u) = 5*u", lambda w: 5 * w),
    "logaddexp": ("logaddexp(u) = u**2", lambda w: w**2),
    "erf": ("erf(u) = u**3", lambda w: w**3),
    "stop": ("stop(u) = u**2", lambda w: w**2),
}


@pytest.mark.parametrize("name", OWN)
def test_an_own_function_is_its_formula_whatever_its_name(name: str) -> None:
    definition, meaning = OWN[name]
    text = f"dim N\ninput x[N]\nparam w[N]\n{definition}\nloss E = sum(x * log(1 + {name}(w)**2))\n"
    emitted, rng = module(text), np.random.default_rng(0)
    w, x = rng.standard_normal(4), rng.standard_normal(4)
    loss, _ = emitted["loss_and_grads"]({"w": w}, x)
    assert loss == pytest.approx(np.sum(x * np.log(1 + meaning(w) ** 2)), rel=1e-12)
    assert max(emitted["gradient_errors"]().values()) < 1e-7


def test_the_number_of_rows_comes_from_the_arrays() -> None:
    emitted = module("dim N = 8, D = 3, K = 2\ninput x[N,D]\nparam w[D,K]\nloss E = mean(x @ w)\n")
    x, w = np.ones((20, 3)), np.ones((3, 2))
    _, grads = emitted["loss_and_grads"]({"w": w}, x)
    np.testing.assert_allclose(grads["w"], np.full((3, 2), 0.5))


def test_places_of_maxima_stay_whole_numbers() -> None:
    emitted = module("dim N, D\ninput x[N,D]\nparam w\noutput k[n] = argmax(x[n,i] for i)\noutput y = w * x\n")
    (k, _), _ = emitted["forward"]({"w": np.array(1.0)}, np.eye(3))
    assert k.dtype.kind == "i"


@pytest.mark.parametrize("case", CHECKED)
def test_lines_are_not_too_long(case: str) -> None:
    text = source(CHECKED[case])
    passes = text[text.index("def forward(") : text.index("def gradient_step(")]
    assert max(len(line.split("  #")[0].rstrip()) for line in passes.splitlines()) <= 100


def test_no_einsum_is_printed() -> None:
    assert not [case for case in CHECKED if "einsum" in source(CHECKED[case])]


@pytest.mark.parametrize(
    "text",
    [
        "dim N, D\nparam w[N,D]\nloss E = mean(w)\n",
        "dim N, D\nparam w[N,D], v[D]\nloss E = mean(w) + sum(stop(v))\n",
        "dim N\nparam w, v[N]\nloss E = w**2 * sum(v)\n",
    ],
)
def test_gradients_have_shape_and_type_of_their_parameters(text: str) -> None:
    emitted = module(text)
    sizes = {name: size for name, size in {"N": 3, "D": 4}.items() if name in emitted["DIMS"]}
    params = emitted["init_params"](np.random.default_rng(0), **sizes, dtype=np.float32)
    _, grads = emitted["loss_and_grads"](params)
    assert set(grads) == set(params)
    for name, grad in grads.items():
        assert (np.shape(grad), np.asarray(grad).dtype) == (params[name].shape, np.float32)


@pytest.mark.parametrize(
    "text",
    [
        "dim N\nparam x[N], y[N]\ninput a[N]\nt = x + y\nloss z = sum(a * t**2)\n",
        "dim N\ninput x[N], y[N]\noutput z = x + y\n",
        "dim N, D\ninput x[N,D]\nparam W[D,N]\noutput z[n,i] = x[n,i] + W[i,n]\n",
    ],
)
def test_no_two_gradients_share_memory(text: str) -> None:
    emitted = module(text)
    rng = np.random.default_rng(0)
    params, arrays = emitted["_sample"](rng, {"N": 3, "D": 4}, rng.standard_normal)
    out, saved = emitted["forward"](params, *arrays.values())
    given = [rng.standard_normal(np.shape(out))] if "UPSTREAM" in emitted else []
    grads = emitted["backward"](params, saved, *given)
    others = [*grads.values(), *given, *params.values(), *arrays.values()]
    for place, grad in enumerate(grads.values()):
        assert not any(np.shares_memory(grad, other) for other in others[place + 1 :])


def test_primes_stay_in_keys() -> None:
    text = source(CHECKED["a prime"])
    assert 'h_prime = params["h\'"]' in text or 'h_prime, w = params["h\'"], params["w"]' in text
    assert 'return {"h\'": ' in text


def test_the_docstring_says_what_comes_back() -> None:
    assert '"""Return the gradient of C by every parameter."""' in source(CHECKED["a size that only an input tells"])
    assert '"""Return the gradient by every parameter and by x, from those of the outputs."""' in source(TRANSPOSED)


def test_a_size_that_nothing_tells_is_refused() -> None:
    with pytest.raises(derive.errors.InputError, match="nothing tells the size K"):
        source("dim N, K\ninput x[N]\nparam w\nloss E = w * sum(x) / K\n")


def test_many_parameters_are_unpacked_in_short_lines() -> None:
    names = [f"weight_{letter}_of_layer" for letter in "abcdefghij"]
    text = source(f"dim N\ninput x[N]\nparam {', '.join(names)}\nloss E = sum({' + '.join(f'{n}*x' for n in names)})\n")
    assert max(len(line) for line in text.splitlines() if " = params" in line or "return {" in line) <= 100


def test_a_size_that_no_array_tells_is_no_argument_of_init_params() -> None:
    source = emit(derive.differentiate(derive.read(derive.gallery_path("attention"))))
    names = source[source.index("def init_params(") : source.index("dtype=np.float64")]
    assert "H=" not in names and 'H = DIMS["H"]' in source
