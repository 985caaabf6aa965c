"""One-hot rows: a single 1 in each, else 0; so they sum to one, and every entry is its own square."""

from __future__ import annotations

from derive.fact import Fact

ONE_HOT = Fact(
    "one_hot",
    "the rows of {tensor} are one-hot",
    lambda node, tensor: None,
    implies=("sums_to_one", "binary"),
    needs_axis=True,
)
