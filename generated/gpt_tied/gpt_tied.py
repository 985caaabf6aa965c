"""A GPT whose head is its embedding: forward and backward pass in plain NumPy.

Made by chainscribe 0.1.0 from gpt_tied.net (sha256 c12748531185fed9); edit that file, not this one.
Equation numbers are those of derivation.md.

    tok (B, T) whole numbers below V
    y (B, T) whole numbers below V
    E (V, D)    P (T, D)    gf (D,)    bf (D,)    g1 (L, D)    b1 (L, D)    Wq (L, D, D)
    Wk (L, D, D)    Wv (L, D, D)    Wo (L, D, D)    g2 (L, D)    b2 (L, D)    W1 (L, D, F)
    c1 (L, F)    W2 (L, F, D)    c2 (L, D)
"""

import numpy as np

DIMS = {"B": None, "T": 64, "L": 4, "H": 4, "K": 16, "V": 256}
PARAMS = {
    "E": ("V", "H * K"),
    "P": ("T", "H * K"),
    "gf": ("H * K",),
    "bf": ("H * K",),
    "g1": ("L", "H * K"),
    "b1": ("L", "H * K"),
    "Wq": ("L", "H * K", "H * K"),
    "Wk": ("L", "H * K", "H * K"),
    "Wv": ("L", "H * K", "H * K"),
    "Wo": ("L", "H * K", "H * K"),
    "g2": ("L", "H * K"),
    "b2": ("L", "H * K"),
    "W1": ("L", "H * K", "F"),
    "c1": ("L", "F"),
    "W2": ("L", "F", "H * K"),
    "c2": ("L", "H * K"),
}
INPUTS = {"tok": ("B", "T"), "y": ("B", "T")}
FORMULAS = {
    "D": lambda size: size["H"] * size["K"],
    "F": lambda size: 4 * size["H"] * size["K"],
    "H * K": lambda size: size["H"] * size["K"],
}
DIVIDED = {"K": ("H * K", lambda size: size["H"])}
WITHIN = {"tok": "V", "y": "V"}


def init_params(rng, *, T=64, L=4, K=16, V=256, dtype=np.float64):
    """Return new parameters for `forward`; `rng` is a numpy.random.Generator."""
    H = DIMS["H"]
    F = 4 * H * K
    return {
        "E": np.asarray(rng.standard_normal((V, H * K)) / (H * K)**0.5, dtype),
        "P": np.asarray(rng.standard_normal((T, H * K)) / (H * K)**0.5, dtype),
        "gf": np.ones((H * K,), dtype),
        "bf": np.zeros((H * K,), dtype),
        "g1": np.ones((L, H * K), dtype),
        "b1": np.zeros((L, H * K), dtype),
        "Wq": np.asarray(rng.standard_normal((L, H * K, H * K)) / (H * K)**0.5, dtype),
        "Wk": np.asarray(rng.standard_normal((L, H * K, H * K)) / (H * K)**0.5, dtype),
        "Wv": np.asarray(rng.standard_normal((L, H * K, H * K)) / (H * K)**0.5, dtype),
        "Wo": np.asarray(rng.standard_normal((L, H * K, H * K)) / (H * K)**0.5, dtype),
        "g2": np.ones((L, H * K), dtype),
        "b2": np.zeros((L, H * K), dtype),
        "W1": np.asarray(rng.standard_normal((L, H * K, F)) / (H * K)**0.5, dtype),
        "c1": np.zeros((L, F), dtype),
        "W2": np.asarray(rng.standard_normal((L, F, H * K)) / F**0.5, dtype),
        "c2": np.zeros((L, H * K), dtype),
    }


