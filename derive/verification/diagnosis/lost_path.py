"""A gradient without one of its paths: values of a network in which one equation reads a copy that never moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from sympy import Add, Expr, Mul

from derive.dependence import depends, entries
from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.network import Network
from derive.verification.points import Point

_MOST_VALUES = 8


@dataclass(frozen=True)
class Path:
    """A use of a value: by an equation, or by one term or factor of its right side."""

    used: str
    user: str
    part: int | None = None


@dataclass(frozen=True)
class Cut:
    """Paths that a derivative is not passed on, or `times` as much of it; `constant` names values held fixed."""

    paths: tuple[Path, ...]
    constant: tuple[str, ...] = ()
    times: int = 0


def cuts(network: Network, by: str) -> Iterator[Cut]:
    """What may have been left out of a gradient by a value: one use of several, then whole values, then two of those;
    last, what may have been counted twice."""
    reached = _reached(network, by)
    several = [path for name in reached if len(found := tuple(uses(network, name))) > 1 for path in found]
    yield from (Cut((path,)) for path in several)
    whole = {name: tuple(uses(network, name)) for name in reached[1 : 1 + _MOST_VALUES]}
    yield from (Cut(found, (name,)) for name, found in whole.items() if found)
    for first, second in combinations(whole, 2):
        yield Cut((*whole[first], *whole[second]), (first, second))
    yield from (Cut((path,), times=2) for path in several)


def _reached(network: Network, by: str) -> list[str]:
    """The value itself and all that depends on it, results aside."""
    found = [by]
    for equation in network.equations:
        name = equation.tensor.name
        if name not in network.results and any(depends(equation.right, network.tensors[one]) for one in found):
            found += [name] if name not in found else []
    return found


def uses(network: Network, name: str) -> Iterator[Path]:
    """Every equation that reads a value, or every term or factor of it that does where these are several."""
    tensor = network.tensors[name]
    for equation in network.equations:
        if not depends(equation.right, tensor):
            continue
        parts = _parts(equation.right)
        reading = [number for number, part in enumerate(parts) if depends(part, tensor)]
        if len(reading) > 1:
            yield from (Path(name, equation.tensor.name, number) for number in reading)
        else:
            yield Path(name, equation.tensor.name)


def _parts(right: Expr) -> tuple[Expr, ...]:
    return right.args if isinstance(right, Add | Mul) else ()


def applied(cut: Cut, point: Point) -> Point:
    """The point with the same values, whose derivatives do not follow the paths that are cut."""
    values = point.values
    network = values.network
    held = dict(values.held)
    equations = {equation.tensor.name: equation for equation in network.equations}
    for path in cut.paths:
        tensor = network.tensors[path.used]
        still = Tensor(f"{tensor.name}·", tensor.axes)
        held[still.name] = held[tensor.name]
        equations[path.user] = _reading(equations[path.user], network, path, still, cut.times)
    changed = replace(network, equations=tuple(equations.values()))
    return replace(point, values=replace(values, network=changed, held=held, jacobians={}))


def _reading(equation: Equation, network: Network, path: Path, still: Tensor, times: int) -> Equation:
    tensor = network.tensors[path.used]
    change: dict[Expr, Expr] = {}
    for entry in entries(equation.right):
        if entry.tensor == tensor:
            copy = Entry(still, *entry.subscripts)
            change[entry] = times * entry - (times - 1) * copy if times else copy
    if path.part is None:
        return replace(equation, right=equation.right.xreplace(change))
    # The parts are those of the equation as it was written: an earlier cut may have changed their order.
    original = network.equation(path.user)
    assert original is not None
    part = original.right.args[path.part]
    return replace(equation, right=_with(equation.right, part, part.xreplace(change)))


def still_elsewhere(right: Expr, tensor: Tensor, part: int | None) -> tuple[Expr, Tensor | None]:
    """The right side of an equation in which all parts but one read a copy of a tensor."""
    if part is None:
        return right, None
    still = Tensor(f"{tensor.name}·", tensor.axes)
    change = {entry: Entry(still, *entry.subscripts) for entry in entries(right) if entry.tensor == tensor}
    parts = (item if number == part else item.xreplace(change) for number, item in enumerate(right.args))
    return right.func(*parts, evaluate=False), still


def _with(right: Expr, part: Expr, changed: Expr) -> Expr:
    return right.func(*(changed if argument == part else argument for argument in right.args), evaluate=False)
