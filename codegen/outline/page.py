"""What every part of an outline needs: the derivation, how it is written, and its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sympy import Basic

from codegen import program
from codegen.block import Math
from codegen.lower.derivation import surroundings
from codegen.lower.equation import lower_equation
from codegen.lower.lowered import Surroundings
from codegen.notation.arrange import arrange
from codegen.notation.formula import Formula
from codegen.notation.matrix import matrix
from codegen.notation.setting import Setting, setting
from derive.derivation import Derivation
from derive.entry import Tensor
from derive.equation import Equation
from derive.index import Index


@dataclass(frozen=True)
class Page:
    """The derivation and the one way in which all of its document is written.

    numbers       of equations, by the name of the tensor
    code          the emitted lines by the name of the tensor that they compute
    shapes        of all tensors, by name
    surroundings  what the lowering of an equation to array operations needs to know
    """

    derivation: Derivation
    setting: Setting
    numbers: Mapping[str, int]
    code: Mapping[str, tuple[str, ...]]
    shapes: Mapping[str, program.Axes]
    surroundings: Surroundings

    def formula(self, expr: Basic, letters: Iterable[Index] = ()) -> Formula:
        """The expression on paper; `letters` are those of the left side."""
        return arrange(expr, self.setting, letters)

    def math(self, expr: Basic, letters: Iterable[Index] = ()) -> Math:
        return Math(self.formula(expr, letters))

    def matrix(self, equation: Equation) -> Formula | None:
        """The right side in matrix notation, or None where there is none."""
        operation = lower_equation(equation, self.surroundings).operation
        return matrix(operation, self.shapes, self.setting)

    def derivation_tensor(self, name: str) -> Tensor:
        """The tensor of a gradient, by its name."""
        return Tensor(name, self.shapes[name])

    def reference(self, name: str) -> str:
        """(4), the number of the equation of a tensor; nothing for what is given."""
        return f" ({self.numbers[name]})" if name in self.numbers else ""


def page(derivation: Derivation, code: Mapping[str, tuple[str, ...]], linear: bool = False) -> Page:
    """The page on which a derivation is written; `linear` for one that has only lines of text."""
    network = derivation.network
    backward = [adjoint.equation for adjoint in derivation.adjoints]
    shapes: dict[str, program.Axes] = {name: tensor.axes for name, tensor in network.tensors.items()}
    shapes |= {tensor.name: tensor.axes for tensor in derivation.upstream}
    shapes |= {equation.tensor.name: equation.tensor.axes for equation in backward}
    shapes |= {str(constant.symbol): () for constant in network.constants}
    around = surroundings(derivation, network.equations, backward)
    return Page(derivation, setting(derivation, linear), derivation.numbers, code, shapes, around)
