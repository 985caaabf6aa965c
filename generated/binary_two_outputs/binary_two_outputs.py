"""Two yes-or-no answers from one hidden layer: forward and backward pass in plain NumPy.

Made by chainscribe 0.1.0 from binary_two_outputs.net (sha256 068a465736a1f8fe); edit that file, not
this one. Equation numbers are those of derivation.md.

    x (N, D)
    y (N, K) binary
    W1 (D, H)    b1 (H,)    W2 (H, K)    b2 (K,)
"""

import sys

import numpy as np

DIMS = {"N": None, "D": 8, "H": 16, "K": 2}
PARAMS = {"W1": ("D", "H"), "b1": ("H",), "W2": ("H", "K"), "b2": ("K",)}
INPUTS = {"x": ("N", "D"), "y": ("N", "K")}


def init_params(rng, *, D=8, H=16, K=2, dtype=np.float64):
    """Return new parameters for `forward`; `rng` is a numpy.random.Generator."""
    return {
        "W1": np.asarray(rng.standard_normal((D, H)) / D**0.5, dtype),
        "b1": np.zeros((H,), dtype),
        "W2": np.asarray(rng.standard_normal((H, K)) / H**0.5, dtype),
        "b2": np.zeros((K,), dtype),
    }


def forward(params, x, y):
    """Return the loss E and the values that `backward` reads."""
    _check(params, {"x": x, "y": y})
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    N = x.shape[0]
    z1 = x @ W1 + b1                                # (N, H)  (1)
    h = np.tanh(z1)                                 # (N, H)  (2)
    z2 = h @ W2 + b2                                # (N, K)  (3)
    p = 0.5 * (1.0 + np.tanh(0.5 * z2))             # (N, K)  (4)  sigmoid, without overflow
    E = (y * np.logaddexp(0.0, -z2) + (1.0 - y) * np.logaddexp(0.0, z2)).sum() / N  # ()      (5)
    return E, (x, y, h, p)


def backward(params, saved):
    """Return the gradient by everything trained."""
    x, y, h, p = saved
    W2 = params["W2"]
    N = x.shape[0]
    dz2 = (p - y) / N                               # (N, K)  (7)
    dW2 = h.T @ dz2                                 # (H, K)  (8)
    db2 = dz2.sum(axis=0)                           # (K,)    (9)
    dh = dz2 @ W2.T                                 # (N, H)  (10)
    dz1 = dh * (1.0 - h**2)                         # (N, H)  (11)
    dW1 = x.T @ dz1                                 # (D, H)  (12)
    db1 = dz1.sum(axis=0)                           # (H,)    (13)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


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
    for name in PARAMS:
        if name not in params:
            came = ", ".join(params)
            raise ValueError(f"params: {name} is missing; expected {', '.join(PARAMS)}, got {came}")
    shapes, given = {**PARAMS, **INPUTS}, {**params, **arrays}
    size = _sizes(shapes, given)
    dtype = None
    for name, axes in shapes.items():
        shape = tuple(size.get(axis, axis) for axis in axes)
        _expect(name, given[name], axes, shape, dtype)
        dtype = dtype or (given[name].dtype if axes else None)


def _sizes(shapes, given):
    """Return every size by name: from the first array that has it, else its default."""
    size = {}
    for name, axes in shapes.items():
        if np.ndim(given[name]) == len(axes):
            for axis, length in zip(axes, np.shape(given[name])):
                if axis in DIMS:
                    size.setdefault(axis, length)
    size = {**DIMS, **size}
    return size


def _expect(name, array, axes, shape, dtype):
    """Raise a ValueError unless the array has this shape and this type of real number (None: any)."""
    if axes and not isinstance(array, np.ndarray):
        raise ValueError(f"{name}: expected a NumPy array, got {type(array).__name__}")
    if np.shape(array) != shape:
        letters = "(" + ", ".join(map(str, axes)) + ("," if len(axes) == 1 else "") + ")"
        raise ValueError(f"{name}: expected shape {letters} = {shape}, got {np.shape(array)}")
    came = np.asarray(array).dtype
    if came.kind not in ("f" if axes else "fiu"):
        raise ValueError(f"{name}: expected real numbers ({dtype or 'a float type'}), got {came}")
    if axes and dtype and came != dtype:
        raise ValueError(f"{name}: expected {dtype} like the arrays before it, got {came}")


def _sample(rng, sizes, draw):
    """Return parameters and arrays of these sizes, true to what is declared of them."""
    params, arrays = {}, {}
    N = sizes["N"]
    D = sizes["D"]
    H = sizes["H"]
    K = sizes["K"]
    arrays["x"] = draw((N, D))
    arrays["y"] = rng.integers(2, size=(N, K)).astype(float)
    params["W1"] = draw((D, H))
    params["b1"] = draw((H,))
    params["W2"] = draw((H, K))
    params["b2"] = draw((K,))
    return params, arrays


def _loss_and_grads(params, arrays, weights):
    """Return the loss and its gradients; a loss needs no weights."""
    return loss_and_grads(params, **arrays)


def gradient_errors(seed=0, step=1e-5):
    """Return the largest error of each gradient against central differences, relative to its size."""
    rng = np.random.default_rng(seed)
    sizes = {"N": 3, "D": 4, "H": 5, "K": 2}
    for draw in (rng.standard_normal, lambda shape: rng.uniform(0.2, 0.8, shape)):
        params, arrays = _sample(rng, sizes, draw)
        with np.errstate(all="ignore"):
            out, _ = forward(params, **arrays)
        if all(np.isfinite(o).all() for o in (out if isinstance(out, tuple) else (out,))):
            break  # else normal values are outside the domain, such as that of a logarithm
    weights = [rng.standard_normal(np.shape(o)) for o in (out if isinstance(out, tuple) else (out,))]
    _, grads = _loss_and_grads(params, arrays, weights)
    errors = {}
    for name, grad in grads.items():
        holder = params if name in params else arrays
        array = holder[name] = np.array(holder[name], np.float64)
        numeric = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            value = array[place]
            array[place] = value + step
            above, _ = _loss_and_grads(params, arrays, weights)
            array[place] = value - step
            below, _ = _loss_and_grads(params, arrays, weights)
            array[place] = value
            numeric[place] = (above - below) / (2.0 * step)
        errors[name] = float(np.max(np.abs(grad - numeric)) / max(1.0, np.max(np.abs(numeric))))
    return errors


if __name__ == "__main__":
    errors = gradient_errors()
    print("gradient  largest error against central differences")
    for name, error in errors.items():
        print(f"d{name:<8} {error:.1e}  {'ok' if error <= 1e-6 else 'WRONG'}")
    sys.exit(0 if all(error <= 1e-6 for error in errors.values()) else 1)
# chainscribe seal: sha256 560194719bf0e38995db2e69f6861c8c819fe74cc6383a0b9b3eb12692b6fbb2
