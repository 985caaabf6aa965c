"""One-hot rows: a single 1 in each, else 0; so they sum to one, and every entry is its own square."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from sympy import Integer

from derive.fact import Fact
from derive.written_value import rows, shown_row


def broken(value: object) -> str | None:
    """The first row that is not one-hot."""
    for row in rows(value):
        if sorted(row, key=float) != [Integer(0)] * (len(row) - 1) + [Integer(1)]:
            return f"{shown_row(row)} is not a single 1 among zeros"
    return None


def impose(values: np.ndarray, rng: Generator) -> np.ndarray:
    """A 1 at a random place of each row."""
    return np.asarray(np.eye(values.shape[-1])[rng.integers(0, values.shape[-1], size=values.shape[:-1])])


ONE_HOT = Fact(
    "one_hot",
    sentence="the rows of {tensor} are one-hot",
    phrase="rows are one-hot",
    short="one-hot",
    rewrite=lambda node, tensor: None,
    broken=broken,
    impose=impose,
    numpy="np.eye({last})[rng.integers({last}, size={rest})]",
    implies=("sums_to_one", "binary"),
    of_axes=1,
    values=(1, 0),
)
