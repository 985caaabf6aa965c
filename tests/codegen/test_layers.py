"""Recurrences, product axes, windows and masks as programs and modules: the loop oracle says the same."""

from __future__ import annotations

import warnings
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
from codegen.program import Loop, Program, flat
from derive.network import Network
from tests.derivations import Case, case
from tests.handmade import HANDMADE
from tests.modules import call, load

WRITTEN = {
    "heads": (
        "dim B, T, H = 2, K = 3, D = H*K\ninput x[B,T,D]\nparam Wq[D,D], Wk[D,D], Wv[D,D], g[H]\n"
        "q = x @ Wq\nk = x @ Wk\nv = x @ Wv\n"
        "S[b,h,t,u] = sum(q[b,t,(h,e)] * k[b,u,(h,e)] for e) / sqrt(K)\nP = softmax(S, over=u if u <= t)\n"
        "output y[b,t,(h,e)] = g[h] * sum(P[b,h,t,u] * v[b,u,(h,e)] for u)\n"
    ),
    "shifts": (
        "dim N, T\ninput x[N,T]\nparam w[T], v\n"
        "output y[n,t] = x[n,t] * w[t] + v * (x[n,t-1] else 0) + (x[n,t+1] else 0)\n"
    ),
    "dilated": (
        "dim N, C, H, F = 3, M, R = H + 4 - 2*F\ninput x[N,C,H]\nparam k[M,C,F]\n"
        "output y[n,m,r in R] = sum((x[n,c,r+2*u-1] else 0) * k[m,c,u] for c, u)\n"
    ),
    "depthwise": (
        "dim N, C, H, W\ninput x[N,C,H,W]\nparam k[C,3,3]\n"
        "output y[n,c,h in H,w in W] = sum((x[n,c,h+u-1,w+v-1] else 0) * k[c,u,v] for u, v)\n"
    ),
    "transposed": (
        "dim N, R, F, H = 2*R + F - 2\ninput x[N,R]\nparam k[F]\n"
        "output y[n,h in H] = sum(x[n,r] * k[u] for r, u if 2*r + u == h)\n"
    ),
    "average pooling": "dim N, R\ninput x[N,2*R]\noutput y[n,r] = mean(x[n,(r,u)] for u)\n",
    "overlapping maximum": (
        "dim N, L, R = (L - 3)//2 + 1\ninput x[N,L]\noutput y[n,r in R] = max(x[n,2*r+u] for u in 3)\n"
    ),
    "maximum with padding": (
        "dim N, R\ninput x[N,2*R]\noutput y[n,r in R] = max((x[n,2*r+u-1] else -inf) for u in 3)\n"
    ),
    "upsampling": "dim N, R\ninput x[N,R]\noutput y[n,(r,u in 2)] = x[n,r]\n",
    "blocks": "dim N, H\ninput x[N,3*H]\nparam w[H]\noutput y[n,j] = x[n,(0,j)] * w[j] + x[n,(2,j)]**2\n",
    "causal mean": "dim N, T\ninput x[N,T]\noutput y[n,t in T] = mean(x[n,u] for u if u <= t)\n",
    "causal softmax": "dim N, T\ninput s[N,T,T]\ny[n,t,u] = s[n,t,u]\noutput p = softmax(y, over=u if u <= t)\n",
    "strictly below": "dim N, T\ninput x[N,T]\noutput y[n,t in T] = sum(x[n,u]**2 for u if u < t)\n",
    "a band": "dim N, T\ninput x[N,T]\noutput y[n,t in T] = sum(x[n,u]**2 for u if u <= t + 1 and t <= u + 1)\n",
    "one layer": (
        "dim N, L, H\ninput x[N,H]\nparam W[L,H,H]\na[-1] = x\na[l] = tanh(a[l-1] @ W[l]) + a[l-1]\noutput y = a[L-1]\n"
    ),
    "every state": (
        "dim N, T, H\ninput x[T,N,H], h0[N,H]\nparam W[H,H]\nh[-1] = h0\noutput h[t] = tanh(x[t] + h[t-1] @ W)\n"
    ),
    "gated": (
        "dim N, T, H\ninput x[N,T,H], h0[N,H]\nparam Wz[H,H], Wr[H,H], Wh[H,H]\n"
        "z[:,t] = sigmoid(x[:,t] + h[:,t-1] @ Wz)\nr[:,t] = sigmoid(x[:,t] + h[:,t-1] @ Wr)\n"
        "g[:,t] = tanh(x[:,t] + (r[:,t] * h[:,t-1]) @ Wh)\n"
        "h[:,t] = (1 - z[:,t]) * h[:,t-1] + z[:,t] * g[:,t]\nh[:,-1] = h0\nloss E = sum(h**2)\n"
    ),
    "two back": (
        "dim T\ninput x[T]\nparam a, b\nh[-1] = 0\ng[-1] = 1\ng[t] = h[t-1]\n"
        "h[t] = x[t] + a*h[t-1] + b*g[t-1]\nloss E = sum(h**2)\n"
    ),
}  # fmt: skip
WITHOUT_SIZES = ("attention",)  # nothing tells how wide a head is: "heads" says it


