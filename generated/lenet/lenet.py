"""LeNet: two convolutions, two poolings, two linear layers: forward and backward pass in plain NumPy.

Made by chainscribe 0.1.0 from lenet.net (sha256 b0fff8e494db05c5); edit that file, not this one.
Equation numbers are those of derivation.md.

    x (N, C, H, W)
    y (N,) whole numbers below K
    k1 (A, C, 3, 3)    b1 (A,)    k2 (B, A, 3, 3)    b2 (B,)    W3 (B * R * S, F)    b3 (F,)
    W4 (F, K)    b4 (K,)
"""

import numpy as np

DIMS = {"N": None, "C": 1, "R": 7, "S": 7, "A": 8, "B": 16, "F": 64, "K": 10}
PARAMS = {
    "k1": ("A", "C", 3, 3),
    "b1": ("A",),
    "k2": ("B", "A", 3, 3),
    "b2": ("B",),
    "W3": ("B * R * S", "F"),
    "b3": ("F",),
    "W4": ("F", "K"),
    "b4": ("K",),
}
INPUTS = {"x": ("N", "C", "4 * R", "4 * S"), "y": ("N",)}
FORMULAS = {
    "I": lambda size: 2 * size["R"],
    "J": lambda size: 2 * size["S"],
    "H": lambda size: 4 * size["R"],
    "W": lambda size: 4 * size["S"],
    "B * R * S": lambda size: size["B"] * size["R"] * size["S"],
    "4 * R": lambda size: 4 * size["R"],
    "4 * S": lambda size: 4 * size["S"],
}
DIVIDED = {"R": ("4 * R", lambda size: 4), "S": ("4 * S", lambda size: 4)}
WITHIN = {"y": "K"}


def init_params(rng, *, C=1, R=7, S=7, A=8, B=16, F=64, K=10, dtype=np.float64):
    """Return new parameters for `forward`; `rng` is a numpy.random.Generator."""
    return {
        "k1": np.asarray(rng.standard_normal((A, C, 3, 3)) / (9 * C)**0.5, dtype),
        "b1": np.zeros((A,), dtype),
        "k2": np.asarray(rng.standard_normal((B, A, 3, 3)) / (9 * A)**0.5, dtype),
        "b2": np.zeros((B,), dtype),
        "W3": np.asarray(rng.standard_normal((B * R * S, F)) / (B * R * S)**0.5, dtype),
        "b3": np.zeros((F,), dtype),
        "W4": np.asarray(rng.standard_normal((F, K)) / F**0.5, dtype),
        "b4": np.zeros((K,), dtype),
    }


def forward(params, x, y):
    """Return the loss E and the values that `backward` reads."""
    _check(params, {"x": x, "y": y})
    k1, b1, k2, b2, W3, b3, W4, b4 = (params[name] for name in PARAMS)
    N = x.shape[0]
    R = x.shape[2] // 4
    S = x.shape[3] // 4
    A = k1.shape[0]
    B = k2.shape[0]
    windows_x_2 = _windows(x, 2, (4 * R, 3), start=-1)            # (N, C, H, 3, W)
    windows_x = _windows(windows_x_2, 4, (4 * S, 3), start=-1)    # (N, C, H, 3, W, 3)
    windows_x_k1 = np.tensordot(windows_x, k1, axes=((1, 3, 5), (1, 2, 3)))  # (N, H, W, A)
    z1 = (windows_x_k1 + b1).transpose(0, 3, 1, 2)                # (N, A, H, W)        (1)
    max_z1_2 = z1.reshape(N, A, 2 * R, 2, 2 * S, 2).max(axis=5)   # (N, A, I, 2, J)
    max_z1 = max_z1_2.max(axis=3)                                 # (N, A, I, J)
    h1 = np.maximum(max_z1, 0.0)                                  # (N, A, I, J)        (2)
    windows_h1_2 = _windows(h1, 2, (2 * R, 3), start=-1)          # (N, A, I, 3, J)
    windows_h1 = _windows(windows_h1_2, 4, (2 * S, 3), start=-1)  # (N, A, I, 3, J, 3)
    windows_h1_k2 = np.tensordot(windows_h1, k2, axes=((1, 3, 5), (1, 2, 3)))  # (N, I, J, B)
    z2 = (windows_h1_k2 + b2).transpose(0, 3, 1, 2)               # (N, B, I, J)        (3)
    max_z2_2 = z2.reshape(N, B, R, 2, S, 2).max(axis=5)           # (N, B, R, 2, S)
    max_z2 = max_z2_2.max(axis=3)                                 # (N, B, R, S)
    h2 = np.maximum(max_z2, 0.0).reshape(N, B * R * S)            # (N, B * R * S)      (4)
    z = h2 @ W3 + b3                                              # (N, F)              (5)
    h3 = np.maximum(z, 0.0)                                       # (N, F)              (6)
    z4 = h3 @ W4 + b4                                             # (N, K)              (7)
    shifted = z4 - z4.max(axis=1, keepdims=True)                  # (N, K)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, K)  the logarithm of p
    p = np.exp(log_p)                                             # (N, K)              (8)
    E = -log_p[np.arange(N), y].sum() / N                         # ()                  (9)
    return E, (y, windows_x, z1, max_z1_2, max_z1, windows_h1, z2, max_z2_2, max_z2, h2, z, h3, p)


