"""How a text is read where networks leave a choice: rows or columns, one example or all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Layout = Literal["row", "column", "mixed"]
Batch = Literal["all", "one"]
LAYOUTS: tuple[Layout, ...] = ("row", "column", "mixed")
BATCHES: tuple[Batch, ...] = ("all", "one")


@dataclass(frozen=True)
class Reading:
    """The conventions of a text.

    layout   "row": values as the network declares them, z = x W; "column": examples and matrices turned round, z = W x;
             "mixed": examples turned round, matrices as they are declared, z = W^T x
    errors   "gradient": dz, δ are gradients of the loss; "example": of the loss of one example, so that 1/N stands
             where the examples are summed: dW = (1/m) dZ A^T
    first    what indices count from, 1 or 0; steps: what those of time and depth count from
    labels   "numbers": integer labels as they are; "one_hot": as rows with a 1 at the label
    batch    "all": values have the axis of examples; "one": a single example, so that they are vectors
    """

    layout: Layout = "row"
    batch: Batch = "all"
    errors: Literal["gradient", "example"] = "gradient"
    first: int = 1
    steps: int = 1
    labels: Literal["numbers", "one_hot"] = "numbers"

    def __str__(self) -> str:
        vectors = "rows" if self.layout == "row" else "columns"
        examples = (
            f"one example, vectors are {vectors}" if self.batch == "one" else f"all examples at once, as {vectors}"
        )
        examples += ", weights as declared" if self.layout == "mixed" else ""
        examples += ", indices count from 0" if self.first == 0 else ""
        examples += ", labels as one-hot rows" if self.labels == "one_hot" else ""
        return examples + (", dz and δ of each example by itself" if self.errors == "example" else "")


READINGS = (
    Reading("row", "all"),
    Reading("column", "one"),
    Reading("row", "one"),
    Reading("column", "all"),
    Reading("mixed", "one"),
    Reading("mixed", "all"),
)
