"""The slopes of functions that a formula defines, each worked out once, with its steps."""

from __future__ import annotations

from sympy import Expr

from derive.derivation import Lemma
from derive.entry import Entry, Tensor
from derive.function import Function
from derive.functions import is_constant
from derive.operators import Apply, Partial
from derive.partial import work_out
from derive.rule import Trail
from derive.rules.definition import Definition
from derive.rules.forward_values import functions_of
from derive.simplify import simplify


class Slopes:
    """Works out slopes when they are first asked for, and keeps them for the derivation."""

    def __init__(self) -> None:
        self._lemmas: dict[tuple[Function, int, tuple[bool, ...]], Lemma] = {}

    @property
    def lemmas(self) -> tuple[Lemma, ...]:
        """The slopes so far, inner functions before those that use them."""
        return tuple(self._lemmas.values())

    def of(self, call: Apply, place: int) -> Expr:
        """The slope by the argument at a place, as an expression in the function's parameters.

        Arguments that are numbers stay numbers, since what is chosen at a kink depends on it: see `derive.functions`.
        """
        constant = tuple(is_constant(argument) for argument in call.arguments)
        key = (call.function, place, constant)
        if key not in self._lemmas:
            self._lemmas[key] = self._work_out(call.function, place, constant)
        back = {Entry(Tensor(parameter.name)): parameter for parameter in call.function.parameters}
        return self._lemmas[key].slope.xreplace(back)

    def _work_out(self, function: Function, place: int, constant: tuple[bool, ...]) -> Lemma:
        arguments = [
            parameter if fixed else Entry(Tensor(parameter.name))
            for parameter, fixed in zip(function.parameters, constant, strict=True)
        ]
        formula = function.expand(*arguments)
        trail = Trail(Partial(formula, arguments[place]))
        work_out(trail, self.of)
        name = Apply(function, *arguments)
        simplify(trail, definitions=(Definition(name, formula, (), f"definition of {function.name}"),))
        fold_into_functions(trail)
        return Lemma(function, arguments[place], tuple(trail.steps), trail.expr)


def fold_into_functions(trail: Trail) -> None:
    """Write what is left of exponentials as sigmoid or tanh where that is shorter."""
    definitions = functions_of(trail.expr)
    if definitions:
        simplify(trail, definitions=definitions)
