"""The gradients that textbooks print come out of the algebra, letter for letter, with the names of the steps."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from sympy import Expr, Integer, Rational

from derive.backward import differentiate
from derive.binding import bind, fresh, substitute
from derive.derivation import Adjoint, Derivation
from derive.entry import Entry, Tensor
from derive.functions import apply
from derive.index import Index
from derive.language import parse
from derive.operators import Compare, Delta, Sum, Where, iverson
from derive.step import Step


def derivation(*lines: str) -> Derivation:
    """The derivation of a network written in these lines."""
    return differentiate(parse("\n".join(("network book", *lines, ""))))


class Result:
    """The right side of an adjoint, and names to write down what it should be."""

    def __init__(self, found: Derivation, name: str) -> None:
        self.derivation, self.adjoint = found, found[name]
        self.tensors = dict(found.network.tensors)
        self.tensors |= {adjoint.tensor.name: adjoint.tensor for adjoint in found.adjoints}
        self.tensors |= {tensor.name: tensor for tensor in found.upstream}

    @property
    def letters(self) -> tuple[Index, ...]:
        return self.adjoint.letters

    def entry(self, name: str, *subscripts: Expr) -> Entry:
        """An entry of a tensor of the network; without subscripts, at the letters of the adjoint."""
        return Entry(self.tensors[name], *(subscripts or self.letters))

    def over(self, size: Expr, count: int = 1) -> tuple[Index, ...]:
        """Letters over a size that the adjoint does not have."""
        letters: list[Index] = list(self.letters)
        for _ in range(count):
            letters.append(fresh(size, letters))
        return tuple(letters[len(self.letters) :])

    def is_(self, expected: Expr) -> bool:
        """True when the result is this expression, also in its spelling as a sum of terms."""
        found = self.adjoint.equation.right
        assert found == expected or found.expand() == expected.expand(), f"{found} is not {expected}"
        return bool(found.count_ops() <= expected.count_ops() + 1)


def steps(adjoint: Adjoint) -> list[Step]:
    """Every step of an adjoint, those of the local derivatives first."""
    return [step for local in adjoint.locals for step in local.steps] + list(adjoint.steps)


def rules(found: Iterable[Step]) -> set[str]:
    return {step.rule for step in found}


# Activations


ELEMENTWISE = ("dim N, H", "input x[N, H]")


def upstream(found: Derivation) -> Tensor:
    return found.upstream[0]


@pytest.mark.parametrize("right", ["sigmoid(x)", "1 / (1 + exp(-x))"])
def test_sigmoid(right: str) -> None:
    found = derivation(*ELEMENTWISE, f"output h = {right}")
    result = Result(found, "x")
    h, dh = result.entry("h"), result.entry(upstream(found).name)
    assert result.is_(dh * h * (1 - h))


def test_sigmoid_from_the_elementary_graph() -> None:
    found = derivation("dim N", "input z[N]", "a = -z", "e = exp(a)", "d = 1 + e", "output h = 1 / d")
    result = Result(found, "z")
    h, dh = result.entry("h"), result.entry("dh")
    assert result.is_(dh * h * (1 - h))
    assert Result(found, "d").is_(-dh * h**2)


def test_tanh() -> None:
    found = derivation(*ELEMENTWISE, "output h = tanh(x)")
    result = Result(found, "x")
    h, dh = result.entry("h"), result.entry(upstream(found).name)
    assert result.is_(dh * (1 - h**2))


def test_relu_passes_where_its_argument_is_positive_and_says_what_it_does_at_the_kink() -> None:
    found = derivation(*ELEMENTWISE, "output h = relu(x)")
    result = Result(found, "x")
    x, dh = result.entry("x"), result.entry(upstream(found).name)
    passes = Compare(">", x, Integer(0))
    assert result.adjoint.equation.right in (dh * iverson(passes), Where(passes, dh, Integer(0)))
    assert any(note.kind == "kink" and "0" in note.text for note in result.adjoint.notes)


# Softmax


SOFTMAX = ("dim N, K", "input a[N, K]")


def test_the_local_derivative_of_softmax() -> None:
    found = derivation(*SOFTMAX, "output p = softmax(a)")
    adjoint = found["a"]
    (local,) = adjoint.locals
    p, consumer_letter, letter = local.consumer.tensor, local.consumer.letters[-1], local.by.subscripts[-1]
    row = local.consumer.letters[0]
    expected = p[row, consumer_letter] * (Delta(consumer_letter, letter) - p[row, letter])
    assert local.result.expand() == expected.expand()
    assert "quotient rule" in rules(local.steps)


@pytest.mark.parametrize("right", ["softmax(a)", "exp(a) / sum(exp(a), over=K)"])
def test_softmax_as_a_layer(right: str) -> None:
    found = derivation(*SOFTMAX, f"output p = {right}")
    result = Result(found, "a")
    n, k = result.letters
    (other,) = result.over(k.size)
    dp = upstream(found)
    mixed = bind(Sum, dp[n, other] * result.entry("p", n, other), [other])
    assert result.is_(result.entry("p") * (dp[n, k] - mixed))


CLASSIFIER = ("param W[D, K]", "z = x @ W", "p = softmax(z)")


def test_softmax_with_cross_entropy_is_p_minus_y() -> None:
    found = derivation("dim N, D, K", "input x[N, D]", "target y[N, K] one_hot", *CLASSIFIER,
                       "loss E = mean(cross_entropy(p, y))")  # fmt: skip
    result = Result(found, "z")
    n, _ = result.letters
    assert result.adjoint.equation.right == (result.entry("p") - result.entry("y")) / n.size
    assert any("sum to one" in step.because for step in steps(result.adjoint))
    assert not result.adjoint.inlined or result.adjoint.inlined == ("dp",)


def test_softmax_with_cross_entropy_from_primitives() -> None:
    found = derivation("dim N, D, K", "input x[N, D]", "target y[N, K] sums_to_one", "param W[D, K]", "z = x @ W",
                       "p[n,k] = exp(z[n,k]) / sum(exp(z[n,l]) for l)",
                       "loss E = -sum(y[n,k] * log(p[n,k]) for n, k) / N")  # fmt: skip
    result = Result(found, "z")
    assert result.adjoint.equation.right == (result.entry("p") - result.entry("y")) / result.letters[0].size


def test_without_the_fact_the_sum_over_y_stays_and_the_missing_fact_is_named() -> None:
    found = derivation("dim N, D, K", "input x[N, D]", "target y[N, K]", *CLASSIFIER,
                       "loss E = mean(cross_entropy(p, y))")  # fmt: skip
    result = Result(found, "z")
    n, k = result.letters
    (other,) = result.over(k.size)
    total = bind(Sum, result.entry("y", n, other), [other])
    assert result.is_((result.entry("p") * total - result.entry("y")) / n.size)
    (note,) = [note for note in result.adjoint.notes if note.kind == "missing fact"]
    assert note.where == "y" and "sum to one" in note.text
    assert note.result == (result.entry("p") - result.entry("y")) / n.size


def test_with_integer_labels_it_is_p_minus_one_at_the_label() -> None:
    found = derivation("dim N, D, K", "input x[N, D]", "target t[N] in K", *CLASSIFIER,
                       "loss E = mean(cross_entropy(p, t))")  # fmt: skip
    result = Result(found, "z")
    n, k = result.letters
    label = result.entry("t", n)
    assert result.adjoint.equation.right == (result.entry("p") - Delta(label, k)) / n.size


# Losses


def test_sigmoid_with_binary_cross_entropy_is_p_minus_y() -> None:
    found = derivation("dim N, D", "input x[N, D]", "target y[N] binary", "param w[D], b", "z = x @ w + b",
                       "p = sigmoid(z)", "loss E = mean(binary_cross_entropy(p, y))")  # fmt: skip
    result = Result(found, "z")
    assert result.adjoint.equation.right == (result.entry("p") - result.entry("y")) / result.letters[0].size


def test_a_linear_layer_with_half_the_mean_squared_error() -> None:
    found = derivation("dim N, D, K", "input x[N, D]", "target y[N, K]", "param W[D, K], b[K]", "a = x @ W + b",
                       "loss C = sum((a - y)**2) / (2*N)")  # fmt: skip
    result = Result(found, "a")
    assert result.adjoint.equation.right == (result.entry("a") - result.entry("y")) / result.letters[0].size


def test_a_squared_error_keeps_its_two() -> None:
    found = derivation(
        "dim N", "input x[N]", "target y[N]", "param w", "a = w * x", "loss C = sum(squared_error(a, y))"
    )
    result = Result(found, "a")
    assert result.is_(2 * (result.entry("a") - result.entry("y")))


def test_half_a_squared_error_loses_it() -> None:
    found = derivation("dim N", "input x[N]", "target y[N]", "param w", "a = w * x", "loss C = sum((y - a)**2 / 2)")
    result = Result(found, "a")
    assert result.adjoint.equation.right == result.entry("a") - result.entry("y")


# Linear layers, sharing and broadcasting


def test_a_linear_layer() -> None:
    found = derivation("dim N, D, H", "input x[N, D]", "param W[D, H], b[H]", "output z = x @ W + b")
    dz = upstream(found)
    weights, bias, inputs = (Result(found, name) for name in ("W", "b", "x"))
    i, j = weights.letters
    (n,) = weights.over(dz.axes[0])
    assert weights.adjoint.equation.right == bind(Sum, weights.entry("x", n, i) * dz[n, j], [n])
    (m,) = bias.over(dz.axes[0])
    assert bias.adjoint.equation.right == bind(Sum, dz[m, bias.letters[0]], [m])
    row, column = inputs.letters
    (h,) = inputs.over(dz.axes[1])
    assert inputs.adjoint.equation.right == bind(Sum, dz[row, h] * inputs.entry("W", column, h), [h])


def test_a_tensor_that_is_read_twice_gets_the_sum_over_its_readers() -> None:
    found = derivation("dim N, D", "input x[N, D]", "param W[D, D]", "h[n,i] = sum(x[n,j]*W[j,i] for j)",
                       "u = tanh(h)", "output s = u + h")  # fmt: skip
    result = Result(found, "h")
    assert [local.consumer.tensor.name for local in result.adjoint.locals] == ["u", "s"]
    u, ds = result.entry("u"), result.entry("ds")
    ends = (ds * (1 - u**2) + ds, result.entry("du") * (1 - u**2) + ds)
    assert result.adjoint.equation.right.expand() in [end.expand() for end in ends]


def test_a_broadcast_tensor_gets_the_sum_over_the_axes_it_was_broadcast_over() -> None:
    found = derivation("dim N, H", "input x[N, H]", "param g[H], c", "output y = g * x + c")
    dy = upstream(found)
    gain, shift = Result(found, "g"), Result(found, "c")
    (j,) = gain.letters
    (n,) = gain.over(dy.axes[0])
    assert gain.adjoint.equation.right == bind(Sum, dy[n, j] * gain.entry("x", n, j), [n])
    n, j = Index("n", dy.axes[0]), Index("j", dy.axes[1])
    assert shift.adjoint.equation.right == bind(Sum, dy[n, j], [n, j])


def test_a_value_that_is_squared_is_differentiated_once_for_each_factor() -> None:
    found = derivation("param x, y", "t = x + y", "output z = t * t")
    result = Result(found, "t")
    assert result.adjoint.equation.right == 2 * result.entry("t") * result.entry("dz")
    assert Result(found, "x").adjoint.equation.right in (result.entry("dt"), result.adjoint.equation.right)


def test_a_mean_shares_its_gradient_equally() -> None:
    found = derivation("dim N, D", "input x[N, D]", "output m = mean(x, over=D)")
    result = Result(found, "x")
    n, i = result.letters
    assert result.adjoint.equation.right == upstream(found)[n] / i.size


def test_a_maximum_gives_all_to_the_first_largest() -> None:
    found = derivation("dim N, D", "input x[N, D]", "output m[n] = max(x[n,i] for i)")
    right = Result(found, "x").adjoint.equation.right
    (delta,) = right.atoms(Delta)
    n, i = Result(found, "x").letters
    assert right == upstream(found)[n] * delta
    assert i in delta.args


# Normalisation


def test_layer_norm_has_the_compact_gradient() -> None:
    found = derivation("dim N, D", "const eps = 1e-5", "input x[N, D]", "m = mean(x, over=D)",
                       "v = mean((x - m)**2, over=D)", "s = sqrt(v + eps)", "output y = (x - m) / s")  # fmt: skip
    assert all(len(str(adjoint.equation.right)) < 200 for adjoint in found.adjoints)


# Where no gradient passes


def test_a_flat_function_is_reported_with_its_equation_and_the_parameter() -> None:
    found = derivation("dim N", "input x[N]", "param w, b", "a = w * x", "h = step(a)", "loss E = sum(h * b)")
    notes = [note for note in found.notes if note.kind == "flat"]
    assert any("w" in note.text and "h" in (note.where, *note.text.split()) for note in notes)
    assert Result(found, "b").adjoint.equation.right != 0


def test_a_rational_factor_stays_exact() -> None:
    found = derivation("param w", "loss E = w**2 * 0.1")
    result = Result(found, "w")
    assert result.adjoint.equation.right == Rational(1, 5) * result.entry("w")


def test_letters_do_not_matter() -> None:
    one = derivation("dim N, D", "param x[N, D]", "loss E = sum(x[n,i]**2 for n, i)")
    other = derivation("dim N, D", "param x[N, D]", "loss E = sum(x[a,b]**2 for b, a)")
    first, second = one["x"], other["x"]
    mapping = dict(zip(first.letters, second.letters, strict=True))
    assert substitute(first.equation.right, mapping) == second.equation.right


def test_a_function_of_a_user_gets_its_slope_from_its_formula() -> None:
    found = derivation("dim N", "input x[N]", "f(u) = u**2 * exp(-u)", "output y = f(x)")
    result = Result(found, "x")
    x, dy = result.entry("x"), result.entry(upstream(found).name)
    right = result.adjoint.equation.right
    assert right.has(apply("exp", -x)) or right.has(result.entry("y"))
    assert right.has(dy)
