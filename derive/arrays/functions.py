"""The primitive functions on arrays that may carry a complex step: each continues its real meaning along the step."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

Function = Callable[..., np.ndarray]


def _erf(u: np.ndarray) -> np.ndarray:
    # A step along every entry repeats the real parts many times: each is worked out once.
    different, places = np.unique(u.real, return_inverse=True)
    real = np.asarray([math.erf(number) for number in different]).reshape(-1)[places].reshape(np.shape(u))
    if not np.iscomplexobj(u):
        return np.asarray(real)
    return np.asarray(real + 1j * u.imag * 2 / math.sqrt(math.pi) * np.exp(-(u.real**2)))


def _abs(u: np.ndarray) -> np.ndarray:
    return np.asarray(np.sign(u.real) * u if np.iscomplexobj(u) else np.abs(u))


def _flat(function: Callable[[np.ndarray], np.ndarray]) -> Function:
    return lambda u: np.asarray(function(np.asarray(u).real), dtype=float)


def larger(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The larger of two, by their real parts; the first at a tie."""
    return np.where(np.real(a) >= np.real(b), a, b)


def smaller(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The smaller of two, by their real parts; the first at a tie."""
    return np.where(np.real(a) <= np.real(b), a, b)


def _xlogy(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.asarray(np.where(np.real(a) == 0, 0.0, a * np.log(b)))


def log(u: np.ndarray) -> np.ndarray:
    """The real logarithm: no number for what is negative, whatever step it carries."""
    none = complex(np.nan, np.nan) if np.iscomplexobj(u) else np.nan
    return np.asarray(np.where(np.real(u) < 0, none, np.log(u)))


ON_ARRAYS: dict[str, Function] = {
    "exp": np.exp,
    "log": log,
    "sin": np.sin,
    "cos": np.cos,
    "erf": _erf,
    "abs": _abs,
    "max": larger,
    "min": smaller,
    "xlogy": _xlogy,
    "sign": _flat(np.sign),
    "step": _flat(lambda u: u > 0),
    "floor": _flat(np.floor),
    "ceil": _flat(np.ceil),
    "round": _flat(np.round),
    "stop": lambda u: np.asarray(u).real,
}
