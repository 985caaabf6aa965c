"""What is known while a text is read: dimensions, constants, tensors, own functions; and arithmetic of sizes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from sympy import Basic, Expr, Integer, Poly, S, Symbol, expand, floor
from sympy.polys.polyerrors import PolynomialError

from derive.entry import Tensor
from derive.equation import Equation
from derive.errors import Place
from derive.language.tree import FunctionStatement
from derive.network import Declaration, Dimension, NamedConstant


@dataclass
class Scope:
    """The names of one text.

    labels     the letters by which an equation named the axes of its tensor
    split      dimensions that are taken apart somewhere, so they are written as the products that they are
    products   the factors of a product axis in the order in which they were written, by its explicit size
    ends       the slices of recurrent tensors that are given
    """

    dimensions: dict[str, Dimension] = field(default_factory=dict)
    constants: dict[str, NamedConstant] = field(default_factory=dict)
    declarations: dict[str, Declaration] = field(default_factory=dict)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    labels: dict[str, tuple[str | None, ...]] = field(default_factory=dict)
    functions: dict[str, FunctionStatement] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    split: set[Expr] = field(default_factory=set)
    products: dict[Expr, tuple[Expr, ...]] = field(default_factory=dict)
    ends: dict[str, Ends] = field(default_factory=dict)

    def explicit(self, size: Expr, rounded: bool = True) -> Expr:
        """A size in dimensions that have no formula, as an expanded polynomial: equal sizes look equal. Without
        `rounded`, dimensions whose formula divides stay as they are."""
        formulas = {
            d.symbol: d.formula
            for d in self.dimensions.values()
            if d.formula is not None and (rounded or not d.formula.has(floor))
        }
        for _ in formulas:
            changed = size.xreplace(formulas)
            if changed == size:
                break
            size = changed
        return expand(size)

    def same(self, first: Expr, second: Expr) -> bool:
        """True when two sizes are equal whatever the dimensions are."""
        return first == second or self.explicit(first) == self.explicit(second)

    def canonical(self, size: Expr) -> Expr:
        """The one way in which a size is written: by the first dimension that is equal to it, unless that dimension is
        taken apart somewhere, by (h,e) for H*K; then as the product that it is."""
        for dimension in self.dimensions.values():
            if dimension.symbol == size or self.same(dimension.symbol, size):
                return self.explicit(size) if dimension.symbol in self.split else dimension.symbol
        return size

    def take_apart(self, size: Expr) -> None:
        """Note that an axis is used as a product: all dimensions equal to it have to be written as one."""
        for dimension in self.dimensions.values():
            if dimension.formula is not None and self.same(dimension.symbol, size):
                self.split.add(dimension.symbol)

    def never_negative(self, size: Expr) -> bool:
        """True when the value is provably at least 0 for all dimensions of at least 1."""
        if size.is_infinite:
            return size is S.Infinity
        return _never_negative(self.explicit(size, rounded=False)) or _never_negative(_at_least(self.explicit(size)))

    def fits(self, size: Expr, axis: Expr) -> bool:
        """True when whole numbers 0..size-1 provably stay inside the axis."""
        return self.same(size, axis) or self.never_negative(axis - size)

    def similar(self, name: str, more: Iterable[str] = ()) -> str | None:
        """A known name that is spelled almost like this one."""
        known = [*self.tensors, *self.dimensions, *self.constants, *more]
        return next(iter(difflib.get_close_matches(name, known, 1, 0.6)), None)

    def numbers(self) -> dict[Basic, Expr]:
        """The values of the constants, by their symbols."""
        return {constant.symbol: constant.value for constant in self.constants.values()}

    def what_is(self, name: str) -> str | None:
        """What a name stands for, in words."""
        if name in self.dimensions:
            return "a dimension"
        if name in self.constants:
            return "a constant"
        return "a tensor" if name in self.tensors else None


@dataclass(frozen=True)
class Ends:
    """The slices of a recurrent tensor that equations of their own give: the axis, and each slice by its place."""

    axis: int
    slices: dict[Expr, Equation]


def _never_negative(form: Expr) -> bool:
    symbols = sorted(form.free_symbols, key=str)
    shifted = expand(form.xreplace({symbol: symbol + Integer(1) for symbol in symbols}))
    if not symbols:
        return bool(shifted >= 0)
    try:
        return all(coefficient >= 0 for coefficient in Poly(shifted, *symbols).coeffs())
    except PolynomialError:
        return False


def _at_least(form: Expr) -> Expr:
    """A form without whole divisions that is nowhere larger: a // b lies between (a - b + 1)/b and a/b."""
    while divisions := sorted(form.atoms(floor), key=lambda node: (-len(str(node)), str(node))):
        division = divisions[0]
        coefficient = form.coeff(division)
        rest = expand(form - coefficient * division)
        if rest.has(division):
            return -S.Infinity
        of = division.args[0]
        if _never_negative(-coefficient):
            form = expand(rest + coefficient * of)
        elif _never_negative(coefficient):
            by = of.as_numer_denom()[1]
            form = expand(rest + coefficient * (of - (1 - 1 / by if by.is_Integer else 1)))
        else:
            return -S.Infinity
    return form


def shape(sizes: Iterable[Expr]) -> str:
    """[N, D]"""
    return "[" + ", ".join(str(size) for size in sizes) + "]"


def is_symbol(size: Expr) -> bool:
    """True for a bare dimension."""
    return isinstance(size, Symbol)
