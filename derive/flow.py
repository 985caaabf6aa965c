"""How a change flows through a network: which equations read a tensor, and which tensors move with which."""

from __future__ import annotations

from dataclasses import dataclass

from derive.dependence import entries, smooth_tensors
from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.network import Network, Recurrence
from derive.operators import Compare
from derive.subscript import outside


@dataclass(frozen=True)
class Unit:
    """What is computed together: one equation, or the members of a recurrence."""

    equations: tuple[Equation, ...]
    recurrence: Recurrence | None = None

    @property
    def boundaries(self) -> tuple[Equation, ...]:
        return self.recurrence.boundaries if self.recurrence is not None else ()


class Flow:
    """The graph of a network, restricted to what moves when a wanted tensor does."""

    def __init__(self, network: Network, wanted: tuple[str, ...]) -> None:
        self.network = network
        self.units = units(network)
        self.place = {equation.tensor: place for place, equation in enumerate(network.equations)}
        moving = {network.tensors[name] for name in wanted}
        for unit in self.units:
            self._spread(unit, moving)
        self.moving = frozenset(moving)
        self._reads: dict[Tensor, frozenset[Tensor]] = {}
        self._consumers: dict[Tensor, list[Equation]] = {}
        self._boundaries: dict[Tensor, list[Equation]] = {}
        self._first: dict[Tensor, Unit] = {}
        for unit in self.units:
            for equation in unit.equations:
                reads = smooth_tensors(equation.right) & self.moving
                self._reads[equation.tensor] = frozenset(reads)
                for tensor in reads:
                    self._consumers.setdefault(tensor, []).append(equation)
                    self._first.setdefault(tensor, unit)
            for boundary in unit.boundaries:
                for tensor in smooth_tensors(boundary.right) & self.moving:
                    self._boundaries.setdefault(tensor, []).append(boundary)
                    self._first.setdefault(tensor, unit)

    def _recurrent_axis(self, tensor: Tensor) -> int | None:
        """The axis of a member of a recurrence along which it recurs."""
        for item in self.network.recurrences:
            if tensor.name in item.members:
                return item.axes[item.members.index(tensor.name)]
        return None

    def is_inside(self, boundary: Equation) -> bool:
        """True for a boundary that gives a slice inside the axis, such as h[0]."""
        axis = self._recurrent_axis(boundary.tensor)
        return axis is not None and outside(boundary.left.subscripts[axis], boundary.tensor.axes[axis]) == ()

    def domain(self, equation: Equation, consumer: Equation) -> tuple[Compare, ...]:
        """Where a general equation holds, in the letters of `consumer`: not at slices that boundaries give."""
        axis = self._recurrent_axis(equation.tensor)
        if axis is None or self.network.equation(equation.tensor.name) is not equation:
            return ()
        step = consumer.left.subscripts[axis]
        size = equation.tensor.axes[axis]
        given = [
            boundary.left.subscripts[axis]
            for unit in self.units
            for boundary in unit.boundaries
            if boundary.tensor == equation.tensor and self.is_inside(boundary)
        ]
        conditions = []
        for place in given:
            relation = ">=" if place == 0 else "<" if place == size - 1 else "!="
            conditions.append(Compare(relation, step, place + 1 if place == 0 else place))
        return tuple(conditions)

    def _spread(self, unit: Unit, moving: set[Tensor]) -> None:
        """Add what a unit moves; a recurrence until nothing is added any more."""
        before = -1
        while before != len(moving):
            before = len(moving)
            for equation in (*unit.boundaries, *unit.equations):
                if smooth_tensors(equation.right) & moving:
                    moving.add(equation.tensor)
            if unit.recurrence is None:
                return

    def consumers(self, tensor: Tensor) -> tuple[Equation, ...]:
        """The equations that a change of the tensor moves directly, in reading order."""
        return tuple(self._consumers.get(tensor, ()))

    def boundaries(self, tensor: Tensor) -> tuple[Equation, ...]:
        """The boundaries of recurrences that read the tensor."""
        return tuple(self._boundaries.get(tensor, ()))

    def reads(self, equation: Equation) -> frozenset[Tensor]:
        """The moving tensors that an equation reads."""
        return self._reads[equation.tensor]

    def declared_first_read_in(self, unit: Unit) -> list[Tensor]:
        """The declared moving tensors of which this unit is the first reader, in the order of their declarations."""
        order = {name: place for place, name in enumerate(self.network.tensors)}
        declared = (tensor for tensor, first in self._first.items() if first is unit)
        found = [tensor for tensor in declared if self.network.equation(tensor.name) is None]
        return sorted(found, key=lambda tensor: order[tensor.name])

    def backward_order(self, unit: Unit) -> tuple[Tensor, ...]:
        """The moving tensors of a unit, consumers first; what only the next step reads comes last."""
        tensors = [equation.tensor for equation in reversed(unit.equations) if equation.tensor in self.moving]
        if unit.recurrence is None:
            return tuple(tensors)
        now = {entry.tensor for equation in unit.equations for entry in same_step(equation.right, equation, unit)}
        return tuple(sorted(tensors, key=lambda tensor: tensor not in now))

    def _recurrence_of(self, tensor: Tensor) -> int:
        """Which recurrence a tensor is a member of, by its place; -1 for none."""
        places = (place for place, item in enumerate(self.network.recurrences) if tensor.name in item.members)
        return next(places, -1)

    def enclosed(self, tensor: Tensor) -> tuple[Equation, ...]:
        """The equations that move with nothing but this tensor: their adjoints are needed for its adjoint only.

        What is computed once stays out of what is computed at every step, and the other way round."""
        inside, found = {tensor}, {}
        waiting = list(self.consumers(tensor))
        home = self._recurrence_of(tensor)
        while waiting:
            waiting.sort(key=lambda equation: self.place[equation.tensor], reverse=True)
            equation = waiting.pop()
            at_home = self._recurrence_of(equation.tensor) == home
            if at_home and equation.tensor not in inside and self.reads(equation) <= inside:
                inside.add(equation.tensor)
                found[equation.tensor] = equation
                waiting += self.consumers(equation.tensor)
        loss = () if self.network.is_layer else self.network.results
        return tuple(e for e in sorted(found.values(), key=lambda e: self.place[e.tensor]) if e.tensor.name not in loss)


def units(network: Network) -> tuple[Unit, ...]:
    """The equations of a network, members of a recurrence together."""
    member_of = {name: recurrence for recurrence in network.recurrences for name in recurrence.members}
    found: list[Unit] = []
    done: set[str] = set()
    for equation in network.equations:
        recurrence = member_of.get(equation.tensor.name)
        if recurrence is None:
            found.append(Unit((equation,)))
        elif equation.tensor.name not in done:
            members = [network.equation(name) for name in recurrence.members]
            found.append(Unit(tuple(member for member in members if member is not None), recurrence))
            done |= set(recurrence.members)
    return tuple(found)


def same_step(expr: object, equation: Equation, unit: Unit) -> list[Entry]:
    """The entries of members in an expression that stand at the equation's own step."""
    recurrence = unit.recurrence
    if recurrence is None:
        return []
    axis = dict(zip(recurrence.members, recurrence.axes, strict=True))
    here = equation.left.subscripts[axis[equation.tensor.name]]
    return [
        entry
        for entry in entries(expr)  # type: ignore[arg-type]
        if entry.tensor.name in axis and entry.subscripts[axis[entry.tensor.name]] == here
    ]
