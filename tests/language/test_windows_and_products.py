"""Windows, product axes, conditions and masks mean what explicit NumPy loops say."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from derive.evaluate import evaluate_network
from derive.language import parse, write

SIZES = {"N": 2, "H": 3, "K": 4, "T": 5, "F": 3, "D": 12, "M": 7, "R": 3, "V": 6}
DECLARED = """network t "t"
dim N, H, K, T, F, V, D = H*K, M, R = (M - F)//2 + 1
input x[N, D], a[N, H*K], s[T, T], w[F], z[N, M], t[N] in K, id[T] in H, emb[V, K], tok[N, T] in V
"""
ARRAYS = {
    name: np.random.default_rng(seed).normal(size=shape)
    for seed, (name, shape) in enumerate(
        {"x": (2, 12), "a": (2, 12), "s": (5, 5), "w": (3,), "z": (2, 7), "emb": (6, 4)}.items()
    )
} | {"t": np.array([3, 0]), "id": np.array([0, 2, 2, 1, 0]), "tok": np.array([[5, 0, 5, 1, 2], [3, 3, 0, 4, 5]])}
Values = dict[str, np.ndarray]


def window(z: np.ndarray, w: np.ndarray, stride: int, pad: int, count: int, empty: float = 0) -> np.ndarray:
    out = np.zeros((len(z), count))
    for n, r, u in itertools.product(range(len(z)), range(count), range(len(w))):
        at = stride * r + u - pad
        out[n, r] += (z[n, at] if 0 <= at < z.shape[1] else empty) * w[u]
    return out


def masked_softmax(s: np.ndarray, taken: np.ndarray) -> np.ndarray:
    e = np.where(taken, np.exp(s), 0)
    return e / e.sum(axis=-1, keepdims=True)


EQUATIONS: dict[str, Callable[[Values], np.ndarray]] = {
    "r[n,h,e] = x[n,(h,e)]": lambda v: v["x"].reshape(2, 3, 4),
    "r[n,(h,e)] = x[n,(h,e)]**2": lambda v: v["x"] ** 2,
    "r[n,j] = x[n,(0,j)] + x[n,(H-1,j)]": lambda v: v["x"][:, :4] + v["x"][:, 8:],
    "r[n,h] = a[n,(h,K-1)]": lambda v: v["a"].reshape(2, 3, 4)[:, :, 3],
    "r[n] = x[n,(H-1,t[n])]": lambda v: v["x"].reshape(2, 3, 4)[[0, 1], 2, v["t"]],
    "r[n,h in H] = sum(x[n,h*K+e] for e in K)": lambda v: v["x"].reshape(2, 3, 4).sum(2),
    "r[n] = sum(a[n,(h,e)]*x[n,(h,e)] for h, e)": lambda v: (v["a"] * v["x"]).sum(1),
    "r = a + x": lambda v: v["a"] + v["x"],
    "r[n,i in R] = sum(z[n,2*i+u]*w[u] for u)": lambda v: window(v["z"], v["w"], 2, 0, 3),
    "r[n,i in M] = sum((z[n,i+u-1] else 0)*w[u] for u)": lambda v: window(v["z"], v["w"], 1, 1, 7),
    "r[n,i in M] = sum((z[n,i+u-1] else 2)*w[u] for u)": lambda v: window(v["z"], v["w"], 1, 1, 7, 2.0),
    "r[n,i in M] = sum(z[n,i-u]*w[u] for u if u <= i)": lambda v: window(v["z"], v["w"][::-1], 1, 2, 7),
    "r[n,i in M] = max((z[n,i+u-1] else -inf) for u in 3)": lambda v: np.array(
        [[max(row[max(i - 1, 0) : i + 2]) for i in range(7)] for row in v["z"]]
    ),
    "r[n,i in M] = where(i >= 1, z[n,i-1], 0)": lambda v: np.pad(v["z"], ((0, 0), (1, 0)))[:, :-1],
    "r[n,i in M] = (z[n,i-1] else 0) - (z[n,i+1] else 0)": lambda v: (
        np.pad(v["z"], ((0, 0), (1, 0)))[:, :-1] - np.pad(v["z"], ((0, 0), (0, 1)))[:, 1:]
    ),
    "r[n in N,i in 2*M] = sum(z[n,j] for j if 2*j == i)": lambda v: np.stack(
        [v["z"], 0 * v["z"]], axis=2
    ).reshape(2, 14),
    "r[n,k in K] = 0.9*[k == t[n]] + 0.1/K": lambda v: 0.9 * np.eye(4)[v["t"]] + 0.025,
    "r[i,j] = [i <= j]*s[i,j]": lambda v: np.triu(v["s"]),
    "r[i,j] = [i == j]*s[i,j]": lambda v: np.diag(np.diag(v["s"])),
    "r[i,j] = [s[i,j] > 0 and not i == j]": lambda v: ((v["s"] > 0) & ~np.eye(5, dtype=bool)).astype(float),
    "r[k in H] = sum(s[0,i] for i if id[i] == k)": lambda v: np.bincount(v["id"], v["s"][0], 3),
    "q[i,j] = s[i,j]\nr = softmax(q, over=j if j <= i)": lambda v: masked_softmax(v["s"], np.tri(5, dtype=bool)),
    "q[i,j] = s[i,j]\nr = sum(q, over=j if j < i)": lambda v: np.tril(v["s"], -1).sum(1),
    "q[i,j] = s[i,j]\nr = mean(q, over=j if j <= i)": lambda v: np.tril(v["s"]).sum(1) / np.arange(1, 6),
    "q[i,j] = s[i,j]\nr = max(q, over=j if j <= i)": lambda v: np.array([v["s"][i, : i + 1].max() for i in range(5)]),
    "q[i,j] = s[i,j]\nr = argmax(q, over=j if j <= i)": lambda v: np.array(
        [v["s"][i, : i + 1].argmax() for i in range(5)]
    ),
    "q[i,j] = s[i,j]\nr = logsumexp(q, over=i if i != j)": lambda v: np.log(
        np.where(np.eye(5, dtype=bool), 0, np.exp(v["s"])).sum(0)
    ),
    "r[i] = argmin(s[i,j] for j if j != i)": lambda v: (v["s"] + 99 * np.eye(5)).argmin(1),
    "r = var(s[i,j] for i, j if i < j)": lambda v: v["s"][np.triu_indices(5, 1)].var(),
    "r = prod(s[i,i] for i if i != 2)": lambda v: np.delete(np.diag(v["s"]), 2).prod(),
    "r = emb[tok]": lambda v: v["emb"][v["tok"]],
    "r = emb[tok[0]]": lambda v: v["emb"][v["tok"][0]],
    "r = softmax(z, over=(N, M))": lambda v: np.exp(v["z"]) / np.exp(v["z"]).sum(),
    "r = layer_norm(z, 2, 1, eps=0.5, over=(N, M))": lambda v: (
        2 * (v["z"] - v["z"].mean()) / np.sqrt(v["z"].var() + 0.5) + 1
    ),
}  # fmt: skip


@pytest.mark.parametrize("equation", EQUATIONS)
def test_an_equation_means_what_loops_say(equation: str) -> None:
    network = parse(f"{DECLARED}\n{equation}\noutput y = r\n")
    value = evaluate_network(network, ARRAYS, SIZES)["y"]
    np.testing.assert_allclose(value, EQUATIONS[equation](ARRAYS), rtol=1e-12)
    assert parse(network.text) == network
    assert parse(write(network)) == network


def test_a_product_on_the_left_has_a_subscript_and_letters_in_order() -> None:
    network = parse(f"{DECLARED}\noutput y[n,(h,e)] = x[n,(h,e)]\n")
    (equation,) = network.equations
    assert [letter.name for letter in equation.letters] == ["n", "h", "e"]
    assert [str(subscript) for subscript in equation.subscripts] == ["n", "e + h*K"]
    assert str(equation.tensor.axes) == "(N, H*K)"


def test_a_dimension_that_is_taken_apart_is_written_as_a_product_everywhere() -> None:
    text = "network t\ndim N, H, K, D = H*K\ninput x[N, D]\nparam W[D, D]\nq = x @ W\n{}\n"
    whole = parse(text.format("output y = q"))
    apart = parse(text.format("output y[n,h] = sum(q[n,(h,e)] for e)"))
    assert str(whole.tensors["W"].axes) == "(D, D)"
    assert str(apart.tensors["W"].axes) == "(H*K, H*K)"


def test_only_the_conditions_are_kept_that_need_to_be() -> None:
    def text(right: str) -> str:
        network = parse(f"{DECLARED}\noutput y[n,i in R] = sum({right}*w[u] for u)\n")
        return str(network.equations[0].right)

    assert "where" not in text("(z[n,2*i+u] else 0)")
    assert "where(u1 + 2*i" not in text("z[n,2*i+u]")
    assert ">= 0" in text("(z[n,2*i+u-1] else 0)")
    assert "< M" not in text("(z[n,2*i+u-1] else 0)")
    assert "< M" in text("(z[n,2*i+u+1] else 0)")
