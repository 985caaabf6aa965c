"""The worked example: every equation, every derivative and the update in numbers, where a network has values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from codegen.block import Block, Display, Heading, Math, Paragraph, Table
from codegen.calculation import Calculation
from codegen.notation.decimal import decimal, given, said
from codegen.notation.formula import Factors, Formula, Infix, Name, Terms, equals
from codegen.notation.width import width
from codegen.outline.closing import rate_name
from codegen.outline.page import Page
from codegen.outline.paths import path_lines
from codegen.outline.substituted import NoNumber, substituted
from codegen.outline.training import training
from codegen.outline.worked import Line, Numbers, adjoint_lines, forward_lines, numbers_at, set_out
from derive.descent import Descent, descended
from derive.entry import Tensor
from derive.example import declared_sizes, declared_values, handed_in

_MOST_ENTRIES = 8
_LINE = 70


def example(page: Page, how: Calculation) -> list[Block]:
    """The numbers, when every input, target and parameter has a value; nothing otherwise."""
    derivation = page.derivation
    network = derivation.network
    values = declared_values(network)
    if values is None:
        return []
    sizes = declared_sizes(network)
    given_back = handed_in(network, sizes) if derivation.upstream else {}
    names = zip(derivation.upstream, network.results, strict=False)
    handed = {tensor.name: given_back[name] for tensor, name in names}
    numbers = numbers_at(derivation, {**values, **handed}, sizes, how.digits)
    blocks: list[Block] = [Heading(2, page.say("example.heading")), Paragraph(page.say("example.given_lead"))]
    rows = [(Math(Name(item.tensor.name)), values[item.tensor.name]) for item in network.declarations]
    rows += [(page.math(tensor), handed[tensor.name]) for tensor in derivation.upstream]
    blocks.append(_table(page, "given", rows, lambda value: said(given(value))))
    computed = [item.tensor for item in network.equations] + [item.tensor for item in derivation.adjoints]
    unbounded = [tensor.name for tensor in computed if not np.all(np.isfinite(numbers.values[tensor.name]))]
    if unbounded:
        first = unbounded[0]
        name, equation = page.math(page.derivation_tensor(first)), page.reference(first)
        return [*blocks, Paragraph(page.say("example.unbounded", name=name, equation=equation))]
    forward = forward_lines(page, numbers)
    blocks.append(Paragraph(page.say("example.digits", digits=how.digits)))
    blocks += [Heading(3, page.say("example.forward")), *set_out(forward)]
    blocks += _rest(page, "value", numbers, forward, [item.tensor for item in network.equations])
    backward = [line for item in derivation.adjoints for line in adjoint_lines(page, numbers, item)]
    blocks += [
        Heading(3, page.say("example.backward")),
        Paragraph(page.say("example.backward_lead")),
        *set_out(backward),
    ]
    blocks += _rest(page, "gradient", numbers, backward, [item.tensor for item in derivation.adjoints])
    if paths := path_lines(page, numbers):
        blocks += [Heading(3, page.say("example.paths")), Paragraph(page.say("example.paths_lead")), *set_out(paths)]
    blocks += _after_update(page, numbers, sizes)
    return [*blocks, *training(page, values, sizes, how.steps, how.digits)]


def _rest(page: Page, head: str, numbers: Numbers, lines: Iterable[Line], tensors: Iterable[Tensor]) -> list[Block]:
    """What no line says: too many numbers for one, or more than two axes."""
    shown = {line.left for line in lines}
    rows = [(page.math(tensor), numbers.values[tensor.name]) for tensor in tensors if _unsaid(page, shown, tensor)]
    return [_table(page, head, rows, lambda value: said(decimal(value, numbers.digits)))] if rows else []


def _unsaid(page: Page, shown: set[Any], tensor: Tensor) -> bool:
    return page.formula(tensor) not in shown


def _after_update(page: Page, numbers: Numbers, sizes: Mapping[str, int]) -> list[Block]:
    """Every parameter after one step, and the loss with them."""
    derivation = page.derivation
    network = derivation.network
    if network.learning_rate is None or network.is_layer:
        return []
    rate = float(network.learning_rate)
    given_values = {item.tensor.name: numbers.values[item.tensor.name] for item in network.declarations}
    moved = descended(derivation, Descent(given_values, dict(numbers.values)), rate, sizes)
    lines: list[Line] = []
    rows: list[tuple[Math, np.ndarray]] = []
    for tensor in network.parameters:
        if not any(adjoint.of.name == tensor.name for adjoint in derivation.adjoints):
            continue
        line = _update_line(page, numbers, tensor, rate, moved.given[tensor.name])
        lines += [line] if line else []
        rows += [] if line else [(Math(Name(tensor.name)), moved.given[tensor.name])]
    (loss,) = network.results
    before, after = (decimal(float(values[loss]), numbers.digits) for values in (numbers.values, moved.values))
    blocks: list[Block] = [Heading(3, page.say("example.update"))]
    value = given(rate)
    blocks.append(Paragraph(page.say("example.update_lead", rate=Math(equals(Name(rate_name(page)), value)))))
    if lines:
        # The symbols stand in the section before: where a line would be too long with them they are left out.
        short = all(width(line.symbols) + width(_numbers(line)) < _LINE for line in lines)
        rights = [equals(line.symbols, _numbers(line)) if short and line.symbols else _numbers(line) for line in lines]
        blocks.append(
            Display(tuple((line.left, right, None) for line, right in zip(lines, rights, strict=True)), assignment=True)
        )
    blocks += [_table(page, "updated", rows, lambda value: said(decimal(value, numbers.digits)))] if rows else []
    blocks.append(Paragraph(page.say("example.loss", before=Math(before), after=Math(after))))
    return blocks


def _update_line(page: Page, numbers: Numbers, tensor: Tensor, rate: float, after: np.ndarray) -> Line | None:
    """W <- W - alpha dW in numbers; None for an array that is too large."""
    alpha = Name(rate_name(page))
    own, gradient = Name(tensor.name), page.derivation[tensor.name].tensor
    symbols = Terms((("+", own), ("-", Factors((alpha, page.formula(gradient))))))
    try:
        put_in = substituted(symbols, lambda leaf: given(rate) if leaf == alpha else numbers.symbol(page, leaf))
        printed = numbers.printed
        found = numbers.shown(gradient.name, printed[tensor.name] - rate * printed[gradient.name])
        result = numbers.shown(gradient.name, after)
    except NoNumber:
        return None
    return Line(own, result, symbols, put_in, found != result)


def _numbers(line: Line) -> Formula:
    """0.45 - 0.5 × 0.02592286 = 0.43703857"""
    assert line.numbers is not None
    return Infix("about" if line.about else "equals", (line.numbers, line.result))


def _table(page: Page, head: str, rows: Iterable[tuple[Math, np.ndarray]], say: Callable[[Any], str]) -> Table:
    heads = {
        "given": page.say("example.given"),
        "value": page.say("example.value"),
        "gradient": page.say("example.gradient"),
        "updated": page.say("example.updated"),
    }
    body = tuple(((symbol,), (printed(page, array, say),)) for symbol, array in rows)
    return Table((page.say("example.symbol"), heads[head]), body)


def printed(page: Page, array: np.ndarray, say: Callable[[Any], str]) -> str:
    """A number, or rows of numbers in brackets; what is too large to print is described. `say` prints one number."""
    array = np.asarray(array)
    if array.size > _MOST_ENTRIES:
        shape = page.language.phrase("list.axes").join(str(size) for size in array.shape)
        return page.language.phrase("example.range", shape=shape, least=say(array.min()), most=say(array.max()))
    if array.ndim == 0:
        return say(array.item())
    # Rows are parted by semicolons, and blocks of rows by a stroke.
    between = {1: ", ", 2: "; "}.get(array.ndim, " / ")
    inside = between.join(printed(page, part, say).removeprefix("(").removesuffix(")") for part in array)
    return f"({inside})"
