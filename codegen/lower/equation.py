"""One index equation as one array statement."""

from __future__ import annotations

from codegen.lower.align import aligned, as_real, restricted, turned
from codegen.lower.expression import lower_expression
from codegen.lower.lowered import Letters, Lowered, Surroundings
from codegen.program import Elementwise, Number, Operation, Statement, Stretch
from derive.equation import Equation


def lower_equation(
    equation: Equation, where: Surroundings | None = None, origin: str = "", comment: str = ""
) -> Statement:
    """`tensor[letters] = right` as an array statement whose axes are the letters, in order."""
    item = lower_expression(equation.right, equation.letters, where or Surroundings())
    operation = _with_axes(item, equation.letters, equation.tensor.axes)
    name = equation.tensor.name
    return Statement(name, equation.tensor.axes, operation, origin or name, comment)


def _with_axes(item: Lowered, letters: Letters, axes: tuple) -> Operation:  # type: ignore[type-arg]
    """The operation turned and stretched to exactly these letters, as real numbers."""
    item = as_real(item)
    if set(item.letters) == set(letters):
        operation = turned(item, letters).operation
        return Elementwise("real", (operation,)) if isinstance(operation, Number) or item.weak else operation
    operation = aligned(item, letters)
    missing = restricted(letters, (letter for letter in letters if letter not in item.letters))
    assert missing, f"{item.letters} has letters beside {letters}"
    return Stretch(Elementwise("real", (operation,)) if item.weak else operation, axes)
