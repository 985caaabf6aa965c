"""Layers that people derive by hand end in the compact form that textbooks print, by algebra alone."""

from __future__ import annotations

import pytest

from derive.backward import differentiate
from derive.language import parse

BATCH_NORM = """network t "batch norm"
    dim N, D
    const eps = 1e-5
    input x[N, D]
    param g[D], b[D]
    m = mean(x, over=N)
    v = mean((x - m)**2, over=N)
    xhat = (x - m) / sqrt(v + eps)
    output y = g * xhat + b
"""
LAYER_NORM = """network t "layer norm, in one call"
    dim N, D
    input x[N, D]
    param g[D], b[D]
    output y = layer_norm(x, g, b)
"""
RMS_NORM = """network t "rms norm, in one call"
    dim N, D
    input x[N, D]
    param g[D]
    output y = rms_norm(x, g)
"""
ATTENTION = """network t "causal attention"
    dim B, T, D
    input q[B, T, D], k[B, T, D], v[B, T, D]
    S[b,t,u] = sum(q[b,t,e] * k[b,u,e] for e) / sqrt(D)
    a = softmax(S, over=u if u <= t)
    output y[b,t,e] = sum(a[b,t,u] * v[b,u,e] for u)
"""
RNN = """network t "tanh RNN, an output at every step"
    dim N, T, D, H
    input x[N, T, D], h0[N, H]
    param Wx[D, H], Wh[H, H], b[H]
    h[:,t] = tanh(x[:,t] @ Wx + h[:,t-1] @ Wh + b)
    h[:,-1] = h0
    output y = h
"""
LSTM = """network t "LSTM cell state"
    dim T, N, H
    input f[T, N, H], u[T, N, H], o[T, N, H], c0[N, H]
    c[t] = f[t] * c[t-1] + u[t]
    c[-1] = c0
    h[t] = o[t] * tanh(c[t])
    output y = h
"""
CONVOLUTION = """network t "convolution of stride 1, padding 1"
    dim N, C, O, W, F, R = W + 3 - F
    input x[N, C, W]
    param k[O, C, F]
    output y[n,o,r in R] = sum((x[n,c,r+u-1] else 0) * k[o,c,u] for c, u)
"""
FORWARD_ALGORITHM = """network t "a recurrence whose first slice is given"
    dim T, K
    input e[T, K]
    param A[K, K], p[K]
    a[0,s] = p[s] * e[0,s]
    a[t,s] = sum(a[t-1,r] * A[r,s] for r) * e[t,s]
    loss E = sum(a[T-1,s]**2 for s)
"""

FORMS = {
    "batch norm": (
        BATCH_NORM,
        "x",
        "(dy[n,i] - xhat[n,i]*sum(dy[n1,i]*xhat[n1,i] for n1)/N - sum(dy[n1,i] for n1)/N)*g[i]/sqrt(eps + v[i])",
    ),
    "layer norm": (
        LAYER_NORM,
        "x",
        "(dxhat[n,i] - xhat[n,i]*sum(dxhat[n,d1]*xhat[n,d1] for d1)/D - sum(dxhat[n,d1] for d1)/D)"
        "/sqrt(v[n] + 1/100000)",
    ),
    "rms norm": (
        RMS_NORM,
        "x",
        "(dxhat[n,i] - xhat[n,i]*sum(dxhat[n,d1]*xhat[n,d1] for d1)/D)/sqrt(v[n] + 1/1000000)",
    ),
    "softmax in attention": (ATTENTION, "S", "(da[b,t,u] - sum(a[b,t,t1]*da[b,t,t1] for t1))*a[b,t,u]"),
    "back-propagation through time": (
        RNN,
        "h",
        "dy[n,t,j] + where(t + 1 < T, sum(Wh[j,h1]*dz[n,t + 1,h1] for h1), 0)",
    ),
    "the error before tanh": (RNN, "z", "(1 - h[n,t,j]**2)*dh[n,t,j]"),
    "the sum over time": (RNN, "Wh", "sum(dz[n1,t2,k]*h[n1,t2 - 1,j] for n1, t2)"),
    "the first state": (RNN, "h0", "sum(Wh[j,h1]*dz[n,0,h1] for h1)"),
    "the cell state": (
        LSTM,
        "c",
        "(1 - tanh(c[t,n,i])**2)*dy[t,n,i]*o[t,n,i] + where(t + 1 < T, dc[t + 1,n,i]*f[t + 1,n,i], 0)",
    ),
    "no transition into the first step": (
        FORWARD_ALGORITHM,
        "A",
        "sum(where(t1 >= 1, a[t1 - 1,s]*da[t1,u]*e[t1,u], 0) for t1)",
    ),
    "the flipped kernel": (
        CONVOLUTION,
        "x",
        "sum(k[o2,c,f1]*where((-f1 + w + 1 >= 0) and (-f1 + w + 1 < R), dy[n,o2,-f1 + w + 1], 0) for f1, o2)",
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_compact_form_comes_out(name: str) -> None:
    text, tensor, expected = FORMS[name]
    assert str(differentiate(parse(text))[tensor].equation.right) == expected
