"""The layers of a network as textbooks number them: z of layer 1, 2, ... with its weights, bias, input and activation.

A layer is found by its form, a product with a parameter and perhaps a bias, never by its name. So `\\delta^{(2)}`,
`a^{(1)}`, `W^{[2]}` mean something in every network that has layers.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Add, Expr, Mul

from derive.binding import unbind
from derive.dependence import tensors
from derive.entry import Entry, Tensor
from derive.network import Network
from derive.operators import Apply, Sum


@dataclass(frozen=True)
class Layer:
    """One layer by the names of its values; None where it has none."""

    z: str
    weights: str | None
    bias: str | None
    source: str | None
    activation: str | None


def layers_of(network: Network) -> tuple[Layer, ...]:
    """The layers of a network in the order of their equations."""
    parameters = {tensor.name for tensor in network.parameters}
    found = []
    for equation in network.equations:
        product = _product(equation.right, parameters)
        if product is None or (equation.tensor.name in network.results and not network.is_layer):
            continue
        weights, source, bias = product
        found.append(Layer(equation.tensor.name, weights, bias, source, _activation(network, equation.tensor)))
    return tuple(found)


def _product(right: Expr, parameters: set[str]) -> tuple[str, str, str | None] | None:
    """The names of weights, input and bias, where the expression is a sum of products with a parameter."""
    weights = source = bias = None
    for term in Add.make_args(right):
        entries = sorted((tensor.name for tensor in tensors(term)), key=str)
        body = unbind(term)[1] if isinstance(term, Sum) else term
        factors = Mul.make_args(body)
        if len(factors) == 2 and all(isinstance(factor, Entry) for factor in factors):
            names = [factor.tensor.name for factor in factors]
            of_parameters = [name for name in names if name in parameters]
            if len(of_parameters) == 1 and weights is None:
                weights = of_parameters[0]
                source = next(name for name in names if name not in parameters)
                continue
        if isinstance(term, Entry) and entries[0] in parameters:
            bias = entries[0]
        elif weights is None and not isinstance(term, Sum | Mul):
            return None
    return None if weights is None or source is None else (weights, source, bias)


def _activation(network: Network, z: Tensor) -> str | None:
    """The value that is a function of z alone: sigmoid, softmax, ..."""
    for equation in network.equations:
        if tensors(equation.right) == {z} and equation.right.has(Apply) and equation.tensor.axes == z.axes:
            return equation.tensor.name
    return None


def output_of(network: Network) -> str | None:
    """The prediction: what the loss reads beside the targets; None where that is not one value."""
    if network.is_layer:
        return network.results[0] if len(network.results) == 1 else None
    targets = {tensor.name for tensor in network.with_role("target")}
    parameters = {tensor.name for tensor in network.parameters}
    for equation in reversed(network.equations):
        read = {tensor.name for tensor in tensors(equation.right)}
        if read & targets:
            others = sorted(read - targets - parameters)
            return others[0] if len(others) == 1 else None
    return None


def batch_of(network: Network) -> str | None:
    """The dimension of the examples: the first axis of an input or target that no parameter has."""
    owned = {str(axis) for tensor in network.parameters for axis in tensor.axes}
    recurrent = {str(recurrence.size) for recurrence in network.recurrences}
    for declaration in network.declarations:
        if declaration.role != "param":
            for size in declaration.tensor.axes:
                if size.is_Symbol and str(size) not in owned | recurrent:
                    return str(size)
    return None