def forward(params, tok, y):
    """Return the loss C and the values that `backward` reads."""
    _check(params, {"tok": tok, "y": y})
    E, P, gf, bf, g1 = params["E"], params["P"], params["gf"], params["bf"], params["g1"]
    b1, Wq, Wk, Wv, Wo = params["b1"], params["Wq"], params["Wk"], params["Wv"], params["Wo"]
    g2, b2, W1, c1, W2 = params["g2"], params["b2"], params["W1"], params["c1"], params["W2"]
    c2 = params["c2"]
    B, T = tok.shape
    L = g1.shape[0]
    F = W1.shape[2]
    H = DIMS["H"]
    K = E.shape[1] // H
    dtype = E.dtype
    x_start = E[tok] + P                                             # (B, T, D)         (1)
    v1 = np.empty((L, B, T), dtype)                                  # (L, B, T)
    xhat = np.empty((L, B, T, H * K), dtype)                         # (L, B, T, D)
    n = np.empty((L, B, T, H * K), dtype)                            # (L, B, T, D)
    q = np.empty((L, B, T, H * K), dtype)                            # (L, B, T, D)
    k = np.empty((L, B, T, H * K), dtype)                            # (L, B, T, D)
    v = np.empty((L, B, T, H * K), dtype)                            # (L, B, T, D)
    A = np.empty((L, B, H, T, T), dtype)                             # (L, B, H, T, T)
    O = np.empty((L, B, T, H * K), dtype)                            # (L, B, T, D)
    v2 = np.empty((L, B, T), dtype)                                  # (L, B, T)
    xhat1 = np.empty((L, B, T, H * K), dtype)                        # (L, B, T, D)
    r = np.empty((L, B, T, H * K), dtype)                            # (L, B, T, D)
    z = np.empty((L, B, T, F), dtype)                                # (L, B, T, F)
    h = np.empty((L, B, T, F), dtype)                                # (L, B, T, F)
    x = np.empty((L + 1, B, T, H * K), dtype)                        # (L + 1, B, T, D)
    x[-1] = x_start                                                  # (B, T, D)
    triangle = np.tri(T, dtype=bool)                                 # (T, T)
    for l in range(L):
        m1 = x[l - 1].sum(axis=2) / (H * K)                          # (B, T)            (2)
        v1[l] = ((x[l - 1] - m1[:, :, None])**2).sum(axis=2) / (H * K)  # (B, T)            (3)
        xhat[l] = (x[l - 1] - m1[:, :, None]) / np.sqrt(1e-05 + v1[l])[:, :, None]  # (B, T, D)         (4)
        n[l] = g1[l] * xhat[l] + b1[l]                               # (B, T, D)         (5)
        q[l] = n[l] @ Wq[l]                                          # (B, T, D)         (6)
        k[l] = n[l] @ Wk[l]                                          # (B, T, D)         (7)
        v[l] = n[l] @ Wv[l]                                          # (B, T, D)         (8)
        S = (
            q[l].reshape(B, T, H, K).transpose(0, 2, 1, 3) @ k[l].reshape(B, T, H, K).transpose(0, 2, 3, 1)
            / K**0.5
        )                                                            # (B, H, T, T)      (9)
        masked = np.where(triangle, S, -np.inf)                      # (B, H, T, T)
        shifted = masked - masked.max(axis=3, keepdims=True)         # (B, H, T, T)
        e = np.exp(shifted)                                          # (B, H, T, T)
        A[l] = e / e.sum(axis=3, keepdims=True)                      # (B, H, T, T)      (10)
        A_v = A[l] @ v[l].reshape(B, T, H, K).transpose(0, 2, 1, 3)  # (B, H, T, K)
        O[l] = A_v.transpose(0, 2, 1, 3).reshape(B, T, H * K)        # (B, T, D)         (11)
        m = O[l] @ Wo[l] + x[l - 1]                                  # (B, T, D)         (12)
        m2 = m.sum(axis=2) / (H * K)                                 # (B, T)            (13)
        v2[l] = ((m - m2[:, :, None])**2).sum(axis=2) / (H * K)      # (B, T)            (14)
        xhat1[l] = (m - m2[:, :, None]) / np.sqrt(1e-05 + v2[l])[:, :, None]  # (B, T, D)         (15)
        r[l] = g2[l] * xhat1[l] + b2[l]                              # (B, T, D)         (16)
        z[l] = r[l] @ W1[l] + c1[l]                                  # (B, T, F)         (17)
        h[l] = z[l] * (1.0 + _erf(0.7071067811865476 * z[l])) / 2.0  # (B, T, F)         (18)
        x[l] = h[l] @ W2[l] + c2[l] + m                              # (B, T, D)         (19)
    x_last = x[L - 1]                                                # (B, T, D)         (20)
    m3 = x_last.sum(axis=2) / (H * K)                                # (B, T)            (21)
    v3 = ((x_last - m3[:, :, None])**2).sum(axis=2) / (H * K)        # (B, T)            (22)
    sqrt_v3 = np.sqrt(1e-05 + v3)                                    # (B, T)
    xhat2 = (x_last - m3[:, :, None]) / sqrt_v3[:, :, None]          # (B, T, D)         (23)
    h1 = gf * xhat2 + bf                                             # (B, T, D)         (24)
    z1 = (h1 @ E.T).transpose(0, 2, 1)                               # (B, V, T)         (25)
    shifted_p = z1 - z1.max(axis=1, keepdims=True)                   # (B, V, T)
    log_p = (shifted_p - np.log(np.exp(shifted_p).sum(axis=1, keepdims=True))).transpose(0, 2, 1)  # (B, T, V)
    p = np.exp(log_p)                                                # (B, T, V)         (26)
    log_p_shifted = log_p[np.arange(B)[:, None], np.arange(T), y]    # (B, T)
    C = -log_p_shifted.sum() / (B * T)                               # ()                (27)
    return C, (tok, y, v1, xhat, n, q, k, v, A, O, v2, xhat1, r, z, h, sqrt_v3, xhat2, h1, p)


