"""The algebra of subscripts: forms such as `t-1`, `2*r+u-1` and `h*K+e` in letters, whole numbers and sizes.

parts           a subscript of a product axis taken apart: h*K+e over H*K is (h, e)
equal           when two subscripts are the same, as deltas
solve           the value of a letter for which two subscripts are the same
outside         what would have to hold for a subscript to stay inside its axis
never_negative  whether a form is at least 0 for all sizes of at least 1
"""

from __future__ import annotations

from functools import lru_cache

from sympy import Add, Expr, Integer, Mul, S, expand, floor

from derive.entry import Entry
from derive.index import Bound, Index, is_letter
from derive.operators import Binder, Compare, Delta


@lru_cache(maxsize=16384)
def coefficients(form: Expr) -> tuple[dict[Expr, Expr], Expr] | None:
    """A form as letters with their coefficients and a rest in sizes; None when it is not linear in its letters."""
    found: dict[Expr, Expr] = {}
    rest: Expr = S.Zero
    for term in Add.make_args(expand(form)):
        letters = [factor for factor in Mul.make_args(term) if is_letter(factor)]
        others = Mul(*(factor for factor in Mul.make_args(term) if not is_letter(factor)))
        if len(letters) > 1 or others.has(Index, Bound, Entry, Binder):
            return None
        if letters:
            found[letters[0]] = found.get(letters[0], S.Zero) + others
        else:
            rest += others
    return found, rest


@lru_cache(maxsize=16384)
def parts(subscript: Expr, size: Expr) -> tuple[tuple[Expr, Expr], ...]:
    """The subscripts that a subscript of a product axis is made of, each with its size; itself where there is one.

    h*K+e over H*K is ((h, H), (e, K)); H+j over 4*H is ((1, 4), (j, H)).
    """
    whole = ((subscript, size),)
    form = coefficients(subscript)
    if form is None or (is_letter(subscript) and subscript.size == size):
        return whole
    for letter, coefficient in form[0].items():
        if coefficient != 1:
            continue
        above, count = _quotient(subscript - letter, letter.size), _quotient(size, letter.size)
        if above is None or count is None:
            continue
        outer = parts(above, count)
        if len(outer) > 1 or _is_inside(above, count):
            return (*outer, (letter, letter.size))
    return whole


def _is_inside(subscript: Expr, size: Expr) -> bool:
    return never_negative(low(subscript)) and never_negative(size - 1 - high(subscript))


def _quotient(form: Expr, by: Expr) -> Expr | None:
    """form / by, where that is again a form with whole coefficients."""
    quotient = expand(form / by)
    for term in Add.make_args(quotient):
        number, rest = term.as_coeff_Mul()
        if not number.is_Integer or any(
            factor.as_base_exp()[1].could_extract_minus_sign() for factor in Mul.make_args(rest)
        ):
            return None
    return quotient


def equal(first: Expr, second: Expr, size: Expr) -> Expr:
    """1 where two subscripts of one axis are the same, else 0; part by part on a product axis."""
    one, other = parts(first, size), parts(second, size)
    if [part[1] for part in one] == [part[1] for part in other]:
        return Mul(*(Delta(left, right) for (left, _), (right, _) in zip(one, other, strict=True)))
    return Delta(first, second)


def solve(letter: Expr, first: Expr, second: Expr) -> Expr | None:
    """The letter's value for which two subscripts are equal; None unless it stands there once, with factor 1 or -1."""
    if letter in (first, second):
        return second if first == letter else first
    form = coefficients(first - second)
    if form is None:
        return None
    coefficient = form[0].get(letter, S.Zero)
    if coefficient not in (1, -1):
        return None
    return expand(letter - (first - second) / coefficient)


@lru_cache(maxsize=16384)
def low(form: Expr) -> Expr:
    """The smallest value of a form over its letters, where the signs of its coefficients are known."""
    return _extreme(form, lowest=True)


@lru_cache(maxsize=16384)
def high(form: Expr) -> Expr:
    """The largest value of a form over its letters, where the signs of its coefficients are known."""
    return _extreme(form, lowest=False)


def _extreme(form: Expr, lowest: bool) -> Expr:
    found = coefficients(form)
    if found is None:
        return -S.Infinity if lowest else S.Infinity
    value = found[1]
    for letter, coefficient in found[0].items():
        if never_negative(coefficient):
            value += S.Zero if lowest else coefficient * (letter.size - 1)
        elif never_negative(-coefficient):
            value += coefficient * (letter.size - 1) if lowest else S.Zero
        else:
            return -S.Infinity if lowest else S.Infinity
    return value


@lru_cache(maxsize=16384)
def never_negative(form: Expr) -> bool:
    """True when a form in sizes is at least 0 for all sizes of at least 1; false when that is not plain to see."""
    if form.is_infinite:
        return form is S.Infinity
    sizes = {symbol for symbol in form.free_symbols if symbol.is_integer and symbol.is_positive}
    if form.has(floor) or form.free_symbols - sizes:
        return False
    shifted = expand(form.xreplace({size: size + 1 for size in sizes}))
    return all(term.as_coeff_Mul()[0] >= 0 for term in Add.make_args(shifted))


def outside(subscript: Expr, size: Expr) -> tuple[Compare, ...] | None:
    """The conditions under which a subscript stays inside an axis: empty when it always does, None when unknowable."""
    if is_letter(subscript) and subscript.size == size:
        return ()
    if isinstance(subscript, Entry):
        return () if subscript.tensor.within == size else None
    if isinstance(subscript, Binder):
        return () if subscript.letters[0].size == size else None
    if coefficients(subscript) is None:
        return None
    conditions = []
    if not never_negative(low(subscript)):
        conditions.append(Compare(">=", subscript, Integer(0)))
    if not never_negative(size - 1 - high(subscript)):
        conditions.append(Compare("<", subscript, size))
    return tuple(conditions)