def backward(params, saved):
    """Return the gradient of E by every parameter."""
    y, windows_x, z1, max_z1_2, max_z1, windows_h1, z2, max_z2_2, max_z2, h2, z, h3, p = saved
    k2, W3, W4 = params["k2"], params["W3"], params["W4"]
    N = y.shape[0]
    R = max_z2_2.shape[2]
    S = max_z2_2.shape[4]
    A = z1.shape[1]
    B = z2.shape[1]
    K = p.shape[1]
    dz4 = (p - (y[:, None] == np.arange(K))) / N                      # (N, K)              (11)
    dW4 = h3.T @ dz4                                                  # (F, K)              (12)
    db4 = dz4.sum(axis=0)                                             # (K,)                (13)
    dh3 = dz4 @ W4.T                                                  # (N, F)              (14)
    dz = dh3 * (z > 0.0)                                              # (N, F)              (15)
    dW3 = h2.T @ dz                                                   # (B * R * S, F)      (16)
    db3 = dz.sum(axis=0)                                              # (F,)                (17)
    dh2 = dz @ W3.T                                                   # (N, B * R * S)      (18)
    argmax_max_z2_2 = max_z2_2.argmax(axis=3)                         # (N, B, R, S)
    argmax_max_z2_2_2 = argmax_max_z2_2 + (2 * np.arange(R))[:, None]  # (N, B, R, S)
    z2_shifted = z2.reshape(N, B, 2 * R, S, 2)[np.arange(N)[:, None, None, None], np.arange(B)[:, None, None], argmax_max_z2_2_2, np.arange(S)]  # (N, B, R, S, 2)
    z2_argmax_max_z2_2 = z2_shifted.argmax(axis=4)[:, :, :, :, None] == np.arange(2)  # (N, B, R, S, 2)
    dh2_part = (
        dh2.reshape(N, B, R, S)[:, :, :, None, :, None]
        * (argmax_max_z2_2[:, :, :, None] == np.arange(2)[:, None])[:, :, :, :, :, None]
    )                                                                 # (N, B, R, 2, S, 1)
    dh2_part_part = dh2_part * z2_argmax_max_z2_2[:, :, :, None]      # (N, B, R, 2, S, 2)
    dz2 = (dh2_part_part * (max_z2 > 0.0)[:, :, :, None, :, None]).reshape(N, B, 2 * R, 2 * S)  # (N, B, I, J)        (19)
    dk2 = np.tensordot(windows_h1, dz2, axes=((0, 2, 4), (0, 2, 3))).transpose(3, 0, 1, 2)  # (B, A, 3, 3)        (20)
    db2 = dz2.sum(axis=(0, 2, 3))                                     # (B,)                (21)
    windows_dz2_2 = _windows(dz2, 2, (2 * R, 3), spread=-1, start=1)  # (N, B, I, 3, J)
    windows_dz2 = _windows(windows_dz2_2, 4, (2 * S, 3), spread=-1, start=1)  # (N, B, I, 3, J, 3)
    dh1 = np.tensordot(windows_dz2, k2, axes=((1, 3, 5), (0, 2, 3))).transpose(0, 3, 1, 2)  # (N, A, I, J)        (22)
    argmax_max_z1_2 = max_z1_2.argmax(axis=3)                         # (N, A, I, J)
    dh1_max_z1_2 = (
        dh1[:, :, :, None, :, None]
        * (argmax_max_z1_2[:, :, :, None] == np.arange(2)[:, None])[:, :, :, :, :, None]
    )                                                                 # (N, A, I, 2, J, 1)
    argmax_z1 = z1.reshape(N, A, 2 * R, 2, 2 * S, 2).argmax(axis=5)   # (N, A, I, 2, J)
    z1_2 = argmax_z1[:, :, :, :, :, None] == np.arange(2)             # (N, A, I, 2, J, 2)
    dz1 = (dh1_max_z1_2 * z1_2 * (max_z1 > 0.0)[:, :, :, None, :, None]).reshape(N, A, 4 * R, 4 * S)  # (N, A, H, W)        (23)
    dk1 = np.tensordot(windows_x, dz1, axes=((0, 2, 4), (0, 2, 3))).transpose(3, 0, 1, 2)  # (A, C, 3, 3)        (24)
    db1 = dz1.sum(axis=(0, 2, 3))                                     # (A,)                (25)
    return {"k1": dk1, "b1": db1, "k2": dk2, "b2": db2, "W3": dW3, "b3": db3, "W4": dW4, "b4": db4}


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


