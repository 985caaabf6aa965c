"""A network's values as whole arrays whose axes are letters: the quick sibling of the loop oracle.

    Named        an array with a letter for every axis; operands are aligned by letter, never by place
    evaluated    an index expression as such an array
    Arrays       the arrays that entries are looked up in; `Held`, one of them with the ends of a recurrence
    continued    the arrays after some equations, `stepwise` one after the other
    Values       all values of a network at one point, and what they become when one of them moves: Jacobians

Nothing is guarded by order: both cases of a `where` are computed, and an entry outside its array is nan.

Every value may be complex: a step of size 1e-20 i along one entry carries its derivative through the forward equations
alone, exactly to rounding (Squire and Trapp, 1998). So they know nothing of the derivation that they check.
"""

from __future__ import annotations

from derive.arrays.expression import TooLarge, evaluated
from derive.arrays.held import Arrays, Held
from derive.arrays.named import Named
from derive.arrays.recurrence import continued, stepwise
from derive.arrays.values import Values, values_at

__all__ = ["Arrays", "Held", "Named", "TooLarge", "Values", "continued", "evaluated", "stepwise", "values_at"]
