"""Total derivatives as index expressions: the gradient of the loss by its derived equation, others by the chain rule.

In the expression of a value `Partial(u, v)` stands for ∂u/∂v with all that lies between them following. Here it is
written in values and adjoints of the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sympy import Add, Expr, S

from derive.backward import differentiate
from derive.binding import bind, replace_nodes, substitute
from derive.cost import length
from derive.dependence import entries, smooth_tensors
from derive.derivation import Derivation
from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.index import Index
from derive.network import Network, Recurrence
from derive.operators import Compare, Partial, Sum
from derive.partial import work_out
from derive.rule import Trail
from derive.rules.conditions import guarded
from derive.slopes import Slopes
from derive.subscript import outside
from derive.verification.expressed import NoExpression
from derive.verification.scope import LOSS_ENTRY

MOST_EQUATIONS = 60
_LONGEST = 600  # of a value with all put in that lies between it and another: work to differentiate grows faster


@lru_cache(maxsize=32)
def derivation_of(network: Network) -> Derivation:
    """The derivation of a network, made once. NoExpression for a very long one."""
    if len(network.equations) > MOST_EQUATIONS:
        raise NoExpression
    return differentiate(network)


@dataclass(frozen=True)
class Totals:
    """Writes out derivatives in a network."""

    network: Network

    @property
    def derivation(self) -> Derivation:
        return derivation_of(self.network)

    def written_out(self, expr: Expr) -> Expr:
        """The expression without derivatives and without the mark of the loss."""
        return replace_nodes(expr, self._changed)

    def _changed(self, node: Expr) -> Expr | None:
        if isinstance(node, Partial):
            of, by = node.of, node.by
            return self._gradient(by) if of in (LOSS_ENTRY, self.loss) else self._derivative(of, by)
        return None

    @property
    def loss(self) -> Expr:
        """The loss; of a layer, the sum of its outputs times what arrives at them."""
        network = self.network
        if not network.is_layer:
            return Entry(network.tensors[network.results[0]])
        total: Expr = S.Zero
        for name, upstream in zip(network.results, self.derivation.upstream, strict=True):
            letters = tuple(Index(f"·u{place}", size) for place, size in enumerate(upstream.axes))
            total += bind(Sum, Entry(network.tensors[name], *letters) * Entry(upstream, *letters), letters)
        return total

    def _gradient(self, by: Entry) -> Expr:
        """∂E/∂v: the entry of its adjoint, 0 outside its axes; for an output of a layer, what arrives there as well."""
        name = by.tensor.name
        found: list[Expr] = []
        for result, upstream in zip(self.network.results, self.derivation.upstream, strict=False):
            if result == name:
                found.append(Entry(upstream, *by.subscripts))
        for adjoint in self.derivation.adjoints:
            if adjoint.of.name == name:
                found.append(Entry(adjoint.tensor, *by.subscripts))
        if not found:
            return self._derivative(self.loss, by)
        conditions: list[Compare] = []
        for subscript, size in zip(by.subscripts, by.tensor.axes, strict=True):
            bounds = outside(subscript, size)
            if bounds is None:
                raise NoExpression
            conditions += bounds
        return guarded(conditions, Add(*found))

    def _derivative(self, of: Expr, by: Entry) -> Expr:
        """∂u/∂v by the rules of differentiation, with the definitions of all that lies between u and v put in."""
        expr = substitute(of, {LOSS_ENTRY: self.loss})
        for _ in range(2 * len(self.network.equations) + 2):
            between = [entry for entry in entries(expr) if self._lies_between(entry, by)]
            if not between:
                break
            changed = replace_nodes(expr, lambda node: self._defined(node, by))
            if changed == expr or length(changed) > _LONGEST:
                raise NoExpression
            expr = changed
        else:
            raise NoExpression
        trail = Trail(Partial(expr, by))
        work_out(trail, Slopes().of)
        return trail.expr

    def _defined(self, node: Expr, by: Entry) -> Expr | None:
        if not isinstance(node, Entry) or not self._lies_between(node, by):
            return None
        return definition_at(self.network, node)

    def _lies_between(self, entry: Entry, by: Entry) -> bool:
        """True where an entry moves because others do that `by` moves."""
        recurrence = recurrence_of(self.network, by.tensor)
        if recurrence is None or recurrence_of(self.network, entry.tensor) is not recurrence:
            return entry.tensor != by.tensor and by.tensor in _sources(self.network, entry.tensor)
        distance = _steps(recurrence, entry, by)
        return distance > 0 or (distance == 0 and entry.tensor != by.tensor)


def _steps(recurrence: Recurrence, entry: Entry, by: Entry) -> int:
    """How many steps an entry is computed after another one. NoExpression where that is not told."""
    axes = dict(zip(recurrence.members, recurrence.axes, strict=True))
    distance = entry.subscripts[axes[entry.tensor.name]] - by.subscripts[axes[by.tensor.name]]
    if not distance.is_Integer:
        raise NoExpression
    return int(distance) * -recurrence.step


def recurrence_of(network: Network, tensor: Tensor) -> Recurrence | None:
    """The recurrence that a tensor is a member of."""
    return next((item for item in network.recurrences if tensor.name in item.members), None)


@lru_cache(maxsize=4096)
def _sources(network: Network, tensor: Tensor) -> frozenset[Tensor]:
    """Every tensor that a change can reach this one from."""
    found: set[Tensor] = set()
    waiting = [tensor]
    while waiting:
        name = waiting.pop().name
        recurrence = next((item for item in network.recurrences if name in item.members), None)
        equations = [network.equation(name), *(recurrence.boundaries if recurrence else ())]
        for equation in equations:
            new = (smooth_tensors(equation.right) if equation is not None else frozenset()) - found
            found |= new
            waiting += new
    return frozenset(found)


def definition_at(network: Network, entry: Entry) -> Expr:
    """The right side of the equation of an entry. NoExpression where the equation is not written for every entry."""
    equation = network.equation(entry.tensor.name)
    recurrence = recurrence_of(network, entry.tensor)
    if recurrence is not None:
        for boundary in recurrence.boundaries:
            if boundary.tensor == entry.tensor and entry.subscripts == boundary.left.subscripts:
                return boundary.right
            place = boundary.left.subscripts[recurrence.axes[recurrence.members.index(entry.tensor.name)]]
            if boundary.tensor == entry.tensor and not (place.is_Integer and place < 0) and place != recurrence.size:
                raise NoExpression
    if equation is None or equation.subscripts:
        raise NoExpression
    return put_in(equation, entry)


def put_in(equation: Equation, entry: Entry) -> Expr:
    """The right side of an equation at the subscripts of an entry."""
    return substitute(equation.right, dict(zip(equation.letters, entry.subscripts, strict=True)))
