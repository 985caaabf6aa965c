"""One case for each kind of node of an index expression."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Add, Expr, Float, Integer, Mul, Number, Pow, Rational, S

from codegen.lower.align import as_real, elementwise
from codegen.lower.arrange import factor_key, term_key
from codegen.lower.blocks import lower_blocks
from codegen.lower.condition import keeps_inside, lower_condition, lower_sides
from codegen.lower.contraction import contract, reduce
from codegen.lower.factors import factors_of, should_split, taken_out, with_sign_inside
from codegen.lower.lowered import Letters, Lowered, Surroundings
from codegen.lower.printed import printed_name
from codegen.lower.product import Factor, number, product, total
from codegen.lower.scatter import lower_overlap, lower_scatter
from codegen.lower.subscript import lower_entry, lower_whole
from codegen.program import Elementwise, Name, Size
from derive.binding import free_letters, substitute, unbind
from derive.entry import Constant, Entry
from derive.functions import PRIMITIVES
from derive.index import Index, is_letter
from derive.operators import (
    Apply,
    ArgMax,
    ArgMin,
    Delta,
    Logic,
    Maximum,
    Minimum,
    Product,
    Sum,
    Where,
    Written,
)
from derive.subscript import outside

_REDUCTIONS = {Maximum: "max", Minimum: "min", Product: "prod", ArgMax: "argmax", ArgMin: "argmin"}


def lower_expression(expr: Expr, want: Letters, where: Surroundings) -> Lowered:
    """The expression as an array operation; `want` is the order of axes that the result is wanted in."""
    if expr.is_number or isinstance(expr, Number):
        return number(expr)
    if is_size(expr):
        return Lowered(Size(expr), (), "whole", weak=True)
    if isinstance(expr, Constant):
        return Lowered(Name(expr.name), (), "real", weak=True)
    if isinstance(expr, Index):
        return lower_whole(expr)
    if isinstance(expr, Entry):
        return lower_entry(expr, lambda subscript: lower_expression(subscript, (), where), where)
    if isinstance(expr, Add):
        return _lower_add(expr, want, where)
    if isinstance(expr, (Mul, Written)):
        return _lower_product(expr, (), want, where)
    if isinstance(expr, Pow):
        return _lower_power(expr, want, where)
    if isinstance(expr, Sum):
        letters, body = unbind(expr, want)
        return _lower_sum(body, letters, want, where)
    if type(expr) in _REDUCTIONS:
        letters, body = unbind(expr, want)
        item = lower_expression(body, want, where)
        return reduce(_REDUCTIONS[type(expr)], item, letters)
    if isinstance(expr, Apply):
        return _lower_apply(expr, want, where)
    if isinstance(expr, Delta):
        sides = sorted(expr.args, key=lambda side: (is_letter(side), want.index(side) if side in want else -1))
        items = lower_sides(sides, lambda side: lower_expression(side, want, where))
        return elementwise("==", items, want, "truth")
    if isinstance(expr, Where):
        return _lower_where(expr, want, where)
    raise TypeError(f"no array form for {type(expr).__name__}: {expr}")


def is_size(expr: Expr) -> bool:
    """True for a polynomial in sizes."""
    if expr.atoms(Entry, Index, Constant) or not expr.free_symbols:
        return False
    return bool(expr.is_integer) and not expr.atoms(Apply)


def _lower_where(expr: Where, want: Letters, where: Surroundings) -> Lowered:
    guarded = _guarded_entry(expr, want, where)
    if guarded is not None:
        return guarded
    condition = lower_condition(expr.condition, want, lambda side: lower_expression(side, want, where))
    if (expr.then, expr.otherwise) == (S.One, S.Zero):
        return condition
    if (expr.then, expr.otherwise) == (S.Zero, S.One):
        return elementwise("not", [condition], want, "truth")
    cases = [as_real(lower_expression(case, want, where)) for case in (expr.then, expr.otherwise)]
    result = elementwise("where", [condition, *cases], want)
    if all(case.weak for case in cases):
        return Lowered(Elementwise("real", (result.operation,)), result.letters)
    return result


def _guarded_entry(expr: Where, want: Letters, where: Surroundings) -> Lowered | None:
    """where(inside, x[2*r+u-1], 0) as windows of x, 0 outside."""
    condition, then = expr.condition, expr.then
    while isinstance(then, Where) and then.otherwise == expr.otherwise:
        condition, then = Logic("and", condition, then.condition), then.then
    factors = Mul.make_args(then)
    for entry in factors:
        alone = len(factors) == 1 or expr.otherwise == 0
        if isinstance(entry, Entry) and alone and expr.otherwise.is_number and keeps_inside(condition, entry):
            item = lower_entry(entry, lambda side: lower_expression(side, (), where), where, expr.otherwise)
            rest = [_factor(factor, want, where) for factor in factors if factor is not entry]
            return product(S.One, [*rest, Factor(item)], want) if rest else item
    return None


def _lower_apply(expr: Apply, want: Letters, where: Surroundings) -> Lowered:
    if expr.primitive_name == "step":
        zero = number(S.Zero)
        return elementwise(">", [lower_expression(expr.arguments[0], want, where), zero], want, "truth")
    if not printed_name(expr.function):
        return lower_expression(expr.function.expand(*expr.arguments), want, where)
    if expr.primitive_name in PRIMITIVES and all(argument.is_number for argument in expr.arguments):
        return number(Float(PRIMITIVES[expr.name].numeric(*(float(argument) for argument in expr.arguments))))
    items = [as_real(lower_expression(argument, want, where)) for argument in expr.arguments]
    result = elementwise(expr.name, items, want)
    if result.weak:
        # NumPy answers float64 for a Python number, which would widen float32
        return Lowered(Elementwise("float", (result.operation,)), (), "real", weak=True)
    return result


def _lower_power(expr: Pow, want: Letters, where: Surroundings) -> Lowered:
    base, exponent = expr.as_base_exp()
    if exponent.could_extract_minus_sign():
        return product(S.One, [Factor(lower_expression(Pow(base, -exponent), want, where), divides=True)], want)
    item = as_real(lower_expression(base, want, where))
    if exponent == Rational(1, 2):
        return elementwise(
            "sqrt" if not item.weak else "power", [item] if not item.weak else [item, number(exponent)], want
        )
    if isinstance(exponent, Rational) and exponent.q == 2:
        whole = lower_expression(Pow(base, exponent.p // 2), want, where)
        root = lower_expression(Pow(base, Rational(1, 2)), want, where)
        return product(S.One, [Factor(whole), Factor(root)], want)
    if isinstance(exponent, Integer) and exponent > 2:
        # squares of squares and products: a general power costs a hundred multiplications
        half = lower_expression(Pow(base, exponent // 2), want, where)
        square = elementwise("power", [half, number(Integer(2))], want)
        if exponent == 3:
            return product(S.One, [Factor(elementwise("power", [item, number(Integer(2))], want)), Factor(item)], want)
        return square if exponent % 2 == 0 else product(S.One, [Factor(square), Factor(item)], want)
    return elementwise("power", [item, lower_expression(exponent, want, where)], want)


def _lower_add(expr: Add, want: Letters, where: Surroundings) -> Lowered:
    blocks = lower_blocks(expr.args, want, lambda block: lower_expression(block, want, where))
    if blocks is not None:
        return blocks
    cases = _cases(expr)
    if cases is not None:
        return _lower_cases(*cases, want, where)
    content, inner = taken_out(expr)
    if content != 1:
        return product(content, [Factor(_lower_terms(inner.args, want, where))], want)
    return _lower_terms(expr.args, want, where)


def _cases(expr: Add) -> tuple[Expr, Expr, Expr] | None:
    """(delta, a, b) for delta a + (1 - delta) b."""
    for delta in sorted((item for item in expr.atoms(Delta)), key=str) if len(expr.args) == 2 else ():
        then = [term / delta for term in expr.args if delta in Mul.make_args(term)]
        otherwise = [term / (1 - delta) for term in expr.args if 1 - delta in Mul.make_args(term)]
        if len(then) == len(otherwise) == 1 and not (then[0].has(delta) or otherwise[0].has(delta)):
            return delta, then[0], otherwise[0]
    return None


def _lower_cases(delta: Expr, then: Expr, otherwise: Expr, want: Letters, where: Surroundings) -> Lowered:
    cases = [as_real(lower_expression(case, want, where)) for case in (then, otherwise)]
    return elementwise("where", [lower_expression(delta, want, where), *cases], want)


def _lower_terms(terms: Sequence[Expr], want: Letters, where: Surroundings) -> Lowered:
    items = []
    for term in sorted(terms, key=lambda term: term_key(term, where)):
        negative = bool(term.as_coeff_Mul()[0].is_negative)
        items.append((negative, lower_expression(-term if negative else term, want, where)))
    return total(items, want)


def _lower_product(expr: Expr, summed: Sequence[Index], want: Letters, where: Surroundings) -> Lowered:
    """A product, or the sum of one: what does not depend on a summed letter stays outside."""
    coefficient, factors = with_sign_inside(*factors_of(expr))
    inside: list[Expr] = []
    outside: list[Expr] = []
    for factor in factors:
        (inside if free_letters(factor) & set(summed) else outside).append(factor)
    parts = [_factor(factor, want, where) for factor in sorted(outside, key=lambda f: factor_key(f, where))]
    if summed:
        missing = [letter for letter in summed if all(letter not in free_letters(factor) for factor in inside)]
        present = [letter for letter in summed if letter not in missing]
        parts = [Factor(Lowered(Size(letter.size), (), "whole", weak=True)) for letter in missing] + parts
        if inside:
            items = [_factor(factor, want, where) for factor in sorted(inside, key=lambda f: factor_key(f, where))]
            parts.append(Factor(contract(items, present, want, where)))
    if coefficient == 1 and len(parts) == 1 and not parts[0].divides:
        return parts[0].item
    return product(coefficient, parts, want)


def _factor(expr: Expr, want: Letters, where: Surroundings) -> Factor:
    if isinstance(expr, Pow) and expr.exp.could_extract_minus_sign():
        return Factor(lower_expression(Pow(expr.base, -expr.exp), want, where), divides=True)
    return Factor(lower_expression(expr, want, where))


def _lower_sum(body: Expr, summed: Sequence[Index], want: Letters, where: Surroundings) -> Lowered:
    body, summed = _without_deltas(body, list(summed))
    if not summed:
        return lower_expression(body, want, where)
    if isinstance(body, Add):
        content, inner = taken_out(body)
        if should_split(inner):
            terms = []
            for term in sorted(inner.args, key=lambda term: term_key(term, where)):
                negative = bool(term.as_coeff_Mul()[0].is_negative)
                terms.append((negative, _lower_sum(-term if negative else term, summed, want, where)))
            return product(content, [Factor(total(terms, want))], want) if content != 1 else total(terms, want)

    def lower_sum(inner: Expr, letters: Sequence[Index], order: Letters) -> Lowered:
        return _lower_sum(inner, letters, order, where)

    for special in (lower_scatter, lower_overlap):
        item = special(body, summed, want, lower_sum)
        if item is not None:
            return item
    return _lower_product(body, summed, want, where)


def _without_deltas(body: Expr, summed: list[Index]) -> tuple[Expr, list[Index]]:
    """sum_i delta(i, j) f(i) -> f(j), for a letter or a label j over the same size."""
    for factor in Mul.make_args(body):
        if not isinstance(factor, Delta):
            continue
        for letter, other in (factor.args, factor.args[::-1]):
            if letter in summed and letter not in free_letters(other) and outside(other, letter.size) == ():
                rest = [item for item in summed if item != letter]
                return _without_deltas(substitute(body / factor, {letter: other}), rest)
    return body, summed
