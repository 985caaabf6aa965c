"""What every part of an outline needs: the derivation, how it is written, and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sympy import Basic, Expr

from codegen import program
from codegen.block import Math, Text
from codegen.detail import Detail
from codegen.language import Language, Place
from codegen.languages import ENGLISH, language
from codegen.lower.derivation import surroundings
from codegen.lower.equation import lower_equation
from codegen.lower.lowered import Surroundings
from codegen.notation.arrange import arrange
from codegen.notation.formula import Big, Cases, Factors, Formula, Name, grouped, renamed
from codegen.notation.matrix import matrix
from codegen.notation.setting import Setting, setting
from codegen.outline.stepwise import at_one_step, split
from derive.binding import replace_nodes
from derive.derivation import Derivation
from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.function import Function
from derive.functions import PRIMITIVES
from derive.index import Index
from derive.operators import Apply


@dataclass(frozen=True)
class Page:
    """The derivation and the one way in which all of its document is written.

    numbers       of equations, by the name of the tensor
    code          the emitted lines by the name of the tensor that they compute
    shapes        of all tensors, by name
    surroundings  what the lowering of an equation to array operations needs to know
    spelled       how the code spells a name
    language      in which everything is said
    detail        how much is shown
    backward      the emitted lines of the whole backward pass
    """

    derivation: Derivation
    setting: Setting
    numbers: Mapping[str, int]
    code: Mapping[str, tuple[str, ...]]
    shapes: Mapping[str, program.Axes]
    surroundings: Surroundings
    spelled: Callable[[str], str] = str
    language: Language = field(default_factory=language)
    detail: Detail = Detail.STEPS
    backward: tuple[str, ...] = ()

    def say(self, key: str, /, count: int | None = None, **places: Place) -> Text:
        """A sentence of the page's language, with its places filled."""
        return self.language.say(key, count, **places)

    def listed(self, items: Sequence[Text], word: str = "and") -> Text:
        """a, b and c"""
        return self.language.listed(items, word)

    def formula(self, expr: Basic, letters: Iterable[Index] = ()) -> Formula:
        """The expression on paper; `letters` are those of the left side."""
        return arrange(expr, self.setting, letters)

    def math(self, expr: Basic, letters: Iterable[Index] = ()) -> Math:
        return Math(self.formula(expr, letters))

    def matrix(self, equation: Equation) -> tuple[Formula, Formula] | None:
        """Both sides in matrix notation, or None where there is none; for an equation over steps, those of one step."""
        if any(str(size) in self.setting.stepped for size in equation.tensor.axes):
            letter = next(i for i in equation.letters if str(i.size) in self.setting.stepped)
            cases = [
                (case.condition, self._of_one_step(equation, case.right)) for case in split(equation.right, letter)
            ]
            if len(cases) == 1:
                return cases[0][1]
            (first, then), (second, otherwise) = cases
            if then is None or otherwise is None or first is None or second is None:
                return None
            conditions = (self.formula(first), self.formula(second))
            return then[0], Cases(then[1], conditions[0], otherwise[1], conditions[1])
        if self.setting.stepped and equation.right.atoms(Entry):
            found = self._of_one_step(equation, equation.right)
            if found is not None:
                return found
        form = self._matrix(equation, self.shapes, self.surroundings)
        return None if form is None else (self.formula(equation.tensor), form)

    def _of_one_step(self, equation: Equation, right: Expr) -> tuple[Formula, Formula] | None:
        """The equation between the values of one step, in matrix notation; a sum over all steps stands in front."""
        part = at_one_step(equation, right, self.setting.stepped)
        if part is None:
            return None
        shapes = {**self.shapes, part.equation.tensor.name: part.equation.tensor.axes}
        shapes |= {entry.tensor.name: entry.tensor.axes for entry in part.equation.right.atoms(Entry)}
        around = self.surroundings
        ranks, parameters, adjoints = dict(around.ranks), set(around.parameters), set(around.adjoints)
        for name, (tensor, _) in part.names.items():
            ranks[name] = ranks.get(tensor.name, len(ranks))
            parameters |= {name} if tensor.name in parameters else set()
            adjoints |= {name} if tensor.name in adjoints else set()
        around = replace(around, ranks=ranks, parameters=frozenset(parameters), adjoints=frozenset(adjoints))
        gradients = {name: name for name, (tensor, _) in part.names.items() if tensor.name in self.setting.gradients}
        here = replace(self.setting, gradients={**self.setting.gradients, **gradients})
        form = self._matrix(part.equation, shapes, around, here)
        if form is None:
            return None
        own = {part.summed: Index(self.setting.letter(part.summed.size, ()), part.summed.size)} if part.summed else {}
        printed = {name: self._value_at(tensor, step.xreplace(own)) for name, (tensor, step) in part.names.items()}
        left = printed.get(part.equation.tensor.name) or self.formula(part.equation.tensor)
        right_side: Formula = renamed(form, printed)
        if part.summed is not None:
            right_side = Big(
                "sum",
                (Name(own[part.summed].name),),
                right_side if isinstance(right_side, Factors) else grouped(right_side),
            )
        return left, right_side

    def _value_at(self, tensor: Tensor, step: Expr) -> Formula:
        """The values of a step, h_{t-1}, as one symbol."""
        return self.formula(
            Entry(Tensor(tensor.name, (next(size for size in tensor.axes if str(size) in self.setting.stepped),)), step)
        )

    def _matrix(
        self, equation: Equation, shapes: Mapping[str, program.Axes], around: Surroundings, here: Setting | None = None
    ) -> Formula | None:
        by_name = replace(equation, right=_functions_by_name(equation.right))
        try:
            operation = lower_equation(by_name, around).operation
        except NotImplementedError:  # what programs do by other means than array operations
            return None
        return matrix(operation, shapes, here or self.setting)

    def derivation_tensor(self, name: str) -> Tensor:
        """The tensor of a gradient, by its name."""
        return Tensor(name, self.shapes[name])

    def reference(self, name: str) -> str:
        """(4), the number of the equation of a tensor; nothing for what is given."""
        return f" ({self.numbers[name]})" if name in self.numbers else ""


def page(
    derivation: Derivation,
    code: Mapping[str, tuple[str, ...]],
    linear: bool = False,
    spelled: Callable[[str], str] = str,
    lang: str = ENGLISH,
    detail: Detail = Detail.STEPS,
    backward_lines: tuple[str, ...] = (),
) -> Page:
    """The page on which a derivation is written; `linear` for one that has only lines of text."""
    network = derivation.network
    backward = [adjoint.equation for adjoint in derivation.adjoints]
    shapes: dict[str, program.Axes] = {name: tensor.axes for name, tensor in network.tensors.items()}
    shapes |= {tensor.name: tensor.axes for tensor in derivation.upstream}
    shapes |= {equation.tensor.name: equation.tensor.axes for equation in backward}
    shapes |= {str(constant.symbol): () for constant in network.constants}
    around = surroundings(derivation, network.equations, backward)
    written, numbers, own = setting(derivation, linear), derivation.numbers, language(lang)
    return Page(derivation, written, numbers, code, shapes, around, spelled, own, detail, backward_lines)


def _functions_by_name(expr: Expr) -> Expr:
    """The expression with defined functions as names only, so that a matrix formula reads snake(z), not its formula.

    Programs treat these two as operations of their own, whatever stands behind the names.
    """

    def by_name(node: Basic) -> Expr | None:
        if not isinstance(node, Apply) or node.function.formula is None or node.name in (*PRIMITIVES, "step", "stop"):
            return None
        return Apply(Function(node.name), *node.arguments)

    return replace_nodes(expr, by_name)
