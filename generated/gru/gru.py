"""GRU, loss on the last state: forward and backward pass in plain NumPy.

Made by chainscribe 0.1.0 from gru.net (sha256 90ab126f6a4af819); edit that file, not this one.
Equation numbers are those of derivation.md.

    x (T, N, D)    h0 (N, H)
    y (N, H)
    Wz (D, H)    Uz (H, H)    bz (H,)    Wr (D, H)    Ur (H, H)    br (H,)    Wg (D, H)    Ug (H, H)
    bg (H,)
"""

import numpy as np

DIMS = {"T": None, "N": None, "D": 32, "H": 64}
PARAMS = {
    "Wz": ("D", "H"),
    "Uz": ("H", "H"),
    "bz": ("H",),
    "Wr": ("D", "H"),
    "Ur": ("H", "H"),
    "br": ("H",),
    "Wg": ("D", "H"),
    "Ug": ("H", "H"),
    "bg": ("H",),
}
INPUTS = {"x": ("T", "N", "D"), "h0": ("N", "H"), "y": ("N", "H")}


def init_params(rng, *, D=32, H=64, dtype=np.float64):
    """Return new parameters for `forward`; `rng` is a numpy.random.Generator."""
    return {
        "Wz": np.asarray(rng.standard_normal((D, H)) / D**0.5, dtype),
        "Uz": np.asarray(rng.standard_normal((H, H)) / H**0.5, dtype),
        "bz": np.zeros((H,), dtype),
        "Wr": np.asarray(rng.standard_normal((D, H)) / D**0.5, dtype),
        "Ur": np.asarray(rng.standard_normal((H, H)) / H**0.5, dtype),
        "br": np.zeros((H,), dtype),
        "Wg": np.asarray(rng.standard_normal((D, H)) / D**0.5, dtype),
        "Ug": np.asarray(rng.standard_normal((H, H)) / H**0.5, dtype),
        "bg": np.zeros((H,), dtype),
    }


def forward(params, x, h0, y):
    """Return the loss E and the values that `backward` reads."""
    _check(params, {"x": x, "h0": h0, "y": y})
    Wz, Uz, bz, Wr, Ur, br, Wg, Ug, bg = (params[name] for name in PARAMS)
    T, N = x.shape[:2]
    H = h0.shape[1]
    dtype = x.dtype
    x_Wz = x @ Wz + bz                                # (T, N, H)
    x_Wr = x @ Wr + br                                # (T, N, H)
    x_Wg = x @ Wg + bg                                # (T, N, H)
    z = np.empty((T, N, H), dtype)                    # (T, N, H)
    r = np.empty((T, N, H), dtype)                    # (T, N, H)
    q = np.empty((T, N, H), dtype)                    # (T, N, H)
    g = np.empty((T, N, H), dtype)                    # (T, N, H)
    h = np.empty((T + 1, N, H), dtype)                # (T + 1, N, H)
    h[-1] = h0                                        # (N, H)  the step before the first stands last
    for t in range(T):
        z1 = h[t - 1] @ Uz + x_Wz[t]                  # (N, H)         (1)
        z[t] = 0.5 * (1.0 + np.tanh(0.5 * z1))        # (N, H)         (2)  sigmoid, without overflow
        z2 = h[t - 1] @ Ur + x_Wr[t]                  # (N, H)         (3)
        r[t] = 0.5 * (1.0 + np.tanh(0.5 * z2))        # (N, H)         (4)  sigmoid, without overflow
        q[t] = r[t] * h[t - 1]                        # (N, H)         (5)
        z3 = q[t] @ Ug + x_Wg[t]                      # (N, H)         (6)
        g[t] = np.tanh(z3)                            # (N, H)         (7)
        h[t] = z[t] * g[t] + h[t - 1] * (1.0 - z[t])  # (N, H)         (8)
    h_last = h[T - 1]                                 # (N, H)         (9)
    E = ((h_last - y)**2).sum() / (N * H)             # ()             (10)
    return E, (x, y, z, r, q, g, h, h_last)


