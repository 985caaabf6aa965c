"""The slopes of activations as formulas: h(1 - h) of a sigmoid, 1 - h² of tanh, [z > 0] of relu, else f'(z)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.entry import Entry
from derive.network import Network
from derive.operators import Apply
from derive.verification.formula.tree import Applied, Chain, Comparison, Indicator, Node, Number, Raised, Symbol, Upper


@dataclass(frozen=True)
class Activation:
    """a = f(z), entry by entry; `z` is None where that has no name, `a` where it is only a part of another value."""

    a: str | None
    function: str
    z: str | None


def activations(network: Network) -> tuple[Activation, ...]:
    """The values that are a function of one argument, entry by entry, and the functions that stand inside of others."""
    found = []
    for equation in network.equations:
        right = equation.right
        if isinstance(right, Apply) and len(right.arguments) == 1:
            argument = right.arguments[0]
            named = isinstance(argument, Entry) and argument.tensor.axes == equation.tensor.axes
            found.append(Activation(equation.tensor.name, right.name, argument.tensor.name if named else None))
            continue
        for part in sorted(right.atoms(Apply), key=str):
            argument = part.arguments[0]
            if isinstance(argument, Entry) and _has_form(part.name):
                found.append(Activation(None, part.name, argument.tensor.name))
    return tuple(dict.fromkeys(found))


def _has_form(function: str) -> bool:
    """True where the slope is written in terms of a value or of the argument."""
    return by_value(function, Number("1"), "") is not None or by_argument(function, Number("1")) is not None


def by_value(function: str, a: Node, sign: str) -> Node | None:
    """The slope in terms of the value a = f(z), where the function has such a form."""
    one = Number("1")
    if function == "sigmoid":
        return Chain((a, Chain((one, a), ("-",))), (sign,))
    if function == "tanh":
        return Chain((one, Raised(a, Upper(Number("2")))), ("-",))
    return None


def by_argument(function: str, z: Node) -> Node | None:
    """The slope in terms of the argument z, where it is a step."""
    if function == "relu":
        return Indicator((Comparison((z, Number("0")), (">",)),))
    return None


def primed(symbol: Symbol, argument: Node) -> Node:
    """f'(z)"""
    mark = Upper(Symbol("'"))
    return Applied(replace(symbol, upper=(*symbol.upper, mark)), (argument,))
