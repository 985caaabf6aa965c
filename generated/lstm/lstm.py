"""An LSTM that classifies a sequence by its last state: forward and backward pass in plain NumPy.

Made by chainscribe 0.1.0 from lstm.net (sha256 1d2a62b648b06b4d); edit that file, not this one.
Equation numbers are those of derivation.md.

    x (T, N, D)    h0 (N, H)    c0 (N, H)
    y (N,) whole numbers below K
    W (D, 4 * H)    U (H, 4 * H)    b (4 * H,)    Wy (H, K)    by (K,)
"""

import numpy as np

DIMS = {"T": None, "N": None, "D": 8, "H": 32, "K": 10}
PARAMS = {"W": ("D", "4 * H"), "U": ("H", "4 * H"), "b": ("4 * H",), "Wy": ("H", "K"), "by": ("K",)}
INPUTS = {"x": ("T", "N", "D"), "h0": ("N", "H"), "c0": ("N", "H"), "y": ("N",)}
FORMULAS = {
    "4 * H": lambda size: 4 * size["H"],
}
WITHIN = {"y": "K"}


def init_params(rng, *, D=8, H=32, K=10, dtype=np.float64):
    """Return new parameters for `forward`; `rng` is a numpy.random.Generator."""
    return {
        "W": np.asarray(rng.standard_normal((D, 4 * H)) / D**0.5, dtype),
        "U": np.asarray(rng.standard_normal((H, 4 * H)) / H**0.5, dtype),
        "b": np.zeros((4 * H,), dtype),
        "Wy": np.asarray(rng.standard_normal((H, K)) / H**0.5, dtype),
        "by": np.zeros((K,), dtype),
    }


def forward(params, x, h0, c0, y):
    """Return the loss E and the values that `backward` reads."""
    _check(params, {"x": x, "h0": h0, "c0": c0, "y": y})
    W, U, b, Wy, by = params["W"], params["U"], params["b"], params["Wy"], params["by"]
    T, N = x.shape[:2]
    H = h0.shape[1]
    dtype = x.dtype
    x_W = x @ W + b                                            # (T, N, 4 * H)
    i = np.empty((T, N, H), dtype)                             # (T, N, H)
    f = np.empty((T, N, H), dtype)                             # (T, N, H)
    g = np.empty((T, N, H), dtype)                             # (T, N, H)
    o = np.empty((T, N, H), dtype)                             # (T, N, H)
    c = np.empty((T + 1, N, H), dtype)                         # (T + 1, N, H)
    h = np.empty((T + 1, N, H), dtype)                         # (T + 1, N, H)
    c[-1] = c0                                                 # (N, H)  the step before the first stands last
    h[-1] = h0                                                 # (N, H)  the step before the first stands last
    for t in range(T):
        a = h[t - 1] @ U + x_W[t]                              # (N, 4 * H)     (1)
        i[t] = 0.5 * (1.0 + np.tanh(0.5 * a[:, :H]))           # (N, H)         (2)  sigmoid, without overflow
        f[t] = 0.5 * (1.0 + np.tanh(0.5 * a[:, H:2 * H]))      # (N, H)         (3)  sigmoid, without overflow
        g[t] = np.tanh(a[:, 2 * H:3 * H])                      # (N, H)         (4)
        o[t] = 0.5 * (1.0 + np.tanh(0.5 * a[:, 3 * H:4 * H]))  # (N, H)         (5)  sigmoid, without overflow
        c[t] = i[t] * g[t] + f[t] * c[t - 1]                   # (N, H)         (6)
        h[t] = o[t] * np.tanh(c[t])                            # (N, H)         (7)
    h_last = h[T - 1]                                          # (N, H)         (8)
    z = h_last @ Wy + by                                       # (N, K)         (9)
    shifted = z - z.max(axis=1, keepdims=True)                 # (N, K)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, K)  the logarithm of p
    p = np.exp(log_p)                                          # (N, K)         (10)
    E = -log_p[np.arange(N), y].sum() / N                      # ()             (11)
    return E, (x, y, i, f, g, o, c, h, h_last, p)


def backward(params, saved):
    """Return the gradient of E by every parameter."""
    x, y, i, f, g, o, c, h, h_last, p = saved
    U, Wy = params["U"], params["Wy"]
    T, N = x.shape[:2]
    H = i.shape[2]
    K = p.shape[1]
    dtype = x.dtype
    dz = (p - (y[:, None] == np.arange(K))) / N       # (N, K)         (13)
    dWy = h_last.T @ dz                               # (H, K)         (14)
    dby = dz.sum(axis=0)                              # (K,)           (15)
    dh_last = dz @ Wy.T                               # (N, H)         (16)
    da = np.empty((T, N, 4 * H), dtype)               # (T, N, 4 * H)
    dh_next = dh_last                                 # (N, H)
    dc_next = np.zeros((N, H), dtype)                 # (N, H)
    for t in reversed(range(T)):
        dh = dh_next                                  # (N, H)         (23)
        tanh_c = np.tanh(c[t])                        # (N, H)
        do = dh * tanh_c                              # (N, H)         (18)
        dc = dh * o[t] * (1.0 - tanh_c**2) + dc_next  # (N, H)         (17)
        di = dc * g[t]                                # (N, H)         (21)
        df = dc * c[t - 1]                            # (N, H)         (20)
        da[t] = np.concatenate((
            di * i[t] * (1.0 - i[t]),
            df * f[t] * (1.0 - f[t]),
            dc * i[t] * (1.0 - g[t]**2),
            do * o[t] * (1.0 - o[t]),
        ), axis=1)                                    # (N, 4 * H)     (22)
        dh_next = da[t] @ U.T                         # (N, H)
        dc_next = dc * f[t]                           # (N, H)
    dW = np.tensordot(x, da, axes=((0, 1), (0, 1)))   # (D, 4 * H)     (24)
    dU = np.tensordot(h[np.arange(T) - 1], da, axes=((0, 1), (0, 1)))  # (H, 4 * H)     (25)
    db = da.sum(axis=(0, 1))                          # (4 * H,)       (26)
    return {"W": dW, "U": dU, "b": db, "Wy": dWy, "by": dby}


def loss_and_grads(params, x, h0, c0, y):
    """Return the loss E and its gradients."""
    E, saved = forward(params, x, h0, c0, y)
    return E, backward(params, saved)


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


def _sample(rng, sizes, draw):
    """Return parameters and arrays of these sizes, true to what is declared of them."""
    params, arrays = {}, {}
    T = sizes["T"]
    N = sizes["N"]
    D = sizes["D"]
    H = sizes["H"]
    K = sizes["K"]
    arrays["x"] = draw((T, N, D))
    arrays["h0"] = draw((N, H))
    arrays["c0"] = draw((N, H))
    arrays["y"] = rng.integers(K, size=(N,))
    params["W"] = draw((D, 4 * H))
    params["U"] = draw((H, 4 * H))
    params["b"] = draw((4 * H,))
    params["Wy"] = draw((H, K))
    params["by"] = draw((K,))
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
    sizes = {"T": 3, "N": 4, "D": 5, "H": 2, "K": 6}
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
# chainscribe seal: sha256 04729462d0a70218597a5aaa6d677a6ba5cc2c5911f09d57bce865a366a2a679
