"""Two inputs, two hidden and two output neurons, with numbers put in: forward and backward pass in plain NumPy.

Made by chainscribe 0.1.0 from worked_example.net (sha256 5e022a38b3b2bffe); edit that file, not
this one. Equation numbers are those of derivation.md.

    x1 ()    x2 ()
    t1 ()    t2 ()
    W1 ()    W2 ()    W3 ()    W4 ()    W5 ()    W6 ()    W7 ()    W8 ()
"""

import numpy as np

DIMS = {}
PARAMS = {"W1": (), "W2": (), "W3": (), "W4": (), "W5": (), "W6": (), "W7": (), "W8": ()}
INPUTS = {"x1": (), "x2": (), "t1": (), "t2": ()}
VALUES = {
    "x1": 0.1,
    "x2": 0.2,
    "t1": 0.4,
    "t2": 0.6,
    "W1": 0.3,
    "W2": 0.25,
    "W3": 0.4,
    "W4": 0.35,
    "W5": 0.45,
    "W6": 0.4,
    "W7": 0.7,
    "W8": 0.6,
}
LEARNING_RATE = 0.5


def init_params(rng, *, dtype=np.float64):
    """Return new parameters for `forward`; `rng` is a numpy.random.Generator."""
    return {
        "W1": np.array(VALUES["W1"], dtype),
        "W2": np.array(VALUES["W2"], dtype),
        "W3": np.array(VALUES["W3"], dtype),
        "W4": np.array(VALUES["W4"], dtype),
        "W5": np.array(VALUES["W5"], dtype),
        "W6": np.array(VALUES["W6"], dtype),
        "W7": np.array(VALUES["W7"], dtype),
        "W8": np.array(VALUES["W8"], dtype),
    }


def forward(params, x1, x2, t1, t2):
    """Return the loss E and the values that `backward` reads."""
    _check(params, {"x1": x1, "x2": x2, "t1": t1, "t2": t2})
    W1, W2, W3, W4, W5, W6, W7, W8 = (params[name] for name in PARAMS)
    z1 = W1 * x1 + W2 * x2                          # ()  (1)
    z2 = W3 * x1 + W4 * x2                          # ()  (2)
    h1 = 0.5 * (1.0 + np.tanh(0.5 * z1))            # ()  (3)  sigmoid, without overflow
    h2 = 0.5 * (1.0 + np.tanh(0.5 * z2))            # ()  (4)  sigmoid, without overflow
    z3 = W5 * h1 + W6 * h2                          # ()  (5)
    z4 = W7 * h1 + W8 * h2                          # ()  (6)
    o1 = 0.5 * (1.0 + np.tanh(0.5 * z3))            # ()  (7)  sigmoid, without overflow
    o2 = 0.5 * (1.0 + np.tanh(0.5 * z4))            # ()  (8)  sigmoid, without overflow
    E = ((t1 - o1)**2 + (t2 - o2)**2) / 2.0         # ()  (9)
    return E, (x1, x2, t1, t2, h1, h2, o1, o2)


def backward(params, saved):
    """Return the gradient of E by every parameter."""
    x1, x2, t1, t2, h1, h2, o1, o2 = saved
    W5, W6, W7, W8 = params["W5"], params["W6"], params["W7"], params["W8"]
    do2 = o2 - t2                                   # ()  (10)
    do1 = o1 - t1                                   # ()  (11)
    dz4 = do2 * o2 * (1.0 - o2)                     # ()  (12)
    dW7 = dz4 * h1                                  # ()  (13)
    dW8 = dz4 * h2                                  # ()  (14)
    dz3 = do1 * o1 * (1.0 - o1)                     # ()  (15)
    dW5 = dz3 * h1                                  # ()  (16)
    dW6 = dz3 * h2                                  # ()  (17)
    dh2 = dz3 * W6 + dz4 * W8                       # ()  (18)
    dh1 = dz3 * W5 + dz4 * W7                       # ()  (19)
    dz2 = dh2 * h2 * (1.0 - h2)                     # ()  (20)
    dW3 = dz2 * x1                                  # ()  (21)
    dW4 = dz2 * x2                                  # ()  (22)
    dz1 = dh1 * h1 * (1.0 - h1)                     # ()  (23)
    dW1 = dz1 * x1                                  # ()  (24)
    dW2 = dz1 * x2                                  # ()  (25)
    return {"W1": dW1, "W2": dW2, "W3": dW3, "W4": dW4, "W5": dW5, "W6": dW6, "W7": dW7, "W8": dW8}


def loss_and_grads(params, x1, x2, t1, t2):
    """Return the loss E and its gradients."""
    E, saved = forward(params, x1, x2, t1, t2)
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
    arrays["x1"] = draw(())
    arrays["x2"] = draw(())
    arrays["t1"] = draw(())
    arrays["t2"] = draw(())
    params["W1"] = draw(())
    params["W2"] = draw(())
    params["W3"] = draw(())
    params["W4"] = draw(())
    params["W5"] = draw(())
    params["W6"] = draw(())
    params["W7"] = draw(())
    params["W8"] = draw(())
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
    sizes = {}
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


def worked_example():
    """Print the loss and the gradients at VALUES, then parameters and loss after one step."""
    params = {name: np.array(VALUES[name], np.float64) for name in PARAMS}
    arrays = {name: np.array(VALUES[name]) for name in INPUTS}
    arrays = {name: a.astype(np.float64) for name, a in arrays.items()}
    loss, grads = loss_and_grads(params, *(arrays[name] for name in INPUTS))
    print(f"E = {loss:.8f}")
    for name, grad in grads.items():
        print(f"d{name} = {_eight_digits(grad)}")
    gradient_step(params, grads, LEARNING_RATE)
    print(f"after one step with learning rate {LEARNING_RATE}:")
    for name, value in params.items():
        print(f"{name} = {_eight_digits(value)}")
    loss, _ = loss_and_grads(params, *(arrays[name] for name in INPUTS))
    print(f"E = {loss:.8f}")


def _eight_digits(value):
    """Return a number or an array as text with eight digits behind the point."""
    return np.array2string(np.asarray(value), formatter={"float_kind": lambda number: f"{number:.8f}"})


if __name__ == "__main__":
    worked_example()
    errors = gradient_errors()
    print("gradient  largest error against central differences")
    for name, error in errors.items():
        print(f"d{name:<8} {error:.1e}  {'ok' if error <= 1e-6 else 'WRONG'}")
    raise SystemExit(0 if all(error <= 1e-6 for error in errors.values()) else 1)
# chainscribe seal: sha256 76495f0865ca0d8a839cb71d7fe6cdf870242f1fa35a1b144dad388854dfbe0f
