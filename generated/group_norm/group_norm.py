"""Group normalisation: forward and backward pass in plain NumPy.

Made by chainscribe 0.1.0 from group_norm.net (sha256 30d6f024096ed0d2); edit that file, not this
one. Equation numbers are those of derivation.md.

    x (N, G * M, H, W)
    g (G * M,)    b (G * M,)
"""

import numpy as np

DIMS = {"N": None, "G": 4, "M": 2, "H": 16, "W": 16}
PARAMS = {"g": ("G * M",), "b": ("G * M",)}
INPUTS = {"x": ("N", "G * M", "H", "W")}
UPSTREAM = {"dy": ("N", "G * M", "H", "W")}
FORMULAS = {
    "G * M": lambda size: size["G"] * size["M"],
}
DIVIDED = {"M": ("G * M", lambda size: size["G"])}
eps = 1e-05


def init_params(rng, *, M=2, dtype=np.float64):
    """Return new parameters for `forward`; `rng` is a numpy.random.Generator."""
    G = DIMS["G"]
    return {
        "g": np.ones((G * M,), dtype),
        "b": np.zeros((G * M,), dtype),
    }


def forward(params, x):
    """Return y and the values that `backward` reads."""
    _check(params, {"x": x})
    g, b = params["g"], params["b"]
    N = x.shape[0]
    H = x.shape[2]
    W = x.shape[3]
    G = DIMS["G"]
    M = x.shape[1] // G
    m = x.reshape(N, G, M, H, W).sum(axis=(2, 3, 4)) / (M * H * W)    # (N, G)            (1)
    x_m = x.reshape(N, G, M, H, W) - m[:, :, None, None, None]        # (N, G, M, H, W)
    v = (x_m**2).sum(axis=(2, 3, 4)) / (M * H * W)                    # (N, G)            (2)
    s = np.sqrt(v + eps)                                              # (N, G)            (3)
    xhat = (x_m / s[:, :, None, None, None]).reshape(N, G * M, H, W)  # (N, G * M, H, W)  (4)
    y = g[:, None, None] * xhat + b[:, None, None]                    # (N, G * M, H, W)  (5)
    return y, (s, xhat)


def backward(params, saved, dy):
    """Return the gradient by every parameter and by x, from that of the output."""
    s, xhat = saved
    g = params["g"]
    N, G = s.shape
    H = xhat.shape[2]
    W = xhat.shape[3]
    M = xhat.shape[1] // G
    _expect("dy", dy, UPSTREAM["dy"], (N, G * M, H, W), s.dtype)
    dg = (dy * xhat).sum(axis=(0, 2, 3))            # (G * M,)          (6)
    db = dy.sum(axis=(0, 2, 3))                     # (G * M,)          (7)
    dxhat = dy * g[:, None, None]                   # (N, G * M, H, W)  (8)
    dxhat_xhat = dxhat.reshape(N, G, M, H, W) * xhat.reshape(N, G, M, H, W)  # (N, G, M, H, W)
    xhat_dxhat = (
        xhat.reshape(N, G, M, H, W) * dxhat_xhat.sum(axis=(2, 3, 4), keepdims=True)
        / (M * H * W * s[:, :, None, None, None])
    )                                               # (N, G, M, H, W)
    dxhat_2 = dxhat.reshape(N, G, M, H, W).sum(axis=(2, 3, 4)) / (M * H * W)  # (N, G)
    dxhat_dxhat_2 = dxhat.reshape(N, G, M, H, W) - dxhat_2[:, :, None, None, None]  # (N, G, M, H, W)
    dx = (dxhat_dxhat_2 / s[:, :, None, None, None] - xhat_dxhat).reshape(N, G * M, H, W)  # (N, G * M, H, W)  (12)
    return {"g": dg, "b": db, "x": dx}


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
    N = sizes["N"]
    G = sizes["G"]
    M = sizes["M"]
    H = sizes["H"]
    W = sizes["W"]
    arrays["x"] = draw((N, G * M, H, W))
    params["g"] = draw((G * M,))
    params["b"] = draw((G * M,))
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
    sizes = {"N": 3, "G": 4, "M": 5, "H": 2, "W": 6}
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
# chainscribe seal: sha256 d86ec4e5148df47ebd3285266782b13d0579ccd54aeffec6c6e5c305b1d91ba2
