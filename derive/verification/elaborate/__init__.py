"""What a formula is: its syntax tree, read in a scope, as a value. One case for every kind of node.

elaborated(node, scope)   the value; DoesNotFit for shapes without meaning, InputError for what is not understood
holds(condition, scope)   1 where a condition holds, else 0
"""

from __future__ import annotations

# Each of these adds its cases to `value_of`.
from derive.verification.elaborate import arithmetic, cases, derivatives, sums, symbols  # noqa: F401
from derive.verification.elaborate.cases import holds
from derive.verification.elaborate.node import Unknown, elaborated

__all__ = ["Unknown", "elaborated", "holds"]