def _windows(array, axis, lengths, step=1, spread=1, start=0, fill=0.0):
    """Take an axis apart in two: place (r, u) is entry step * r + spread * u + start, `fill` outside."""
    count, width = lengths
    if spread < 0:  # windows are read upwards: turn them round
        turned = _windows(array, axis, lengths, step, -spread, start + spread * (width - 1), fill)
        return np.flip(turned, axis + 1)
    last = start + step * (count - 1) + spread * (width - 1)
    below, above = max(0, -start), max(0, last + 1 - array.shape[axis])
    if below or above:
        margins = [(0, 0)] * array.ndim
        margins[axis] = (below, above)
        array = np.pad(array, margins, constant_values=fill)
    first = start + below
    array = np.moveaxis(array, axis, -1)[..., first : last + below + 1]
    views = np.lib.stride_tricks.sliding_window_view(array, spread * (width - 1) + 1, axis=-1)
    return np.moveaxis(views[..., ::step, ::spread], (-2, -1), (axis, axis + 1))


def _sample(rng, sizes, draw):
    """Return parameters and arrays of these sizes, true to what is declared of them."""
    params, arrays = {}, {}
    N = sizes["N"]
    C = sizes["C"]
    R = sizes["R"]
    S = sizes["S"]
    A = sizes["A"]
    B = sizes["B"]
    F = sizes["F"]
    K = sizes["K"]
    arrays["x"] = draw((N, C, 4 * R, 4 * S))
    arrays["y"] = rng.integers(K, size=(N,))
    params["k1"] = draw((A, C, 3, 3))
    params["b1"] = draw((A,))
    params["k2"] = draw((B, A, 3, 3))
    params["b2"] = draw((B,))
    params["W3"] = draw((B * R * S, F))
    params["b3"] = draw((F,))
    params["W4"] = draw((F, K))
    params["b4"] = draw((K,))
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
    sizes = {"N": 3, "C": 4, "R": 5, "S": 2, "A": 6, "B": 7, "F": 3, "K": 4}
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
# chainscribe seal: sha256 c7dc5396244e9ae7ac214ce94568bd3f87de2496fe9b111e34f03c8f6c0b14a7
