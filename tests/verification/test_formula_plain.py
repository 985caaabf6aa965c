"""Formulas in plain text, each with the tree that it is read as, on one line.

W_<ij>  letters side by side below       f^'(z)   applied            raised(of, upper)  a superscript on brackets
D[a / b]  a derivative   d[W]  a differential   entry(of; i)  a subscript on brackets   ;;  the next statement
"""

from __future__ import annotations

import pytest

from derive.errors import InputError
from derive.verification.formula import snippet_of, statements, written
from tests.verification.formulas import shown

TREES = {
    "dz/dx = 2t * 1": "D[z / x] = 2 t * 1",
    "dE/dw = x^T (p - y)": "D[E / w] = x^T(p - y)",
    "dW1 = x.T @ dz1": "d[W1] = x^T @ d[z1]",
    "z2[n,k] = sum(h[n,j] * W2[j,k] for j) + b2[k]": "z2_{n,k} = sum[j](h_{n,j} * W2_{j,k}) + b2_k",
    "W_1 x + b_1": "(W_1 x) + b_1",
    "z_{1} + h_1": "z_1 + h_1",
    "delta2 = (p - y) / N": "δ2 = (p - y) / N",
    "∂E/∂w = x · δ": "D[E / w] = x · δ",
    "d/dx f(x) = 2x": "D[f(x) / x] = 2 x",
    "∇_W E = δ xᵀ": "D[E / W] = δ x^T",
    "∑_i x_i²": "sum[i](x_i^2)",
    "Σ_n x_n": "sum[n](x_n)",
    "sum_i w_i x_i": "sum[i](w_i x_i)",
    "sum_{i=1}^N x_i": "sum[i=1..N](x_i)",
    "√x + sqrt(y)": "sqrt(x) + sqrt(y)",
    "a×b·c⊙d⊗e": "a × b · c ⊙ d ⊗ e",
    "W → 0.4": "W → 0.4",
    "a ≈ 0.52": "a ≈ 0.52",
    "x − y": "x - y",
    "x**2 + y^2": "x^2 + y^2",
    "h.T @ W": "h^T @ W",
    "W⁻¹ x₁ yᵢⱼ": "W^-1 x_1 y_<ij>",
    "p_i (1 - p_j) if i = j": "p_i(1 - p_j) if i = j",
    "dp_i/dz_j = p_i (1 - p_i) if i == j": "D[p_i / z_j] = p_i(1 - p_i) if i = j",
    "-p_i p_j for i != j": "-(p_i p_j) if i ≠ j",
    "W := W - alpha * dE/dW": "W := W - (α * D[E / W])",
    "W_5+ = 0.4": "W_5^+ = 0.4",
    "W_5^+ = W_5 - 0.5 * 0.02 = 0.43": "W_5^+ = W_5 - (0.5 * 0.02) = 0.43",
    r"sigma'(z) = sigma(z)(1 - sigma(z))": r"σ^'(z) = σ(z) (1 - σ(z))",
    "f(x) = cases(x if x > 0, 0 otherwise)": "f(x) = cases(x if x > 0; 0)",
    "[[1,2],[3,4]]": "[1, 2; 3, 4]",
    "max(0, z)": "max(0, z)",
    "max_j z_j": "max[j](z_j)",
    "|x| + ||y||^2": "abs(x) + raised(norm(y), 2)",
    "E_total = E_o1 + E_o2": "E_<total> = E_<o1> + E_<o2>",
    "ŷ - y": "hat:y - y",
    "y_hat - y": "hat:y - y",
    "a = b => c = d": "a = b ;; c = d",
    "a = 3; b = 4": "a = 3 ;; b = 4",
    "a = 3, b = 4": "a = 3 ;; b = 4",
    "1e-5 + 2.5E-3": "1e-5 + 2.5E-3",
    "1/2 x": "1 / 2 x",
    "a / b c": "a / b c",
    "exp(-z) / (1 + exp(-z))^2": "exp(-z) / raised(1 + exp(-z), 2)",
    "e^-z": "e^-z",
    "log p": "log(p)",
    "[i = j]": "1[i = j]",
    "1[z > 0]": "1[z > 0]",
    "dL/dz2 = p - y": "D[L / z2] = p - y",
    "dscores/dW1": "D[scores / W1]",
    "dloss/dW1 = 3": "D[loss / W1] = 3",
    "x_n1 + 0.5": "x_<n1> + 0.5",
    "softmax(z)[n,k]": "entry(softmax(z); n, k)",
    "mean(x[n] for n)": "mean[n](x_n)",
    "z1 = w1*x1 + w2*x2": "z1 = (w1 * x1) + (w2 * x2)",
    "z1 = w1x1 + w2x2": "z1 = w1x1 + w2x2",
    "target_o1 - output_o1": "target_<o1> - output_<o1>",
    "E = 1/2 (t - o)^2": "E = 1 / 2 raised(t - o, 2)",
    "dE/do1 = -(t1 - o1) = -(0.4 - 0.6) = 0.2": "D[E / o1] = -(t1 - o1) = -(0.4 - 0.6) = 0.2",
    "dE/dw5 = dE/do1 * do1/dz3 * dz3/dw5": "D[E / w5] = D[E / o1] * D[o1 / z3] * D[z3 / w5]",
    "W^(1) x + W^[2]": "(W^(1) x) + W^[2]",
    "∂E/∂W = ∂E/∂z ∂z/∂W": "D[E / W] = D[E / z] D[z / W]",
    "h = 1/(1+e^(-z))": "h = 1 / (1 + e^(-z))",
    "δ⁽ˡ⁾ = W⁽ˡ⁺¹⁾ᵀ δ": "δ^(l) = W^(l + 1)^T δ",
    "dL/dx = dL/dy dy/dx\n = 3 * 2\n = 6": "D[L / x] = D[L / y] D[y / x] = 3 * 2 = 6",
    "z = W x + b, h = tanh(z)": "z = (W x) + b ;; h = tanh(z)",
    "h = max(0, z)": "h = max(0, z)",
    "L = -sum(y[k] * log(p[k]) for k)": "L = -sum[k](y_k * log(p_k))",
    "dL/dW = dL/dz * x^T": "D[L / W] = D[L / z] * x^T",
    "W_new = W_old - 0.1 * dW": "W_<new> = W_<old> - (0.1 * d[W])",
    "δ_j = h_j (1 - h_j) sum_k w_jk δ_k": "δ_j = h_j(1 - h_j) sum[k](w_<jk> δ_k)",
    "p_k = exp(z_k) / sum_j exp(z_j)": "p_k = exp(z_k) / sum[j](exp(z_j))",
    "sum(x[i, j] for i, j if i != j)": "sum[i, j | i ≠ j](x_{i,j})",
    "sum(x[i] for i in 1..N)": "sum[i=1..N](x_i)",
    "dW2 = h1.T @ dz2": "d[W2] = h1^T @ d[z2]",
    "db = sum(dz[n] for n)": "d[b] = sum[n](d[z_n])",
    "dx = dz @ W.T": "d[x] = d[z] @ W^T",
    "z2 ≈ 0.52": "z2 ≈ 0.52",
    "y = 1 if x > 0": "y = 1 if x > 0",
    "h(t) = tanh(W h(t-1) + U x(t))": "h(t) = tanh((W h(t - 1)) + (U x(t)))",
    r"f''(x) = 2": r"f^'^'(x) = 2",
    "3 * 4 = 12": "3 * 4 = 12",
    "0.6(1-0.6) = 0.24": "0.6 (1 - 0.6) = 0.24",
    "-(0.4 - 0.6) = 0.2": "-(0.4 - 0.6) = 0.2",
    r"x_i' = 3": r"x_i^' = 3",
    "theta = theta - eta * grad_theta J": "θ = θ - (η * D[J / θ])",
    "‖x‖² = 1": "raised(norm(x), 2) = 1",
    "x·y = ∑ᵢ xᵢyᵢ": "x · y = sum[i](x_i y_i)",
    "a = b and c = d": "a = b ;; c = d",
    "therefore x = 3": "x = 3",
    "E = ½ x": "E = (1 / 2) x",
    "W′ = 3": r"W^' = 3",
    "α = 0.5; β = 0.9": "α = 0.5 ;; β = 0.9",
    "σ(z) = 1/(1 + e^{-z})": "σ(z) = 1 / (1 + e^-z)",
    "dL/dz = (ŷ − y) ⊙ σ′(z)": r"D[L / z] = (hat:y - y) ⊙ σ^'(z)",
    "W^{(l)} a^{l-1}": "W^(l) a^{l - 1}",
    "x_{t-1} + x_{i,j}": "x_{t - 1} + x_{i,j}",
    "prod_t dh_t/dh_{t-1}": "prod[t](D[h_t / h_{t - 1}])",
    "a * (b + c) / d": "a * (b + c) / d",
    "|x - y|": "abs(x - y)",
    "[x]": "x",
    "E = ½(t - o)²": "E = (1 / 2) raised(t - o, 2)",
}


@pytest.mark.parametrize("text", TREES)
def test_a_formula_is_read_as_the_tree_it_means(text: str) -> None:
    found = statements(snippet_of(text, "plain"))
    assert " ;; ".join(str(one) if isinstance(one, InputError) else shown(one) for one in found) == TREES[text]


@pytest.mark.parametrize("surface", ["latex", "plain"])
@pytest.mark.parametrize("text", TREES)
def test_what_is_written_of_a_formula_is_read_as_the_same_tree(text: str, surface: str) -> None:
    for one in statements(snippet_of(text, "plain")):
        assert not isinstance(one, InputError)
        assert statements(snippet_of(written(one, surface), surface)) == [one]
