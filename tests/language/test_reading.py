"""Reading gives the mathematics that was written: checked against NumPy through the loop oracle."""

from __future__ import annotations

import math

import numpy as np
import pytest

from derive.evaluate import evaluate_network
from derive.language import parse

SIZES = {"N": 2, "D": 3, "H": 4, "K": 5}
DECLARED = """network t "t"
dim N, D, H, K
const c = 0.25
input x[N, D], t[N] in K, s[D, D], one
param W[D, H], U[H, K], b[H], m[N], q[D]
"""


@pytest.fixture(scope="module")
def arrays() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    shapes = {"x": (2, 3), "s": (3, 3), "one": (), "W": (3, 4), "U": (4, 5), "b": (4,), "m": (2,), "q": (3,)}
    values = {name: rng.uniform(0.3, 1.5, shape) for name, shape in shapes.items()}
    return values | {"t": np.array([4, 1])}


def softmax(z: np.ndarray) -> np.ndarray:
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


MEANINGS = {
    "x @ W + b": lambda v: v["x"] @ v["W"] + v["b"],
    "x * m": lambda v: v["x"] * v["m"][:, None],
    "m * x - q": lambda v: v["x"] * v["m"][:, None] - v["q"],
    "x.T @ m": lambda v: v["x"].T @ v["m"],
    "(x @ W @ U).T": lambda v: (v["x"] @ v["W"] @ v["U"]).T,
    "q @ s @ q": lambda v: v["q"] @ v["s"] @ v["q"],
    "-x**2": lambda v: -(v["x"] ** 2),
    "2**-one": lambda v: 2.0 ** -v["one"],
    "2**3**0.5*x": lambda v: 2.0 ** (3.0**0.5) * v["x"],
    "x - 1 - 2": lambda v: v["x"] - 3,
    "x / 2 / 4 * 3": lambda v: v["x"] * 3 / 8,
    "one**x": lambda v: v["one"] ** v["x"],
    "c*x / N": lambda v: v["x"] / 8,
    "sin(pi*x)": lambda v: np.sin(math.pi * v["x"]),
    "mean(x, over=N)": lambda v: v["x"].mean(axis=0),
    "mean(x, over=D)": lambda v: v["x"].mean(axis=1),
    "mean(x)": lambda v: v["x"].mean(),
    "var(x, over=D)": lambda v: v["x"].var(axis=1),
    "var(x)": lambda v: v["x"].var(),
    "max(x, over=N)": lambda v: v["x"].max(axis=0),
    "min(x)": lambda v: v["x"].min(),
    "prod(x, over=(N, D))": lambda v: v["x"].prod(),
    "max(x, 1)": lambda v: np.maximum(v["x"], 1),
    "min(x, m)": lambda v: np.minimum(v["x"], v["m"][:, None]),
    "argmax(x @ W, over=H)": lambda v: (v["x"] @ v["W"]).argmax(axis=1),
    "softmax(x @ W)": lambda v: softmax(v["x"] @ v["W"]),
    "softmax(x @ W, over=N)": lambda v: softmax((v["x"] @ v["W"]).T).T,
    "log_softmax(x)": lambda v: np.log(softmax(v["x"])),
    "logsumexp(x)": lambda v: np.log(np.exp(v["x"]).sum(axis=1)),
    "norm(x)": lambda v: np.sqrt((v["x"] ** 2).sum(axis=1)),
    "normalize(x, over=N)": lambda v: v["x"] / np.sqrt((v["x"] ** 2).sum(axis=0)),
    "cross_entropy(softmax(x @ W @ U), t)": lambda v: -np.log(softmax(v["x"] @ v["W"] @ v["U"])[[0, 1], v["t"]]),
    "cross_entropy(x, 2*x)": lambda v: -(2 * v["x"] * np.log(v["x"])).sum(axis=1),
    "kl(x, x + 1)": lambda v: (v["x"] * np.log(v["x"] / (v["x"] + 1))).sum(axis=1),
    "layer_norm(x, q, q)": lambda v: (
        v["q"] * (v["x"] - v["x"].mean(1, keepdims=True)) / np.sqrt(v["x"].var(1, keepdims=True) + 1e-5) + v["q"]
    ),
    "batch_norm(x, q, q, eps=1)": lambda v: v["q"] * (v["x"] - v["x"].mean(0)) / np.sqrt(v["x"].var(0) + 1) + v["q"],
    "rms_norm(x, q)": lambda v: v["q"] * v["x"] / np.sqrt((v["x"] ** 2).mean(1, keepdims=True) + 1e-6),
    "where(x > 1, x, 0)": lambda v: np.where(v["x"] > 1, v["x"], 0),
    "where(0.5 <= x < 1 and not x > 0.75, 1, m)": lambda v: np.where(
        (v["x"] >= 0.5) & (v["x"] <= 0.75), 1.0, v["m"][:, None]
    ),
    "clip(x, 0.5, hi=1)": lambda v: np.clip(v["x"], 0.5, 1),
    "leaky_relu(x - 1, slope=0.1)": lambda v: np.where(v["x"] > 1, v["x"] - 1, 0.1 * (v["x"] - 1)),
    "floor(2*x)": lambda v: np.floor(2 * v["x"]),
    "log_softmax(x @ W)[:,0]": lambda v: np.log(softmax(v["x"] @ v["W"]))[:, 0],
    "x[0] * x[N-1,0]": lambda v: v["x"][0] * v["x"][-1, 0],
    "s[:,D-1] + s[0]": lambda v: v["s"][:, 2] + v["s"][0],
    "U.T[t]": lambda v: v["U"].T[v["t"]],
    "sum(x[n,i]*W[i,H-1] for n, i)": lambda v: (v["x"] @ v["W"])[:, 3].sum(),
    "sum(W[i] for i)": lambda v: v["W"].sum(axis=0),
    "sum(s[i,j] for i, j if i < j)": lambda v: np.triu(v["s"], 1).sum(),
    "mean(s[i,j] for i, j if i <= j)": lambda v: v["s"][np.triu_indices(3)].mean(),
    "max(s[i,j] for i, j if i != j)": lambda v: (v["s"] - 9 * np.eye(3)).max(),
    "sum(i*q[i] for i)": lambda v: v["q"][1] + 2 * v["q"][2],
    "prod(q[i] for i)": lambda v: v["q"].prod(),
}


