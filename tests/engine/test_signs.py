"""What is said of the size of an expression by its form is true at random values."""

from __future__ import annotations

import numpy as np
import pytest

from derive.evaluate import evaluate_network
from derive.language import parse
from derive.signs import at_most_one, never_negative, positive

HEAD = 'network t ""\ndim N, K = 3\ninput z[N, K], u[N, K] positive, b[N, K] binary, s[N, K] sums_to_one\n'
# The expression, and whether it is known to be positive, never negative, at most one.
KNOWN: dict[str, tuple[bool, bool, bool]] = {
    "sigmoid(z)": (True, True, True),
    "1 - sigmoid(z)": (False, True, False),
    "1 - softmax(z)": (False, False, False),
    "softmax(z)": (True, True, False),
    "softmax(z) * sigmoid(z)": (True, True, False),
    "1 - b": (False, True, False),
    "1 - b * sigmoid(z)": (False, True, False),
    "b": (False, True, True),
    "s": (False, False, False),
    "1 - s": (False, False, False),
    "tanh(z)": (False, False, False),
    "1 - tanh(z)": (False, False, False),
    "1 - 2*sigmoid(z)": (False, False, False),
    "exp(z)": (True, True, False),
    "1 - exp(z)": (False, False, False),
    "u - 1": (False, False, False),
    "1 / (1 + z**2)": (True, True, True),
    "1 / (1/2 + z**2)": (True, True, False),
    "prod(u, over=K)": (True, True, False),
    "prod(z**2, over=K)": (False, True, False),
    "prod(z, over=K)": (False, False, False),
    "z - u": (False, False, False),
}


@pytest.mark.parametrize("text", KNOWN)
def test_what_is_known_is_known_and_true(text: str) -> None:
    network = parse(f"{HEAD}output y = {text}")
    right = network.equations[-1].right
    found = positive(right, network), never_negative(right, network), at_most_one(right, network)
    assert found == KNOWN[text]
    rng = np.random.default_rng(4)
    s = rng.normal(size=(20, 3))
    s[:, -1] = 1 - s[:, :-1].sum(axis=1)
    given = {"z": 3 * rng.normal(size=(20, 3)), "u": rng.uniform(0.1, 3, (20, 3)), "s": s}
    given["b"] = rng.integers(0, 2, (20, 3)).astype(float)
    values = evaluate_network(network, given, {"N": 20, "K": 3})["y"]
    assert not found[0] or values.min() > 0
    assert not found[1] or values.min() >= 0
    assert not found[2] or values.max() <= 1


def test_a_value_whose_rows_sum_to_one_by_definition_is_at_most_one() -> None:
    network = parse(f"{HEAD}p = softmax(z)\noutput y = 1 - p")
    assert never_negative(network.equations[-1].right, network)


def test_a_long_chain_of_sums_of_unknown_sign_is_answered() -> None:
    # Asking of every term twice, once for each question, would ask 2^80 times.
    chain = "".join(f"a{i} = a{i - 1} + exp(z)\n" for i in range(1, 81))
    network = parse(f"{HEAD}a0 = z\n{chain}output y = a80")
    assert not never_negative(network.equations[-1].right, network)


def test_values_of_a_recurrence_are_known_by_their_formulas() -> None:
    text = "input h0[K]\nr[n] = exp(h[n-1])\ns1[n] = r[n] * u[n]\nh[n] = log(s1[n]) * z[n]\nh[-1] = h0\n"
    network = parse(f"{HEAD}{text}output y = s1\noutput q = h")
    y, q = (network.equation(name) for name in ("y", "q"))
    assert y is not None and q is not None
    assert positive(y.right, network) and not never_negative(q.right, network)
