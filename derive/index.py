"""Dimensions, and the letters that run over them.

A letter in an equation is an `Index`. Where a sum binds it, the letter is replaced by a `Bound`: a level, counted
from the innermost sum outwards. So two sums that differ only in the spelling of their letters are the same
expression, and no letter can be captured. `derive.binding` is the only module that turns one into the other.
"""

from __future__ import annotations

from typing import Any

from sympy import Atom, Expr, Symbol, sympify


def dimension(name: str) -> Symbol:
    """The size called `name`: a positive whole number that stays symbolic."""
    return Symbol(name, integer=True, positive=True)


class _Letter(Atom, Expr):
    """What both kinds of letter share: they are whole numbers from 0 to size - 1, compared by value."""

    __slots__ = ("size",)
    is_commutative = True
    is_integer = True
    is_number = False
    size: Expr

    # As SymPy has it, and some ten times quicker: letters are compared more often than anything else.
    def __eq__(self, other: object) -> bool:
        return self is other or (type(self) is type(other) and self._key == other._key)  # type: ignore[attr-defined]

    __hash__ = Expr.__hash__


class Index(_Letter):
    """A free letter: `i` over a size such as D, H*K or 3."""

    __slots__ = ("_key", "name")
    name: str

    def __new__(cls, name: str, size: Any) -> Index:
        self = Expr.__new__(cls)
        self.name = name
        self.size = sympify(size)
        self._key = (name, str(self.size))
        return self

    def _hashable_content(self) -> tuple[str, str]:
        return self._key

    def __getnewargs__(self) -> tuple[str, Expr]:
        return (self.name, self.size)

    def _sympystr(self, _printer: Any) -> str:
        return self.name


class Bound(_Letter):
    """A bound letter: level 1 belongs to an innermost sum, level 2 to one around it, and so on."""

    __slots__ = ("_key", "level")
    level: int

    def __new__(cls, level: Any, size: Any) -> Bound:
        self = Expr.__new__(cls)
        self.level = int(level)
        self.size = sympify(size)
        self._key = (self.level, str(self.size))
        return self

    def _hashable_content(self) -> tuple[int, str]:
        return self._key

    def __getnewargs__(self) -> tuple[int, Expr]:
        return (self.level, self.size)

    def _sympystr(self, _printer: Any) -> str:
        initial = str(self.size)[0].lower()
        return f"{initial if initial.isalpha() else 'i'}{self.level}"


def is_letter(subscript: Expr) -> bool:
    """True for a free or bound letter that stands alone, false for `t-1`, `3` or `y[n]`."""
    return isinstance(subscript, _Letter)
