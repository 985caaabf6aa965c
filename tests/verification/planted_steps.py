"""More claims that hold, each with the same claim spoilt: recurrences, slopes, steps of descent, identities.

The lines are those of `planted_claims`.
"""

from __future__ import annotations

ROWS, COLUMNS = ("row", "all"), ("column", "one")

FURTHER: tuple[tuple[str, tuple[str, str], str, str, str, tuple[tuple[str, str], ...]], ...] = (
    ("deep_mlp", ROWS, "plain", "dz[l]", "(dz[l+1] @ W[l+1].T) * a[l] * (1 - a[l])", (
        ("INDEX", "(dz[l+1] @ W[l].T) * a[l] * (1 - a[l])"),
        ("INDEX", "(dz[l] @ W[l+1].T) * a[l] * (1 - a[l])"),
        ("INDEX", "(dz[l+1] @ W[l+1].T) * a[l+1] * (1 - a[l+1])"),
        ("ACTIVATION", "(dz[l+1] @ W[l+1].T) * (1 - a[l]**2)"),
        ("ACTIVATION", "dz[l+1] @ W[l+1].T"),
        ("TRANSPOSE", "(dz[l+1] @ W[l+1]) * a[l] * (1 - a[l])"),
        ("SIGN", "-(dz[l+1] @ W[l+1].T) * a[l] * (1 - a[l])"),
    )),
    ("gru", ROWS, "plain", "dg[t]", "dh[t] * z[t]", (
        ("SYMBOL", "dh[t] * (1 - z[t])"),
        ("SYMBOL", "dh[t] * r[t]"),
        ("INDEX", "dh[t+1] * z[t]"),
        ("SIGN", "-dh[t] * z[t]"),
        ("FACTOR", "dh[t]"),
    )),
    ("gru", ROWS, "plain", "dr[t]", "dq[t] * h[t-1]", (
        ("INDEX", "dq[t] * h[t]"),
        ("INDEX", "dq[t-1] * h[t-1]"),
        ("SYMBOL", "dq[t] * g[t]"),
    )),
    ("lstm", ROWS, "plain", "do[t]", "dh[t] * tanh(c[t])", (
        ("INDEX", "dh[t] * tanh(c[t-1])"),
        ("ACTIVATION", "dh[t] * (1 - tanh(c[t])**2)"),
        ("FACTOR", "dh[t]"),
    )),
    ("lstm", ROWS, "plain", "df[t]", "dc[t] * c[t-1]", (
        ("INDEX", "dc[t] * c[t]"),
        ("SYMBOL", "dc[t] * g[t]"),
    )),
    ("silu", ROWS, "latex", r"\frac{\partial h_n}{\partial z_n}",
     r"\mathrm{sigmoid}(z_n) + z_n \mathrm{sigmoid}(z_n) (1 - \mathrm{sigmoid}(z_n))", (
        ("PATH", r"\mathrm{sigmoid}(z_n)"),
        ("PATH", r"z_n \mathrm{sigmoid}(z_n) (1 - \mathrm{sigmoid}(z_n))"),
        ("SIGN", r"\mathrm{sigmoid}(z_n) - z_n \mathrm{sigmoid}(z_n) (1 - \mathrm{sigmoid}(z_n))"),
    )),
    ("tanh", ROWS, "latex", r"\frac{\partial h_n}{\partial z_n}", r"1 - h_n^2", (
        ("ACTIVATION", r"h_n (1 - h_n)"),
        ("ACTIVATION", r"1 - h_n"),
        ("ACTIVATION", r"\frac{1}{1 + z_n^2}"),
        ("SIGN", r"1 + h_n^2"),
        ("FACTOR", r"2 (1 - h_n^2)"),
    )),
    ("softsign", ROWS, "latex", r"\frac{\partial h_n}{\partial z_n}", r"\frac{1}{(1 + |z_n|)^2}", (
        ("ACTIVATION", r"\frac{1}{1 + |z_n|}"),
        ("ACTIVATION", r"1 - h_n^2"),
        ("SIGN", r"-\frac{1}{(1 + |z_n|)^2}"),
    )),
    ("bce", ROWS, "plain", "dp[n]", "(p[n] - y[n]) / (N * p[n] * (1 - p[n]))", (
        ("PATH", "(1 - y[n]) / (N * (1 - p[n]))"),
        ("MEAN", "(p[n] - y[n]) / (p[n] * (1 - p[n]))"),
        ("SIGN", "(y[n] - p[n]) / (N * p[n] * (1 - p[n]))"),
    )),
    ("softmax_loss", ROWS, "latex", r"\frac{\partial C}{\partial a_{nk}}", r"\frac{1}{N} (p_{nk} - y_{nk})", (
        ("DELTA", r"\frac{1}{N} p_{nk}"),
        ("SIGN", r"\frac{1}{N} (p_{nk} + y_{nk})"),
        ("SUM", r"\frac{\partial C}{\partial p_{nk}} \frac{\partial p_{nk}}{\partial a_{nk}}"),
    )),
    ("attention_single_head", ROWS, "plain", "dq[b,t,e]", "sum(dS[b,t,u] * k[b,u,e] for u) / sqrt(K)", (
        ("FACTOR", "sum(dS[b,t,u] * k[b,u,e] for u)"),
        ("FACTOR", "sum(dS[b,t,u] * k[b,u,e] for u) / K"),
        ("SYMBOL", "sum(dS[b,t,u] * v[b,u,e] for u) / sqrt(K)"),
        ("INDEX", "sum(dS[b,u,t] * k[b,u,e] for u) / sqrt(K)"),
    )),
    ("conv1d", ROWS, "plain", "dk[o,c,u]", "sum(dy[n,o,r] * x[n,c,r+u] for n, r)", (
        ("INDEX", "sum(dy[n,o,r] * x[n,c,r] for n, r)"),
        ("SUM", "sum(dy[n,o,r] * x[n,c,r+u] for r)"),
    )),
    ("highway", ROWS, "plain", "dh", "dy * t", (
        ("SYMBOL", "dy * (1 - t)"),
        ("SYMBOL", "dy * h"),
        ("FACTOR", "dy"),
    )),
    ("worked_example", ROWS, "latex", "W_6^+", r"W_6 - \eta \frac{\partial E}{\partial W_6}", (
        ("UPDATE", r"\eta W_6 - \frac{\partial E}{\partial W_6}"),
        ("UPDATE", r"W_6 - \frac{1}{\eta} \frac{\partial E}{\partial W_6}"),
        ("UPDATE", r"W_6 - \eta W_6 \frac{\partial E}{\partial W_6}"),
        ("UPDATE", r"W_6 - \eta"),
    )),
    ("rnn", ROWS, "plain", "dh[n,t,j]",
     "sum(dz[n,t,k] * Wy[j,k] for k) + sum(dh[n,t+1,i] * (1 - h[n,t+1,i]**2) * Wh[j,i] for i)", (
        ("ACTIVATION", "sum(dz[n,t,k] * Wy[j,k] for k) + sum(dh[n,t+1,i] * Wh[j,i] for i)"),
        ("INDEX", "sum(dz[n,t,k] * Wy[j,k] for k) + sum(dh[n,t+1,i] * (1 - h[n,t,i]**2) * Wh[j,i] for i)"),
        ("INDEX", "sum(dz[n,t,k] * Wy[j,k] for k) + sum(dh[n,t+1,i] * (1 - h[n,t+1,i]**2) * Wh[i,j] for i)"),
    )),
    ("mlp", ROWS, "latex", r"\sum_k p_{nk}", "1", (("VALUE", "0"),)),
    ("mlp", ROWS, "latex", r"(p_{nk} - y_{nk})^2", r"p_{nk}^2 - 2 p_{nk} y_{nk} + y_{nk}", (
        ("SIGN", r"p_{nk}^2 + 2 p_{nk} y_{nk} + y_{nk}"),
        ("FACTOR", r"p_{nk}^2 - p_{nk} y_{nk} + y_{nk}"),
        ("FACT", r"p_{nk} - 2 p_{nk} y_{nk} + y_{nk}"),
    )),
    ("mlp", ROWS, "latex", r"h_{nj} - h_{nj}^2", r"h_{nj} (1 - h_{nj})", (
        ("SIGN", r"h_{nj} (1 + h_{nj})"),
    )),
    ("mlp", ROWS, "plain", "dz1", "dz2 @ W2.T * h * (1 - h)", (
        ("ACTIVATION", "dz2 @ W2.T * (1 - h * h)"),
        ("ACTIVATION", "dz2 @ W2.T * sigmoid(z1)"),
        ("PRODUCT", "(dz2 @ W2.T) @ (h * (1 - h))"),
    )),
    ("bilinear", ROWS, "plain", "dA[k,i,j]", "sum(dz[n,k] * x[n,i] * v[n,j] for n)", (
        ("SUM", "dz[n,k] * x[n,i] * v[n,j]"),
        ("FACTOR", "sum(dz[n,k] * x[n,i] for n)"),
        ("SIGN", "-sum(dz[n,k] * x[n,i] * v[n,j] for n)"),
        ("SYMBOL", "sum(z[n,k] * x[n,i] * v[n,j] for n)"),
    )),
    ("bilinear", ROWS, "plain", "dx[n,i]", "sum(dz[n,k] * A[k,i,j] * v[n,j] for k, j)", (
        ("SUM", "sum(dz[n,k] * A[k,i,j] * v[n,j] for k)"),
        ("FACTOR", "sum(dz[n,k] * A[k,i,j] for k, j)"),
        ("MEAN", "sum(dz[n,k] * A[k,i,j] * v[n,j] for k, j) / N"),
    )),
    ("glu", ROWS, "plain", "dg", "dy * u", (
        ("SYMBOL", "dy * g"),
        ("FACTOR", "dy"),
        ("ACTIVATION", "dy * u * g * (1 - g)"),
    )),
    ("label_smoothing", ROWS, "plain", "dz", "(p - t) / N", (
        ("SYMBOL", "(p - y) / N"),
        ("MEAN", "p - t"),
        ("SIGN", "(t - p) / N"),
        ("DELTA", "p / N"),
        ("FACTOR", "2 * (p - t) / N"),
        ("ACTIVATION", "(p - t) * p * (1 - p) / N"),
    )),
    ("hinge", ROWS, "plain", "ds", "-y * [m > 0] / N", (
        ("SIGN", "y * [m > 0] / N"),
        ("ACTIVATION", "-y / N"),
        ("MEAN", "-y * [m > 0]"),
        ("SYMBOL", "-s * [m > 0] / N"),
        ("SIGN", "-y * [m < 0] / N"),
    )),
    ("kl_divergence", ROWS, "plain", "dz", "(p - q) / N", (
        ("SIGN", "(q - p) / N"),
        ("MEAN", "p - q"),
        ("SYMBOL", "(z - q) / N"),
    )),
    ("linear_batch", COLUMNS, "latex", r"\frac{\partial L}{\partial x}", r"W^T \frac{\partial L}{\partial z}", (
        ("TRANSPOSE", r"W \frac{\partial L}{\partial z}"),
        ("ORDER", r"\frac{\partial L}{\partial z} W^T"),
        ("SIGN", r"-W^T \frac{\partial L}{\partial z}"),
        ("PRODUCT", r"W^T \odot \frac{\partial L}{\partial z}"),
    )),
    ("elastic_net", ROWS, "plain", "dw", "x.T @ (a - y) / N + λ * sign(w) + μ * w", (
        ("PATH", "x.T @ (a - y) / N + μ * w"),
        ("PATH", "x.T @ (a - y) / N + λ * sign(w)"),
        ("MEAN", "x.T @ (a - y) + λ * sign(w) + μ * w"),
        ("FACTOR", "x.T @ (a - y) / N + λ * sign(w) + 2 * μ * w"),
    )),
    ("layer_norm", ROWS, "plain", "dxhat[n,i]", "dy[n,i] * g[i]", (
        ("FACTOR", "dy[n,i]"),
        ("SYMBOL", "dy[n,i] * b[i]"),
    )),
    ("layer_norm", ROWS, "latex", r"\sum_d \hat x_{nd}", "0", (
        ("VALUE", "1"),
    )),
    ("autoencoder", ROWS, "plain", "dc", "(dg * (1 - g**2)) @ W3.T", (
        ("ACTIVATION", "dg @ W3.T"),
        ("ACTIVATION", "(dg * g * (1 - g)) @ W3.T"),
        ("INDEX", "(dg * (1 - g**2)) @ W2.T"),
        ("TRANSPOSE", "(dg * (1 - g**2)) @ W3"),
        ("ORDER", "W3.T @ (dg * (1 - g**2))"),
        ("ACTIVATION", "(dg * (1 - h**2)) @ W3.T"),
        ("SIGN", "(dg * (1 + g**2)) @ W3.T"),
    )),
    ("autoencoder", ROWS, "plain", "dr", "2 * (r - x) / (N * D)", (
        ("FACTOR", "(r - x) / (N * D)"),
        ("MEAN", "2 * (r - x) / N"),
        ("MEAN", "2 * (r - x)"),
        ("SIGN", "2 * (x - r) / (N * D)"),
    )),
)  # fmt: skip
