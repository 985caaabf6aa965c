"""The record of a scalar function: what it is called, and its slope or the formula that defines it."""

from __future__ import annotations

from typing import Any

from sympy import Atom, Expr, Symbol


class Function(Atom):
    """A scalar function of one or more scalars, as an atom that expressions carry.

    Two kinds exist. A *primitive* has no formula: its record in `derive.functions` gives slope, kink and meaning. A
    *defined* function has parameters and a formula in them; it is differentiated through its formula.
    """

    __slots__ = ("_key", "formula", "name", "parameters")
    name: str
    parameters: tuple[Symbol, ...]
    formula: Expr | None

    def __new__(cls, name: str, parameters: Any = (), formula: Expr | None = None) -> Function:
        self = Atom.__new__(cls)
        self.name = name
        self.parameters = tuple(parameters)
        self.formula = formula
        self._key = (name, str(self.parameters), str(formula))
        return self

    def _hashable_content(self) -> tuple[str, str, str]:
        return self._key

    def __getnewargs__(self) -> tuple[str, tuple[Symbol, ...], Expr | None]:
        return (self.name, self.parameters, self.formula)

    def _sympystr(self, _printer: Any) -> str:
        return self.name

    def expand(self, *arguments: Expr) -> Expr:
        """The formula with the arguments put in; only for a defined function."""
        if self.formula is None:
            raise TypeError(f"{self.name} is a primitive: it has no formula")
        return self.formula.xreplace(dict(zip(self.parameters, arguments, strict=True)))
