"""Backward functions as people write them, by hand in NumPy: right ones, that tests then put mistakes into."""

MLP = """\
import numpy as np


def loss_and_grads(params, x, y):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    N = len(x)
    z1 = x @ W1 + b1
    h = 1 / (1 + np.exp(-z1))
    z2 = h @ W2 + b2
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.sum(y * np.log(p)) / N
    dz2 = (p - y) / N
    dW2 = h.T @ dz2
    db2 = dz2.sum(axis=0)
    dh = dz2 @ W2.T
    dz1 = dh * h * (1 - h)
    dW1 = x.T @ dz1
    db1 = dz1.sum(axis=0)
    return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
"""

BATCH_NORM = """\
import numpy as np


def backward(dy, X, g, b, eps):
    N, D = X.shape
    m = X.mean(axis=0)
    v = X.var(axis=0)
    s = np.sqrt(v + eps)
    xhat = (X - m) / s
    db = dy.sum(axis=0)
    dg = (dy * xhat).sum(axis=0)
    dxhat = dy * g
    dv = (dxhat * (X - m) * -0.5 * s**-3).sum(axis=0)
    dm = (-dxhat / s).sum(axis=0)
    dx = dxhat / s + dv * 2 * (X - m) / N + dm / N
    return dx, dg, db
"""

RNN = """\
import numpy as np


def backward(x, y, h0, Wx, Wh, Wy, saved):
    N, T, D = x.shape
    h, p = saved["h"], saved["p"]
    dz = p.copy()
    dz[np.arange(N)[:, None], np.arange(T)[None, :], y] -= 1
    dz /= N * T
    dWx, dWh, dWy = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(Wy)
    db, dby = np.zeros(Wh.shape[0]), np.zeros(Wy.shape[1])
    later = np.zeros_like(h0)
    for t in reversed(range(T)):
        before = h[:, t - 1] if t > 0 else h0
        dWy += h[:, t].T @ dz[:, t]
        dby += dz[:, t].sum(axis=0)
        dh = dz[:, t] @ Wy.T + later
        da = dh * (1 - h[:, t] ** 2)
        dWx += x[:, t].T @ da
        dWh += before.T @ da
        db += da.sum(axis=0)
        later = da @ Wh.T
    return {"dWx": dWx, "dWh": dWh, "db": db, "dWy": dWy, "dby": dby}
"""

LSTM = """\
import numpy as np


def grads(params, cache):
    x, h0, c0, y = cache["x"], cache["h0"], cache["c0"], cache["y"]
    i, f, g, o, c, h, p = (cache[name] for name in "ifgochp")
    U, Wy = params["U"], params["Wy"]
    T, N, H = h.shape
    dz = p.copy()
    dz[np.arange(N), y] -= 1
    dz /= N
    dWy = h[-1].T @ dz
    dby = dz.sum(0)
    dW, dU, db = np.zeros_like(params["W"]), np.zeros_like(U), np.zeros_like(params["b"])
    dh = dz @ Wy.T
    dc = np.zeros_like(c0)
    for t in range(T - 1, -1, -1):
        c_before = c[t - 1] if t else c0
        h_before = h[t - 1] if t else h0
        do = dh * np.tanh(c[t])
        dc = dc + dh * o[t] * (1 - np.tanh(c[t]) ** 2)
        df = dc * c_before
        di = dc * g[t]
        dg = dc * i[t]
        da = np.hstack([
            di * i[t] * (1 - i[t]),
            df * f[t] * (1 - f[t]),
            dg * (1 - g[t] ** 2),
            do * o[t] * (1 - o[t]),
        ])
        dW += x[t].T @ da
        dU += h_before.T @ da
        db += da.sum(0)
        dh = da @ U.T
        dc = dc * f[t]
    return [dW, dU, db, dWy, dby]
"""

ATTENTION = """\
import numpy as np


def backward(x, Wq, Wk, Wv, dout):
    q, k, v = x @ Wq, x @ Wk, x @ Wv
    scale = 1 / np.sqrt(Wq.shape[1])
    S = q @ k.transpose(0, 2, 1) * scale
    a = np.exp(S - S.max(axis=-1, keepdims=True))
    a /= a.sum(axis=-1, keepdims=True)
    dv = a.transpose(0, 2, 1) @ dout
    da = dout @ v.transpose(0, 2, 1)
    dS = a * (da - (da * a).sum(axis=-1, keepdims=True))
    dq = dS @ k * scale
    dk = dS.transpose(0, 2, 1) @ q * scale
    dWq = np.einsum("btd,btk->dk", x, dq)
    dWk = np.einsum("btd,btk->dk", x, dk)
    dWv = np.einsum("btd,btk->dk", x, dv)
    dx = dq @ Wq.T + dk @ Wk.T + dv @ Wv.T
    return dWq, dWk, dWv, dx
"""

CONVOLUTION = """\
import numpy as np


def conv_backward(x, k, dy):
    N, C, W = x.shape
    O, _, F = k.shape
    R = W - F + 1
    dx, dk = np.zeros_like(x), np.zeros_like(k)
    for r in range(R):
        for u in range(F):
            dk[:, :, u] += dy[:, :, r].T @ x[:, :, r + u]
            dx[:, :, r + u] += dy[:, :, r] @ k[:, :, u]
    db = dy.sum(axis=(0, 2))
    return {"x": dx, "k": dk, "b": db}
"""

FUNCTIONS = {
    "mlp": MLP,
    "batch_norm": BATCH_NORM,
    "rnn": RNN,
    "lstm": LSTM,
    "attention_single_head": ATTENTION,
    "conv1d": CONVOLUTION,
}
