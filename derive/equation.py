"""An equation gives every entry of one tensor: `z1[n,j] = sum(x[n,i]*W1[i,j] for i) + b1[j]`."""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import Expr

from derive.entry import Entry, Tensor
from derive.index import Index


@dataclass(frozen=True)
class Equation:
    """`tensor[subscripts] = right` for all values of `letters`.

    subscripts   what stands on the left where that is not just the letters: `h*K+e` on a product axis, `-1` for the
                 slice before the first; empty otherwise
    source       the line as the author wrote it; it takes no part in comparisons
    """

    tensor: Tensor
    letters: tuple[Index, ...]
    right: Expr
    source: str = field(default="", compare=False)
    subscripts: tuple[Expr, ...] = ()

    @property
    def left(self) -> Entry:
        return Entry(self.tensor, *(self.subscripts or self.letters))

    def __str__(self) -> str:
        return f"{self.left} = {self.right}"
