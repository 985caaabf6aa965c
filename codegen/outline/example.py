"""The worked example: values, gradients and updated parameters in numbers, where a network declares its values."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from codegen.block import Block, Heading, Math, Paragraph, Table, Text
from codegen.notation.formula import Name
from codegen.outline.page import Page
from derive.derivation import Derivation
from derive.evaluate import evaluate_derivation, evaluate_network
from derive.network import Network

DIGITS = 8
_MOST_ENTRIES = 36


def example(page: Page) -> list[Block]:
    """The numbers, when every input, target and parameter has a value; nothing otherwise."""
    derivation = page.derivation
    network = derivation.network
    values = declared_values(network)
    if values is None or derivation.upstream:
        return []
    sizes = sizes_of(network, values)
    found = evaluate_derivation(derivation, values, sizes)
    blocks: list[Block] = [Heading(2, ("Worked example",))]
    blocks.append(Paragraph(("What is given:",)))
    rows = [(Math(Name(item.tensor.name)), values[item.tensor.name]) for item in network.declarations]
    blocks.append(_table("given", rows, short))
    unbounded = [item.tensor.name for item in network.equations if not np.all(np.isfinite(found[item.tensor.name]))]
    unbounded += [item.tensor.name for item in derivation.adjoints if not np.all(np.isfinite(found[item.tensor.name]))]
    if unbounded:
        first = unbounded[0]
        return [*blocks, Paragraph(("With these values ", page.math(page.derivation_tensor(first)),
                                    f"{page.reference(first)} is not a finite number, so there is no example to work "
                                    "out: choose other values."))]  # fmt: skip
    blocks.append(Paragraph((f"With {DIGITS} digits after the point, the forward pass gives",)))
    forward = [(Math(Name(item.tensor.name)), found[item.tensor.name]) for item in network.equations]
    blocks.append(_table("value", forward))
    blocks.append(Paragraph(("and the backward pass, in its own order,",)))
    backward = [(page.math(item.tensor), found[item.tensor.name]) for item in derivation.adjoints]
    blocks.append(_table("gradient", backward))
    blocks += _after_update(page, values, found, sizes)
    return blocks


def _after_update(
    page: Page, values: dict[str, np.ndarray], found: Mapping[str, Any], sizes: dict[str, int]
) -> list[Block]:
    network = page.derivation.network
    if network.learning_rate is None:
        return []
    rate = float(network.learning_rate)
    reached = [tensor for tensor in network.parameters if _has(page.derivation, tensor.name)]
    after = dict(values)
    for tensor in reached:
        after[tensor.name] = values[tensor.name] - rate * found[page.derivation[tensor.name].tensor.name]
    (loss,) = network.results
    before, then = float(found[loss]), float(evaluate_network(network, after, sizes)[loss])
    change: Text = ("The loss was ", number(before), " and is now ", number(then), ".")
    return [
        Paragraph(
            (
                "After one update with learning rate ",
                page.math(network.learning_rate),
                " the parameters are",
            )
        ),
        _table("updated", [(Math(Name(tensor.name)), after[tensor.name]) for tensor in reached]),
        Paragraph(change),
    ]


def _has(derivation: Derivation, name: str) -> bool:
    return any(adjoint.of.name == name for adjoint in derivation.adjoints)


def _table(head: str, rows: Iterable[tuple[Math, np.ndarray]], say: Callable[[Any], str] | None = None) -> Table:
    return Table((("symbol",), (head,)), tuple(((symbol,), (printed(array, say),)) for symbol, array in rows))


def printed(array: np.ndarray, say: Callable[[Any], str] | None = None) -> str:
    """A number, or rows of numbers in brackets; what is too large to print is described. `say` prints one number."""
    say = say or number
    array = np.asarray(array)
    if array.size > _MOST_ENTRIES:
        shape = " × ".join(str(size) for size in array.shape)
        return f"{shape} numbers from {say(array.min())} to {say(array.max())}"
    if array.ndim == 0:
        return say(array.item())
    # Rows are parted by semicolons, and blocks of rows by a stroke.
    between = {1: ", ", 2: "; "}.get(array.ndim, " / ")
    return f"({between.join(printed(part, say).removeprefix('(').removesuffix(')') for part in array)})"


def short(value: Any) -> str:
    """A number that a person gave, with the digits that it was given with."""
    return repr(value).removesuffix(".0").replace("-", "−")


def number(value: Any) -> str:
    """Eight digits after the point; whole numbers as they are."""
    if isinstance(value, int | np.integer):
        return str(int(value))
    value = float(value)
    if value.is_integer() and abs(value) < 1e6:
        return str(int(value))
    small = value != 0 and abs(value) < 10.0 ** -(DIGITS - 3)
    return f"{value:.{DIGITS}e}" if small or not math.isfinite(value) else f"{value:.{DIGITS}f}".replace("-", "−")


def declared_values(network: Network) -> dict[str, np.ndarray] | None:
    """The declared values as arrays, or None when one is missing."""
    values: dict[str, np.ndarray] = {}
    for item in network.declarations:
        if item.value is None:
            return None
        whole = item.tensor.within is not None
        values[item.tensor.name] = np.asarray(_nested(item.value), dtype=np.int64 if whole else np.float64)
    return values if values else None


def _nested(value: Any) -> Any:
    return [_nested(item) for item in value] if isinstance(value, tuple | list) else float(value)


def sizes_of(network: Network, values: Mapping[str, np.ndarray]) -> dict[str, int]:
    """The sizes of all dimensions without a formula: from the arrays, else the defaults."""
    sizes = {item.symbol.name: item.default for item in network.dimensions if item.default is not None}
    for item in network.declarations:
        for axis, size in zip(item.tensor.axes, values[item.tensor.name].shape, strict=True):
            if axis.is_Symbol:
                sizes[str(axis)] = size
    return sizes