def backward(params, saved):
    """Return the gradient of C by every parameter."""
    tok, y, v1, xhat, n, q, k, v, A, O, v2, xhat1, r, z, h, sqrt_v3, xhat2, h1, p = saved
    E, gf, g1, Wq, Wk = params["E"], params["gf"], params["g1"], params["Wq"], params["Wk"]
    Wv, Wo, g2, W1, W2 = params["Wv"], params["Wo"], params["g2"], params["W1"], params["W2"]
    B, T = tok.shape
    L = v1.shape[0]
    H = A.shape[2]
    F = z.shape[3]
    V = p.shape[2]
    K = xhat.shape[3] // H
    dtype = v1.dtype
    dz1 = (p.transpose(0, 2, 1) - (y[:, None] == np.arange(V)[:, None])) / (B * T)  # (B, V, T)     (29)
    dh1 = dz1.transpose(0, 2, 1) @ E                                 # (B, T, D)     (30)
    dgf = (dh1 * xhat2).sum(axis=(0, 1))                             # (D,)          (31)
    dbf = dh1.sum(axis=(0, 1))                                       # (D,)          (32)
    dxhat2 = dh1 * gf                                                # (B, T, D)     (33)
    dx_last = (
        (
            dxhat2
            - xhat2 * (dxhat2 * xhat2).sum(axis=2, keepdims=True) / (H * K)
            - (dxhat2.sum(axis=2) / (H * K))[:, :, None]
        ) / sqrt_v3[:, :, None]
    )                                                                # (B, T, D)     (36)
    dx = np.empty((L, B, T, H * K), dtype)                           # (L, B, T, D)
    dz = np.empty((L, B, T, F), dtype)                               # (L, B, T, F)
    dr = np.empty((L, B, T, H * K), dtype)                           # (L, B, T, D)
    dm = np.empty((L, B, T, H * K), dtype)                           # (L, B, T, D)
    dv = np.empty((L, B, T, H * K), dtype)                           # (L, B, T, D)
    dq = np.empty((L, B, T, H * K), dtype)                           # (L, B, T, D)
    dk = np.empty((L, B, T, H * K), dtype)                           # (L, B, T, D)
    dn = np.empty((L, B, T, H * K), dtype)                           # (L, B, T, D)
    dx_next = dx_last                                                # (B, T, D)
    for l in reversed(range(L)):
        dx[l] = dx_next                                              # (B, T, D)     (54)
        dh = dx[l] @ W2[l].T                                         # (B, T, F)     (37)
        z_2 = 0.7978845608028654 * z[l] * np.exp(-z[l]**2 / 2.0)     # (B, T, F)
        dz[l] = dh * (1.0 + z_2 + _erf(0.7071067811865476 * z[l])) / 2.0  # (B, T, F)     (38)
        dr[l] = dz[l] @ W1[l].T                                      # (B, T, D)     (39)
        dxhat1 = dr[l] * g2[l]                                       # (B, T, D)     (40)
        dm[l] = (
            dx[l]
            + (
                  dxhat1
                  - xhat1[l] * (dxhat1 * xhat1[l]).sum(axis=2, keepdims=True) / (H * K)
                  - (dxhat1.sum(axis=2) / (H * K))[:, :, None]
              ) / np.sqrt(1e-05 + v2[l])[:, :, None]
        )                                                            # (B, T, D)     (43)
        dO = dm[l] @ Wo[l].T                                         # (B, T, D)     (44)
        A_dO = A[l].transpose(0, 1, 3, 2) @ dO.reshape(B, T, H, K).transpose(0, 2, 1, 3)  # (B, H, T, K)
        dv[l] = A_dO.transpose(0, 2, 1, 3).reshape(B, T, H * K)      # (B, T, D)     (47)
        dA = (
            dO.reshape(B, T, H, K).transpose(0, 2, 1, 3)
            @ v[l].reshape(B, T, H, K).transpose(0, 2, 3, 1)
        )                                                            # (B, H, T, T)  (45)
        dS = A[l] * (dA - (dA * A[l]).sum(axis=3, keepdims=True))    # (B, H, T, T)  (46)
        dS_k = dS @ k[l].reshape(B, T, H, K).transpose(0, 2, 1, 3)   # (B, H, T, K)
        dq[l] = (dS_k / K**0.5).transpose(0, 2, 1, 3).reshape(B, T, H * K)  # (B, T, D)     (49)
        dS_q = dS.transpose(0, 1, 3, 2) @ q[l].reshape(B, T, H, K).transpose(0, 2, 1, 3)  # (B, H, T, K)
        dk[l] = (dS_q / K**0.5).transpose(0, 2, 1, 3).reshape(B, T, H * K)  # (B, T, D)     (48)
        dn[l] = dk[l] @ Wk[l].T + dq[l] @ Wq[l].T + dv[l] @ Wv[l].T  # (B, T, D)     (50)
        dxhat = dn[l] * g1[l]                                        # (B, T, D)     (51)
        dx_next = (
            dm[l]
            + (
                  dxhat
                  - xhat[l] * (dxhat * xhat[l]).sum(axis=2, keepdims=True) / (H * K)
                  - (dxhat.sum(axis=2) / (H * K))[:, :, None]
              ) / np.sqrt(1e-05 + v1[l])[:, :, None]
        )                                                            # (B, T, D)
    dg1 = (dn * xhat).sum(axis=(1, 2))                               # (L, D)        (55)
    db1 = dn.sum(axis=(1, 2))                                        # (L, D)        (56)
    dWq = n.reshape(L, B * T, H * K).transpose(0, 2, 1) @ dq.reshape(L, B * T, H * K)  # (L, D, D)     (57)
    dWk = n.reshape(L, B * T, H * K).transpose(0, 2, 1) @ dk.reshape(L, B * T, H * K)  # (L, D, D)     (58)
    dWv = n.reshape(L, B * T, H * K).transpose(0, 2, 1) @ dv.reshape(L, B * T, H * K)  # (L, D, D)     (59)
    dWo = O.reshape(L, B * T, H * K).transpose(0, 2, 1) @ dm.reshape(L, B * T, H * K)  # (L, D, D)     (60)
    dg2 = (dr * xhat1).sum(axis=(1, 2))                              # (L, D)        (61)
    db2 = dr.sum(axis=(1, 2))                                        # (L, D)        (62)
    dW1 = r.reshape(L, B * T, H * K).transpose(0, 2, 1) @ dz.reshape(L, B * T, F)  # (L, D, F)     (63)
    dc1 = dz.sum(axis=(1, 2))                                        # (L, F)        (64)
    dW2 = h.reshape(L, B * T, F).transpose(0, 2, 1) @ dx.reshape(L, B * T, H * K)  # (L, F, D)     (65)
    dc2 = dx.sum(axis=(1, 2))                                        # (L, D)        (66)
    dx_start = (
        dm[0]
        + (
              dn[0] * g1[0]
              - xhat[0] * ((dn[0] * xhat[0]) @ g1[0])[:, :, None] / (H * K)
              - (dn[0] @ g1[0] / (H * K))[:, :, None]
          ) / np.sqrt(1e-05 + v1[0])[:, :, None]
    )                                                                # (B, T, D)     (67)
    dE = _sum_by_label(tok, dx_start, V) + np.tensordot(dz1, h1, axes=((0, 2), (0, 1)))  # (V, D)        (68)
    dP = dx_start.sum(axis=0)                                        # (T, D)        (69)
    return {
        "E": dE, "P": dP, "gf": dgf, "bf": dbf, "g1": dg1, "b1": db1, "Wq": dWq, "Wk": dWk,
        "Wv": dWv, "Wo": dWo, "g2": dg2, "b2": db2, "W1": dW1, "c1": dc1, "W2": dW2, "c2": dc2,
    }


