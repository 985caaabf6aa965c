"""Which adjoints to write into the one that needs them, so that the algebra gets cheaper.

An adjoint is worth writing out where something cancels: the gradient by p = softmax(z) divides by p, and its place in
the gradient by z multiplies by p. Every choice is simplified, and what costs least in all is kept (`derive.cost`).
"""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Basic, Expr

from derive.binding import replace_nodes, substitute, unbind
from derive.cost import cost, length, risk
from derive.dependence import entries, tensors
from derive.derivation import Adjoint, Local
from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.flow import Flow
from derive.operators import Sum
from derive.subscript import parts

LONGEST = 400
_RISK = 16.0  # what a division by a value that may be zero is worth avoiding, in operations


def choices(
    flow: Flow,
    adjoints: Mapping[str, Adjoint],
    tensor: Tensor,
    locals_: tuple[Local, ...],
    inner: tuple[str, ...],
) -> list[tuple[str, ...]]:
    """The sets of adjoints that are worth trying; `inner` names those that only this tensor needs."""
    free, single = [], []
    for local in locals_:
        name = local.consumer.tensor.name
        if name not in adjoints:
            continue
        right = adjoints[name].equation.right
        alone = flow.reads(local.consumer) == {tensor}
        if not right.args or isinstance(right, Entry) or not entries(right):
            free.append(name)
        elif tensors(right) & tensors(local.result) or (alone and not _is_product_sum(right)):
            single.append(name)
    found = [tuple(free)] if free else []
    found += [(*free, name) for name in single]
    # Statistics, such as the gradient by a mean, have fewer axes: they may cancel while what they sum up stays named.
    statistics = tuple(name for name in inner if len(adjoints[name].letters) < len(tensor.axes))
    for names in (inner, statistics):
        if names and set(names) not in [set(other) for other in found]:
            found.append(names)
    return found


def _is_product_sum(expr: Expr) -> bool:
    """True for what a matrix product computes: writing that out again elsewhere never pays."""
    return isinstance(expr, Sum) and len(entries(unbind(expr)[1])) > 1


def write_out(expr: Expr, adjoints: Mapping[str, Adjoint], names: tuple[str, ...]) -> Expr | None:
    """The expression with the named adjoints written out, also inside each other; None where that gets too long."""
    equations = {adjoints[name].tensor: adjoints[name].equation for name in names}
    while True:
        found = [entry for entry in entries(expr) if entry.tensor in equations]
        if not found:
            return expr
        if length(expr) > LONGEST:
            return None
        equation = equations[found[0].tensor]
        mappings = {entry: _letters_of(equation, entry) for entry in found if entry.tensor == equation.tensor}
        if any(mapping is None for mapping in mappings.values()):
            return None
        expr = _replace(expr, equation)


def written_names(expr: Expr, adjoints: Mapping[str, Adjoint], names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the names whose adjoints an expression reads, or adjoints that are written out in it."""
    found: dict[str, None] = {}
    waiting = [expr]
    while waiting:
        read = tensors(waiting.pop())
        for name in names:
            if name not in found and adjoints[name].tensor in read:
                found[name] = None
                waiting.append(adjoints[name].equation.right)
    return tuple(name for name in names if name in found)


def _replace(expr: Expr, equation: Equation) -> Expr:
    """Every entry of one tensor replaced by its right side, under binders too."""

    def change(node: Expr) -> Expr | None:
        if not isinstance(node, Entry) or node.tensor != equation.tensor:
            return None
        mapping = _letters_of(equation, node)
        return None if mapping is None else substitute(equation.right, mapping)

    return replace_nodes(expr, change)


def _letters_of(equation: Equation, entry: Entry) -> dict[Basic, Basic] | None:
    """What an equation's letters are at an entry; None where a product axis is not split there as on its left side."""
    mapping: dict[Basic, Basic] = {}
    for own, given, size in zip(equation.left.subscripts, entry.subscripts, entry.tensor.axes, strict=True):
        mine = parts(own, size)
        theirs = parts(given, size) if len(mine) > 1 else ((given, size),)
        if [part for _, part in mine] != [part for _, part in theirs]:
            return None
        mapping |= {letter: item for (letter, _), (item, _) in zip(mine, theirs, strict=True)}
    return mapping


def total_cost(
    result: Expr, adjoints: Mapping[str, Adjoint], enclosed_names: tuple[str, ...]
) -> tuple[float, int, int]:
    """What a result costs with the adjoints that it reads and nobody else needs; how many values and how many of those
    adjoints it reads."""
    total = cost(result) + _RISK * risk(result)
    reads = tensors(result)
    pending = [name for name in enclosed_names if adjoints[name].tensor in reads]
    counted: set[str] = set()
    while pending:
        name = pending.pop()
        if name in counted:
            continue
        counted.add(name)
        right = adjoints[name].equation.right
        total += cost(right) + _RISK * risk(right)
        reads |= tensors(right)
        pending += [other for other in enclosed_names if adjoints[other].tensor in tensors(right)]
    read = [adjoint.equation.right for adjoint in adjoints.values() if adjoint.tensor in tensors(result)]
    total += sum(1 for right in read if isinstance(right, Entry) or not entries(right))
    own = {adjoint.tensor for adjoint in adjoints.values()}
    return total, len(reads - own), len(counted)
