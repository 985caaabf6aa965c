"""The values of a formula's pieces at one point, each read once: corrections of a side share most of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from derive.verification.elaborate import elaborated
from derive.verification.elaborate.arithmetic import chain
from derive.verification.formula.tree import Chain, Indicator, Negative, Node
from derive.verification.scope import Scope
from derive.verification.value import Value, negative


@dataclass(frozen=True)
class Pieces:
    """What pieces of formulas are in a scope with these letters; a piece is known by its identity."""

    letters: int
    known: dict[int, tuple[Node, Value]] = field(default_factory=dict)

    def value(self, node: Node, scope: Scope) -> Value:
        """The value of a formula, like `elaborated`. DoesNotFit and InputError come through."""
        with np.errstate(all="ignore"):
            return self._value(node, scope)

    def _value(self, node: Node, scope: Scope) -> Value:
        found = self.known.get(id(node))
        if found is not None and found[0] is node and len(scope.letters) == self.letters:
            return found[1]
        before = len(scope.letters)
        result = self._worked_out(node, scope)
        if before == len(scope.letters) == self.letters:
            self.known[id(node)] = node, result
        return result

    def _worked_out(self, node: Node, scope: Scope) -> Value:
        if isinstance(node, Negative):
            return negative(self._value(node.of, scope))
        if not isinstance(node, Chain) or any(isinstance(operand, Indicator) for operand in node.operands):
            return elaborated(node, scope)
        # What stands below a fraction is read in a scope of its own, for which nothing is kept.
        return chain(node, scope, lambda part, at: self._value(part, at) if at is scope else elaborated(part, at))