def network(name: str) -> Network:
    return HANDMADE[name] if name in HANDMADE else derive.parse(f'network layer "Layer"\n{WRITTEN[name]}')


NAMES = [*(name for name in HANDMADE if name not in WITHOUT_SIZES), *WRITTEN]


@cache
def made(name: str, smallest: int) -> Case:
    return case(network(name), np.random.default_rng(smallest), smallest=smallest, distinct=smallest > 1)


@cache
def module(name: str) -> dict[str, Any]:
    return load(made(name, 2).derivation)


@pytest.mark.parametrize("smallest", [1, 2, 3])
@pytest.mark.parametrize("name", NAMES)
def test_a_module_has_the_values_of_the_loops(name: str, smallest: int) -> None:
    here = made(name, smallest)
    expected = here.everything
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results, gradients = call(module(name), here)
    for key, value in results.items():
        np.testing.assert_allclose(value, expected[key], rtol=1e-9, atol=1e-11, err_msg=key)
    for key, value in gradients.items():
        np.testing.assert_allclose(value, expected[f"d{key}"], rtol=1e-9, atol=1e-11, err_msg=f"d{key}")


@pytest.mark.parametrize("name", NAMES)
def test_float32_stays_float32(name: str) -> None:
    results, gradients = call(module(name), made(name, 2), "float32")
    assert {np.asarray(value).dtype for value in (*results.values(), *gradients.values())} == {np.dtype("float32")}


@pytest.mark.parametrize("name", NAMES)
def test_a_module_passes_its_own_check(name: str) -> None:
    errors = module(name)["gradient_errors"]()
    assert errors and max(errors.values()) < 1e-6


def _by_interpreter(program: Program, here: Case) -> dict[str, Any]:
    given = dict(here.values) | {f"d{name}": array for name, array in here.upstream.items()}
    sizes = dict(here.sizes)
    for dimension in here.derivation.network.dimensions:
        if dimension.formula is not None:
            known = {symbol: sizes[symbol.name] for symbol in dimension.formula.free_symbols}
            sizes[dimension.symbol.name] = int(dimension.formula.subs(known))
    forward = run(program.forward, given, sizes)
    kept = {name: forward[name] for name in program.saved}
    kept |= {item.name: given[item.name] for item in (*program.parameters, *program.upstream)}
    return {**forward, **run(program.backward, kept, sizes)}


@pytest.mark.parametrize("improve", [None, *PIPELINE], ids=lambda one: "none" if one is None else one.__name__)
@pytest.mark.parametrize("name", NAMES)
def test_each_optimisation_alone_preserves_values(name: str, improve: Any) -> None:
    here = made(name, 2)
    program = lower(here.derivation)
    program = program if improve is None else improve(program)
    check(program)
    found, expected = _by_interpreter(program, here), here.everything
    for key in (*program.results, *(gradient for _, gradient in program.gradients)):
        np.testing.assert_allclose(found[key], expected[key], rtol=1e-9, atol=1e-11, err_msg=key)


