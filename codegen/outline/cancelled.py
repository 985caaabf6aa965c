"""Values that are exactly zero and that floats only come near: 0.1 - 0.3 + 0.2 is 0, not 2.8e-17.

A sum is zero when it is smaller than the rounding of its terms; a product when one of its factors is.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

import numpy as np
from sympy import Add, Expr, Mul, Pow

from derive.entry import Entry
from derive.equation import Equation
from derive.errors import InputError
from derive.evaluate import evaluate
from derive.operators import Where
from derive.written_out import Writer

_ROUNDING = 1e-15
# Values above this are none of rounding, unless they come from numbers larger than a page shows.
_SUSPECT = 1e-11
# A page shows no more of an array than this.
_MOST = 100


def without_rounding(
    equations: Iterable[Equation], values: Mapping[str, np.ndarray], sizes: Mapping[str, int]
) -> dict[str, np.ndarray]:
    """The values with a 0 wherever an equation gives one that floats only come near."""
    found = dict(values)
    for equation in equations:
        array = found[equation.tensor.name]
        if not 0 < np.count_nonzero((array != 0) & (np.abs(array) < _SUSPECT)) <= _MOST:
            continue
        array = array.copy()
        found[equation.tensor.name] = array
        writer = Writer(sizes)
        for numbers in itertools.product(*(range(writer.number(letter.size, {})) for letter in equation.letters)):
            letters = dict(zip(equation.letters, numbers, strict=True))
            place = tuple(writer.number(subscript, letters) for subscript in equation.left.subscripts)
            if array[place] == 0 or abs(array[place]) >= _SUSPECT:
                continue
            try:
                right = Writer(sizes).of(equation.right, letters)
                zero = _is_zero(right, found, sizes)
            except (InputError, IndexError, KeyError):  # too long, or a step before the first: it stays as it is
                continue
            if zero:
                array[place] = 0.0
    return found


def settled(expr: Expr, values: Mapping[str, np.ndarray], sizes: Mapping[str, int]) -> float:
    """The value of an expression without letters; 0 where floats only come near that."""
    value = float(evaluate(expr, values, sizes))
    return 0.0 if 0 < abs(value) < _SUSPECT and _is_zero(expr, values, sizes) else value


def beside(value: np.ndarray | float, found: np.ndarray | float) -> np.ndarray:
    """What was found from printed numbers, with a 0 where the value is one and rounding is all that was found."""
    return np.where((np.asarray(value) == 0) & (np.abs(found) < _SUSPECT), 0.0, found)


def _is_zero(expr: Expr, values: Mapping[str, np.ndarray], sizes: Mapping[str, int]) -> bool:
    match expr:
        case Entry():
            return bool(values[expr.tensor.name][tuple(int(number) for number in expr.subscripts)] == 0)
        case Mul():
            return any(_is_zero(factor, values, sizes) for factor in expr.args)
        case Pow():
            return bool(expr.exp.is_positive) and _is_zero(expr.base, values, sizes)
        case Where():
            chosen = expr.then if evaluate(expr.condition, values, sizes) else expr.otherwise
            return _is_zero(chosen, values, sizes)
        case Add():
            terms = [float(evaluate(term, values, sizes)) for term in expr.args]
            return abs(sum(terms)) <= _ROUNDING * sum(map(abs, terms)) or all(
                _is_zero(term, values, sizes) for term in expr.args
            )
    return bool(expr == 0)
