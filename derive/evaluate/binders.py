"""What binds letters: a loop over all of their values."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from derive.evaluate.point import Environment, Number, Point, value
from derive.operators import ArgMax, ArgMin, Binder, Maximum, Minimum, Product, Sum


def _bodies(node: Binder, at: Point, letters: Environment) -> Iterator[tuple[tuple[int, ...], Number]]:
    """For all values of the letters, first letter slowest: these values and the value of the body."""
    bound, body, inner = node.letters, node.body, dict(letters)
    ranges = [range(at.size(letter.size)) for letter in bound]
    for numbers in itertools.product(*ranges):
        inner.update(zip(bound, numbers, strict=True))
        yield numbers, value(body, at, inner)


@value.register
def _(expr: Sum, at: Point, letters: Environment) -> Number:
    total: Number = 0
    for _, number in _bodies(expr, at, letters):
        total = total + number
    return total


@value.register
def _(expr: Product, at: Point, letters: Environment) -> Number:
    product: Number = 1
    for _, number in _bodies(expr, at, letters):
        product = product * number
    return product


def _first_largest(expr: Binder, at: Point, letters: Environment, sign: int) -> tuple[tuple[int, ...], Number]:
    """Where sign * body is largest for the first time, and that largest value; -inf over nothing."""
    best: tuple[tuple[int, ...], Number] = ((), -math.inf)
    runner_up: Number = -math.inf
    for numbers, number in _bodies(expr, at, letters):
        if not best[0] or sign * number > best[1]:
            best, runner_up = (numbers, sign * number), best[1]
        else:
            runner_up = max(runner_up, sign * number)
    if at.watch and math.isfinite(runner_up):
        at.watch(best[1] - runner_up)
    return best


@value.register
def _(expr: Maximum, at: Point, letters: Environment) -> Number:
    return _first_largest(expr, at, letters, 1)[1]


@value.register
def _(expr: Minimum, at: Point, letters: Environment) -> Number:
    return -_first_largest(expr, at, letters, -1)[1]


@value.register
def _(expr: ArgMax, at: Point, letters: Environment) -> Number:
    return _first_largest(expr, at, letters, 1)[0][0]


@value.register
def _(expr: ArgMin, at: Point, letters: Environment) -> Number:
    return _first_largest(expr, at, letters, -1)[0][0]
