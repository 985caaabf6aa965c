"""Claims that hold, each with the same claim spoilt by one mistake, and the kind of that mistake.

Each line: the kind, the wrong right side. The left side and the right one stand above, with the network, the way of
writing and the reading.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.verification.planted_steps import FURTHER

ROWS, COLUMNS = ("row", "all"), ("column", "one")


@dataclass(frozen=True)
class Planted:
    """`left = right` holds; `left = wrong` does not, because of a mistake of this kind."""

    network: str
    reading: tuple[str, str]
    surface: str
    left: str
    right: str
    kind: str
    wrong: str


TABLE: tuple[tuple[str, tuple[str, str], str, str, str, tuple[tuple[str, str], ...]], ...] = (
    ("mlp", ROWS, "plain", "dz2", "(p - y) / N", (
        ("SIGN", "(y - p) / N"),
        ("MEAN", "p - y"),
        ("MEAN", "(p - y) / N**2"),
        ("MEAN", "(p - y) * N"),
        ("FACTOR", "2 * (p - y) / N"),
        ("FACTOR", "(p - y) / (2 * N)"),
        ("SYMBOL", "(h - y) / N"),
        ("SYMBOL", "(p - z2) / N"),
        ("SIGN", "(p + y) / N"),
    )),
    ("mlp", ROWS, "plain", "dz1", "dz2 @ W2.T * h * (1 - h)", (
        ("ACTIVATION", "dz2 @ W2.T * (1 - h**2)"),
        ("ACTIVATION", "dz2 @ W2.T * h"),
        ("ACTIVATION", "dz2 @ W2.T * (1 - h)"),
        ("ACTIVATION", "dz2 @ W2.T"),
        ("ACTIVATION", "dz2 @ W2.T * [z1 > 0]"),
        ("TRANSPOSE", "dz2 @ W2 * h * (1 - h)"),
        ("ORDER", "W2.T @ dz2 * h * (1 - h)"),
        ("SIGN", "-dz2 @ W2.T * h * (1 - h)"),
        ("SIGN", "dz2 @ W2.T * h * (1 + h)"),
        ("SIGN", "dz2 @ W2.T * h * (h - 1)"),
        ("INDEX", "dz2 @ W1.T * h * (1 - h)"),
        ("MEAN", "dz2 @ W2.T * h * (1 - h) / N"),
    )),
    ("mlp", ROWS, "plain", "dW2", "h.T @ dz2", (
        ("TRANSPOSE", "h @ dz2"),
        ("ORDER", "dz2 @ h.T"),
        ("ORDER", "dz2.T @ h"),
        ("SYMBOL", "x.T @ dz2"),
        ("INDEX", "h.T @ dz1"),
        ("MEAN", "h.T @ dz2 / N"),
        ("SYMBOL", "z1.T @ dz2"),
    )),
    ("mlp", ROWS, "plain", "dW1", "x.T @ dz1", (
        ("INDEX", "x.T @ dz2"),
        ("SYMBOL", "h.T @ dz1"),
        ("TRANSPOSE", "x @ dz1"),
        ("ORDER", "dz1.T @ x"),
        ("ORDER", "dz1 @ x"),
    )),
    ("mlp", ROWS, "plain", "db2[k]", "sum(dz2[n,k] for n)", (
        ("SUM", "dz2[n,k]"),
        ("MEAN", "sum(dz2[n,k] for n) / N"),
    )),
    ("mlp", ROWS, "latex", r"\frac{\partial E}{\partial b_2}", r"\sum_n \delta^{(2)}_n", (
        ("SUM", r"\delta^{(2)}"),
        ("INDEX", r"\sum_n \delta^{(1)}_n"),
        ("SIGN", r"-\sum_n \delta^{(2)}_n"),
        ("MEAN", r"\frac{1}{N} \sum_n \delta^{(2)}_n"),
    )),
    ("mlp", COLUMNS, "latex", r"\delta^{(1)}", r"(W^{(2)})^T \delta^{(2)} \odot \sigma'(z^{(1)})", (
        ("TRANSPOSE", r"W^{(2)} \delta^{(2)} \odot \sigma'(z^{(1)})"),
        ("ACTIVATION", r"(W^{(2)})^T \delta^{(2)} \odot \sigma'(a^{(1)})"),
        ("ACTIVATION", r"(W^{(2)})^T \delta^{(2)} \odot \sigma(z^{(1)})"),
        ("ACTIVATION", r"(W^{(2)})^T \delta^{(2)}"),
        ("INDEX", r"(W^{(1)})^T \delta^{(2)} \odot \sigma'(z^{(1)})"),
        ("INDEX", r"(W^{(2)})^T \delta^{(2)} \odot \sigma'(z^{(2)})"),
        ("INDEX", r"(W^{(2)})^T \delta^{(1)} \odot \sigma'(z^{(1)})"),
        ("ORDER", r"\delta^{(2)} (W^{(2)})^T \odot \sigma'(z^{(1)})"),
        ("SIGN", r"-(W^{(2)})^T \delta^{(2)} \odot \sigma'(z^{(1)})"),
        ("FACTOR", r"2 (W^{(2)})^T \delta^{(2)} \odot \sigma'(z^{(1)})"),
    )),
    ("mlp", COLUMNS, "latex", r"\frac{\partial E}{\partial W^{(2)}}", r"\delta^{(2)} {a^{(1)}}^T", (
        ("ORDER", r"{a^{(1)}}^T \delta^{(2)}"),
        ("INDEX", r"\delta^{(2)} {a^{(2)}}^T"),
        ("INDEX", r"\delta^{(2)} {a^{(0)}}^T"),
        ("ORDER", r"a^{(1)} {\delta^{(2)}}^T"),
        ("TRANSPOSE", r"\delta^{(2)} a^{(1)}"),
    )),
    ("mlp", COLUMNS, "latex", r"\frac{\partial E}{\partial h_j}", r"\sum_k \delta^{(2)}_k W^{(2)}_{kj}", (
        ("SUM", r"\delta^{(2)}_k W^{(2)}_{kj}"),
        ("INDEX", r"\sum_k \delta^{(2)}_k W^{(2)}_{jk}"),
        ("SIGN", r"-\sum_k \delta^{(2)}_k W^{(2)}_{kj}"),
        ("FACTOR", r"\frac{1}{2} \sum_k \delta^{(2)}_k W^{(2)}_{kj}"),
    )),
    ("softmax_loss", COLUMNS, "latex", r"\frac{\partial p_i}{\partial a_j}", r"p_i (\delta_{ij} - p_j)", (
        ("DELTA", r"p_i (1 - p_j)"),
        ("DELTA", r"-p_i p_j"),
        ("DELTA", r"p_i (1 - p_i)"),
        ("SIGN", r"p_i (\delta_{ij} + p_j)"),
        ("SIGN", r"p_i (p_j - \delta_{ij})"),
        ("INDEX", r"p_i (\delta_{ij} - p_i)"),
    )),
    ("softmax_loss", ROWS, "plain", "da", "(p - y) / N", (
        ("SIGN", "(y - p) / N"),
        ("MEAN", "p - y"),
    )),
    ("worked_example", ROWS, "latex", r"\frac{\partial E}{\partial W_5}", r"-(t_1 - o_1) o_1 (1 - o_1) h_1", (
        ("INDEX", r"-(t_1 - o_1) o_1 (1 - o_1) h_2"),
        ("SIGN", r"(t_1 - o_1) o_1 (1 - o_1) h_1"),
        ("FACTOR", r"-2 (t_1 - o_1) o_1 (1 - o_1) h_1"),
        ("ACTIVATION", r"-(t_1 - o_1) h_1"),
        ("ACTIVATION", r"-(t_1 - o_1) o_1 h_1"),
        ("ACTIVATION", r"-(t_1 - o_1) (1 - o_1^2) h_1"),
        ("INDEX", r"-(t_2 - o_1) o_1 (1 - o_1) h_1"),
    )),
    ("worked_example", ROWS, "latex", r"\frac{\partial E}{\partial h_1}",
     r"\frac{\partial E}{\partial z_3} W_5 + \frac{\partial E}{\partial z_4} W_7", (
        ("PATH", r"\frac{\partial E}{\partial z_3} W_5"),
        ("PATH", r"\frac{\partial E}{\partial z_4} W_7"),
        ("INDEX", r"\frac{\partial E}{\partial z_3} W_5 + \frac{\partial E}{\partial z_4} W_8"),
        ("SIGN", r"\frac{\partial E}{\partial z_3} W_5 - \frac{\partial E}{\partial z_4} W_7"),
    )),
    ("worked_example", ROWS, "latex", "W_5^+", r"W_5 - \eta \frac{\partial E}{\partial W_5}", (
        ("UPDATE", r"W_5 + \eta \frac{\partial E}{\partial W_5}"),
        ("UPDATE", r"W_5 - \frac{\partial E}{\partial W_5}"),
        ("INDEX", r"W_5 - \eta \frac{\partial E}{\partial W_6}"),
    )),
    ("residual", ROWS, "plain", "dh", "dr + (dr * (1 - tanh(h @ W2 + b2)**2)) @ W2.T", (
        ("PATH", "dr"),
        ("PATH", "(dr * (1 - tanh(h @ W2 + b2)**2)) @ W2.T"),
        ("TRANSPOSE", "dr + (dr * (1 - tanh(h @ W2 + b2)**2)) @ W2"),
        ("SIGN", "dr - (dr * (1 - tanh(h @ W2 + b2)**2)) @ W2.T"),
    )),
    ("residual", ROWS, "plain", "da", "(a - y) / N", (
        ("FACTOR", "2 * (a - y) / N"),
        ("MEAN", "a - y"),
        ("SIGN", "(y - a) / N"),
        ("FACTOR", "(a - y) / (2 * N)"),
    )),
    ("ridge", ROWS, "plain", "dw", "x.T @ da + λ * w", (
        ("PATH", "x.T @ da"),
        ("SIGN", "x.T @ da - λ * w"),
        ("FACTOR", "x.T @ da + 2 * λ * w"),
    )),
    ("batch_norm", ROWS, "plain", "dxhat", "dy * g", (
        ("FACTOR", "dy"),
        ("SYMBOL", "dy * b"),
        ("SYMBOL", "dy * s"),
    )),
    ("batch_norm", ROWS, "plain", "dg[i]", "sum(dy[n,i] * xhat[n,i] for n)", (
        ("SUM", "dy[n,i] * xhat[n,i]"),
        ("SYMBOL", "sum(dy[n,i] * x[n,i] for n)"),
        ("FACTOR", "sum(dy[n,i] for n)"),
    )),
    ("mlp_relu", ROWS, "plain", "dz2", "dz3 @ W3.T * [z2 > 0]", (
        ("ACTIVATION", "dz3 @ W3.T"),
        ("ACTIVATION", "dz3 @ W3.T * h2"),
        ("INDEX", "dz3 @ W3.T * [z1 > 0]"),
        ("INDEX", "dz3 @ W2.T * [z2 > 0]"),
    )),
    ("quadratic_mlp", COLUMNS, "latex", r"\delta^{(2)}", r"(a^{(2)} - y) \odot a^{(2)} \odot (1 - a^{(2)})", (
        ("SIGN", r"(y - a^{(2)}) \odot a^{(2)} \odot (1 - a^{(2)})"),
        ("ACTIVATION", r"a^{(2)} - y"),
        ("INDEX", r"(a^{(1)} - y) \odot a^{(2)} \odot (1 - a^{(2)})"),
        ("ACTIVATION", r"(a^{(2)} - y) \odot (1 - a^{(2)})"),
        ("FACTOR", r"2 (a^{(2)} - y) \odot a^{(2)} \odot (1 - a^{(2)})"),
    )),
    ("logistic_regression", ROWS, "plain", "dw", "x.T @ (p - y) / N", (
        ("MEAN", "x.T @ (p - y)"),
        ("TRANSPOSE", "x @ (p - y) / N"),
        ("SIGN", "x.T @ (y - p) / N"),
        ("ACTIVATION", "x.T @ ((p - y) * p * (1 - p)) / N"),
    )),
    ("binary_two_outputs", ROWS, "plain", "dz1", "dz2 @ W2.T * (1 - h**2)", (
        ("ACTIVATION", "dz2 @ W2.T * h * (1 - h)"),
        ("ACTIVATION", "dz2 @ W2.T * (1 - h)"),
        ("ACTIVATION", "dz2 @ W2.T"),
        ("SIGN", "dz2 @ W2.T * (1 + h**2)"),
        ("PRODUCT", "dz2 * W2.T * (1 - h**2)"),
    )),
    ("linear_regression", ROWS, "plain", "da", "(a - y) / N", (
        ("FACTOR", "2 * (a - y) / N"),
        ("SYMBOL", "(a - x) / N"),
    )),
    ("scalar_chain", ROWS, "latex", r"\frac{\partial C}{\partial a_3}", r"2 (a_3 - y)", (
        ("FACTOR", r"a_3 - y"),
        ("FACTOR", r"2 (a_3 - y)^2"),
        ("SIGN", r"2 (y - a_3)"),
        ("INDEX", r"2 (a_2 - y)"),
    )),
    ("scalar_chain", ROWS, "latex", r"\frac{\partial C}{\partial w_2}",
     r"2 (a_3 - y) a_3 (1 - a_3) w_3 a_2 (1 - a_2) a_1", (
        ("INDEX", r"2 (a_3 - y) a_3 (1 - a_3) w_2 a_2 (1 - a_2) a_1"),
        ("ACTIVATION", r"2 (a_3 - y) a_3 (1 - a_3) w_3 a_1"),
        ("FACTOR", r"2 (a_3 - y) a_3 (1 - a_3) a_2 (1 - a_2) a_1"),
        ("FACTOR", r"(a_3 - y) a_3 (1 - a_3) w_3 a_2 (1 - a_2) a_1"),
    )),
    ("softmax_loss", COLUMNS, "latex", r"\frac{\partial p}{\partial a}", r"\mathrm{diag}(p) - p p^T", (
        ("SIGN", r"p p^T - \mathrm{diag}(p)"),
        ("DELTA", r"\mathrm{diag}(p)"),
        ("DELTA", r"-p p^T"),
        ("DELTA", r"p \odot (1 - p)"),
    )),
    ("softmax_loss", COLUMNS, "latex", r"\frac{\partial p_i}{\partial a_j}",
     r"\begin{cases} p_i (1 - p_i) & i = j \\ -p_i p_j & i \neq j \end{cases}", (
        ("SIGN", r"\begin{cases} p_i (1 - p_i) & i = j \\ p_i p_j & i \neq j \end{cases}"),
        ("SIGN", r"\begin{cases} p_i (1 + p_i) & i = j \\ -p_i p_j & i \neq j \end{cases}"),
    )),
    ("softmax_loss", COLUMNS, "latex", r"\frac{\partial C}{\partial a_j}",
     r"\sum_k \frac{\partial C}{\partial p_k} \frac{\partial p_k}{\partial a_j}", (
        ("SUM", r"\frac{\partial C}{\partial p_j} \frac{\partial p_j}{\partial a_j}"),
        ("SIGN", r"-\sum_k \frac{\partial C}{\partial p_k} \frac{\partial p_k}{\partial a_j}"),
    )),
    ("softmax_loss", COLUMNS, "latex", r"\frac{\partial C}{\partial p_k}", r"-\frac{y_k}{p_k}", (
        ("SIGN", r"\frac{y_k}{p_k}"),
        ("ORDER", r"-\frac{p_k}{y_k}"),
        ("FACTOR", r"-\frac{y_k}{p_k^2}"),
    )),
    ("mlp", ROWS, "latex", "E", r"-\frac{1}{N} \sum_n \sum_k y_{nk} \log p_{nk}", (
        ("SIGN", r"\frac{1}{N} \sum_n \sum_k y_{nk} \log p_{nk}"),
        ("MEAN", r"-\sum_n \sum_k y_{nk} \log p_{nk}"),
        ("SUM", r"-\frac{1}{N} \sum_n y_{nk} \log p_{nk}"),
    )),
    ("mlp", ROWS, "latex", "z_2", "h W_2 + b_2", (
        ("PATH", "h W_2"),
        ("INDEX", "h W_2 + b_1"),
        ("ORDER", "W_2 h + b_2"),
        ("SYMBOL", "x W_2 + b_2"),
    )),
    ("mlp", ROWS, "latex", "h", r"\mathrm{sigmoid}(z_1)", (
        ("ACTIVATION", r"\tanh(z_1)"),
        ("INDEX", r"\mathrm{sigmoid}(z_2)"),
    )),
    ("attention_single_head", ROWS, "plain", "dv[b,u,e]", "sum(a[b,t,u] * dy[b,t,e] for t)", (
        ("INDEX", "sum(a[b,t,u] * dy[b,u,e] for t)"),
        ("SUM", "a[b,t,u] * dy[b,t,e]"),
        ("SIGN", "-sum(a[b,t,u] * dy[b,t,e] for t)"),
    )),
    ("rnn", ROWS, "plain", "dh[n,t,j]",
     "sum(dz[n,t,k] * Wy[j,k] for k) + sum(dh[n,t+1,i] * (1 - h[n,t+1,i]**2) * Wh[j,i] for i)", (
        ("PATH", "sum(dz[n,t,k] * Wy[j,k] for k)"),
    )),
    ("lstm", ROWS, "plain", "dc[t]", "dh[t] * o[t] * (1 - tanh(c[t])**2) + dc[t+1] * f[t+1]", (
        ("PATH", "dh[t] * o[t] * (1 - tanh(c[t])**2)"),
        ("SIGN", "dh[t] * o[t] * (1 - tanh(c[t])**2) - dc[t+1] * f[t+1]"),
        ("SYMBOL", "dh[t] * o[t] * (1 - tanh(c[t])**2) + dc[t+1] * i[t+1]"),
    )),
    *FURTHER,
)  # fmt: skip

PLANTED = tuple(
    Planted(network, reading, surface, left, right, kind, wrong)
    for network, reading, surface, left, right, mistakes in TABLE
    for kind, wrong in mistakes
)
