"""Proof that two values are equal for all sizes and all values: their difference is brought to 0 by algebra.

What the symbols stand for is put in step by step: adjoints by their derived equations, the last first, then values of
the network by theirs; after each step the normal form tells whether 0 is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from sympy import Basic, Expr, S, Symbol
from sympy.polys.polyerrors import PolynomialError

from derive.arrays import Named
from derive.binding import replace_nodes, substitute
from derive.cost import length
from derive.dependence import entries, tensors
from derive.derivation import Derivation
from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.facts import known_facts
from derive.index import Bound
from derive.network import Network, Recurrence
from derive.operators import Apply, Compare, Delta, Partial, Sum, Where
from derive.rules.conditions import guarded
from derive.subscript import outside
from derive.verification.expressed import NoExpression, formula_of
from derive.verification.normal import Normal, TooLong
from derive.verification.scope import LOSS_ENTRY
from derive.verification.total import Totals, derivation_of, put_in

MOST_WORK = 4000
LONGEST = 1500


def proved(left: Named, right: Named, mask: Named, network: Network, one: Symbol | None = None) -> bool:
    """True where both values are equal wherever the mask is 1, for all sizes and all values of the network.

    one   a dimension that is 1: the examples, where a text speaks of a single one
    """
    try:
        difference = formula_of(left) - formula_of(right)
        derivation_of(network)  # made once, and not counted
        proof = _Proof(network, one)
        return proof.is_zero(guarded(proof.domain(difference), formula_of(mask) * difference))
    except (NoExpression, TooLong, NotImplementedError, PolynomialError, RecursionError):
        return False


@dataclass(frozen=True)
class _Proof:
    network: Network
    one: Symbol | None

    @cached_property
    def derivation(self) -> Derivation:
        return derivation_of(self.network)

    @cached_property
    def normal(self) -> Normal:
        return Normal(known_facts(self.network), self.one, MOST_WORK)

    def domain(self, formula: Expr) -> list[Compare]:
        """Where all values that a formula reads exist: nothing is said of h[t+1] at the last step. Only of formulas
        without cases, which read all that stands in them."""
        found: list[Compare] = []
        if formula.has(Where, Delta, Compare):
            return found
        for entry in _read(formula):
            found += [item for place, item in _bounds(entry) if not self._has_end(entry, place, item)]
        for derivative in sorted(formula.atoms(Partial), key=str):
            # Where a slice is given before the first step, what its gradient is is not said.
            recurrence = _member_of(self.network.recurrences, derivative.by.tensor.name)
            sign = ">=" if recurrence is not None and recurrence.step < 0 else "<"
            for place, item in _bounds(derivative.by):
                if item.relation == sign and self._has_end(derivative.by, place, item):
                    found.append(item)
        return list(dict.fromkeys(found))

    def _has_end(self, entry: Entry, place: int, condition: Compare) -> bool:
        """True where the network gives the slice before the first step, or behind the last one."""
        recurrence = _member_of(self.network.recurrences, entry.tensor.name)
        ends = recurrence.boundaries if recurrence is not None else ()
        slices = [end.left.subscripts[place] for end in ends if end.tensor == entry.tensor]
        return any((condition.relation == ">=") == bool(item.is_Integer and item < 0) for item in slices)

    def is_zero(self, difference: Expr) -> bool:
        """True where one of the forms that putting in definitions gives is 0."""
        totals = Totals(self.network)
        expr = totals.written_out(difference)
        expr = substitute(expr, {LOSS_ENTRY: totals.loss}) if expr.has(LOSS_ENTRY.tensor) else expr
        constants = {item.symbol: item.value for item in self.network.constants}
        for form in self._forms(expr):
            if length(form) > LONGEST or form.has(S.ComplexInfinity, S.NaN, S.Infinity, S.NegativeInfinity):
                return False
            if self.normal.is_zero(form.xreplace(constants)):
                return True
        return False

    def _forms(self, expr: Expr) -> Iterator[Expr]:
        """The expression with more and more definitions put in."""
        expr = self._folded(expr)
        tried = [expr]
        yield expr
        for equation in self._adjoints():
            recurrence = _member_of(self.derivation.recurrences, equation.tensor.name)
            changed = self._put_in(expr, equation, recurrence) if equation.tensor in self.normal.left else None
            if changed is not None:
                expr = self._folded(changed)
                tried.append(expr)
                yield expr
        for form in tried:
            yield from _different(form, self._without_functions(form))
        for equation in reversed(self.derivation.network.equations):
            recurrence = _member_of(self.network.recurrences, equation.tensor.name)
            changed = self._put_in(expr, equation, recurrence)
            if changed is not None:
                expr = changed
                yield expr
                yield from _different(expr, _opened(expr))

    def _without_functions(self, expr: Expr) -> Expr:
        """The expression with all definitions put in that are no products with parameters."""
        plain = expr
        for equation in reversed(self.derivation.network.equations):
            if _member_of(self.network.recurrences, equation.tensor.name) is None and not self._is_layer(equation):
                plain = self._put_in(plain, equation, None) or plain
        return _opened(plain)

    def _is_layer(self, equation: Equation) -> bool:
        return any(isinstance(node, Sum) and tensors(node) & self.parameters for node in equation.right.atoms(Sum))

    @cached_property
    def parameters(self) -> frozenset[Tensor]:
        return frozenset(self.network.parameters)

    def _adjoints(self) -> Iterator[Equation]:
        """The equations of the adjoints, the last one first; those of a recurrence, which read each other, twice."""
        waiting: list[Equation] = []
        for adjoint in reversed(self.derivation.adjoints):
            if _member_of(self.derivation.recurrences, adjoint.tensor.name) is None:
                yield from waiting
                waiting = []
            else:
                waiting.append(adjoint.equation)
            yield adjoint.equation
        yield from waiting

    def _put_in(self, expr: Expr, equation: Equation, recurrence: Recurrence | None) -> Expr | None:
        """Entries of a tensor replaced by its equation; in a recurrence only those that are computed last."""
        tensor = equation.tensor
        if tensor not in tensors(expr) or equation.subscripts:
            return None
        place = recurrence.axes[recurrence.members.index(tensor.name)] if recurrence is not None else None
        last: frozenset[Expr] = frozenset()
        if recurrence is not None and place is not None:
            if any(boundary.tensor == tensor and not _is_before(boundary, place) for boundary in recurrence.boundaries):
                return None
            steps = [entry.subscripts[place] for entry in entries(expr) if entry.tensor == tensor]
            last = _computed_last(steps, recurrence.step)

        def change(node: Expr) -> Expr | None:
            if not isinstance(node, Entry) or node.tensor != tensor:
                return None
            return put_in(equation, node) if place is None or node.subscripts[place] in last else None

        changed = replace_nodes(expr, change)
        return None if changed == expr else changed

    def _folded(self, expr: Expr) -> Expr:
        """f(z) written as the value h that the network gives it."""

        def change(node: Expr) -> Expr | None:
            if not isinstance(node, Apply):
                return None
            for equation in self.network.equations:
                found = _met(equation, node)
                if found is not None:
                    return found
            return None

        return replace_nodes(expr, change)


def _bounds(entry: Entry) -> Iterator[tuple[int, Compare]]:
    """What has to hold for the subscripts of an entry to stay inside its axes, by the place of the axis."""
    for place, (subscript, size) in enumerate(zip(entry.subscripts, entry.tensor.axes, strict=True)):
        for condition in () if subscript.has(Bound) else outside(subscript, size) or ():
            yield place, condition


def _read(expr: Basic) -> Iterator[Entry]:
    """The entries whose values an expression reads: not those that a derivative is taken by."""
    if isinstance(expr, Partial):
        yield from _read(expr.of)
        return
    if isinstance(expr, Entry):
        yield expr
    for argument in expr.args:
        yield from _read(argument)


def _met(equation: Equation, node: Apply) -> Expr | None:
    """The entry whose equation gives just this function of an entry."""
    right = equation.right
    if not isinstance(right, Apply) or right.function != node.function or equation.subscripts:
        return None
    own, given = right.arguments[0], node.arguments[0]
    if not isinstance(own, Entry) or not isinstance(given, Entry) or own.tensor != given.tensor:
        return None
    if set(own.subscripts) != set(equation.letters):
        return None
    mapping = dict(zip(own.subscripts, given.subscripts, strict=True))
    return substitute(equation.left, mapping) if substitute(right, mapping) == node else None


def _opened(expr: Expr) -> Expr:
    """Functions that a formula defines written out."""

    def change(node: Expr) -> Expr | None:
        if isinstance(node, Apply) and node.function.formula is not None:
            return _opened(node.function.expand(*node.arguments))
        return None

    return replace_nodes(expr, change)


def _different(before: Expr, after: Expr) -> Iterator[Expr]:
    if after != before:
        yield after


def _member_of(recurrences: tuple[Recurrence, ...], name: str) -> Recurrence | None:
    return next((item for item in recurrences if name in item.members), None)


def _is_before(boundary: Equation, place: int) -> bool:
    """True for the slice before the first step: there the general equation says nothing."""
    subscript = boundary.left.subscripts[place]
    return bool(subscript.is_Integer and subscript < 0)


def _computed_last(steps: list[Expr], direction: int) -> frozenset[Expr]:
    """Of t and t - 1 the one that is computed from the other; a bound letter is never among them."""
    found = set()
    for step in steps:
        later = [(other - step) * -direction for other in steps]
        if not step.has(Bound) and not any(distance.is_Integer and distance > 0 for distance in later):
            found.add(step)
    return frozenset(found)
