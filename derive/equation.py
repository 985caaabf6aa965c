"""An equation gives every entry of one tensor: `z1[n,j] = sum(x[n,i]*W1[i,j] for i) + b1[j]`."""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import Expr

from derive.entry import Entry, Tensor
from derive.index import Index


@dataclass(frozen=True)
class Equation:
    """`tensor[letters] = right`. `source` is the line as the author wrote it; it takes no part in comparisons."""

    tensor: Tensor
    letters: tuple[Index, ...]
    right: Expr
    source: str = field(default="", compare=False)

    @property
    def left(self) -> Entry:
        return Entry(self.tensor, *self.letters)

    def __str__(self) -> str:
        return f"{self.left} = {self.right}"
