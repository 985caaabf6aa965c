"""A wrong reckoning with numbers: a sign, the number of something else, a step that is none, a slope left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from derive.arrays import evaluated
from derive.errors import InputError
from derive.language.tree import NOWHERE
from derive.operators import Apply
from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.corrections import sign
from derive.verification.diagnosis.local_slope import slope_of
from derive.verification.diagnosis.situation import is_update
from derive.verification.diagnosis.spelling import derivative_of, said
from derive.verification.diagnosis.spots import spots
from derive.verification.digits import agree, half_unit, lone_number, reach, significant
from derive.verification.formula.tree import Negative, Node, Number, Statement
from derive.verification.judge import Judge
from derive.verification.scope import Scope
from derive.verification.value import DoesNotFit
from derive.verification.verdict import Diagnosis, Mistake

# With fewer digits than these two numbers agree by chance.
_ENOUGH_DIGITS = 3


def diagnosed_arithmetic(statement: Statement, link: int, surface: str, judge: Judge) -> Diagnosis | None:
    """The mistake in a side with numbers in it that does not come out as the other side does."""
    if judge.given is None:
        return None
    sides = (statement.sides[link], statement.sides[link + 1])
    claim = Statement(sides, (statement.relations[link],), statement.conditions, place=statement.place)
    bench = Bench(judge, claim, surface)
    scope = judge.prepared(statement, judge.given, surface)
    place = None if bench.side.place is NOWHERE else bench.side.place
    for correction in sign.corrections(bench.side, bench):
        if _agrees(correction.node, bench, scope):
            return Diagnosis(Mistake.SIGN, correction.sentence, said(correction.node, bench), correction.place)
    if is_update(bench):
        return Diagnosis(Mistake.UPDATE, "this is no step of gradient descent", place=place)
    for node, sentence in _other_numbers(bench):
        if _agrees(node, bench, scope):
            return Diagnosis(Mistake.SYMBOL, sentence, said(node, bench), place)
    if lone_number(bench.side) is not None:
        return None
    value = _value(bench.fixed, scope)
    return None if value is None else Diagnosis(Mistake.VALUE, f"it is {value}", value, place)


def lost_slope(statement: Statement, link: int, surface: str, judge: Judge, printed: Node, exact: float) -> str:
    """Which slope was left out of a printed gradient, or put in too much, as a sentence; empty where none was."""
    alone = lone_number(printed)
    sides = (statement.sides[link], statement.sides[link + 1])
    bench = Bench(judge, Statement(sides, (statement.relations[link],)), surface)
    asked = any(derivative_of(side, bench) is not None for side in sides)
    if judge.given is None or alone is None or not asked or significant(alone.text) < _ENOUGH_DIGITS or not exact:
        return ""
    claimed = float(Fraction(alone.text)) * (-1 if isinstance(printed, Negative) else 1)
    for name, slope in _slopes(judge):
        for factor, told in ((slope, "is missing"), (1 / slope if slope else 0.0, "is one too many")):
            if factor and abs(claimed * factor - exact) <= half_unit(alone.text) * abs(factor) * 1.000001:
                return f"the slope at {name}, {slope:.4g}, {told}"
    return ""


def _slopes(judge: Judge) -> Iterator[tuple[str, float]]:
    """The slopes of the network's functions of one number, at the values that are given."""
    assert judge.given is not None
    values = judge.given.values
    for equation in values.network.equations:
        right = equation.right
        if isinstance(right, Apply) and len(right.arguments) == 1 and not equation.tensor.axes:
            slope = slope_of(right)
            found = float(np.real(evaluated(slope, values).array))
            if np.isfinite(found):
                yield equation.tensor.name, found


def _other_numbers(bench: Bench) -> Iterator[tuple[Node, str]]:
    """The value of one thing in the place of that of another one."""
    assert bench.judge.given is not None
    values = bench.judge.given.values
    arrays = {name: values.array(name) for name in values.network.tensors}
    known = {name: float(np.real(array).reshape(-1)[0]) for name, array in arrays.items() if array.size == 1}
    for spot in spots(bench.side):
        if not isinstance(spot.node, Number) or spot.inner:
            continue
        taken = [name for name, value in known.items() if abs(value) == float(Fraction(spot.node.text))]
        for name, value in known.items() if taken else ():
            number: Node = Number(f"{abs(value):.10g}")
            number = Negative(number) if value < 0 else number
            if "e" not in f"{value:.10g}" and np.isfinite(value) and number != spot.node:
                told = f"{said(spot.node, bench)}, the value of {taken[0]}, stands where {name}, {value:.6g}, belongs"
                yield spot.put(number), told


def _agrees(node: Node, bench: Bench, scope: Scope) -> bool:
    try:
        return agree(reach(bench.fixed, scope, frozenset()), reach(node, scope, frozenset()))
    except (DoesNotFit, InputError, ArithmeticError, ValueError):
        return False


def _value(node: Node, scope: Scope) -> str | None:
    """The number, or the numbers row by row, of a side."""
    try:
        found = reach(node, replace(scope, letters=dict(scope.letters)), frozenset()).value
    except (DoesNotFit, InputError, ArithmeticError, ValueError):
        return None
    if found.ndim == 0:
        return f"{float(found):.6g}"
    rows = [", ".join(f"{number:.6g}" for number in row) for row in np.atleast_2d(found)]
    return f"({'; '.join(rows)})"
