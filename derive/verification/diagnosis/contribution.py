"""What one use of a value sends back to it: the gradient by the user, times the direct derivative of user by used."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from derive.arrays import Arrays, Held, Values, evaluated
from derive.arrays.values import STEP
from derive.binding import free_letters
from derive.entry import Tensor
from derive.index import Index
from derive.verification.diagnosis.lost_path import Path, still_elsewhere
from derive.verification.points import Point


def contribution(path: Path, point: Point) -> np.ndarray:
    """sum_u ∂E/∂u · ∂u/∂v, where everything but v stands still; with the axes of v."""
    values = point.values
    network = values.network
    equation = network.equation(path.user)
    assert equation is not None
    used = network.tensors[path.used]
    right, copy = still_elsewhere(equation.right, used, path.part)
    seeds = tuple(Index(f"∂{place}", size) for place, size in enumerate(used.axes))
    held = {**values.held, path.used: _moved(values, used)}
    if copy is not None:
        held[copy.name] = values.held[path.used]
    moved = evaluated(right, replace(values, held=held, seeds=seeds, jacobians={}))
    gradient = Held(point.gradient(path.user))
    arriving = evaluated(equation.left, Arrays(values.sizes, values.constants, {path.user: gradient}))
    letters = tuple(letter for letter in equation.letters if letter in free_letters(equation.left))
    direct = replace(moved, array=np.imag(moved.array) / STEP)
    total = (arriving * direct).reduced(np.sum, letters)
    shape = tuple(values.size(size) for size in used.axes)
    return np.asarray(np.broadcast_to(total.along(seeds), shape))


def _moved(values: Values, tensor: Tensor) -> Held:
    """The array of a tensor in which each entry moves by itself; the ends of a recurrence do not."""
    held = values.held[tensor.name]
    inside = values.array(tensor.name)
    step = np.eye(inside.size).reshape(inside.shape * 2) * (1j * STEP)
    if held.open_axis is not None:
        ends = [(0, 0)] * step.ndim
        ends[held.open_axis] = (1, 1)
        step = np.pad(step, ends)
    return Held(held.array.reshape(held.array.shape + (1,) * inside.ndim) + step, held.open_axis)
