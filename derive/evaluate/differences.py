"""The slope of a function of one number, by central differences."""

from __future__ import annotations

from collections.abc import Callable

WIDEST_STEP = 1 / 512


def derivative(function: Callable[[float], float], at: float) -> float:
    """The slope of a smooth function, to about ten digits.

    Central differences with steps h, h/2 and h/4 have errors in h^2, h^4, h^6, ...; Richardson's combination of them
    removes the first two. With h = 1/512 (relative to values above 1) the error of rounding lies near 1e-12, and that
    of the remaining powers below it, unless a singularity is near. The function must be smooth within h.
    """
    step = WIDEST_STEP * max(1.0, abs(at))
    wide, middle, narrow = (_central(function, at, step / divisor) for divisor in (1, 2, 4))
    first, second = (4 * middle - wide) / 3, (4 * narrow - middle) / 3
    return (16 * second - first) / 15


def _central(function: Callable[[float], float], at: float, step: float) -> float:
    return (function(at + step) - function(at - step)) / (2 * step)
