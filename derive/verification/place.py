"""Which axes the subscripts of a hand-written symbol stand on, where the axis of examples or of time is left out."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from derive.entry import Tensor
from derive.network import Network
from derive.verification.reading import Reading
from derive.verification.value import DoesNotFit


@dataclass(frozen=True)
class Axes:
    """The axes of a tensor as a text sees them.

    examples   the axis of the examples, or None
    frames     axes of time or depth
    shown      the axes in the order of the text, frames first; without that of the examples when there is one example
    """

    tensor: Tensor
    examples: int | None
    frames: tuple[int, ...]
    shown: tuple[int, ...]


def axes_of(tensor: Tensor, network: Network, batch: str | None, reading: Reading) -> Axes:
    """The axes of a tensor in a reading: columns turn a matrix round."""
    examples = next((place for place, size in enumerate(tensor.axes) if str(size) == batch), None)
    steps = {recurrence.size for recurrence in network.recurrences}
    frames = tuple(place for place, size in enumerate(tensor.axes) if size in steps)
    if frames and len({tensor.axes[place] for place in frames}) < len(frames):
        frames = frames[:1]
    rest = [place for place in range(len(tensor.axes)) if place not in frames]
    if reading.batch == "one" and examples is not None:
        rest.remove(examples)
    turned = reading.layout == "column" or (reading.layout == "mixed" and examples is not None)
    if turned and len(rest) == 2:
        rest.reverse()
    return Axes(tensor, examples, frames, (*frames, *rest))


def placed(
    axes: Axes, sizes: list[Expr | None], reading: Reading, bare: list[str], below: int
) -> tuple[dict[int, int], bool]:
    """The axis of every subscript, and whether the axis of examples was left out.

    sizes   what each subscript is known to run over, None where it is not known yet
    bare    the letter of each subscript, "" where it is none
    below   how many of them are subscripts; the others stand above, and number layers, steps or examples
    """
    tensor = axes.tensor
    if len(sizes) > len(tensor.axes):
        raise DoesNotFit(f"{tensor.name} has {len(tensor.axes)} axes, but {len(sizes)} subscripts stand here")
    chosen: dict[int, int] = {}
    for number in range(below, len(sizes)):
        free = [place for place in axes.frames if place not in chosen.values()]
        if not free and axes.examples is not None and axes.examples not in chosen.values():
            free = [axes.examples]
        if not free:
            raise DoesNotFit(f"{tensor.name} has no axis of layers, steps or examples for a superscript")
        chosen[number] = free[0]
    rest = [place for place in range(len(tensor.axes)) if place not in chosen.values()]
    found, implied = _below(axes, rest, sizes[:below], reading, bare)
    return {**chosen, **found}, implied


def _below(
    axes: Axes, open_: list[int], sizes: list[Expr | None], reading: Reading, bare: list[str]
) -> tuple[dict[int, int], bool]:
    """The axes of the subscripts among those that are still open."""
    tensor, count = axes.tensor, len(sizes)
    shown = [place for place in axes.shown if place in open_]
    others = [place for place in shown if place != axes.examples]
    if count == len(open_):
        order = list(open_) if reading.layout == "row" or axes.examples in open_ else shown
        if axes.examples in open_ and count == 2 and not _fits(order, sizes, tensor):
            order = order[::-1]
        return dict(enumerate(order)), False
    lacks_one = axes.examples in open_ and count == len(open_) - 1 and count > 0
    if lacks_one and not any(_is_example(bare[number], sizes[number], tensor, axes) for number in range(count)):
        in_order = sorted(others) if reading.layout == "row" else others
        return dict(enumerate(in_order)), True
    chosen: dict[int, int] = {}
    for number, size in enumerate(sizes):
        free = [place for place in shown if place not in chosen.values()]
        if axes.examples in open_ and axes.examples not in (*free, *chosen.values()) and reading.batch == "all":
            free.append(axes.examples)
        known = [place for place in free if size is not None and tensor.axes[place] == size]
        if known:
            chosen[number] = known[0]
        elif axes.examples in free and axes.examples is not None and _is_example(bare[number], size, tensor, axes):
            chosen[number] = axes.examples
        else:
            inner = [place for place in free if place in axes.frames]
            candidates = inner or [place for place in free if place != axes.examples] or free
            if not candidates:
                raise DoesNotFit(f"{tensor.name} has no axis for so many subscripts")
            chosen[number] = candidates[0]
    return chosen, False


def _fits(order: list[int], sizes: list[Expr | None], tensor: Tensor) -> bool:
    return all(size is None or tensor.axes[place] == size for place, size in zip(order, sizes, strict=True))


def _is_example(letter: str, size: Expr | None, tensor: Tensor, axes: Axes) -> bool:
    if axes.examples is None:
        return False
    if size is not None:
        return bool(tensor.axes[axes.examples] == size)
    return letter == "n" or letter == str(tensor.axes[axes.examples]).lower()