def backward(params, saved):
    """Return the gradient of E by every parameter."""
    x, y, z, r, q, g, h, h_last = saved
    Uz, Ur, Ug = params["Uz"], params["Ur"], params["Ug"]
    T, N = x.shape[:2]
    H = y.shape[1]
    dtype = x.dtype
    dh_last = 2.0 * (h_last - y) / (N * H)                     # (N, H)     (11)
    dz1 = np.empty((T, N, H), dtype)                           # (T, N, H)
    dz3 = np.empty((T, N, H), dtype)                           # (T, N, H)
    dz2 = np.empty((T, N, H), dtype)                           # (T, N, H)
    dh_next = dh_last                                          # (N, H)
    for t in reversed(range(T)):
        dh = dh_next                                           # (N, H)     (19)
        dz = dh * (g[t] - h[t - 1])                            # (N, H)     (17)
        dz1[t] = dz * z[t] * (1.0 - z[t])                      # (N, H)     (18)
        dg = dh * z[t]                                         # (N, H)     (12)
        dz3[t] = dg * (1.0 - g[t]**2)                          # (N, H)     (13)
        dq = dz3[t] @ Ug.T                                     # (N, H)     (14)
        dr = dq * h[t - 1]                                     # (N, H)     (15)
        dz2[t] = dr * r[t] * (1.0 - r[t])                      # (N, H)     (16)
        dh_next = dz2[t] @ Ur.T + dz1[t] @ Uz.T + dq * r[t] + dh * (1.0 - z[t])  # (N, H)
    dWz = np.tensordot(x, dz1, axes=((0, 1), (0, 1)))          # (D, H)     (20)
    h_shifted = h[np.arange(T) - 1]                            # (T, N, H)
    dUz = np.tensordot(h_shifted, dz1, axes=((0, 1), (0, 1)))  # (H, H)     (21)
    dbz = dz1.sum(axis=(0, 1))                                 # (H,)       (22)
    dWr = np.tensordot(x, dz2, axes=((0, 1), (0, 1)))          # (D, H)     (23)
    dUr = np.tensordot(h_shifted, dz2, axes=((0, 1), (0, 1)))  # (H, H)     (24)
    dbr = dz2.sum(axis=(0, 1))                                 # (H,)       (25)
    dWg = np.tensordot(x, dz3, axes=((0, 1), (0, 1)))          # (D, H)     (26)
    dUg = np.tensordot(q, dz3, axes=((0, 1), (0, 1)))          # (H, H)     (27)
    dbg = dz3.sum(axis=(0, 1))                                 # (H,)       (28)
    return {
        "Wz": dWz, "Uz": dUz, "bz": dbz, "Wr": dWr, "Ur": dUr, "br": dbr, "Wg": dWg, "Ug": dUg,
        "bg": dbg,
    }


def loss_and_grads(params, x, h0, y):
    """Return the loss E and its gradients."""
    E, saved = forward(params, x, h0, y)
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


def _sample(rng, sizes, draw):
    """Return parameters and arrays of these sizes, true to what is declared of them."""
    params, arrays = {}, {}
    T = sizes["T"]
    N = sizes["N"]
    D = sizes["D"]
    H = sizes["H"]
    arrays["x"] = draw((T, N, D))
    arrays["h0"] = draw((N, H))
    arrays["y"] = draw((N, H))
    params["Wz"] = draw((D, H))
    params["Uz"] = draw((H, H))
    params["bz"] = draw((H,))
    params["Wr"] = draw((D, H))
    params["Ur"] = draw((H, H))
    params["br"] = draw((H,))
    params["Wg"] = draw((D, H))
    params["Ug"] = draw((H, H))
    params["bg"] = draw((H,))
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
    sizes = {"T": 3, "N": 4, "D": 5, "H": 2}
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
# chainscribe seal: sha256 f82d79ec192db8b411ff86322bbbbb09da90030f9a50d6472f94e8ac2475653f