def loss_and_grads(params, tok, y):
    """Return the loss C and its gradients."""
    C, saved = forward(params, tok, y)
    return C, backward(params, saved)


def gradient_step(params, grads, learning_rate):
    """theta := theta - learning_rate * gradient, for every parameter, in place."""
    for name in PARAMS:
        if name in grads:
            params[name] -= learning_rate * grads[name]


def _check(params, arrays):
    """Raise a ValueError that names the array that does not fit, what was expected and what came."""
    if not hasattr(params, "keys"):
        raise ValueError(f"params: expected a dictionary of arrays by name, got {type(params).__name__}")
    for name in PARAMS:
        if name not in params:
            came = ", ".join(params)
            raise ValueError(f"params: {name} is missing; expected {', '.join(PARAMS)}, got {came}")
    shapes, given = {**PARAMS, **INPUTS}, {**params, **arrays}
    size = _sizes(shapes, given)
    dtype = _dtype(shapes, given)
    for name, axes in shapes.items():
        shape = tuple(size.get(axis, axis) for axis in axes)
        if name in WITHIN:
            _expect_labels(name, given[name], axes, shape, size.get(WITHIN[name], WITHIN[name]))
            continue
        _expect(name, given[name], axes, shape, dtype)
    for name in FORMULAS:
        if size[name] < 1:
            raise ValueError(f"{name}: the shapes given make it {size[name]}, expected at least 1")


