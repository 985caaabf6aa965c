"""An array operation whose axes carry letters, and what lowering needs to know of its surroundings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sympy import Expr

from codegen.program import Kind, Operation
from derive.entry import Tensor
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
    ends        (axis, more) for an array that holds `more` slices beyond an axis: those where a recurrence starts
    arrays      the name of the array that holds a tensor, where it is not the tensor's
    whole       names of tensors that the network computes as whole numbers, such as the place of a maximum
    """

    ranks: Mapping[str, int] = field(default_factory=dict)
    parameters: frozenset[str] = frozenset()
    adjoints: frozenset[str] = frozenset()
    sizes: Mapping[str, int] = field(default_factory=dict)
    ends: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    arrays: Mapping[str, str] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()

    def array(self, name: str) -> str:
        """The name of the array that holds a tensor."""
        return self.arrays.get(name, name)

    def axes(self, tensor: Tensor) -> tuple[Expr, ...]:
        """The axes of the array that holds a tensor."""
        if tensor.name not in self.ends:
            return tensor.axes
        longer, more = self.ends[tensor.name]
        return tuple(size + more if place == longer else size for place, size in enumerate(tensor.axes))

    def typical(self, size: Expr) -> int:
        """A number to price `size` with; sizes that nobody gave count as a large batch."""
        values = {symbol: self.sizes.get(symbol.name, 256) for symbol in size.free_symbols}
        return max(1, int(size.subs(values)))
