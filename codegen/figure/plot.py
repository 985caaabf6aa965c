"""The geometry of a plot: axes with round numbers, curves inside them, and a place for the name of each curve.

A curve that leaves the plot through its top ends there: what runs away would press everything else flat.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from codegen.block import Plot, Text

Point = tuple[float, float]

WIDTH, HEIGHT = 430.0, 220.0
LEFT, RIGHT, TOP, BOTTOM = 62.0, 96.0, 18.0, 40.0
# How far above its beginning a curve is followed: so many times what it can fall; on powers of ten, so many times more.
_ABOVE, _TIMES_ABOVE = 1.5, 30.0
_MOST_TICKS = 6
_APART = 13.0


@dataclass(frozen=True)
class Tick:
    """A number on an axis, and how far along the picture it stands."""

    at: float
    label: str


@dataclass(frozen=True)
class Trace:
    """A curve as points of the picture, and where its name begins."""

    points: tuple[Point, ...]
    label: Text
    label_at: Point


@dataclass(frozen=True)
class Chart:
    """Everything that is drawn, in units of the picture, from its top left corner."""

    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    traces: tuple[Trace, ...]


def chart(plot: Plot) -> Chart:
    """The picture of a plot."""
    lowest, highest = _reach(plot)
    steps = max((len(curve.values) - 1 for curve in plot.curves), default=1) or 1

    def point(step: float, height: float) -> Point:
        x = LEFT + (WIDTH - LEFT - RIGHT) * step / steps
        y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (height - lowest) / (highest - lowest)
        return x, y

    points = []
    for curve in plot.curves:
        heights = [_height(value, plot.logarithmic) for value in curve.values]
        points.append(tuple(point(step, height) for step, height in _below(heights, highest)))
    places = _names_apart([line[-1] for line in points])
    return Chart(
        tuple(Tick(point(number, lowest)[0], str(number)) for number in _whole_ticks(steps)),
        tuple(Tick(point(0, height)[1], label) for height, label in _ticks(lowest, highest, plot.logarithmic)),
        tuple(Trace(line, curve.label, place) for line, curve, place in zip(points, plot.curves, places, strict=True)),
    )


def _height(value: float, logarithmic: bool) -> float:
    return math.log10(value) if logarithmic else value


def _reach(plot: Plot) -> tuple[float, float]:
    """The lowest and the highest place on the upright axis; they are never the same."""
    heights = [[_height(value, plot.logarithmic) for value in curve.values] for curve in plot.curves]
    first = max(line[0] for line in heights)
    lowest = min(min(line) for line in heights)
    room = math.log10(_TIMES_ABOVE) if plot.logarithmic else _ABOVE * ((first - lowest) or abs(first) or 1.0)
    highest = min(max(max(line) for line in heights), first + room)
    margin = 0.06 * ((highest - lowest) or abs(highest) or 1.0)
    return lowest - margin, highest + margin


def _below(heights: Sequence[float], highest: float) -> list[tuple[float, float]]:
    """The curve up to where it leaves the plot."""
    found: list[tuple[float, float]] = []
    for step, height in enumerate(heights):
        if height > highest:
            before = heights[step - 1]
            found.append((step - 1 + (highest - before) / (height - before), highest))
            break
        found.append((float(step), height))
    return found


def _names_apart(ends: Sequence[Point]) -> list[Point]:
    """A place behind the end of each curve, moved up or down where two names would meet."""
    order = sorted(range(len(ends)), key=lambda number: ends[number][1])
    places = {number: (ends[number][0] + 6.0, ends[number][1]) for number in order}
    for above, below in pairwise(order):
        top = places[above][1] + _APART
        near = abs(places[above][0] - places[below][0]) < RIGHT
        if near and places[below][1] < top:
            places[below] = (places[below][0], top)
    return [places[number] for number in range(len(ends))]


def _whole_ticks(steps: int) -> list[int]:
    apart = max(1, round(_round_number(steps / _MOST_TICKS)))
    return list(range(0, steps + 1, apart))


def _ticks(lowest: float, highest: float, logarithmic: bool) -> list[tuple[float, str]]:
    """Round numbers on the upright axis; on powers of ten the powers, with 2 and 5 of each where there are few."""
    if not logarithmic:
        apart = _round_number((highest - lowest) / _MOST_TICKS)
        first, last = math.ceil(lowest / apart - 1e-9), math.floor(highest / apart + 1e-9)
        return [(number * apart, f"{number * apart:.10g}") for number in range(first, last + 1)]
    powers = range(math.floor(lowest), math.ceil(highest) + 1)
    every = max(1, math.ceil(len(powers) / _MOST_TICKS))
    digits = (1, 2, 5) if highest - lowest < 2 else (1,)
    places = [(power + math.log10(digit), digit, power) for power in powers[::every] for digit in digits]
    shown = [(height, f"{float(f'{digit}e{power}'):g}") for height, digit, power in places]
    return [(height, label) for height, label in shown if lowest <= height <= highest]


def _round_number(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, ... above."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= value * (1 - 1e-9))
