"""Causal multi-head self-attention: forward and backward pass in plain NumPy.

Made by chainscribe 0.1.0 from causal_attention.net (sha256 e298ee28d8207a53); edit that file, not
this one. Equation numbers are those of derivation.md.

    x (B, T, D)
    Wq (D, D)    Wk (D, D)    Wv (D, D)    Wo (D, D)
"""

import numpy as np

DIMS = {"B": None, "T": None, "H": 4, "K": 16}
PARAMS = {
    "Wq": ("H * K", "H * K"),
    "Wk": ("H * K", "H * K"),
    "Wv": ("H * K", "H * K"),
    "Wo": ("H * K", "H * K"),
}
INPUTS = {"x": ("B", "T", "H * K")}
UPSTREAM = {"dy": ("B", "T", "H * K")}
FORMULAS = {
    "D": lambda size: size["H"] * size["K"],
    "H * K": lambda size: size["H"] * size["K"],
}
DIVIDED = {"K": ("H * K", lambda size: size["H"])}


def init_params(rng, *, K=16, dtype=np.float64):
    """Return new parameters for `forward`; `rng` is a numpy.random.Generator."""
    H = DIMS["H"]
    return {
        "Wq": np.asarray(rng.standard_normal((H * K, H * K)) / (H * K)**0.5, dtype),
        "Wk": np.asarray(rng.standard_normal((H * K, H * K)) / (H * K)**0.5, dtype),
        "Wv": np.asarray(rng.standard_normal((H * K, H * K)) / (H * K)**0.5, dtype),
        "Wo": np.asarray(rng.standard_normal((H * K, H * K)) / (H * K)**0.5, dtype),
    }


def forward(params, x):
    """Return y and the values that `backward` reads."""
    _check(params, {"x": x})
    Wq, Wk, Wv, Wo = params["Wq"], params["Wk"], params["Wv"], params["Wo"]
    B, T = x.shape[:2]
    H = DIMS["H"]
    K = x.shape[2] // H
    q = x @ Wq                                             # (B, T, D)     (1)
    k = x @ Wk                                             # (B, T, D)     (2)
    v = x @ Wv                                             # (B, T, D)     (3)
    S = (
        q.reshape(B, T, H, K).transpose(0, 2, 1, 3) @ k.reshape(B, T, H, K).transpose(0, 2, 3, 1)
        / K**0.5
    )                                                      # (B, H, T, T)  (4)
    masked = np.where(np.tri(T, dtype=bool), S, -np.inf)   # (B, H, T, T)
    shifted = masked - masked.max(axis=3, keepdims=True)   # (B, H, T, T)
    e = np.exp(shifted)                                    # (B, H, T, T)
    A = e / e.sum(axis=3, keepdims=True)                   # (B, H, T, T)  (5)
    A_v = A @ v.reshape(B, T, H, K).transpose(0, 2, 1, 3)  # (B, H, T, K)
    O = A_v.transpose(0, 2, 1, 3).reshape(B, T, H * K)     # (B, T, D)     (6)
    y = O @ Wo                                             # (B, T, D)     (7)
    return y, (x, q, k, v, A, O)


def backward(params, saved, dy):
    """Return the gradient by every parameter and by x, from that of the output."""
    x, q, k, v, A, O = saved
    Wq, Wk, Wv, Wo = params["Wq"], params["Wk"], params["Wv"], params["Wo"]
    B, T = x.shape[:2]
    H = A.shape[1]
    K = x.shape[2] // H
    _expect("dy", dy, UPSTREAM["dy"], (B, T, H * K), x.dtype)
    dWo = np.tensordot(O, dy, axes=((0, 1), (0, 1)))                 # (D, D)        (8)
    dO = dy @ Wo.T                                                   # (B, T, D)     (9)
    dA = dO.reshape(B, T, H, K).transpose(0, 2, 1, 3) @ v.reshape(B, T, H, K).transpose(0, 2, 3, 1)  # (B, H, T, T)  (10)
    dS = A * (dA - (dA * A).sum(axis=3, keepdims=True))              # (B, H, T, T)  (11)
    A_dO = A.transpose(0, 1, 3, 2) @ dO.reshape(B, T, H, K).transpose(0, 2, 1, 3)  # (B, H, T, K)
    dv = A_dO.transpose(0, 2, 1, 3).reshape(B, T, H * K)             # (B, T, D)     (12)
    dWv = np.tensordot(x, dv, axes=((0, 1), (0, 1)))                 # (D, D)        (13)
    dS_q = dS.transpose(0, 1, 3, 2) @ q.reshape(B, T, H, K).transpose(0, 2, 1, 3)  # (B, H, T, K)
    dk = (dS_q / K**0.5).transpose(0, 2, 1, 3).reshape(B, T, H * K)  # (B, T, D)     (14)
    dWk = np.tensordot(x, dk, axes=((0, 1), (0, 1)))                 # (D, D)        (15)
    dS_k = dS @ k.reshape(B, T, H, K).transpose(0, 2, 1, 3)          # (B, H, T, K)
    dq = (dS_k / K**0.5).transpose(0, 2, 1, 3).reshape(B, T, H * K)  # (B, T, D)     (16)
    dx = dk @ Wk.T + dq @ Wq.T + dv @ Wv.T                           # (B, T, D)     (17)
    dWq = np.tensordot(x, dq, axes=((0, 1), (0, 1)))                 # (D, D)        (18)
    return {"Wq": dWq, "Wk": dWk, "Wv": dWv, "Wo": dWo, "x": dx}


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


def _sample(rng, sizes, draw):
    """Return parameters and arrays of these sizes, true to what is declared of them."""
    params, arrays = {}, {}
    B = sizes["B"]
    T = sizes["T"]
    H = sizes["H"]
    K = sizes["K"]
    arrays["x"] = draw((B, T, H * K))
    params["Wq"] = draw((H * K, H * K))
    params["Wk"] = draw((H * K, H * K))
    params["Wv"] = draw((H * K, H * K))
    params["Wo"] = draw((H * K, H * K))
    return params, arrays


def _loss_and_grads(params, arrays, weights):
    """Return sum(output * weight), a loss made for the check, and its gradients."""
    out, saved = forward(params, *(arrays[name] for name in INPUTS))
    outs = (out,)
    return sum((o * w).sum() for o, w in zip(outs, weights)), backward(params, saved, *weights)


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
    sizes = {"B": 3, "T": 4, "H": 4, "K": 2}
    for draw in (rng.standard_normal, lambda shape: rng.uniform(0.2, 0.8, shape)):
        params, arrays = _sample(rng, sizes, draw)
        with np.errstate(all="ignore"):
            out, _ = forward(params, *(arrays[name] for name in INPUTS))
        if all(np.isfinite(o).all() for o in (out if isinstance(out, tuple) else (out,))):
            break  # else normal values are outside the domain, such as that of a logarithm
    weights = [rng.standard_normal(np.shape(o)) for o in (out if isinstance(out, tuple) else (out,))]
    _, grads = _loss_and_grads(params, arrays, weights)

    def loss():
        out, _ = forward(params, *(arrays[name] for name in INPUTS))
        found = sum((o * w).sum() for o, w in zip(out if isinstance(out, tuple) else (out,), weights))
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
# chainscribe seal: sha256 a8a589655da1c4277225eb54ec68a6ba3d81c1643a82ef53445276a0f527e8f9
