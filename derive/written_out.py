"""An index expression with numbers for all of its letters and sizes: every sum a sum of terms, every case decided.

sum(x[n,i]*W[i,j] for i)  at n = 0, j = 1, D = 2   ->   x[0,0]*W[0,1] + x[0,1]*W[1,1]
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping

from sympy import Add, Basic, Expr, Integer, Mul, Pow, S, Symbol, ceiling, floor
from sympy import Mod as Modulo

from derive.binding import unbind
from derive.entry import Constant, Entry
from derive.errors import InputError
from derive.functions import apply
from derive.index import Bound, Index
from derive.operators import (
    Apply,
    ArgMax,
    ArgMin,
    Binder,
    Compare,
    Condition,
    Delta,
    Logic,
    Maximum,
    Minimum,
    Product,
    Sum,
    Where,
    Written,
)

MOST_TERMS = 4000

_RELATIONS: dict[str, Callable[[Expr, Expr], object]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
Letters = Mapping[Index, int]


class TooManyTerms(InputError):
    """A sum that nobody would read written out."""


class Writer:
    """Writes expressions out at given sizes; `entry` says what stands for an entry with numbers as subscripts.

    It counts the terms of all that it has written and stops at `most`.
    """

    def __init__(
        self, sizes: Mapping[str, int], entry: Callable[[Entry], Expr] = lambda entry: entry, most: int = MOST_TERMS
    ) -> None:
        self.sizes = sizes
        self.entry = entry
        self.most = most
        self.terms = 0

    def number(self, expr: Basic, letters: Letters) -> int:
        """What a size or a subscript is worth."""
        found = self.of(expr, letters)
        if not isinstance(found, Integer):
            raise ValueError(f"{expr} is no whole number")
        return int(found)

    def of(self, expr: Basic, letters: Letters) -> Expr:
        """The expression written out."""
        match expr:
            case Index():
                return Integer(letters[expr])
            case Constant():
                return expr
            case Symbol() if expr.name in self.sizes:
                return Integer(self.sizes[expr.name])
            case Entry():
                self._count(1)
                return self._entry(expr, letters)
            case Binder():
                return self._binder(expr, letters)
            case Mul() | Written():
                return self._product(expr.args, letters)
            case Where():
                return self._where(expr, letters)
            case Delta():
                return self._delta(expr, letters)
            case Apply():
                return Apply(expr.function, *(self.of(argument, letters) for argument in expr.arguments))
            case Add() | Pow() | floor() | ceiling() | Modulo():
                return expr.func(*(self.of(argument, letters) for argument in expr.args))
            case Bound():
                raise AssertionError("a bound letter outside its sum")
        return expr

    def holds(self, condition: Basic, letters: Letters) -> Condition | bool:
        """A condition on data, or whether it holds."""
        if isinstance(condition, Compare):
            left, right = self.of(condition.left, letters), self.of(condition.right, letters)
            if left.is_number and right.is_number:
                return bool(_RELATIONS[condition.relation](left, right))
            return Compare(condition.relation, left, right)
        assert isinstance(condition, Logic)
        parts = [self.holds(part, letters) for part in condition.conditions]
        if condition.word == "not":
            return not parts[0] if isinstance(parts[0], bool) else Logic("not", parts[0])
        settled = condition.word == "or"
        if any(part is settled for part in parts):
            return settled
        open_ = [part for part in parts if not isinstance(part, bool)]
        if not open_:
            return not settled
        return open_[0] if len(open_) == 1 else Logic(condition.word, *open_)

    def _count(self, terms: int) -> None:
        self.terms += terms
        if self.terms > self.most:
            raise TooManyTerms(f"written out, this has more than {self.most} terms", None, "smaller sizes")

    def _entry(self, expr: Entry, letters: Letters) -> Expr:
        """The entry, or a case for each number that a subscript from data can be."""
        subscripts = [self.of(subscript, letters) for subscript in expr.subscripts]
        for place, subscript in enumerate(subscripts):
            if isinstance(subscript, Integer):
                continue
            *most, last = (
                self._entry(Entry(expr.tensor, *subscripts[:place], Integer(number), *subscripts[place + 1 :]), {})
                for number in range(self.number(expr.tensor.axes[place], {}))
            )
            for number, value in reversed(list(enumerate(most))):
                last = Where(Compare("==", subscript, Integer(number)), value, last)
            return last
        return self.entry(Entry(expr.tensor, *subscripts))

    def _bodies(self, node: Binder, letters: Letters) -> Iterable[tuple[tuple[int, ...], Expr]]:
        own, body = unbind(node, letters)
        for numbers in itertools.product(*(range(self.number(letter.size, letters)) for letter in own)):
            self._count(1)
            yield numbers, self.of(body, {**letters, **dict(zip(own, numbers, strict=True))})

    def _binder(self, node: Binder, letters: Letters) -> Expr:
        bodies = list(self._bodies(node, letters))
        values = [body for _, body in bodies]
        match node:
            case Sum():
                return Add(*values)
            case Product():
                return Mul(*values)
            case Maximum():
                return _folded("max", [value for value in values if value != -S.Infinity], -S.Infinity)
            case Minimum():
                return _folded("min", [value for value in values if value != S.Infinity], S.Infinity)
            case ArgMax() | ArgMin():
                return _first(values, ">=" if isinstance(node, ArgMax) else "<=")
        raise TypeError(f"no way to write out a {type(node).__name__}")

    def _product(self, factors: Iterable[Expr], letters: Letters) -> Expr:
        # A condition that does not hold settles a product before anything outside an array is looked at.
        ordered = sorted(factors, key=lambda factor: not isinstance(factor, Delta | Where))
        found: list[Expr] = []
        for factor in ordered:
            found.append(self.of(factor, letters))
            if found[-1] == 0 and isinstance(factor, Delta | Where):
                return S.Zero
        return Mul(*found)

    def _where(self, expr: Where, letters: Letters) -> Expr:
        condition = self.holds(expr.condition, letters)
        if isinstance(condition, bool):
            return self.of(expr.then if condition else expr.otherwise, letters)
        return Where(condition, self.of(expr.then, letters), self.of(expr.otherwise, letters))

    def _delta(self, expr: Delta, letters: Letters) -> Expr:
        condition = self.holds(Compare("==", *expr.args), letters)
        return S(int(condition)) if isinstance(condition, bool) else Where(condition, S.One, S.Zero)


def _folded(name: str, values: list[Expr], empty: Expr) -> Expr:
    """max(max(a, b), c): at a tie the first one takes the gradient, as it does under max over a letter."""
    if not values:
        return empty
    first, *rest = values
    for value in rest:
        first = apply(name, first, value)
    return first


def _first(values: list[Expr], relation: str) -> Expr:
    """The first place whose value is at least (at most) all others."""
    *most, _ = values
    place: Expr = Integer(len(values) - 1)
    for number in reversed(range(len(most))):
        others = [other for position, other in enumerate(values) if position != number]
        conditions = [Compare(relation, values[number], other) for other in others]
        condition = conditions[0] if len(conditions) == 1 else Logic("and", *conditions)
        place = Where(condition, Integer(number), place)
    return place
