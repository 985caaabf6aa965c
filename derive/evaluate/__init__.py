"""The loop oracle: what an expression, an equation, a network or a derivation is worth in numbers.

differences    the slope of a function of one number
expression     the value of one expression, a case for each kind of node
passes         forward and backward passes, and gradients by differences
"""

from derive.evaluate.differences import derivative
from derive.evaluate.expression import evaluate
from derive.evaluate.passes import evaluate_derivation, evaluate_equation, evaluate_network, loss_gradient
from derive.evaluate.point import Point, point, value
from derive.evaluate.scalars import primitive_value

__all__ = [
    "Point",
    "derivative",
    "evaluate",
    "evaluate_derivation",
    "evaluate_equation",
    "evaluate_network",
    "loss_gradient",
    "point",
    "primitive_value",
    "value",
]
