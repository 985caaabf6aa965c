"""A loss that a text takes apart before it differentiates: -log ∏ p_n stated as a sum, whose gradients are taken.

∂E/∂r means another thing where E = mean(r - y z) than where E = -log L / N and L is made of r: in the first z stands
still. What the text states as the loss decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from derive.dependence import tensors
from derive.naming import name_values
from derive.network import Network
from derive.restate import restate
from derive.verification.formula.tree import Derivative, Node, Statement, Symbol, walk
from derive.verification.names import Names


def as_stated(network: Network, statements: Iterable[Statement]) -> Network:
    """The network with its loss taken apart, where the text states it so, and derives by none of the values that this
    leaves unread; they are kept, for the text may say how they are made. Else the network itself."""
    if network.is_layer:
        return network
    apart, found = restate(network)
    loss = network.results[0]
    changed = apart.equation(loss)
    if not found or changed is None or changed == network.equation(loss):
        return network
    apart = name_values(apart)
    kept = [item for item in network.equations if item.tensor.name not in apart.tensors]
    unread = {item.tensor.name for item in kept}
    read = {tensor.name for tensor in tensors(changed.right)}
    names = Names(network)
    statements = list(statements)
    if not any(_states(statement, loss, read, names) for statement in statements):
        return network
    nodes = (node for statement in statements for side in statement.sides for node in walk(side))
    if any(isinstance(node, Derivative) and _named(node.by, names) in unread for node in nodes):
        return network
    return replace(apart, equations=(*apart.equations, *kept))


def _states(statement: Statement, loss: str, read: set[str], names: Names) -> bool:
    """True for `E = ...` with a side of just these values."""
    first, *others = statement.sides
    return _named(first, names) == loss and any(
        {name for name in (_named(node, names) for node in walk(side)) if name in names.network.tensors} == read
        for side in others
    )


def _named(node: Node, names: Names) -> str | None:
    """The value that a symbol names."""
    first = next(names.meanings(node), None) if isinstance(node, Symbol) else None
    return first.name if first is not None and first.kind in ("value", "loss") else None
