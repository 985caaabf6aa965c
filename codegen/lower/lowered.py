"""An array operation whose axes carry letters, and what lowering needs to know of its surroundings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sympy import Expr

from codegen.program import Kind, Operation
from derive.index import Index

Letters = tuple[Index, ...]


@dataclass(frozen=True)
class Lowered:
    """`letters` name the axes of the operation, in order; `kind` is the kind of number in it.

    weak: a Python number, which takes the type of what it meets.
    """

    operation: Operation
    letters: Letters = ()
    kind: Kind = "real"
    weak: bool = False


@dataclass(frozen=True)
class Surroundings:
    """What decides between right answers: ranks order names on the page, sizes price contractions.

    ranks       place of a tensor in reading order
    parameters  names of parameters: `x @ W` has the parameter on the right
    adjoints    names of gradients: `dh * h` has the gradient first
    sizes       typical sizes by dimension name
    """

    ranks: Mapping[str, int] = field(default_factory=dict)
    parameters: frozenset[str] = frozenset()
    adjoints: frozenset[str] = frozenset()
    sizes: Mapping[str, int] = field(default_factory=dict)

    def typical(self, size: Expr) -> int:
        """A number to price `size` with; sizes that nobody gave count as a large batch."""
        values = {symbol: self.sizes.get(symbol.name, 256) for symbol in size.free_symbols}
        return max(1, int(size.subs(values)))