def _dtype(shapes, given):
    """Return the type of the first array of real numbers, None where there are Python numbers only."""
    for name in sorted(shapes, key=lambda name: not shapes[name]):
        dtype = getattr(given[name], "dtype", None)
        if dtype is not None and dtype.kind == "f":
            return dtype
    return None


def _sizes(shapes, given):
    """Return every size by name: from the first array that has it, else its default."""
    size = {}
    for name, axes in shapes.items():
        if np.ndim(given[name]) == len(axes):
            for axis, length in zip(axes, np.shape(given[name])):
                if isinstance(axis, str):
                    size.setdefault(axis, length)
    size = {**DIMS, **size}
    for name, (axis, divisor) in DIVIDED.items():
        if axis in size:
            size[name] = size[axis] // divisor(size)
    for name, formula in FORMULAS.items():
        size[name] = formula(size)
    return size


def _expect(name, array, axes, shape, dtype):
    """Raise a ValueError unless the array has this shape and this type of real number (None: any)."""
    if not isinstance(array, np.ndarray) and (axes or np.ndim(array)):
        raise ValueError(f"{name}: expected a {'NumPy array' if axes else 'number'}, got {type(array).__name__}")
    if np.shape(array) != shape:
        letters = "(" + ", ".join(map(str, axes)) + ("," if len(axes) == 1 else "") + ")"
        raise ValueError(f"{name}: expected shape {letters} = {shape}, got {np.shape(array)}")
    if 0 in shape:
        raise ValueError(f"{name}: expected at least one entry along every axis, got {shape}")
    if type(array) in (int, float):
        return  # a Python number takes the type of the arrays that it meets
    came = np.asarray(array).dtype
    if came.kind != "f":
        raise ValueError(f"{name}: expected real numbers ({dtype or 'a float type'}), got {came}")
    if dtype and came != dtype:
        raise ValueError(f"{name}: expected {dtype} like the other arrays, got {came}")