def _text(name: str) -> str:
    text = emit(made(name, 2).derivation)
    return text[text.index("def forward(") : text.index("def gradient_step(")]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("rnn", "h[:, -1] = h0"),
        ("rnn", "for t in range(T):"),
        ("rnn", "x_Wx = x @ Wx + b"),
        ("rnn", "for t in reversed(range(T)):"),
        ("rnn", "dz[:, t] = dh * (1.0 - h[:, t]**2)"),
        ("rnn", "dh_next = dz[:, t] @ Wh.T"),
        ("rnn", "dWx = np.tensordot(x, dz, axes=((0, 1), (0, 1)))"),
        ("lstm", "c[t] = i[t] * g[t] + f[t] * c[t - 1]"),
        ("lstm", "g[t] = np.tanh(a[:, 2 * H:3 * H])"),
        ("lstm", "dc_next = dc[t] * f[t]"),
        ("deep", "dW = a[np.arange(L) - 1].transpose(0, 2, 1) @ dz"),
        ("downwards", "g[t] = np.tanh(w * g[t + 1] + x[t])"),
        ("pooling", "y = x.reshape(N, R, 2).max(axis=2)"),
        ("convolution", "windows_x = _windows(x, 2, (R, F), step=2, start=-1)"),
        ("causal softmax", "masked = np.where(np.tri(T, dtype=bool), y, -np.inf)"),
    ],
)
def test_the_lines_are_those_that_one_would_write(name: str, line: str) -> None:
    assert line in [item.split("  #")[0].strip() for item in _text(name).splitlines()]


def test_weight_gradients_stand_outside_of_loops() -> None:
    for name in ("rnn", "lstm", "deep"):
        program = optimised(made(name, 2).derivation)
        inside = {s.result for line in program.backward if isinstance(line, Loop) for s in flat([line])}
        assert inside and not inside & {"dWx", "dWh", "dW", "dU", "db"}


def test_a_module_has_no_loop_over_single_entries() -> None:
    for name in ("convolution", "pooling", "heads", "causal mean", "depthwise"):
        assert "for " not in _text(name)


def test_a_program_is_no_longer_for_more_steps() -> None:
    assert "24" not in _text("rnn")
    first, second = (
        emit(
            derive.differentiate(derive.parse('network t "T"\n' + WRITTEN["one layer"].replace(" L,", f" L = {size},")))
        )
        for size in (2, 48)
    )
    assert len(first) == len(second) - 2  # the default, once in DIMS and once in init_params


def test_a_causal_softmax_of_large_values_is_finite() -> None:
    emitted = module("causal softmax")
    s = np.full((1, 3, 3), 1000.0)
    s[0, 0, 1] = s[0, 1, 2] = 5000.0
    y, _ = emitted["forward"]({}, s)
    np.testing.assert_allclose(y[0], [[1, 0, 0], [0.5, 0.5, 0], [1 / 3, 1 / 3, 1 / 3]], rtol=1e-12)


def test_a_first_step_may_have_an_equation_of_its_own() -> None:
    text = (
        'network first "First"\ndim N, T, S\ninput x[N,T,S]\nparam p[S], A[S,S]\na[n,0,s] = p[s] * x[n,0,s]\n'
        "a[n,t,s] = x[n,t,s] * sum(a[n,t-1,r] * A[r,s] for r)\noutput y = a[:,T-1]\n"
    )
    for smallest in (1, 2):
        here = case(derive.parse(text), np.random.default_rng(smallest), smallest=smallest, distinct=smallest > 1)
        x, A = here.values["x"], here.values["A"]
        expected = here.values["p"] * x[:, 0]
        for t in range(1, x.shape[1]):
            expected = x[:, t] * (expected @ A)
        out, _ = load(here.derivation)["forward"]({"p": here.values["p"], "A": A}, x)
        np.testing.assert_allclose(out, expected, rtol=1e-12)
