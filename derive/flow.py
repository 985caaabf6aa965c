"""How a change flows through a network: which equations read a tensor, and which tensors move with which."""

from __future__ import annotations

from derive.dependence import smooth_tensors
from derive.entry import Tensor
from derive.equation import Equation
from derive.network import Network


class Flow:
    """The graph of a network, restricted to what moves when a wanted tensor does."""

    def __init__(self, network: Network, wanted: tuple[str, ...]) -> None:
        self.network = network
        self.place = {equation.tensor: place for place, equation in enumerate(network.equations)}
        moving = {network.tensors[name] for name in wanted}
        self._reads: dict[Tensor, frozenset[Tensor]] = {}
        self._consumers: dict[Tensor, list[Equation]] = {}
        for equation in network.equations:
            reads = smooth_tensors(equation.right) & moving
            self._reads[equation.tensor] = frozenset(reads)
            if reads:
                moving.add(equation.tensor)
            for tensor in reads:
                self._consumers.setdefault(tensor, []).append(equation)
        self.moving = frozenset(moving)

    def consumers(self, tensor: Tensor) -> tuple[Equation, ...]:
        """The equations that a change of the tensor moves directly, in reading order."""
        return tuple(self._consumers.get(tensor, ()))

    def reads(self, equation: Equation) -> frozenset[Tensor]:
        """The moving tensors that an equation reads."""
        return self._reads[equation.tensor]

    def enclosed(self, tensor: Tensor) -> tuple[Equation, ...]:
        """The equations that move with nothing but this tensor: their adjoints are needed for its adjoint only."""
        inside, found = {tensor}, {}
        waiting = list(self.consumers(tensor))
        while waiting:
            waiting.sort(key=lambda equation: self.place[equation.tensor], reverse=True)
            equation = waiting.pop()
            if equation.tensor not in inside and self.reads(equation) <= inside:
                inside.add(equation.tensor)
                found[equation.tensor] = equation
                waiting += self.consumers(equation.tensor)
        loss = () if self.network.is_layer else self.network.results
        return tuple(e for e in sorted(found.values(), key=lambda e: self.place[e.tensor]) if e.tensor.name not in loss)