def _expect_labels(name, array, axes, shape, limit):
    """Raise a ValueError unless the array has this shape and whole numbers from 0 to limit - 1."""
    if axes and not isinstance(array, np.ndarray):
        raise ValueError(f"{name}: expected a NumPy array of whole numbers, got {type(array).__name__}")
    came = np.asarray(array).dtype
    if came.kind not in "iu":
        raise ValueError(f"{name}: expected whole numbers, got {came}")
    _expect(name, np.asarray(array).astype(float), axes, shape, None)
    if not 0 <= np.min(array) <= np.max(array) < limit:
        raise ValueError(f"{name}: expected 0 to {limit - 1}, got {np.min(array)} to {np.max(array)}")


def _sum_by_label(labels, rows, size):
    """Add up rows by label: entry k is the sum of the rows whose label is k."""
    result = np.zeros((size, *rows.shape[labels.ndim :]), rows.dtype)
    np.add.at(result, labels, rows)
    return result


_ERF_NEAR = (
    1.1283791670955126, -0.3761263890318375, 0.11283791670954882, -0.026866170645077334,
    0.005223977624823223, -0.0008548326981129666, 0.00012055331122299266, -1.4925595519506043e-05,
    1.6461004480962034e-06, -1.6350354461959655e-07, 1.4660051998394848e-08,
    -1.1373902296430911e-09, 5.958930743134941e-11,
)
_ERF_FAR = (
    -1.5076508429017792, 0.7311290439067661, -0.09313108974374223, 0.02819308370353806,
    -0.011073556442758377, 0.003976358330959516, -0.0014539429538656245, 0.0005681939895314504,
    -0.00022838853937491132, 9.229129176751499e-05, -3.763763739703322e-05,
    1.5544605700710107e-05, -6.476945725907e-06, 2.717313642492684e-06, -1.1598848888293868e-06,
    4.941118156695444e-07, -1.8971048931838634e-07, 7.880456434821746e-08,
    -5.5635485868296585e-08, 2.5613116785919715e-08, 3.3998901247289556e-09,
    -2.133969052530591e-09, -4.582701062766929e-09, 2.107636431044791e-09,
)


def _erf(x):
    """The error function, to 2e-15 in float64.

    Up to 1: x P(x**2). Beyond: 1 - exp(Q(s) - x**2), where s is 2 / (2 + x) brought to -1..1. Both are Chebyshev fits.
    """
    a = np.abs(x)
    square = np.minimum(a, 1.0) ** 2
    near = _ERF_NEAR[-1]
    for coefficient in _ERF_NEAR[-2::-1]:
        near = near * square + coefficient
    far_a = np.clip(a, 1.0, 6.0)
    s = (2.0 / (2.0 + far_a) - 11.0 / 24.0) * 4.8
    far = _ERF_FAR[-1]
    for coefficient in _ERF_FAR[-2::-1]:
        far = far * s + coefficient
    return np.where(a <= 1.0, x * near, np.sign(x) * (1.0 - np.exp(far - far_a * far_a)))


