"""Tensors, their entries, and named numbers: the atoms of which index expressions are made."""

from __future__ import annotations

from typing import Any

from sympy import Atom, Expr, Symbol, sympify


class Tensor(Atom):
    """A named array: its axes are sizes (SymPy integers); `within` is K for whole numbers 0..K-1, else None."""

    __slots__ = ("_key", "axes", "name", "within")
    name: str
    axes: tuple[Expr, ...]
    within: Expr | None
    # `x[n,i]` makes entries, but a tensor is no sequence: else SymPy would try to walk through one in an exponent.
    _iterable = False

    def __new__(cls, name: str, axes: Any = (), within: Any = None) -> Tensor:
        self = Atom.__new__(cls)
        self.name = name
        self.axes = tuple(sympify(axis) for axis in axes)
        self.within = None if within is None else sympify(within)
        self._key = (name, str(self.axes), str(self.within))
        return self

    def _hashable_content(self) -> tuple[str, str, str]:
        return self._key

    def __getnewargs__(self) -> tuple[str, tuple[Expr, ...], Expr | None]:
        return (self.name, self.axes, self.within)

    def _sympystr(self, _printer: Any) -> str:
        return self.name

    def __getitem__(self, subscripts: Any) -> Entry:
        return Entry(self, *(subscripts if isinstance(subscripts, tuple) else (subscripts,)))


class Entry(Expr):
    """One component `W[i,j]` of a tensor. A subscript is a letter, an integer form in letters and sizes, or an entry
    of an integer tensor (a label or a token). A tensor without axes has the entry `Entry(E)`."""

    is_commutative = True

    def __new__(cls, tensor: Tensor, *subscripts: Any) -> Entry:
        if len(subscripts) != len(tensor.axes):
            raise TypeError(f"{tensor.name} has {len(tensor.axes)} axes, but {len(subscripts)} subscripts came")
        return Expr.__new__(cls, tensor, *(sympify(subscript) for subscript in subscripts))

    @property
    def tensor(self) -> Tensor:
        return self.args[0]

    @property
    def subscripts(self) -> tuple[Expr, ...]:
        return self.args[1:]

    @property
    def is_integer(self) -> bool | None:
        return True if self.tensor.within is not None else None

    def _sympystr(self, printer: Any) -> str:
        inside = ",".join(printer._print(subscript) for subscript in self.subscripts)
        return f"{self.tensor.name}[{inside}]" if inside else self.tensor.name


class Constant(Symbol):
    """A number with a name, such as eps = 1e-5; never differentiated."""

    __slots__ = ()
