"""How large a new parameter should be, read off the equations that use it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sympy import Add, Expr, Mul, S

from derive.binding import free_letters, unbind
from derive.entry import Entry, Tensor
from derive.index import Index
from derive.network import Network
from derive.operators import Binder, Sum


@dataclass(frozen=True)
class Initial:
    """`kind` is scaled (normal, divided by the root of fan_in), one or zero."""

    kind: str
    fan_in: Expr = S.One


def initials(network: Network) -> dict[str, Initial]:
    """A start for every parameter.

    A weight that a sum runs over is normal with variance 1 / fan-in, so that sums keep the scale of what goes in.
    A factor that nothing sums over (a gain) starts at one; a term (a bias) at zero. Two or more axes that no sum runs
    over (an embedding) count the last one as fan-in. An axis with an entry for each step of a recurrence only stacks
    parameters (one gain for every layer), so it does not count.
    """
    readers: dict[str, list[Expr]] = {tensor.name: [] for tensor in network.parameters}
    for equation in network.equations:
        for name in {entry.tensor.name for entry in equation.right.atoms(Entry)} & readers.keys():
            readers[name].append(equation.right)
    steps = _steps(network)
    return {tensor.name: _initial(tensor, readers[tensor.name], steps) for tensor in network.parameters}


def _steps(network: Network) -> frozenset[Index]:
    """The letters in which the equations of recurrences step."""
    members = {
        name: axis for found in network.recurrences for name, axis in zip(found.members, found.axes, strict=True)
    }
    return frozenset(
        equation.left.subscripts[members[equation.tensor.name]]
        for equation in network.equations
        if equation.tensor.name in members
    )


def _initial(tensor: Tensor, readers: Sequence[Expr], steps: frozenset[Index]) -> Initial:
    uses = [use for right in readers for use in _uses(right, tensor, ())]
    for entry, summed, _ in uses:
        over = [letter for letter in summed if letter in free_letters(entry)]
        if over:
            fan_in: Expr = S.One
            for letter in over:
                fan_in *= letter.size
            return Initial("scaled", fan_in)
    stacked = {place for entry, _, _ in uses for place, part in enumerate(entry.subscripts) if part in steps}
    if len(tensor.axes) - len(stacked) > 1:
        return Initial("scaled", tensor.axes[-1])
    return Initial("one" if any(multiplied for _, _, multiplied in uses) else "zero")


def _uses(
    expr: Expr, tensor: Tensor, summed: tuple[Index, ...], multiplied: bool = False
) -> Iterator[tuple[Entry, tuple[Index, ...], bool]]:
    """Every entry of the tensor, the letters that are summed where it stands as a factor, and whether it is one."""
    if isinstance(expr, Entry) and expr.tensor == tensor:
        yield expr, summed if multiplied else (), multiplied
    elif isinstance(expr, Binder):
        letters, body = unbind(expr, summed)
        yield from _uses(body, tensor, summed + letters if isinstance(expr, Sum) else summed, False)
    elif isinstance(expr, Mul):
        partners = any(factor.has(Entry) for factor in expr.args[1:]) and expr.args[0].has(Entry)
        partners = partners or sum(factor.has(Entry) for factor in expr.args) > 1
        for factor in expr.args:
            yield from _uses(factor, tensor, summed, multiplied or partners)
    elif isinstance(expr, Add):
        for term in expr.args:
            yield from _uses(term, tensor, summed, multiplied)
    else:
        for argument in expr.args:
            if isinstance(argument, Expr):
                yield from _uses(argument, tensor, (), False)
