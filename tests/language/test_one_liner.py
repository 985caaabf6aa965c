"""Declarations that follow from a formula alone."""

from __future__ import annotations

import pytest

from derive.language import one_liner, parse

SHAPES = {
    "mean((sigmoid(x @ W + b) - y)**2)": "x[N, D] y[N, H] W[D, H] b[H]",
    "mean((x @ w + b - y)**2)": "x[N, D] y[N] w[D] b",
    "(sigmoid(w*x + b) - y)**2": "x y w b",
    "mean(cross_entropy(softmax(tanh(x @ W1 + b1) @ W2 + b2), y))": "x[N, D] y[N, K] W1[D, H] b1[H] W2[H, K] b2[K]",
    "sum((x @ W - y)**2)/(2*N)": "x[N, D] y[N, H] W[D, H]",
    "-sum(log(p[n,y[n]]) for n)/N": "y[N] p[N, K]",
    "sum(x[n,i]*W[i,j] for i)": "x[N, D] W[D, H]",
    "softmax(z)": "z[N, K]",
    "layer_norm(x, g, b)": "x[N, D] g[D] b[D]",
    "mean(max(0, 1 - y*(x @ w + b)))": "x[N, D] y[N] w[D] b",
    "x - mean(x, over=D)": "x[N, D]",
}


@pytest.mark.parametrize("formula", SHAPES)
def test_shapes_follow_from_use_and_convention(formula: str) -> None:
    network = one_liner(formula)
    shown = []
    for item in sorted(network.declarations, key=lambda item: ("input", "target", "param").index(item.role)):
        axes = ", ".join(map(str, item.tensor.axes))
        shown.append(f"{item.tensor.name}[{axes}]" if axes else item.tensor.name)
    assert " ".join(shown) == SHAPES[formula]
    assert parse(network.text) == network


def test_names_after_wrt_are_the_parameters() -> None:
    network = one_liner("mean((x @ W + b - y)**2)", ("W",))
    assert [tensor.name for tensor in network.parameters] == ["W"]
    assert [tensor.name for tensor in network.with_role("input")] == ["x", "b"]
    assert [tensor.name for tensor in network.with_role("target")] == ["y"]


def test_one_number_is_a_loss_and_anything_else_an_output() -> None:
    assert not one_liner("mean(x @ W)").is_layer
    assert one_liner("x @ W").is_layer
    assert str(one_liner("x[n,i]*w[i]").equations[0].left) == "out[n,i]"
