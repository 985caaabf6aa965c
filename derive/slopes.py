"""The slopes of functions that a formula defines, each worked out once, with its steps."""

from __future__ import annotations

from sympy import Expr

from derive.derivation import Lemma
from derive.entry import Entry, Tensor
from derive.function import Function
from derive.operators import Apply, Partial
from derive.partial import work_out
from derive.rule import Trail
from derive.rules.forward_values import Definition, functions_of
from derive.simplify import simplify


class Slopes:
    """Works out slopes when they are first asked for, and keeps them for the derivation."""

    def __init__(self) -> None:
        self._lemmas: dict[tuple[Function, int], Lemma] = {}

    @property
    def lemmas(self) -> tuple[Lemma, ...]:
        """The slopes so far, inner functions before those that use them."""
        return tuple(self._lemmas.values())

    def of(self, function: Function, place: int) -> Expr:
        """The slope by the parameter at a place, as an expression in the function's parameters."""
        lemma = self._lemmas.get((function, place)) or self._work_out(function, place)
        back = {Entry(Tensor(parameter.name)): parameter for parameter in function.parameters}
        return lemma.slope.xreplace(back)

    def _work_out(self, function: Function, place: int) -> Lemma:
        arguments = [Entry(Tensor(parameter.name)) for parameter in function.parameters]
        formula = function.expand(*arguments)
        trail = Trail(Partial(formula, arguments[place]))
        work_out(trail, self.of)
        name = Apply(function, *arguments)
        simplify(trail, definitions=(Definition(name, formula, (), f"definition of {function.name}"),))
        fold_into_functions(trail)
        lemma = Lemma(function, arguments[place], tuple(trail.steps), trail.expr)
        self._lemmas[function, place] = lemma
        return lemma


def fold_into_functions(trail: Trail) -> None:
    """Write what is left of exponentials as sigmoid or tanh where that is shorter."""
    definitions = functions_of(trail.expr)
    if definitions:
        simplify(trail, definitions=definitions)