@pytest.mark.parametrize("formula", MEANINGS)
def test_a_formula_means_what_numpy_says(formula: str, arrays: dict[str, np.ndarray]) -> None:
    used = "0*(sum(W) + sum(U) + sum(b) + sum(m) + sum(q))"
    network = parse(f"{DECLARED}\noutput r = {formula}\noutput other = {used} + sum(x) + sum(s) + one + t[0]\n")
    result = evaluate_network(network, arrays, SIZES)["r"]
    np.testing.assert_allclose(result, MEANINGS[formula](arrays), rtol=1e-12)


INDEXED = {
    "r[n,j] = sum(x[n,i]*W[i,j] for i) + b[j]": lambda v: v["x"] @ v["W"] + v["b"],
    "r[n] = x[n] @ W + b": lambda v: v["x"] @ v["W"] + v["b"],
    "r[:,n] = W.T @ x[n]": lambda v: (v["x"] @ v["W"]).T,
    "r[d] = x[:,d]": lambda v: v["x"].T,
    "r[n] = log_softmax(x @ W @ U)[n, t[n]]": lambda v: np.log(softmax(v["x"] @ v["W"] @ v["U"]))[[0, 1], v["t"]],
    "r[n in N, j] = b[j]": lambda v: np.tile(v["b"], (2, 1)),
    "r[d,e in D] = where(d == e, q[d], 0)": lambda v: np.diag(v["q"]),
    "r[j,n] = x[n] @ W[:,j]": lambda v: (v["x"] @ v["W"]).T,
}


@pytest.mark.parametrize("equation", INDEXED)
def test_an_equation_means_what_numpy_says(equation: str, arrays: dict[str, np.ndarray]) -> None:
    network = parse(f"{DECLARED}\n{equation}\nloss E = sum(r) + sum(W) + sum(U) + sum(b) + sum(m) + sum(q)\n")
    np.testing.assert_allclose(evaluate_network(network, arrays, SIZES)["r"], INDEXED[equation](arrays), rtol=1e-12)


def test_equations_may_stand_in_any_order_and_are_put_into_one_that_can_be_computed() -> None:
    network = parse("network t\nparam a\nd1 = c1 + b1\nc1 = 2*b1\nb1 = 3*a\nother = a\nloss E = d1 + other\n")
    assert [equation.tensor.name for equation in network.equations] == ["b1", "c1", "d1", "other", "E"]


def test_an_own_definition_replaces_a_built_in_function() -> None:
    network = parse("network t\nparam a\nrelu(u) = 10*u\nexp(u) = relu(u) + 1\nloss E = exp(a) + tanh(a)\n")
    expected = 10 * 0.5 + 1 + math.tanh(0.5)
    assert float(evaluate_network(network, {"a": np.array(0.5)}, {})["E"]) == pytest.approx(expected)


def test_an_own_function_works_along_the_axis_that_over_names(arrays: dict[str, np.ndarray]) -> None:
    text = DECLARED.replace("\n", "\nshare(u, p) = u**p / sum(u**p)\n", 1)
    used = "0*(sum(W) + sum(U) + sum(b) + sum(m) + sum(q))"
    network = parse(
        f"{text}\na1 = share(x, 2, over=N)\na2 = share(x, m, over=D)\nloss E = sum(a1) + sum(a2) + {used}\n"
    )
    values = evaluate_network(network, arrays, SIZES)
    x, m = arrays["x"], arrays["m"][:, None]
    np.testing.assert_allclose(values["a1"], x**2 / (x**2).sum(0))
    np.testing.assert_allclose(values["a2"], x**m / (x**m).sum(1, keepdims=True))


def test_dimensions_with_equal_formulas_are_the_same_dimension() -> None:
    network = parse("network t\ndim H, K, D = H*K + H, F = H*(K + 1)\ninput x[D]\nparam w[F]\nloss E = x @ w\n")
    assert [str(item.formula) for item in network.dimensions] == ["None", "None", "H*K + H", "H*(K + 1)"]


def test_deep_nesting_is_read_also_from_a_deep_stack() -> None:
    text = "network t\nparam a\nloss E = " + "sin(1 + " * 45 + "a" + ")" * 45 + "\n"

    def called(depth: int) -> None:
        if depth:
            called(depth - 1)
        else:
            assert parse(parse(text).text) == parse(text)

    called(150)
