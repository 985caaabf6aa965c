"""Softmax and cross-entropy, the layer alone: forward and backward pass in plain NumPy.

Made by chainscribe 0.1.0 from softmax_loss.net (sha256 35c58918f032e4f7); edit that file, not this
one. Equation numbers are those of derivation.md.

    a (N, K)
    y (N, K) one-hot
"""

import sys

import numpy as np

DIMS = {"N": None, "K": 10}
PARAMS = {}
INPUTS = {"a": ("N", "K"), "y": ("N", "K")}


def init_params(rng, *, dtype=np.float64):
    """Return new parameters for `forward`; `rng` is a numpy.random.Generator."""
    return {}


def forward(params, a, y):
    """Return the loss C and the values that `backward` reads."""
    _check(params, {"a": a, "y": y})
    N = a.shape[0]
    shifted = a - a.max(axis=1, keepdims=True)      # (N, K)  minus the largest: no exponential overflows
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, K)  the logarithm of p
    p = np.exp(log_p)                               # (N, K)  (1)
    C = -(y * log_p).sum() / N                      # ()      (2)
    return C, (y, p)


def backward(params, saved):
    """Return the gradient by everything trained."""
    y, p = saved
    N = y.shape[0]
    da = (p - y) / N                                # (N, K)  (4)  the rows of y sum to one
    return {"a": da}


def loss_and_grads(params, a, y):
    """Return the loss C and its gradients."""
    C, saved = forward(params, a, y)
    return C, backward(params, saved)


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
    K = sizes["K"]
    arrays["a"] = draw((N, K))
    arrays["y"] = np.eye(K)[rng.integers(K, size=(N,))]
    return params, arrays


def _loss_and_grads(params, arrays, weights):
    """Return the loss and its gradients; a loss needs no weights."""
    return loss_and_grads(params, **arrays)


def gradient_errors(seed=0, step=1e-5):
    """Return the largest error of each gradient against central differences, relative to its size."""
    rng = np.random.default_rng(seed)
    sizes = {"N": 3, "K": 4}
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
# chainscribe seal: sha256 91af4edb564aeed0f6bdb69fc5a3b4f909bd3ffca5134db0dadbdccbd6ad6a1d
