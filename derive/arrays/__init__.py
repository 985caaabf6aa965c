"""A network's values as whole arrays whose axes are letters: the quick sibling of the loop oracle.

    Named        an array with a letter for every axis; operands are aligned by letter, never by place
    evaluated    an index expression as such an array
    Values       all values of a network at one point, and what they become when one of them moves: Jacobians

Every value may be complex: a step of size 1e-20 i along one entry carries its derivative through the forward equations
alone, exactly to rounding (Squire and Trapp, 1998). So these derivatives know nothing of the derivation that they check.
"""

from __future__ import annotations

from derive.arrays.expression import evaluated
from derive.arrays.named import Named
from derive.arrays.values import Values, values_at

__all__ = ["Named", "Values", "evaluated", "values_at"]
