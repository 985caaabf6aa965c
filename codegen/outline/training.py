"""Several steps of gradient descent with a learning rate, with a smaller and with a larger one: a table and a plot."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from codegen.block import Block, Curve, Heading, Math, Paragraph, Plot, Points, Table, Text
from codegen.notation.decimal import decimal, given
from codegen.notation.formula import Name, equals
from codegen.outline.closing import rate_name
from codegen.outline.page import Page
from derive.descent import begun, losses

_SMALLER = 0.1
# How many times larger the third rate may be: the first of these that spoils the descent, else the last.
_LARGER = (2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000)
_MOST_ROWS = 12
_FAR_APART = 50.0
# A rate with which the loss falls by less than this part of what another one reaches is too small.
_SLOW = 0.7

Run = tuple[float, tuple[float, ...]]


def training(
    page: Page, values: Mapping[str, np.ndarray], sizes: Mapping[str, int], steps: int, digits: int
) -> list[Block]:
    """What the loss becomes in so many steps; nothing without steps, without a loss or without a learning rate."""
    network = page.derivation.network
    if not steps or network.is_layer or network.learning_rate is None or not page.derivation.wanted:
        return []
    found = runs(page, values, sizes, float(network.learning_rate), steps)
    labels = [_rate(page, rate) for rate, _ in found]
    blocks: list[Block] = [Heading(3, page.say("training.heading", count=steps, steps=steps))]
    blocks.append(Paragraph(page.say("training.lead", loss=Math(Name(network.results[0])))))
    blocks.append(_table(page, found, labels, steps, digits))
    curves = tuple(Curve(label, run) for label, (_, run) in zip(labels, found, strict=True))
    caption = page.say("training.caption", loss=Math(Name(network.results[0])))
    up: Text = (Math(Name(network.results[0])),)
    blocks.append(Plot(curves, page.say("training.step"), up, _far_apart(found), caption))
    lowest = min((run[-1] for _, run in found if falls(run, steps)), default=None)
    blocks.append(Points(tuple(_outcome(page, rate, run, lowest, steps, digits) for rate, run in found)))
    return blocks


def runs(page: Page, values: Mapping[str, np.ndarray], sizes: Mapping[str, int], rate: float, steps: int) -> list[Run]:
    """The losses with a tenth of the rate, with the rate, and with one so much larger that it spoils the descent."""
    here = begun(page.derivation, values, sizes)
    found = [(factor * rate, losses(page.derivation, here, factor * rate, sizes, steps)) for factor in (_SMALLER, 1)]
    larger: Run = found[-1]
    for factor in _LARGER:
        larger = (factor * rate, losses(page.derivation, here, factor * rate, sizes, steps))
        if spoiled(larger[1], found[-1][1], steps):
            break
    return [*found, larger]


def spoiled(run: Sequence[float], other: Sequence[float], steps: int) -> bool:
    """Whether the loss ceases to be a number, or ends higher than it began, or than another rate brings it."""
    return len(run) <= steps or run[-1] > run[0] or run[-1] > other[-1]


def falls(run: Sequence[float], steps: int) -> bool:
    """Whether the loss falls in every step."""
    return len(run) > steps and all(after <= before for before, after in pairwise(run))


def _rate(page: Page, rate: float) -> Text:
    return (Math(equals(Name(rate_name(page)), given(float(f"{rate:.6g}")))),)


def _table(page: Page, found: Sequence[Run], labels: Sequence[Text], steps: int, digits: int) -> Table:
    rows: list[tuple[Text, ...]] = []
    for step in shown_steps(steps):
        cells: list[Text] = [(str(step),)]
        for _, run in found:
            cells.append((Math(decimal(run[step], digits)),) if step < len(run) else page.say("training.no_number"))
        rows.append(tuple(cells))
    return Table((page.say("training.step"), *labels), tuple(rows))


def shown_steps(steps: int) -> list[int]:
    """All steps where they are few; else the first ones, then some, evenly spaced, and the last."""
    if steps < _MOST_ROWS:
        return list(range(steps + 1))
    apart = math.ceil((steps - 3) / (_MOST_ROWS - 4))
    return sorted({0, 1, 2, 3, *range(steps, 3, -apart)})


def _far_apart(found: Sequence[Run]) -> bool:
    """Whether only powers of ten show all curves; no loss is negative or 0 then."""
    values = [value for _, run in found for value in run]
    return min(values) > 0 and max(values) > _FAR_APART * min(values)


def _outcome(page: Page, rate: float, run: tuple[float, ...], lowest: float | None, steps: int, digits: int) -> Text:
    """What happened, in a sentence; `lowest` is where the best of the rates that only fall arrives."""
    symbol = _rate(page, rate)
    if len(run) <= steps:
        return page.say("training.diverges", rate=symbol, step=len(run))
    before, after = Math(decimal(run[0], digits)), Math(decimal(run[-1], digits))
    if min(run) == max(run):
        return page.say("training.stays", rate=symbol, before=before)
    if run[-1] >= run[0]:
        return page.say("training.rises", rate=symbol, before=before, after=after)
    if not falls(run, steps):
        rising = next(step for step in range(1, len(run)) if run[step] > run[step - 1])
        return page.say("training.swings", rate=symbol, before=before, after=after, step=rising)
    if lowest is not None and run[0] - run[-1] < _SLOW * (run[0] - lowest):
        return page.say("training.slow", rate=symbol, before=before, after=after)
    return page.say("training.falls", rate=symbol, before=before, after=after)