def _sample(rng, sizes, draw):
    """Return parameters and arrays of these sizes, true to what is declared of them."""
    params, arrays = {}, {}
    B = sizes["B"]
    T = sizes["T"]
    L = sizes["L"]
    H = sizes["H"]
    K = sizes["K"]
    F = 4 * H * K
    V = sizes["V"]
    arrays["tok"] = rng.integers(V, size=(B, T))
    arrays["y"] = rng.integers(V, size=(B, T))
    params["E"] = draw((V, H * K))
    params["P"] = draw((T, H * K))
    params["gf"] = draw((H * K,))
    params["bf"] = draw((H * K,))
    params["g1"] = draw((L, H * K))
    params["b1"] = draw((L, H * K))
    params["Wq"] = draw((L, H * K, H * K))
    params["Wk"] = draw((L, H * K, H * K))
    params["Wv"] = draw((L, H * K, H * K))
    params["Wo"] = draw((L, H * K, H * K))
    params["g2"] = draw((L, H * K))
    params["b2"] = draw((L, H * K))
    params["W1"] = draw((L, H * K, F))
    params["c1"] = draw((L, F))
    params["W2"] = draw((L, F, H * K))
    params["c2"] = draw((L, H * K))
    return params, arrays


def _loss_and_grads(params, arrays, weights):
    """Return the loss and its gradients; a loss needs no weights."""
    return loss_and_grads(params, *(arrays[name] for name in INPUTS))


def _slope(loss, array, place):
    """Return the slope of loss() by one entry: central differences, extrapolated to a step of 0."""
    found, rounding = [], 1e-11 * abs(loss())
    for step in (1e-3, 1e-5):
        wide, middle, narrow = (_difference(loss, array, place, part * step) for part in (1.0, 0.5, 0.25))
        wide, narrow = (4.0 * middle - wide) / 3.0, (4.0 * narrow - middle) / 3.0
        found.append((abs(narrow - wide), narrow))
        if abs(narrow - wide) <= 1e-8 * abs(narrow) + rounding:
            break  # else a kink is near: take smaller steps
    return min(found)[1]


def _difference(loss, array, place, step):
    """Return the central difference of loss() by one entry."""
    value = array[place]
    array[place] = value + step
    above = loss()
    array[place] = value - step
    below = loss()
    array[place] = value
    return (above - below) / (2.0 * step)


def gradient_errors(seed=0):
    """Return the largest error of each gradient against differences, relative to its largest entry; 32 entries of each."""
    rng = np.random.default_rng(seed)
    sizes = {"B": 3, "T": 4, "L": 5, "H": 4, "K": 6, "V": 7}
    for draw in (rng.standard_normal, lambda shape: rng.uniform(0.2, 0.8, shape)):
        params, arrays = _sample(rng, sizes, draw)
        with np.errstate(all="ignore"):
            out, _ = forward(params, *(arrays[name] for name in INPUTS))
        if all(np.isfinite(o).all() for o in (out if isinstance(out, tuple) else (out,))):
            break  # else normal values are outside the domain, such as that of a logarithm
    weights = [rng.standard_normal(np.shape(o)) for o in (out if isinstance(out, tuple) else (out,))]
    _, grads = _loss_and_grads(params, arrays, weights)

    def loss():
        found, _ = forward(params, *(arrays[name] for name in INPUTS))
        return found

    errors = {}
    for name, grad in grads.items():
        holder = params if name in params else arrays
        array = holder[name] = np.array(holder[name], np.float64)
        places = [np.unravel_index(entry, array.shape) for entry in rng.permutation(array.size)[:32]]
        numeric = np.array([_slope(loss, array, place) for place in places])
        grad = np.array([np.asarray(grad)[place] for place in places])
        # differences of a loss of this size tell nothing of slopes that are much smaller
        size = max(np.max(np.abs(grad)), np.max(np.abs(numeric)), 1e-5 * abs(float(loss())))
        errors[name] = float(np.max(np.abs(grad - numeric)) / size) if size else 0.0
    return errors


if __name__ == "__main__":
    errors = gradient_errors()
    print("gradient  largest error against central differences")
    for name, error in errors.items():
        print(f"d{name:<8} {error:.1e}  {'ok' if error <= 1e-6 else 'WRONG'}")
    raise SystemExit(0 if all(error <= 1e-6 for error in errors.values()) else 1)
# chainscribe seal: sha256 8fa1066e48178abb89fc154ce614f03d6e1cb4bc0d52e774c68c9ee71124ca0d
