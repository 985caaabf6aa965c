"""What is known while a text is read: dimensions, constants, tensors, own functions; and arithmetic of sizes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from sympy import Expr, Integer, Poly, Symbol, expand
from sympy.polys.polyerrors import PolynomialError

from derive.entry import Tensor
from derive.errors import Place
from derive.language.tree import FunctionStatement
from derive.network import Declaration, Dimension, NamedConstant


@dataclass
class Scope:
    """The names of one text. `labels` are the letters by which an equation named the axes of its tensor."""

    dimensions: dict[str, Dimension] = field(default_factory=dict)
    constants: dict[str, NamedConstant] = field(default_factory=dict)
    declarations: dict[str, Declaration] = field(default_factory=dict)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    labels: dict[str, tuple[str | None, ...]] = field(default_factory=dict)
    functions: dict[str, FunctionStatement] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def explicit(self, size: Expr) -> Expr:
        """A size in dimensions that have no formula, as an expanded polynomial: equal sizes look equal."""
        formulas = {d.symbol: d.formula for d in self.dimensions.values() if d.formula is not None}
        for _ in formulas:
            changed = size.xreplace(formulas)
            if changed == size:
                break
            size = changed
        return expand(size)

    def same(self, first: Expr, second: Expr) -> bool:
        """True when two sizes are equal whatever the dimensions are."""
        return first == second or self.explicit(first) == self.explicit(second)

    def never_negative(self, size: Expr) -> bool:
        """True when the value is provably at least 0 for all dimensions of at least 1."""
        explicit = self.explicit(size)
        symbols = sorted(explicit.free_symbols, key=str)
        shifted = expand(explicit.xreplace({symbol: symbol + Integer(1) for symbol in symbols}))
        if not symbols:
            return bool(shifted >= 0)
        try:
            return all(coefficient >= 0 for coefficient in Poly(shifted, *symbols).coeffs())
        except PolynomialError:
            return False

    def fits(self, size: Expr, axis: Expr) -> bool:
        """True when whole numbers 0..size-1 provably stay inside the axis."""
        return self.same(size, axis) or self.never_negative(axis - size)

    def similar(self, name: str, more: Iterable[str] = ()) -> str | None:
        """A known name that is spelled almost like this one."""
        known = [*self.tensors, *self.dimensions, *self.constants, *more]
        return next(iter(difflib.get_close_matches(name, known, 1, 0.6)), None)

    def what_is(self, name: str) -> str | None:
        """What a name stands for, in words."""
        if name in self.dimensions:
            return "a dimension"
        if name in self.constants:
            return "a constant"
        return "a tensor" if name in self.tensors else None


def shape(sizes: Iterable[Expr]) -> str:
    """[N, D]"""
    return "[" + ", ".join(str(size) for size in sizes) + "]"


def is_symbol(size: Expr) -> bool:
    """True for a bare dimension."""
    return isinstance(size, Symbol)
