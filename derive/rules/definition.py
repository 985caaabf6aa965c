"""Definitions to fold back into: a name, its formula, and where that formula stands in an expression."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from sympy import Add, Expr, Mul, Pow, Rational

from derive.binding import free_letters, replace_nodes, substitute
from derive.dependence import entries, tensors
from derive.entry import Entry
from derive.equation import Equation
from derive.index import Bound, Index
from derive.operators import Sum


@dataclass(frozen=True)
class Definition:
    """`name` = `formula`, for all values of `letters`; `said` is how a reader is told of it."""

    name: Expr
    formula: Expr
    letters: tuple[Index, ...]
    said: str


def definition_of(equation: Equation) -> Definition:
    """A forward equation as a definition."""
    return Definition(equation.left, equation.right, equation.letters, f"definition of {equation.tensor.name}")


def is_mean(formula: Expr) -> bool:
    """True for sum_n x[n] / N: a sum of entries over a size."""
    sums = [factor for factor in Mul.make_args(formula) if isinstance(factor, Sum)]
    return len(sums) == 1 and isinstance(sums[0].body, Entry) and not (formula / sums[0]).has(Entry)


def instances(definition: Definition, expr: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Name and formula with the definition's letters replaced by those of the expression, in every way that fits."""
    choices = [_values_for(letter, expr) for letter in definition.letters]
    for choice in product(*choices):
        mapping = dict(zip(definition.letters, choice, strict=True))
        yield substitute(definition.name, mapping), substitute(definition.formula, mapping)


def _values_for(letter: Index, expr: Expr) -> list[Expr]:
    """What may stand for a letter: letters of its size, and other subscripts, such as t+1, on axes of that size."""
    present = sorted(free_letters(expr), key=lambda other: other.name)
    found: dict[Expr, None] = {other: None for other in present if other.size == letter.size}
    for entry in entries(expr):
        for subscript, size in zip(entry.subscripts, entry.tensor.axes, strict=True):
            if size == letter.size and not subscript.has(Bound):
                found[subscript] = None
    return list(found) or [letter]


def as_it_stands(expr: Expr, definition: Definition) -> Expr:
    """The formula, or all of its factors, replaced by the name."""

    needed = tensors(definition.formula)

    def change(node: Expr) -> Expr | None:
        if not needed <= tensors(node):
            return None
        changed = node
        for name, formula in instances(definition, node):
            if changed == formula:
                return name
            if isinstance(changed, Mul | Pow | Sum) and isinstance(formula, Mul | Pow):
                divided = _divide(changed, formula)
                if divided is not None:
                    power, rest = divided
                    changed = name**power * rest
        return None if changed == node else changed

    return replace_nodes(expr, change)


def _divide(node: Expr, formula: Expr) -> tuple[int, Expr] | None:
    """node = formula**power * rest with the largest power, where every factor of the formula stands in the node."""
    have: dict[Expr, Expr] = {}
    for base, exponent in (factor.as_base_exp() for factor in Mul.make_args(node)):
        have[base] = exponent
        if isinstance(base, Add):
            have[-base] = exponent
    power: Rational | None = None
    for factor in Mul.make_args(formula):
        if factor.is_number or factor.is_Symbol or (isinstance(factor, Pow) and factor.base.is_Symbol):
            continue
        base, exponent = factor.as_base_exp()
        if base not in have or not (ratio := have[base] / exponent).is_Rational or ratio < 1:
            return None
        power = ratio if power is None else min(power, ratio)
    if power is None:
        return None
    return int(power), Mul(*_same_signs(node, formula), formula ** -int(power))


def _same_signs(node: Expr, formula: Expr) -> list[Expr]:
    """The node's factors, with m - x written as -1 times x - m where the formula has x - m, so that the two cancel."""
    bases = {factor.as_base_exp()[0] for factor in Mul.make_args(formula)}
    factors: list[Expr] = []
    for factor in Mul.make_args(node):
        base, exponent = factor.as_base_exp()
        turned = isinstance(base, Add) and exponent.is_Integer and -base in bases
        factors += [(-1) ** exponent, (-base) ** exponent] if turned else [factor]
    return factors
