"""Products and quotients of lowered factors, and sums of lowered terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Expr, Integer, Rational, S

from codegen.lower.align import aligned, as_real, common_order
from codegen.lower.lowered import Letters, Lowered
from codegen.program import Elementwise, Number, Operation


@dataclass(frozen=True)
class Factor:
    """A factor, or a divisor, and its place on the page."""

    item: Lowered
    divides: bool = False


def number(value: Expr) -> Lowered:
    """An exact number without axes."""
    return Lowered(Number(value), (), "real", weak=True)


def product(coefficient: Expr, factors: Sequence[Factor], want: Letters) -> Lowered:
    """coefficient * factors / divisors, the factors in the order given."""
    factors = _in_one_type(coefficient, factors)
    negative = bool(coefficient.is_negative)
    coefficient = -coefficient if negative else coefficient
    above = [factor.item for factor in factors if not factor.divides]
    below = [factor.item for factor in factors if factor.divides]
    top, bottom = _fraction(coefficient, bool(above))
    above = ([] if top == 1 and above else [number(top)]) + above
    below = ([] if bottom == 1 else [number(bottom)]) + below
    order = common_order(above + below, want)
    operation = _chain("*", [aligned(item, order) for item in above])
    if negative:
        operation = _negative(operation)
    if below:
        operation = Elementwise("/", (operation, _chain("*", [aligned(item, order) for item in below])))
    return Lowered(operation, order, "real", all(item.weak for item in above + below))


def _negative(operation: Operation) -> Operation:
    if isinstance(operation, Number):
        return Number(-operation.value)
    return Elementwise("negative", (operation,))


def _chain(symbol: str, operations: Sequence[Operation]) -> Operation:
    result = operations[0]
    for operation in operations[1:]:
        result = Elementwise(symbol, (result, operation))
    return result


def _in_one_type(coefficient: Expr, factors: Sequence[Factor]) -> list[Factor]:
    """Truth values may multiply an array of reals as they are, behind it; anything else is made real first.

    (A truth value times a Python number, or a whole number times a float32 array, would be float64.)
    """
    carried = any(f.item.kind == "real" and not f.item.weak and not f.divides for f in factors)
    plain, truths = [], []
    for factor in factors:
        if factor.item.kind == "truth" and carried and not factor.divides:
            truths.append(factor)
        else:
            plain.append(Factor(as_real(factor.item), factor.divides))
    return plain + truths


def _fraction(coefficient: Expr, has_factors: bool) -> tuple[Expr, Expr]:
    """The coefficient as number in front and number below: 3/2 a is `3 * a / 2`, 0.044715 a is `0.044715 * a`."""
    if not isinstance(coefficient, Rational) or coefficient.q == 1 or not has_factors:
        return coefficient, S.One
    if coefficient.q > 9 and len(repr(float(coefficient))) <= 12 and Rational(repr(float(coefficient))) == coefficient:
        return coefficient, S.One
    return Integer(coefficient.p), Integer(coefficient.q)


def total(terms: Sequence[tuple[bool, Lowered]], want: Letters) -> Lowered:
    """The sum of terms, each with True where it is subtracted; the first one is not."""
    items = _reals([item for _, item in terms])
    order = common_order(items, want)
    operation = aligned(items[0], order)
    if terms[0][0]:
        operation = _negative(operation)
    for (negative, _), item in zip(terms[1:], items[1:], strict=True):
        operation = Elementwise("-" if negative else "+", (operation, aligned(item, order)))
    return Lowered(operation, order, "real", all(item.weak for item in items))


def _reals(items: Sequence[Lowered]) -> list[Lowered]:
    """Truth values may be added to an array of reals that stands before them; anything else is made real first."""
    first = items[0]
    carried = first.kind == "real" and not first.weak
    return [item if carried and item.kind == "truth" else as_real(item) for item in items]
