"""Second derivatives: a derivation is a network again, so its gradient can be derived like any other.

`hvp(network)` is the network of the directional derivative g = sum of gradient * v over all parameters, with v given.
Its gradient by a parameter is the product of the Hessian with v.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sympy import Add, Basic, Expr

from derive.backward import differentiate
from derive.binding import bind, replace_nodes
from derive.dependence import tensors
from derive.derivation import Adjoint
from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.errors import InputError
from derive.index import Index
from derive.letters import Letters
from derive.network import Declaration, Network
from derive.operators import Sum


def hvp(network: Network) -> Network:
    """The network whose gradient by each parameter W is the Hessian of the loss times v, the part for W.

    The direction has one input `v_W` for every parameter W, of its shape. InputError for a layer, which has no loss.
    """
    if network.is_layer:
        raise InputError(f"{network.name} is a layer: it has no loss to differentiate twice", None, "loss E = ...")
    derivation = differentiate(network)
    names = _Names(derivation.network)
    gradients = {adjoint.tensor: names.fresh("g_" + adjoint.of.name, adjoint.tensor) for adjoint in derivation.adjoints}
    backward = tuple(_renamed(equation, gradients) for equation in derivation.backward)
    letters = Letters(derivation.network)
    directions, terms = [], []
    for name in derivation.wanted:
        of = derivation.network.tensors[name]
        direction = names.fresh("v_" + name, of)
        directions.append(Declaration(direction, "input"))
        own = _letters(of, letters)
        gradient = gradients[derivation[name].tensor]
        terms.append(bind(Sum, Entry(gradient, *own) * Entry(direction, *own), own))
    slope = names.fresh("slope", Tensor("slope"))
    loss = Equation(slope, (), Add(*terms))
    equations = (*derivation.network.equations, *backward, loss)
    recurrences = tuple(
        replace(item, members=tuple(gradients[_tensor(derivation.adjoints, name)].name for name in item.members))
        for item in derivation.recurrences
    )
    return replace(
        derivation.network,
        name=f"{network.name}_hvp",
        title=f"Hessian times vector: {network.title}",
        about="The directional derivative of the loss along v; its gradient is the Hessian times v.",
        declarations=(*derivation.network.declarations, *directions),
        equations=_needed(equations, slope),
        recurrences=(*derivation.network.recurrences, *recurrences),
        results=(slope.name,),
        learning_rate=None,
        text="",
        file="",
    )


class _Names:
    """Names that nothing in a network has yet."""

    def __init__(self, network: Network) -> None:
        self.taken = {*network.tensors, *(str(item.symbol) for item in network.dimensions)}
        self.taken |= {item.symbol.name for item in network.constants}

    def fresh(self, name: str, like: Tensor) -> Tensor:
        """A tensor of the same axes under this name, with underscores behind it where it is taken."""
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return Tensor(name, like.axes)


def _letters(tensor: Tensor, letters: Letters) -> list[Index]:
    found: list[Index] = []
    for size in tensor.axes:
        found.append(letters.over(size, found))
    return found


def _tensor(adjoints: tuple[Adjoint, ...], name: str) -> Tensor:
    return next(adjoint.tensor for adjoint in adjoints if adjoint.tensor.name == name)


def _renamed(equation: Equation, names: Mapping[Tensor, Tensor]) -> Equation:
    def change(node: Basic) -> Expr | None:
        if isinstance(node, Entry) and node.tensor in names:
            return Entry(names[node.tensor], *node.subscripts)
        return None

    right = replace_nodes(equation.right, change)
    return replace(equation, tensor=names[equation.tensor], right=right)


def _needed(equations: tuple[Equation, ...], result: Tensor) -> tuple[Equation, ...]:
    """The equations that the result depends on, in their order."""
    by_tensor = {equation.tensor: equation for equation in equations}
    needed: set[Tensor] = set()
    waiting = [result]
    while waiting:
        tensor = waiting.pop()
        if tensor in by_tensor and tensor not in needed:
            needed.add(tensor)
            waiting += sorted(tensors(by_tensor[tensor].right), key=lambda other: other.name)
    return tuple(equation for equation in equations if equation.tensor in needed)
