"""The loop oracle: what an expression, an equation, a network or a derivation is worth in numbers.

differences    the slope of a function of one number
expression     the value of one expression, a case for each kind of node
recurrence     equations one after the other, and step by step where they recur
passes         forward and backward passes, and gradients by differences
"""

from derive.evaluate.differences import derivative
from derive.evaluate.expression import evaluate
from derive.evaluate.passes import (
    derivation_at,
    evaluate_derivation,
    evaluate_equation,
    evaluate_network,
    loss_gradient,
    loss_slope,
    network_at,
)
from derive.evaluate.point import Point, point, value
from derive.evaluate.scalars import primitive_value

__all__ = [
    "Point",
    "derivation_at",
    "derivative",
    "evaluate",
    "evaluate_derivation",
    "evaluate_equation",
    "evaluate_network",
    "loss_gradient",
    "loss_slope",
    "network_at",
    "point",
    "primitive_value",
    "value",
]
