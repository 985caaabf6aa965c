"""Deltas, cases and conditions."""

from __future__ import annotations

from collections.abc import Callable

from derive.evaluate.point import Environment, Number, Point, value
from derive.operators import Compare, Delta, Logic, Where


@value.register
def _(expr: Delta, at: Point, letters: Environment) -> Number:
    first, second = (value(argument, at, letters) for argument in expr.args)
    return 1 if first == second else 0


@value.register
def _(expr: Where, at: Point, letters: Environment) -> Number:
    # Only the branch that is taken: the other one may lie outside its axis or its domain.
    return value(expr.then if value(expr.condition, at, letters) else expr.otherwise, at, letters)


RELATIONS: dict[str, Callable[[Number, Number], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


@value.register
def _(expr: Compare, at: Point, letters: Environment) -> Number:
    left, right = value(expr.left, at, letters), value(expr.right, at, letters)
    if at.watch and not (isinstance(left, int) and isinstance(right, int)):
        at.watch(abs(left - right))
    return int(RELATIONS[expr.relation](left, right))


@value.register
def _(expr: Logic, at: Point, letters: Environment) -> Number:
    if expr.word == "not":
        return int(not value(expr.conditions[0], at, letters))
    holds = {"and": all, "or": any}[expr.word]
    return int(holds(value(condition, at, letters) for condition in expr.conditions))
