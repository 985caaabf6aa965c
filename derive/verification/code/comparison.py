"""Equal within rounding: every entry differs by little, measured by the largest entry."""

from __future__ import annotations

import numpy as np

from derive.verification.code.points import Trial

# What a gradient computed in float64 or float32 may be off, of its largest entry.
TOLERANCE = 1e-6
SINGLE = 5e-4
FLOOR = 1e-3


def tolerance(came: np.ndarray, expected: np.ndarray, trial: Trial) -> float:
    """How far an entry may be off."""
    scale = max(FLOOR, float(np.max(np.abs(expected), initial=0.0)))
    if came.dtype.itemsize < 8:
        # What single precision leaves of large numbers that cancel to nothing.
        return SINGLE * (scale if trial.clear else max(scale, min(trial.largest, 1e3)))
    return TOLERANCE * scale


def equal(came: np.ndarray, expected: np.ndarray, trial: Trial) -> bool:
    """True where two arrays have the same shape and the same entries within rounding."""
    if came.shape != expected.shape or not np.all(np.isfinite(expected)):
        return False
    return bool(np.all(np.abs(came - expected) <= tolerance(came, expected, trial)))


def worst(came: np.ndarray, expected: np.ndarray) -> tuple[int, ...]:
    """Where two arrays of one shape differ most; the first entry that is no finite number."""
    apart = np.where(np.isfinite(came), np.abs(came - expected), np.inf)
    return tuple(int(number) for number in np.unravel_index(int(np.argmax(apart)), apart.shape))


def written(number: float) -> str:
    """A number with five digits."""
    return f"{float(number):.5g}"
