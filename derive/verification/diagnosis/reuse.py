"""The values of a formula's pieces at one point, each read once: corrections of a side share most of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from derive.verification.elaborate import elaborated
from derive.verification.formula.tree import Chain, Indicator, Negative, Node
from derive.verification.products import product
from derive.verification.scope import Scope
from derive.verification.value import Value, added, negative


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
        below = scope.counting()
        values = [
            elaborated(operand, below) if sign == "/" else self._value(operand, scope)
            for sign, operand in zip(("", *node.signs), node.operands, strict=True)
        ]
        if node.signs and set(node.signs) <= {"+", "-"}:
            total = values[0]
            for sign, value in zip(node.signs, values[1:], strict=True):
                total = added(total, value, 1 if sign == "+" else -1)
            return total
        return product(values, list(node.signs), scope.surface, "dots" in scope.options)
