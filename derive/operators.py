"""The kinds of node an index expression is built from, beside SymPy's sums, products, powers and numbers.

    Sum Product Maximum Minimum ArgMax ArgMin   bind letters (made by `derive.binding.bind`, never directly)
    Delta                                       1 where two subscripts are equal, else 0
    Apply                                       a scalar function of scalars
    Where Compare Logic                         cases and conditions
    Partial                                     a derivative that has not been worked out yet
    Written                                     a product kept as it was written, before anything cancels

The list is closed: an operation on expressions is one module with a case for each kind.
"""

from __future__ import annotations

from typing import Any

from sympy import Basic, Expr, Integer, S
from sympy.core.symbol import Str

from derive.entry import Entry
from derive.function import Function
from derive.index import Bound


class Binder(Expr):
    """A node with a body and the letters that it binds in it."""

    is_commutative = True

    def __new__(cls, body: Any, *letters: Bound) -> Expr:
        return Expr.__new__(cls, body, *letters)

    @property
    def body(self) -> Expr:
        return self.args[0]

    @property
    def letters(self) -> tuple[Bound, ...]:
        return self.args[1:]

    def _sympystr(self, printer: Any) -> str:
        letters = ", ".join(printer._print(letter) for letter in self.letters)
        return f"{type(self).__name__.lower()}({printer._print(self.body)} for {letters})"


class Sum(Binder):
    """The sum of the body over all values of its letters."""


class Product(Binder):
    """The product of the body over all values of its letter."""


class Maximum(Binder):
    """The largest value of the body over its letter."""


class Minimum(Binder):
    """The smallest value of the body over its letter."""


class ArgMax(Binder):
    """The first value of the letter at which the body is largest."""

    is_integer = True


class ArgMin(Binder):
    """The first value of the letter at which the body is smallest."""

    is_integer = True


class Delta(Expr):
    """1 where the two subscripts are equal, 0 elsewhere (Kronecker's delta)."""

    is_commutative = True

    def __new__(cls, first: Any, second: Any) -> Expr:
        if first == second:
            return S.One
        if (first - second).is_number:
            return S.Zero
        low, high = sorted((first, second), key=lambda subscript: subscript.sort_key())
        return Expr.__new__(cls, low, high)

    def _eval_power(self, exponent: Expr) -> Expr | None:
        return self if exponent.is_Integer and exponent > 0 else None

    def _sympystr(self, printer: Any) -> str:
        return f"delta({printer._print(self.args[0])}, {printer._print(self.args[1])})"


class Apply(Expr):
    """A scalar function of scalar arguments, `exp(z[n,k])`; nothing about it is evaluated by itself."""

    is_commutative = True

    def __new__(cls, function: Function, *arguments: Any) -> Expr:
        return Expr.__new__(cls, function, *arguments)

    @property
    def function(self) -> Function:
        return self.args[0]

    @property
    def name(self) -> str:
        return self.args[0].name

    @property
    def primitive_name(self) -> str:
        """The name of a primitive function; empty for a defined one, which may bear any name."""
        return self.args[0].name if self.args[0].formula is None else ""

    @property
    def arguments(self) -> tuple[Expr, ...]:
        return self.args[1:]

    def _sympystr(self, printer: Any) -> str:
        return f"{self.name}({', '.join(printer._print(argument) for argument in self.arguments)})"


class Condition(Basic):
    """Something that is true or false: a comparison or a combination of them."""


class Compare(Condition):
    """`left < right`, with one of the relations < <= > >= == !=."""

    def __new__(cls, relation: Any, left: Any, right: Any) -> Compare:
        return Basic.__new__(cls, relation if isinstance(relation, Str) else Str(relation), left, right)

    @property
    def relation(self) -> str:
        return self.args[0].name

    @property
    def left(self) -> Expr:
        return self.args[1]

    @property
    def right(self) -> Expr:
        return self.args[2]

    def _sympystr(self, printer: Any) -> str:
        return f"{printer._print(self.left)} {self.relation} {printer._print(self.right)}"


class Logic(Condition):
    """`and`, `or` or `not` of conditions."""

    def __new__(cls, word: Any, *conditions: Condition) -> Logic:
        return Basic.__new__(cls, word if isinstance(word, Str) else Str(word), *conditions)

    @property
    def word(self) -> str:
        return self.args[0].name

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return self.args[1:]

    def _sympystr(self, printer: Any) -> str:
        parts = [f"({printer._print(condition)})" for condition in self.conditions]
        return f"not {parts[0]}" if self.word == "not" else f" {self.word} ".join(parts)


class Where(Expr):
    """`then` where the condition holds, `otherwise` elsewhere; piecewise also when it is differentiated."""

    is_commutative = True

    def __new__(cls, condition: Condition, then: Any, otherwise: Any) -> Expr:
        if then == otherwise:
            return then
        return Expr.__new__(cls, condition, then, otherwise)

    @property
    def condition(self) -> Condition:
        return self.args[0]

    @property
    def then(self) -> Expr:
        return self.args[1]

    @property
    def otherwise(self) -> Expr:
        return self.args[2]

    def _sympystr(self, printer: Any) -> str:
        return f"where({', '.join(printer._print(argument) for argument in self.args)})"


class Partial(Expr):
    """The derivative of an expression by an entry, every other named value held fixed; not worked out yet."""

    is_commutative = True

    def __new__(cls, of: Any, by: Entry) -> Expr:
        return Expr.__new__(cls, of, by)

    @property
    def of(self) -> Expr:
        return self.args[0]

    @property
    def by(self) -> Entry:
        return self.args[1]

    def _sympystr(self, printer: Any) -> str:
        return f"d({printer._print(self.of)})/d({printer._print(self.by)})"


class Written(Expr):
    """A product as it stands on paper before anything is cancelled: `(y/p) * (p*(1 - p))`."""

    is_commutative = True

    def __new__(cls, *factors: Any) -> Expr:
        return Expr.__new__(cls, *factors)

    def _sympystr(self, printer: Any) -> str:
        return " * ".join(f"({printer._print(factor)})" for factor in self.args)


def iverson(condition: Condition) -> Expr:
    """[c]: 1 where the condition holds, else 0."""
    return Where(condition, Integer(1), Integer(0))
