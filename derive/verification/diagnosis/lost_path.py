"""A gradient without one of its paths: values of a network in which one equation reads a copy that never moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from sympy import Add, Expr, Mul

from derive.dependence import depends, entries
from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.index import Index
from derive.network import Network
from derive.operators import Sum
from derive.verification.points import Point

_MOST_VALUES = 8


@dataclass(frozen=True)
class Path:
    """A use of a value: by an equation, or by one term or factor of its right side.

    part   where that stands: the number of an argument, and of one in that, for a sum over letters or a multiple of one
    """

    used: str
    user: str
    part: tuple[int, ...] = ()


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
    # The uses of a whole value are cut equation by equation, so that no cut changes the parts of another one.
    whole = {
        name: tuple(dict.fromkeys(replace(path, part=()) for path in uses(network, name)))
        for name in reached[1 : 1 + _MOST_VALUES]
    }
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
        parts = _parts(equation.right, tensor)
        yield from (Path(name, equation.tensor.name, part) for part in parts or ((),))


def _parts(right: Expr, tensor: Tensor) -> list[tuple[int, ...]]:
    """Where the terms or factors stand that read a tensor, if these are several; those of a sum's body too."""
    if not isinstance(right, Add | Mul | Sum):
        return []
    reading = [number for number, part in enumerate(right.args) if depends(part, tensor)]
    if len(reading) > 1 and not isinstance(right, Sum):
        return [(number,) for number in reading]
    return [(number, *part) for number in reading[:1] for part in _parts(right.args[number], tensor)]


def is_diagonal(path: Path, network: Network) -> bool:
    """True for the use of p_i by p_i itself, where the other uses run over all entries: the numerator of a softmax."""
    equation = network.equation(path.user)
    if equation is None or not path.part:
        return False
    own = set(equation.letters)
    places = [part for part in _parts(equation.right, network.tensors[path.used]) if part != path.part]
    others = [_at(equation.right, place) for place in places]
    return _reads_only(_at(equation.right, path.part), path.used, own) and all(
        {entry.tensor.name for entry in entries(part)} == {path.used} and not _reads_only(part, path.used, own)
        for part in others
    )


def _reads_only(part: Expr, used: str, letters: set[Index]) -> bool:
    """True when a part reads a tensor at the letters of its equation alone."""
    read = [entry for entry in entries(part) if entry.tensor.name == used]
    return all(set(entry.subscripts) <= letters for entry in read)


def _at(right: Expr, place: tuple[int, ...]) -> Expr:
    return _at(right.args[place[0]], place[1:]) if place else right


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
        equations[path.user] = _reading(equations[path.user], path, network.tensors[path.used], still, cut.times)
    changed = replace(network, equations=tuple(equations.values()))
    return replace(point, values=replace(values, network=changed, held=held, jacobians={}))


def _reading(equation: Equation, path: Path, tensor: Tensor, still: Tensor, times: int) -> Equation:
    change: dict[Expr, Expr] = {}
    for entry in entries(equation.right):
        if entry.tensor == tensor:
            copy = Entry(still, *entry.subscripts)
            change[entry] = times * entry - (times - 1) * copy if times else copy
    return replace(equation, right=_changed(equation.right, path.part, change, {}))


def still_elsewhere(right: Expr, tensor: Tensor, part: tuple[int, ...]) -> tuple[Expr, Tensor | None]:
    """The right side of an equation in which all parts but one read a copy of a tensor."""
    if not part:
        return right, None
    still = Tensor(f"{tensor.name}·", tensor.axes)
    change = {entry: Entry(still, *entry.subscripts) for entry in entries(right) if entry.tensor == tensor}
    return _changed(right, part, {}, change), still


def _changed(right: Expr, place: tuple[int, ...], there: dict[Expr, Expr], elsewhere: dict[Expr, Expr]) -> Expr:
    """An expression with some entries replaced in one of its parts, others everywhere else."""
    if not place:
        return right.xreplace(there)
    arguments = (
        _changed(item, place[1:], there, elsewhere) if number == place[0] else item.xreplace(elsewhere)
        for number, item in enumerate(right.args)
    )
    if isinstance(right, Add | Mul):
        return right.func(*arguments, evaluate=False)
    return right.func(*arguments)
