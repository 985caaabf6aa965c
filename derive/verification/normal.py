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

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce

from sympy import Add, Expr, Integer, Mul, Pow, S, Symbol

from derive.binding import bind, free_letters, substitute
from derive.dependence import tensors
from derive.entry import Entry, Tensor
from derive.facts import Known
from derive.facts.one_hot import ONE_HOT
from derive.facts.sums_to_one import SUMS_TO_ONE
from derive.functions import apply
from derive.index import Index
from derive.operators import Apply, Compare, Condition, Delta, Logic, Sum, Where, Written, iverson
from derive.subscript import high, low, never_negative, outside, solve
from derive.verification.exponents import is_positive, power_of_e
from derive.verification.rational import vanish

MOST_TERMS = 300
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
    most    how many nodes it visits, in all, before it gives up: a number, so that the answer depends on no clock
    left    the tensors in what was left of the last expression that was tried
    """

    known: tuple[Known, ...] = ()
    one: Symbol | None = None
    most: int = 20000
    work: int = 0
    count: int = 0
    done: dict[Expr, Expr] = field(default_factory=dict)
    left: frozenset[Tensor] = frozenset()

    def is_zero(self, expr: Expr) -> bool:
        """True where the expression is seen to be 0 everywhere; false where it is not, or cannot be seen."""
        found = self._collected(self._terms(self._at_one(expr)))
        self.left = frozenset().union(*map(tensors, found))
        return not found or vanish(found)

    def canonical(self, expr: Expr) -> Expr:
        """The normal form as an expression."""
        if expr not in self.done:
            found = self._collected(self._terms(expr))
            self.done[expr] = Add(*(coefficient * key for key, coefficient in found.items()))
        return self.done[expr]

    def _at_one(self, expr: Expr) -> Expr:
        if self.one is None:
            return expr
        gone = {letter: Integer(0) for letter in free_letters(expr) if letter.size == self.one}
        return substitute(expr, gone).xreplace({self.one: S.One})

    # Terms, a case for every kind of node

    def _terms(self, expr: Expr) -> list[Term]:
        self.work += 1
        if self.work > self.most:
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
            return self._bounded(then + self._times(_not(condition), self._terms(expr.otherwise)))
        if isinstance(expr, Apply):
            return self._function(expr)
        if isinstance(expr, Delta):
            return self._equal(*expr.args)
        if isinstance(expr, Entry):
            return [Term((), self._by_facts(expr))]
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

    def _power(self, base: Expr, exponent: Expr) -> list[Term]:
        if exponent.is_Integer and 0 < exponent <= HIGHEST_POWER:
            return reduce(self._times, (self._terms(base) for _ in range(int(exponent))))  # letters are new in each
        exponent, base = self.canonical(exponent), self.canonical(base)
        number, base = base.primitive() if isinstance(base, Add) else (S.One, base)
        if exponent.is_Integer and isinstance(base, Add) and base.could_extract_minus_sign():
            number, base = -number, Add(*(-term for term in base.args))
        return self._reduced(Term((), Pow(number, exponent) * Pow(base, exponent)))

    def _sum(self, expr: Sum) -> list[Term]:
        own = {bound: self._new(bound.size) for bound in expr.letters}
        gone = {letter: Integer(0) for letter in own.values() if letter.size == self.one}
        letters = tuple(letter for letter in own.values() if letter not in gone)
        body = expr.body.xreplace(own)
        found: list[Term] = []
        for term in self._terms(substitute(body, gone) if gone else body):
            found += self._reduced(Term((*letters, *term.letters), term.body))
        return self._bounded(found)

    def _new(self, size: Expr) -> Index:
        self.count += 1
        return Index(f"·s{self.count}", size)

    def _function(self, expr: Apply) -> list[Term]:
        name, arguments = expr.primitive_name, expr.arguments
        if name == "exp":
            parts = self._collected(self._terms(arguments[0]))
            factors = [power_of_e(key) ** number for key, number in parts.items()]
            return self._reduced(Term((), Mul(*factors)))
        if name in ("max", "min"):
            first, second = arguments
            larger = Where(Compare(">=", first, second), first - second, S.Zero)
            return self._terms(second + larger if name == "max" else first - larger)
        if name == "abs":
            return self._terms(arguments[0] * apply("sign", arguments[0]))
        if name == "xlogy":
            return self._terms(arguments[0] * apply("log", arguments[1]))
        if name == "step":
            return self._condition(Compare(">", arguments[0], S.Zero))
        inner = tuple(map(self.canonical, arguments))
        if name == "log":
            return self._logarithm(inner[0])
        if name == "sign":
            number, rest = inner[0].as_coeff_Mul()
            if rest.could_extract_minus_sign():
                number, rest = -number, -rest
            return [Term((), (-1 if number < 0 else 1) * apply("sign", rest))]
        return [Term((), Apply(expr.function, *inner))]

    def _logarithm(self, argument: Expr) -> list[Term]:
        """log(p f) = log p + log f for positive p, log(1/f) = -log f, log(exp(z)) = z"""
        found: list[Term] = []
        rest: list[Expr] = []
        for factor in Mul.make_args(argument):
            base, exponent = factor.as_base_exp()
            if isinstance(base, Apply) and base.primitive_name == "exp":
                found += self._terms(exponent * base.arguments[0])
            elif is_positive(base) and factor != 1:
                found.append(Term((), exponent * apply("log", base)))
            else:
                rest.append(factor)
        inner = Mul(*rest)
        base, exponent = inner.as_base_exp()
        if inner == 1:
            return found
        if exponent == -1:
            return [*found, Term((), -apply("log", base))]
        return [*found, Term((), apply("log", inner))]

    # Conditions, as factors that are 1 or 0

    def _condition(self, condition: Condition) -> list[Term]:
        if isinstance(condition, Logic):
            parts = [self._condition(part) for part in condition.conditions]
            if condition.word == "not":
                return _not(parts[0])
            if condition.word == "and":
                return reduce(self._times, parts)
            return _not(reduce(self._times, map(_not, parts)))
        assert isinstance(condition, Compare)
        left, right, relation = condition.left, condition.right, condition.relation
        if relation in ("==", "!="):
            found = self._equal(left, right)
            return found if relation == "==" else _not(found)
        difference = left - right if relation in (">", "<=") else right - left
        found = self._above(difference, bool(left.is_integer and right.is_integer))
        return found if relation in (">", "<") else _not(found)

    def _equal(self, left: Expr, right: Expr) -> list[Term]:
        if left.is_integer and right.is_integer:
            number, _ = left.as_coeff_Add()
            if never_negative(low(left - right) - 1) or never_negative(-high(left - right) - 1):
                return []
            return self._reduced(Term((), Delta(left - number, right - number)))
        difference = self.canonical(left - right)
        if difference.is_number:
            return [Term((), S.One)] if difference == 0 else []
        if difference.could_extract_minus_sign():
            difference = self.canonical(right - left)
        return [Term((), iverson(Compare("==", _plain(difference), S.Zero)))]

    def _above(self, form: Expr, whole: bool) -> list[Term]:
        """[form > 0]; of whole numbers, [-form > 0] is 1 - [form + 1 > 0]."""
        form = _plain(self.canonical(form))
        if form.is_number:
            return [Term((), S.One)] if form.is_positive else []
        if whole and never_negative(low(form) - 1):
            return [Term((), S.One)]
        if whole and never_negative(-high(form)):
            return []
        inner = next((node for node in sorted(form.atoms(Where), key=str) if _is_condition(node)), None)
        if inner is not None and not form.has(Sum):
            met = self._terms(inner)
            both = (self._above(form.xreplace({inner: value}), whole) for value in (S.One, S.Zero))
            return self._times(met, next(both)) + self._times(_not(met), next(both))
        if not form.could_extract_minus_sign():
            return [Term((), iverson(Compare(">", form, S.Zero)))]
        turned = Add(*(-term for term in Add.make_args(form)))
        if whole:
            return _not(self._above(turned + 1, True))
        return [Term((), iverson(Compare("<", turned, S.Zero)))]

    # One term

    def _reduced(self, term: Term) -> list[Term]:
        """A term with its deltas contracted, its facts used, its idle letters counted."""
        letters, body = term.letters, term.body
        self.work += 1
        if body == 0:
            return []
        if body.has(Delta):
            for delta in (factor for factor in Mul.make_args(body) if isinstance(factor, Delta)):
                met = self._contracted(letters, body, delta)
                if met is not None:
                    return met
        factors: list[Expr] = []
        for factor in Mul.make_args(body):
            base, exponent = factor.as_base_exp()
            if _is_condition(base) and exponent.is_Integer and exponent > 1:
                factor = base
            factors.append(self._by_facts(factor))
        if _exclude_each_other(factor for factor in factors if _is_condition(factor)):
            return []
        new = Mul(*factors)
        if new != body:
            return self._reduced(Term(letters, new))
        used = free_letters(body)
        for letter in letters:
            rest = tuple(other for other in letters if other != letter)
            if letter not in used:
                return self._reduced(Term(rest, body * letter.size))
            summed = self._summed(letter, body)
            if summed is not None:
                return self._reduced(Term(rest, summed))
        together_ = self._one_hot(body)
        return [term] if together_ is None else self._reduced(Term(letters, together_))

    def _contracted(self, letters: tuple[Index, ...], body: Expr, delta: Delta) -> list[Term] | None:
        """sum_i delta(i, j) f(i) = f(j), where j is a value of i; delta(i, j) f(i) = delta(i, j) f(j) without a sum."""
        rest = body / delta
        present = sorted(free_letters(delta), key=str)
        for letter in present:
            value = solve(letter, *delta.args) if letter in letters else None
            if value is None or letter in free_letters(value):
                continue
            conditions = outside(value, letter.size)
            if conditions is None:
                continue
            others = tuple(other for other in letters if other != letter)
            found = self._with(rest, letter, value, others)
            for condition in conditions:
                found = self._times(found, self._condition(condition))
            return found
        for letter in reversed(present):
            value = solve(letter, *delta.args)
            if value is None or letter in free_letters(value):
                continue
            if letter not in free_letters(rest):
                return None
            found = self._with(rest, letter, value, letters)
            return [part for term in found for part in self._reduced(Term(term.letters, delta * term.body))]
        return None

    def _with(self, body: Expr, letter: Index, value: Expr, letters: tuple[Index, ...]) -> list[Term]:
        """A product with another value for a letter; its conditions and deltas may then be settled."""
        found = [Term(letters, S.One)]
        for factor in Mul.make_args(body):
            if letter not in free_letters(factor):
                found = self._times_all(found, [Term((), factor)])
            elif _is_condition(factor) or isinstance(factor, Delta):
                found = self._times_all(found, self._terms(substitute(factor, {letter: value})))
            else:
                found = self._times_all(found, [Term((), substitute(factor, {letter: value}))])
        return [part for term in found for part in self._reduced(term)]

    def _times_all(self, first: list[Term], second: list[Term]) -> list[Term]:
        """Products that are not reduced yet."""
        return [Term((*one.letters, *other.letters), one.body * other.body) for one in first for other in second]

    def _by_facts(self, node: Expr) -> Expr:
        for known in self.known:
            if known.fact != SUMS_TO_ONE:
                node = known.fact.rewrite(node, known.tensor) or node
        return node

    def _summed(self, letter: Index, body: Expr) -> Expr | None:
        """The sum over one letter, where a fact tells it, or a denominator is that sum."""
        inside = [factor for factor in Mul.make_args(body) if letter in free_letters(factor)]
        outside_ = [factor for factor in Mul.make_args(body) if letter not in free_letters(factor)]
        if len(inside) == 1 and isinstance(inside[0], Entry):
            entry = inside[0]
            sums = any(known.fact == SUMS_TO_ONE and known.tensor == entry.tensor for known in self.known)
            *others, last = entry.subscripts or (S.Zero,)
            alone = not any(letter in free_letters(subscript) for subscript in others)
            if sums and alone and last == letter and letter.size == entry.tensor.axes[-1]:
                return Mul(*outside_)
        if any(isinstance(factor, Pow) and isinstance(factor.base, Sum) for factor in outside_):
            total = bind(Sum, Mul(*inside), [letter])
            if any(isinstance(factor, Pow) and factor.base == total for factor in outside_):
                return Mul(*outside_) * total
        return None

    def _one_hot(self, body: Expr) -> Expr | None:
        """y[n,k] y[n,l]  ->  delta(k, l) y[n,k] for one-hot rows."""
        hot = {known.tensor for known in self.known if known.fact == ONE_HOT}
        found: dict[tuple[Expr, ...], Entry] = {}
        for factor in Mul.make_args(body):
            if isinstance(factor, Entry) and factor.tensor in hot:
                first = found.setdefault((factor.tensor, *factor.subscripts[:-1]), factor)
                if first is not factor:
                    return body / factor * Delta(first.subscripts[-1], factor.subscripts[-1])
        return None

    # All terms

    def _collected(self, terms: Iterable[Term]) -> dict[Expr, Expr]:
        """Equal terms together: what stands below the sums, and its number."""
        found: dict[Expr, Expr] = {}
        for term in terms:
            number, body = term.body.as_coeff_Mul()
            key = bind(Sum, body, term.letters)
            more, key = key.as_coeff_Mul()
            found[key] = found.get(key, S.Zero) + number * more
        return {key: number for key, number in found.items() if number != 0}


def _not(terms: list[Term]) -> list[Term]:
    """1 - c"""
    return [Term((), S.One), *(Term(term.letters, -term.body) for term in terms)]


def _exclude_each_other(conditions: Iterable[Where]) -> bool:
    """True where two conditions are u > 0 and u < 0."""
    found = {(node.condition.relation, node.condition.left) for node in conditions}
    return any(("<", left) in found for relation, left in found if relation == ">")


def _plain(form: Expr) -> Expr:
    """A form without its positive number in front: 2 a + 2 b is a + b."""
    number, rest = form.primitive() if isinstance(form, Add) else form.as_coeff_Mul()
    return rest if number > 0 else -rest


def _is_condition(node: Expr) -> bool:
    return isinstance(node, Where) and node.then == 1 and node.otherwise == 0
