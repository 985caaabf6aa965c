"""Recurrences: what is grouped, which slices are needed, and that the numbers are those of a plain loop."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from derive.errors import InputError
from derive.evaluate import evaluate_network
from derive.language import parse, write

SIZES = {"T": 4, "N": 2, "D": 3, "S": 3, "L": 5}
DECLARED = """network t "t"
dim T, N, D, S, L
const eps = 1e-2
input x[T, N, D], h0[N, D], o[T, S], q[N, T, D]
input W[D, D], b[D], A[S, S], pi0[S], V[L, D, D], c
"""
SHAPES = {
    "x": (4, 2, 3), "h0": (2, 3), "o": (4, 3), "q": (2, 4, 3),
    "W": (3, 3), "b": (3,), "A": (3, 3), "pi0": (3,), "V": (5, 3, 3), "c": (),
}  # fmt: skip
ARRAYS = {
    name: np.random.default_rng(seed).uniform(0.2, 0.8, shape) for seed, (name, shape) in enumerate(SHAPES.items())
}
Values = dict[str, np.ndarray]


def loop(
    first: np.ndarray, count: int, step: Callable[[np.ndarray, int], np.ndarray], down: bool = False
) -> np.ndarray:
    """All states of a recurrence without the one before the first step."""
    states, state = [], first
    for t in reversed(range(count)) if down else range(count):
        state = step(state, t)
        states.append(state)
    return np.stack(states[::-1] if down else states)


def forward_variables(v: Values) -> np.ndarray:
    states = [v["pi0"] * v["o"][0]]
    for t in range(1, 4):
        states.append(states[-1] @ v["A"] * v["o"][t])
    return np.stack(states)


def two_states(v: Values) -> np.ndarray:
    h = g = np.zeros(3)
    states = []
    for t in range(4):
        g = np.tanh(h @ v["W"] + v["x"][t, 0])
        h = 0.5 * h + g
        states.append(h)
    return np.stack(states)


def fibonacci_like(v: Values) -> np.ndarray:
    a = b = 0.0
    states = []
    for t in range(4):
        a, b = a * v["c"] + b + v["x"][t, 0, 0], a
        states.append(a)
    return np.array(states)


def row_by_row(v: Values) -> np.ndarray:
    before, rows = np.ones(3), []
    for t in range(4):
        before = (before + np.concatenate(([0.0], before[:-1]))) * v["o"][t]
        rows.append(before)
    return np.stack(rows)


X = ARRAYS["x"]
EQUATIONS: dict[str, tuple[str, Callable[[Values], np.ndarray]]] = {
    "matrix form, first axis": (
        "h[t] = tanh(x[t] @ W + h[t-1] @ W + b)\nh[-1] = h0\noutput y = h",
        lambda v: loop(v["h0"], 4, lambda h, t: np.tanh(v["x"][t] @ v["W"] + h @ v["W"] + v["b"])),
    ),
    "matrix form, second axis": (
        "h[:,t] = tanh(q[:,t] + h[:,t-1] @ W)\nh[:,-1] = h0\noutput y = h",
        lambda v: loop(v["h0"], 4, lambda h, t: np.tanh(v["q"][:, t] + h @ v["W"])).transpose(1, 0, 2),
    ),
    "index form, a number before the first step": (
        "h[t,n,j] = tanh(x[t,n,j] + sum(h[t-1,n,i]*W[i,j] for i))\nh[-1,n,j] = 0\noutput y = h",
        lambda v: loop(np.zeros((2, 3)), 4, lambda h, t: np.tanh(v["x"][t] + h @ v["W"])),
    ),
    "matrix form, a number before the first step": (
        "h[t] = tanh(x[t] + h[t-1] @ W)\nh[-1] = eps\noutput y = h",
        lambda v: loop(np.full((2, 3), 0.01), 4, lambda h, t: np.tanh(v["x"][t] + h @ v["W"])),
    ),
    "in depth, stacked parameters": (
        "h[-1] = x[0] @ W\nh[l] = tanh(h[l-1] @ V[l])\noutput y = h[L-1]",
        lambda v: loop(v["x"][0] @ v["W"], 5, lambda h, i: np.tanh(h @ v["V"][i]))[-1],
    ),
    "downwards": (
        "β[t] = o[t] * (A @ β[t+1])\nβ[T] = 1\noutput y = β",
        lambda v: loop(np.ones(3), 4, lambda h, t: v["o"][t] * (v["A"] @ h), down=True),
    ),
    "downwards, the last slice given": (
        "β[t in T,s] = sum(A[s,r]*o[t+1,r]*β[t+1,r] for r if t+1 < T)\nβ[T-1,s in S] = 1\noutput y = β",
        lambda v: loop(np.ones(3), 4, lambda h, t: h if t == 3 else v["A"] @ (v["o"][t + 1] * h), down=True),
    ),
    "the first slice given, inside": (
        "α[t,s] = sum(α[t-1,r]*A[r,s] for r) * o[t,s]\nα[0,s] = pi0[s]*o[0,s]\noutput y = α",
        forward_variables,
    ),
    "two tensors together": (
        "g[t] = tanh(h[t-1] @ W + x[t,0])\nh[t] = h[t-1]/2 + g[t]\nh[-1] = 0\noutput y = h",
        two_states,
    ),
    "the step before the last one, carried along": (
        "a[t] = c*a[t-1] + older[t-1] + x[t,0,0]\nolder[t] = a[t-1]\na[-1] = 0\nolder[-1] = 0\noutput y = a",
        fibonacci_like,
    ),
    "a neighbour of the step before": (
        "a[t,s] = (a[t-1,s] + (a[t-1,s-1] else 0)) * o[t,s]\na[-1,s in S] = 1\noutput y = a",
        row_by_row,
    ),
    "an else before the first step": (
        "h[t] = x[t,0] + c*(h[t-1] else 0)\noutput y = h",
        lambda v: loop(np.zeros(3), 4, lambda h, t: v["x"][t, 0] + v["c"] * h),
    ),
    "a reading outside, one step back": (
        "h[t] = tanh(x[t] + h[t-1])\nh[-1] = 2*h0\noutput y[t] = h[t] - h[t-1]",
        lambda v: np.diff(
            np.concatenate(([2 * v["h0"]], loop(2 * v["h0"], 4, lambda h, t: np.tanh(v["x"][t] + h)))), axis=0
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EQUATIONS)
def test_a_recurrence_is_what_a_loop_says(name: str) -> None:
    text, expected = EQUATIONS[name]
    network = parse(f"{DECLARED}\n{text}\n")
    result = evaluate_network(network, ARRAYS, SIZES)["y"]
    np.testing.assert_allclose(result, expected(ARRAYS), rtol=1e-12)
    assert parse(network.text) == network
    assert parse(write(network)) == network


LSTM = """network lstm
dim     T, N, D = 32, H = 64
input   x[T, N, D], h0[N, H], c0[N, H]
target  y[N, H]
param   W[D, 4*H], U[H, 4*H], b[4*H]
before  = x @ W
c[t] = f[t] * c[t-1] + i[t] * g[t]
h[t] = o[t] * tanh(c[t])
a[t] = x[t] @ W + h[t-1] @ U + b
i[t,n,j] = sigmoid(a[t,n,(0,j)])
f[t,n,j] = sigmoid(a[t,n,(1,j)])
g[t,n,j] = tanh(a[t,n,(2,j)])
o[t,n,j] = sigmoid(a[t,n,(3,j)])
h[-1] = h0
c[-1] = c0
loss E = mean((h[T-1] - y)**2) + mean(before)
"""


def test_the_members_of_a_recurrence_stand_together_in_an_order_that_can_be_computed() -> None:
    network = parse(LSTM)
    (recurrence,) = network.recurrences
    assert recurrence.members == ("a", "i", "f", "g", "c", "o", "h")
    assert [equation.tensor.name for equation in network.equations] == ["before", *recurrence.members, "E"]
    assert (str(recurrence.size), recurrence.step, recurrence.axes) == ("T", -1, (0,) * 7)
    assert [str(end.left) for end in recurrence.boundaries] == ["c[-1,n,j]", "h[-1,n,j]"]


def test_a_slice_that_is_no_entry_gets_an_equation_of_its_own() -> None:
    lines = "h[t] = tanh(x[t] + h[t-1])\nh[-1] = 2*h0\nh_start = c\noutput y = h + h_start"
    network = parse(f"{DECLARED}\n{lines}\n")
    assert str(network.equation("h_start2")) == "h_start2[n,i] = 2*h0[n,i]"
    assert str(network.recurrences[0].boundaries[0]) == "h[-1,n,i] = h_start2[n,i]"


MESSAGES = {
    "h[t] = x[t] + h[t-1] + h[t+1]\nh[-1] = 0": ("h[t-1] is a step back and h[t+1] a step forward", "h[t+1]", "two"),
    "h[t] = x[t] + h[t-2]\nh[-1] = 0": ("h[t-2] is 2 steps away", "h[t-2]", "older[t] = h[t-1], then older[t-1]"),
    "h[t] = x[t] + h[t-1]": ("h[t-1] reads h[-1] at the first step, and no equation gives it", "h[t-1]", "h[-1] = 0"),
    "h[t] = x[t] + h[t+1]": ("h[t+1] reads h[T] at the first step", "h[t+1]", "h[T] = 0"),
    "h[:,t] = q[:,t] + h[:,t-1]": ("reads h[:,-1] at the first step", "h[:,t-1]", "h[:,-1] = 0"),
    "h[t] = x[t] + h[t]": ("h needs h", "h", "a new name for one of them"),
    "h[t] = x[t] + g[t]\ng[t] = h[t] + g[t-1]\ng[-1] = 0": ("h needs g needs h within one step", "h", "one step back"),
    "h[t] = x[t] + h[t-1] + mean(h)\nh[-1] = 0": ("h is read inside its own recurrence", "h", "h[t-1]"),
    "h[t] = x[t] + h[t-1] + h[0]\nh[-1] = 0": ("h is read inside its own recurrence", "h[0]", "h[t-1]"),
    "h[t,s] = o[t,s] + h[t-1,s] + h[t,s-1]\nh[-1,s in S] = 0": ("recur along two letters", "h[t,s-1]", "one letter"),
    "h[t] = x[t] + h[t-1]\nh[-1] = h0[0]": ("this slice has axes [D], but h has [N, D]", "h", "one number"),
    "h[t] = x[t] + h[t-1]\nh[-1] = 0\nh[2] = 0": ("h[2] lies inside the recurrence", "2", "where(2 == t"),
    "h[t] = x[t] + h[t-1]\nh[:,-1] = h0": ("is no slice of the recurrence, which goes along axis 0", "-1", "place"),
    "h[t] = x[t] + h[t-1]\nh[0] = h0\nh[-1] = h0": ("no step reads h[-1]", "h", "remove this line"),
    "h = 2*x\nh[0] = h0": ("h reads no step of itself", "h", "where(t == 0"),
    "h[0] = h0": ("this gives one slice of h, but no equation gives the others", "0", "h[t] = ..."),
    "h[t] = h[t-1] * c\nh[-1] = h0": ("nothing says what t runs over", "h", "h[t in T]"),
    "h[t in T] = h[t-1] @ W\nh[-1] = 0": ("nothing says which axes h has", "h", "h[-1] = h0"),
    "h[t] = x[t] + h[t-1] @ Q\nh[-1] = 0": ("Q is not declared", "Q", "Q"),
    "h[t] = x[t+1] + h[t-1]\nh[-1] = 0": ("nothing says what t runs over", "h", "h[t in T]"),
    "h[t in T] = x[t+1] + h[t-1]\nh[-1] = 0": ("t+1 leaves the axis T: beyond T - 1 (up to T)", "t+1", "else 0"),
    "h[t] = x[t] + h[t-1]\nh[-1] = 0\noutput y = h[:,0,T]": ("entry T may lie outside", "T", "D-1"),
    "h[t] = x[t] + h[t-1]\nh[-1] = 0\noutput y[t in T] = h[t-2]": ("t-2 leaves the axis T: below 0", "t-2", "else 0"),
    "h[n] = x[0,n] + mean(x[n-1,0])\noutput y = h": ("below 0 (from -1) and beyond T - 1", "n-1", "else 0"),
}  # fmt: skip


@pytest.mark.parametrize("lines", MESSAGES)
def test_a_mistake_in_a_recurrence_has_a_sentence_a_place_and_a_remedy(lines: str) -> None:
    sentence, marked, remedy = MESSAGES[lines]
    with pytest.raises(InputError) as caught:
        parse(DECLARED + lines + ("" if "output" in lines else "\noutput y = h"))
    error = caught.value
    assert error.place is not None
    assert error.remedy is not None
    assert sentence in error.what
    assert error.place.source[error.place.column - 1 : error.place.column - 1 + error.place.length] == marked
    assert remedy in error.remedy
