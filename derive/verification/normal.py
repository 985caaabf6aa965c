"""The normal form of an index expression: a sum of products under sums, with canonical letters, so that zero is seen.

    (a + b) sum_i f_i            ->  sum_i a f_i + sum_i b f_i
    sum_i delta(i, j) f_i        ->  f_j                        for i = j inside its axis
    sum_k y_k                    ->  1                          where rows of y sum to one
    max(a, b)                    ->  b + [a > b] (a - b)        conditions are factors [c] with [c]^2 = [c]
    exp(a + 2 b)                 ->  exp(a) exp(b)^2

Every step preserves the value. What is left is compared as rational functions of its parts. TooLong where that is too
much work: then nothing is said.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce

from sympy import Add, Expr, Integer, Mul, Pow, S, Symbol, fraction, together

from derive.binding import bind, free_letters, substitute, unbind
from derive.cost import length
from derive.entry import Entry
from derive.facts import Known
from derive.functions import apply, exp
from derive.index import Index
from derive.operators import Apply, Binder, Compare, Condition, Delta, Logic, Sum, Where, Written, iverson
from derive.rules.algebra import Opaque
from derive.subscript import high, low, never_negative, outside, solve

MOST_TERMS = 300
MOST_SIZE = 400
HIGHEST_POWER = 4


class TooLong(Exception):
    """An expression whose normal form would be too long, or would take too long."""


@dataclass(frozen=True)
class Term:
    """The sum of `body`, a product, over all values of `letters`, which stand nowhere else."""

    letters: tuple[Index, ...]
    body: Expr


@dataclass
class Normal:
    """Brings expressions to normal form.

    known   facts of tensors
    one     a dimension that is 1 here: its letters are 0
    until   the time, of `time.perf_counter`, at which it gives up
    """

    known: tuple[Known, ...] = ()
    one: Symbol | None = None
    until: float = float("inf")
    count: int = 0
    done: dict[Expr, Expr] = field(default_factory=dict)

    def is_zero(self, expr: Expr) -> bool:
        """True where the expression is seen to be 0 everywhere; false where it is not, or cannot be seen."""
        found = self._collected(self._terms(expr))
        return not found or self._vanishes(found)

    def canonical(self, expr: Expr) -> Expr:
        """The normal form as an expression."""
        if expr not in self.done:
            found = self._collected(self._terms(expr))
            self.done[expr] = Add(*(coefficient * key for key, coefficient in found.items()))
        return self.done[expr]

    # Terms

    def _terms(self, expr: Expr) -> list[Term]:
        if time.perf_counter() > self.until:
            raise TooLong
        if isinstance(expr, Add):
            return self._bounded([term for part in expr.args for term in self._terms(part)])
        if isinstance(expr, Mul | Written):
            return reduce(self._times, (self._terms(factor) for factor in expr.args))
        if isinstance(expr, Pow):
            return self._power(expr.base, expr.exp)
        if isinstance(expr, Sum):
            return self._sum(expr)
        if isinstance(expr, Where):
            condition = self._condition(expr.condition)
            then = self._times(condition, self._terms(expr.then))
            otherwise = self._times(self._negated(condition), self._terms(expr.otherwise))
            return self._bounded(then + otherwise)
        if isinstance(expr, Apply):
            return self._function(expr)
        if isinstance(expr, Entry):
            return self._reduced(Term((), self._symmetric(Entry(expr.tensor, *map(self._place, expr.subscripts)))))
        if isinstance(expr, Delta):
            return self._delta(*expr.args)
        if expr == self.one or (isinstance(expr, Index) and expr.size == self.one):
            return [Term((), S.One)] if expr == self.one else []
        return [] if expr == 0 else [Term((), expr)]

    def _bounded(self, terms: list[Term]) -> list[Term]:
        if len(terms) > MOST_TERMS:
            raise TooLong
        return terms

    def _times(self, first: list[Term], second: list[Term]) -> list[Term]:
        if len(first) * len(second) > MOST_TERMS:
            raise TooLong
        found: list[Term] = []
        for one in first:
            for other in second:
                found += self._reduced(Term((*one.letters, *other.letters), one.body * other.body))
        return self._bounded(found)

    def _negated(self, terms: list[Term]) -> list[Term]:
        """1 - f"""
        return [Term((), S.One), *(Term(term.letters, -term.body) for term in terms)]

    def _power(self, base: Expr, exponent: Expr) -> list[Term]:
        inner = self._terms(base)
        if exponent.is_Integer and 0 < exponent <= HIGHEST_POWER:
            # Letters of sums are new in each factor.
            return reduce(self._times, [inner, *(self._terms(base) for _ in range(int(exponent) - 1))])
        exponent = self.canonical(exponent)
        base = self.canonical(base)
        number, base = base.primitive() if isinstance(base, Add) else (S.One, base)
        if exponent.is_Integer and isinstance(base, Add) and base.could_extract_minus_sign():
            number, base = -number, Add(*(-term for term in base.args))
        if not exponent.is_Integer and number < 0:
            return [Term((), Pow(number * base, exponent))]
        return self._reduced(Term((), Pow(number, exponent) * Pow(base, exponent)))

    def _sum(self, expr: Sum) -> list[Term]:
        own = {bound: self._new(bound.size) for bound in expr.letters}
        body = expr.body.xreplace(own)
        gone = {letter: Integer(0) for letter in own.values() if letter.size == self.one}
        letters = tuple(letter for letter in own.values() if letter not in gone)
        body = substitute(body, gone) if gone else body
        found: list[Term] = []
        for term in self._terms(body):
            found += self._reduced(Term((*letters, *term.letters), term.body))
            self._bounded(found)
            # Each term has letters of its own.
            letters, renamed = tuple(self._new(letter.size) for letter in letters), letters
            del renamed
        return self._apart(letters, found, expr, body) if len(found) > 1 else found

    def _apart(self, letters: tuple[Index, ...], found: list[Term], expr: Sum, body: Expr) -> list[Term]:
        return found

    def _new(self, size: Expr) -> Index:
        self.count += 1
        return Index(f"·s{self.count}", size)
