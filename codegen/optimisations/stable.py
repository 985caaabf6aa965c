"""Equations rewritten so that nothing overflows and no logarithm of an underflowed value is taken.

It knows no layer by name: it reads a value as opaque * exp(logarithm) (see `exponential`) and writes

    exp(a_i) / sum_k exp(a_k)       as a softmax of a shifted by its maximum
    log of a value made so          as the logarithm itself, with a name of its own where it is a softmax
    1 / (1 + exp(-z))               as sigmoid(z), which targets write without overflow
    (e^a - e^b) / (e^a + e^b)       as tanh((a - b) / 2)
    log(e^a + e^b), log sum e^a     as logaddexp(a, b), and with the maximum taken out

It only changes how values are computed, after all derivatives are known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sympy import Add, Basic, Expr, Mul, Pow, S, expand

from codegen.lower.printed import printed_name
from codegen.optimisations.exponential import Definitions, LogSumExp, Split, is_sum, sigmoid_argument, split
from codegen.optimisations.guarded import guarded
from codegen.optimisations.patterns import (
    applications,
    bare_terms,
    canonical,
    differences,
    divides,
    is_log_softmax,
    log_softmax_of,
    two_sides,
)
from codegen.optimisations.poles import without_poles
from codegen.optimisations.written_out import without_stops, written_out
from derive.activations import SIGMOID, TANH
from derive.binding import bind, free_letters, rebind, unbind
from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.functions import exp, log
from derive.index import Index
from derive.operators import Apply, Binder, Maximum, Sum, Where

SHIFTED = "minus the largest: no exponential overflows"


@dataclass
class Stabiliser:
    """Rewrites the equations of one pass after the other; what it defines on the way stands before its first reader."""

    taken: set[str]
    definitions: Definitions
    origins: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    logarithms: dict[str, Equation] = field(default_factory=dict)
    _known: dict[tuple[object, ...], Tensor] = field(default_factory=dict)
    _new: list[Equation] = field(default_factory=list)
    _current: str = ""
    _with_logarithms: Definitions | None = None

    def rewrite(self, equations: Iterable[Equation]) -> list[Equation]:
        """The equations, each after the helping values that it reads."""
        result: list[Equation] = []
        for equation in equations:
            self._new, self._current = [], equation.tensor.name
            name = equation.tensor.name
            if name in self.logarithms:
                logarithm = self.logarithms[name]
                right = self._settled(logarithm.right)
                self._new.append(replace(logarithm, right=right))
                self.origins[logarithm.tensor.name] = name
                self.comments[logarithm.tensor.name] = f"the logarithm of {name}"
                right = exp(Entry(logarithm.tensor, *equation.letters))
            else:
                right = self._settled(self._value(equation.right))
            right = guarded(right)
            result += [*self._new, replace(equation, right=right)]
        return result

    # reading: which logarithms are asked for by name

    def find_logarithms(self, equations: Iterable[Equation]) -> None:
        """Give a name to the logarithm of every softmax-like value whose logarithm some equation takes."""
        for equation in equations:
            for node in applications(equation.right, ("log", "xlogy")):
                for entry in sorted(node.arguments[-1].atoms(Entry), key=str):
                    self._name_logarithm(entry.tensor.name)

    def _name_logarithm(self, name: str) -> None:
        if name not in self.definitions.equations or name in self.logarithms:
            return
        definition = self.definitions.equations[name]
        found = split(definition.right, self.definitions)
        if found.opaque == 1 and found.logarithm.has(LogSumExp) and is_log_softmax(found.logarithm):
            tensor = Tensor(self.fresh(f"log_{name}"), definition.tensor.axes)
            self.logarithms[name] = Equation(tensor, definition.letters, found.logarithm)
            self._with_logarithms = None

    # rewriting values

    def _value(self, expr: Expr) -> Expr:
        if isinstance(expr, Binder):
            letters, body = unbind(expr)
            return rebind(expr, self._value(body), letters)
        if isinstance(expr, Apply) and printed_name(expr.function) in ("log", "log1p"):
            argument = expr.arguments[0] if printed_name(expr.function) == "log" else 1 + expr.arguments[0]
            return self._log(argument, expr)
        if isinstance(expr, Apply) and expr.primitive_name == "xlogy":
            found = self._split_log(expr.arguments[1])
            if found.exponential:
                factor = self._value(expr.arguments[0])
                rest = S.Zero if found.opaque == 1 else expr.func(expr.function, factor, self._value(found.opaque))
                return rest + factor * self._value(found.logarithm)
        if isinstance(expr, (Mul, Pow)):
            return self._product(expr)
        if isinstance(expr, Where) and expr.otherwise == 0:
            found = split(expr, self.definitions, bounded_too=False)
            if log_softmax_of(found.logarithm) is not None:
                return self._value(found.opaque) * self._exponential(found.logarithm)
        if not expr.args:
            return expr
        return expr.func(*(self._value(a) if isinstance(a, Expr) else self._inside(a) for a in expr.args))

    def _inside(self, node: Basic) -> Basic:
        """A condition, with the values in it rewritten."""
        if not node.args or isinstance(node, Tensor):
            return node
        return node.func(*(self._value(a) if isinstance(a, Expr) else self._inside(a) for a in node.args))

    def _log(self, argument: Expr, written: Expr) -> Expr:
        found = self._split_log(argument)
        if not found.exponential:
            return written.func(written.args[0], *(self._value(a) for a in written.args[1:]))
        return log(self._value(found.opaque)) + self._value(found.logarithm)

    def _split_log(self, argument: Expr) -> Split:
        """opaque * exp(logarithm), where a value whose logarithm has a name gives that."""
        if self._with_logarithms is None:
            known = dict(self.definitions.equations)
            for name, logarithm in self.logarithms.items():
                definition = known[name]
                known[name] = replace(definition, right=exp(Entry(logarithm.tensor, *definition.letters)))
            self._with_logarithms = Definitions(known)
        return split(argument, self._with_logarithms)

    def _product(self, expr: Expr) -> Expr:
        factors = list(Mul.make_args(expr))
        parts = [split(factor, self.definitions, bounded_too=False) for factor in factors]
        below = [part for factor, part in zip(factors, parts, strict=True) if divides(factor) and part.exponential]
        above = [part for factor, part in zip(factors, parts, strict=True) if not divides(factor) and part.exponential]
        sums = any(is_sum(rest) for part in below for rest in bare_terms(part.logarithm))
        if not below or not (sums or above or differences(factors)):
            return expr.func(*(self._value(argument) for argument in expr.args))
        inside = [factor for factor in factors if isinstance(factor, Sum) and self._has_exponentials(factor)]
        if inside:
            return self._moved_inside(inside[0], factors, parts)
        difference = differences(factors)
        if difference:
            return self._quotient_of_difference(factors, difference[0])
        total = split(expr, self.definitions, bounded_too=False)
        return self._value(total.opaque) * self._exponential(total.logarithm)

    def _has_exponentials(self, total: Sum) -> bool:
        """Whether entries of a sum are exponentials times something else, so that the sum is none."""
        found = split(unbind(total)[1], self.definitions, bounded_too=False)
        return found.exponential and not found.opaque.is_number

    def _moved_inside(self, total: Sum, factors: list[Expr], parts: list[Split]) -> Expr:
        """sum_k a_k exp(u_k) / sum_l exp(u_l)  ->  sum_k a_k softmax(u)_k"""
        moved = [item for item, part in zip(factors, parts, strict=True) if part.exponential and item is not total]
        rest = Mul(*(item for item in factors if item is not total and item not in moved))
        letters, body = unbind(total, free_letters(Mul(*moved)))
        return self._value(rest * bind(Sum, Mul(body, *moved), letters))

    def _quotient_of_difference(self, factors: list[Expr], difference: Add) -> Expr:
        """(A - B) / (A + B) is a tanh; any other difference is taken apart, each term by itself."""
        rest = [factor for factor in factors if factor is not difference]
        plus, minus = two_sides(difference, self.definitions)
        if plus is not None and minus is not None:
            for factor in rest:
                if isinstance(factor, Pow) and factor.exp == -1 and isinstance(factor.base, Add):
                    sides = {
                        (part.opaque, part.logarithm)
                        for part in (split(term, self.definitions, False) for term in factor.base.args)
                    }
                    if sides == {(S.One, plus), (S.One, minus)}:
                        others = Mul(*(item for item in rest if item is not factor))
                        return self._value(others) * TANH(expand((plus - minus) / 2))
        return Add(*(self._value(Mul(term, *rest)) for term in difference.args))

    def _exponential(self, logarithm: Expr) -> Expr:
        argument = sigmoid_argument(logarithm)
        if argument is not None:
            self.comments.setdefault(self._current, "sigmoid, without overflow")
            return SIGMOID(self._value(argument))
        return exp(logarithm)

    # naming what a maximum is taken of

    def _settled(self, expr: Expr) -> Expr:
        """The expression without LogSumExp: the maximum taken out, shared values named."""
        if isinstance(expr, Binder) and not isinstance(expr, LogSumExp):
            letters, body = unbind(expr)
            return rebind(expr, self._settled(body), letters)
        if isinstance(expr, LogSumExp):
            letters, body = unbind(expr)
            body = self._settled(body)
            top = self._define("top", bind(Maximum, body, letters))
            shifted = self._define("shifted", body - top)
            self.comments[shifted.tensor.name] = SHIFTED
            return top + log(bind(Sum, self._define("e", exp(shifted)), letters))
        if isinstance(expr, Apply) and expr.primitive_name == "exp":
            found = log_softmax_of(expr.arguments[0])
            if found is not None:
                value, letter = found
                shifted = self._shifted(self._settled(value), letter)
                exponential = self._define("e", exp(shifted))
                return exponential / bind(Sum, exponential, [letter])
        if isinstance(expr, Add):
            found = log_softmax_of(expr)
            if found is not None:
                value, letter = found
                shifted = self._shifted(self._settled(value), letter)
                return shifted - log(bind(Sum, exp(shifted), [letter]))
        if not expr.args or not isinstance(expr, Expr) or isinstance(expr, Entry):
            return expr
        return expr.func(*(self._settled(a) if isinstance(a, Expr) else self._settled_inside(a) for a in expr.args))

    def _settled_inside(self, node: Basic) -> Basic:
        if not node.args or isinstance(node, Tensor):
            return node
        return node.func(*(self._settled(a) if isinstance(a, Expr) else self._settled_inside(a) for a in node.args))

    def _shifted(self, value: Expr, letter: Index) -> Entry:
        if isinstance(value, Where):
            value = self._define("masked", value)
        maximum = bind(Maximum, value, [letter])
        top = self._known_entry("top", maximum)
        shifted = self._define("shifted", value - (maximum if top is None else top))
        self.comments[shifted.tensor.name] = SHIFTED
        return shifted

    def _define(self, name: str, right: Expr) -> Entry:
        """An entry of a new value with this right side, or of one that has it already."""
        letters, key = canonical(name, right)
        if key not in self._known:
            tensor = Tensor(self.fresh(name), tuple(letter.size for letter in letters))
            self._known[key] = tensor
            self._new.append(Equation(tensor, letters, guarded(right)))
            self.origins[tensor.name] = self._current
        return Entry(self._known[key], *letters)

    def _known_entry(self, name: str, right: Expr) -> Entry | None:
        """An entry of the value with this right side, where one was defined."""
        letters, key = canonical(name, right)
        return Entry(self._known[key], *letters) if key in self._known else None

    def fresh(self, name: str) -> str:
        """This name, or one like it that nothing has."""
        candidates = [name, f"{name}_{self._current}", *(f"{name}_{number}" for number in range(2, 1000))]
        chosen = next(candidate for candidate in candidates if candidate not in self.taken)
        self.taken.add(chosen)
        return chosen


def stable(
    forward: Sequence[Equation], backward: Sequence[Equation], taken: Iterable[str]
) -> tuple[list[Equation], list[Equation], dict[str, str], dict[str, str]]:
    """Both passes made stable; where each helping value belongs; and comments on what was done."""
    forward = [replace(equation, right=written_out(equation.right)) for equation in forward]
    backward = [replace(equation, right=without_stops(written_out(equation.right))) for equation in backward]
    known = {equation.tensor.name: equation for equation in forward if not equation.subscripts}
    stabiliser = Stabiliser(set(taken), Definitions(known))
    backward, scaled = without_poles(backward, stabiliser.definitions, stabiliser.fresh)
    stabiliser.origins |= scaled
    stabiliser.comments |= dict.fromkeys(scaled, "no division by what may underflow")
    stabiliser.find_logarithms([*forward, *backward])
    first = stabiliser.rewrite(forward)
    second = stabiliser.rewrite(backward)
    return first, second, stabiliser.origins, stabiliser.comments
