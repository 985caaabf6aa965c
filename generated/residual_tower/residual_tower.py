"""A tower of residual layers: forward and backward pass in plain NumPy.

Made by chainscribe 0.1.0 from residual_tower.net (sha256 a3d53912ce192fde); edit that file, not
this one. Equation numbers are those of derivation.md.

    x (N, D)
    y (N,) whole numbers below K
    Win (D, H)    W (L, H, H)    b (L, H)    Wout (H, K)    bout (K,)
"""

import numpy as np

DIMS = {"N": None, "L": 8, "D": 16, "H": 64, "K": 10}
PARAMS = {
    "Win": ("D", "H"),
    "W": ("L", "H", "H"),
    "b": ("L", "H"),
    "Wout": ("H", "K"),
    "bout": ("K",),
}
INPUTS = {"x": ("N", "D"), "y": ("N",)}
WITHIN = {"y": "K"}


def init_params(rng, *, L=8, D=16, H=64, K=10, dtype=np.float64):
    """Return new parameters for `forward`; `rng` is a numpy.random.Generator."""
    return {
        "Win": np.asarray(rng.standard_normal((D, H)) / D**0.5, dtype),
        "W": np.asarray(rng.standard_normal((L, H, H)) / H**0.5, dtype),
        "b": np.zeros((L, H), dtype),
        "Wout": np.asarray(rng.standard_normal((H, K)) / H**0.5, dtype),
        "bout": np.zeros((K,), dtype),
    }


def forward(params, x, y):
    """Return the loss E and the values that `backward` reads."""
    _check(params, {"x": x, "y": y})
    Win, W, b, Wout, bout = params["Win"], params["W"], params["b"], params["Wout"], params["bout"]
    N = x.shape[0]
    L = W.shape[0]
    H = Win.shape[1]
    dtype = x.dtype
    h_start = x @ Win                               # (N, H)         (1)
    f = np.empty((L, N, H), dtype)                  # (L, N, H)
    h = np.empty((L + 1, N, H), dtype)              # (L + 1, N, H)
    h[-1] = h_start                                 # (N, H)  the step before the first stands last
    for l in range(L):
        z1 = h[l - 1] @ W[l] + b[l]                 # (N, H)         (2)
        f[l] = np.tanh(z1)                          # (N, H)         (3)
        h[l] = f[l] + h[l - 1]                      # (N, H)         (4)
    h_last = h[L - 1]                               # (N, H)         (5)
    z = h_last @ Wout + bout                        # (N, K)         (6)
    shifted = z - z.max(axis=1, keepdims=True)      # (N, K)  minus the largest: no exponential overflows
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, K)  the logarithm of p
    p = np.exp(log_p)                               # (N, K)         (7)
    E = -log_p[np.arange(N), y].sum() / N           # ()             (8)
    return E, (x, y, f, h, h_last, p)


def backward(params, saved):
    """Return the gradient of E by every parameter."""
    x, y, f, h, h_last, p = saved
    W, Wout = params["W"], params["Wout"]
    N = x.shape[0]
    L = f.shape[0]
    H = f.shape[2]
    K = p.shape[1]
    dtype = x.dtype
    dz = (p - (y[:, None] == np.arange(K))) / N        # (N, K)     (10)
    dWout = h_last.T @ dz                              # (H, K)     (11)
    dbout = dz.sum(axis=0)                             # (K,)       (12)
    dh_last = dz @ Wout.T                              # (N, H)     (13)
    dh = np.empty((L, N, H), dtype)                    # (L, N, H)
    dz1 = np.empty((L, N, H), dtype)                   # (L, N, H)
    dh_next = dh_last                                  # (N, H)
    for l in reversed(range(L)):
        dh[l] = dh_next                                # (N, H)     (16)
        dz1[l] = dh[l] * (1.0 - f[l]**2)               # (N, H)     (15)
        dh_next = dz1[l] @ W[l].T + dh[l]              # (N, H)
    dW = h[np.arange(L) - 1].transpose(0, 2, 1) @ dz1  # (L, H, H)  (17)
    db = dz1.sum(axis=1)                               # (L, H)     (18)
    dh_start = dz1[0] @ W[0].T + dh[0]                 # (N, H)     (19)
    dWin = x.T @ dh_start                              # (D, H)     (20)
    return {"Win": dWin, "W": dW, "b": db, "Wout": dWout, "bout": dbout}


def loss_and_grads(params, x, y):
    """Return the loss E and its gradients."""
    E, saved = forward(params, x, y)
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
    N = sizes["N"]
    L = sizes["L"]
    D = sizes["D"]
    H = sizes["H"]
    K = sizes["K"]
    arrays["x"] = draw((N, D))
    arrays["y"] = rng.integers(K, size=(N,))
    params["Win"] = draw((D, H))
    params["W"] = draw((L, H, H))
    params["b"] = draw((L, H))
    params["Wout"] = draw((H, K))
    params["bout"] = draw((K,))
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
    sizes = {"N": 3, "L": 4, "D": 5, "H": 2, "K": 6}
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
# chainscribe seal: sha256 cb588b21ded4f36f17117cbe42eb8c542bc7e4e17fbc7f392bc130e069820b5c
