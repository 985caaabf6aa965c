"""Giving names to values that an author nested: `sigmoid(x @ W + b)` inside a loss becomes `z = x @ W + b` first.

The sweep differentiates named values, so a product of matrices inside a function, or a function inside a product of
matrices, gets an equation of its own. What is already written one operation at a time stays as it is.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from sympy import Add, Expr, Mul, Pow

from derive.binding import free_letters, is_contraction, rebind, replace_nodes, substitute, unbind
from derive.dependence import entries, tensors
from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.index import Index
from derive.letters import Letters
from derive.network import Network, Recurrence
from derive.operators import Apply, Binder, Compare, Sum
from derive.rules.definition import Definition, definition_of, instances


def name_values(network: Network) -> Network:
    """The same network with an equation for every nested value that needs one; the network itself if none does."""
    taken = {*network.tensors, *(str(item.symbol) for item in network.dimensions)}
    taken |= {item.symbol.name for item in network.constants}
    letters, parameters = Letters(network), frozenset(network.parameters)
    added: dict[str, list[Equation]] = {}
    equations: list[Equation] = []
    ends = _Ends(network, taken)
    for equation in ends.equations:
        namer = _Namer(taken, letters, parameters)
        right = namer.everywhere(namer.visit(equation.right, equation.right))
        equations += [*namer.equations, replace(equation, right=right)]
        added[equation.tensor.name] = namer.equations
    if len(equations) == len(network.equations):
        return network
    recurrences = tuple(_with_members(recurrence, added) for recurrence in network.recurrences)
    return replace(network, equations=tuple(equations), recurrences=recurrences)


def _with_members(recurrence: Recurrence, added: dict[str, list[Equation]]) -> Recurrence:
    """The recurrence with the values that were named inside its members, where they run along its letter."""
    members: list[str] = []
    axes: list[int] = []
    for name, axis in zip(recurrence.members, recurrence.axes, strict=True):
        for equation in added.get(name, []):
            place = next(place for place, letter in enumerate(equation.letters) if letter.size == recurrence.size)
            members.append(equation.tensor.name)
            axes.append(place)
        members.append(name)
        axes.append(axis)
    return replace(recurrence, members=tuple(members), axes=tuple(axes))


class _Ends:
    """Names for the single slices of recurrent values that equations outside read: `h_last = h[T-1]`.

    What a whole network reads of its last layer is then one value with one gradient.
    """

    def __init__(self, network: Network, taken: set[str]) -> None:
        self.network = network
        self.taken = taken
        self.axis = {
            name: axis for item in network.recurrences for name, axis in zip(item.members, item.axes, strict=True)
        }
        self.slices: dict[tuple[str, Expr], Equation] = {}
        self.equations: list[Equation] = []
        for equation in network.equations:
            if equation.tensor.name in self.axis or self._is_named(equation):
                self.equations.append(equation)
                continue
            right = replace_nodes(equation.right, self._named)
            self.equations += [item for item in self.slices.values() if item not in self.equations]
            self.equations.append(replace(equation, right=right))

    def _is_named(self, equation: Equation) -> bool:
        """True for `h_last = h[T-1]`, which is a name for a slice already; it is used from there on."""
        right = equation.right
        if not isinstance(right, Entry) or right.tensor.name not in self.axis:
            return False
        axis = self.axis[right.tensor.name]
        place, rest = right.subscripts[axis], right.subscripts[:axis] + right.subscripts[axis + 1 :]
        if free_letters(place) or entries(place) or rest != equation.letters:
            return False
        self.slices.setdefault((right.tensor.name, place), equation)
        return True

    def _named(self, node: Expr) -> Expr | None:
        if not isinstance(node, Entry) or node.tensor.name not in self.axis:
            return None
        axis = self.axis[node.tensor.name]
        place = node.subscripts[axis]
        if free_letters(place) or entries(place):
            return None
        rest = node.subscripts[:axis] + node.subscripts[axis + 1 :]
        return Entry(self._slice(node.tensor, axis, place).tensor, *rest)

    def _slice(self, tensor: Tensor, axis: int, place: Expr) -> Equation:
        key = (tensor.name, place)
        if key not in self.slices:
            own = self.network.equation(tensor.name)
            assert own is not None
            letters = own.letters[:axis] + own.letters[axis + 1 :]
            axes = tensor.axes[:axis] + tensor.axes[axis + 1 :]
            stem = f"{tensor.name}_{'first' if place == 0 else 'last' if place == tensor.axes[axis] - 1 else 'slice'}"
            name, number = stem, 1
            while name in self.taken:
                name, number = f"{stem}{number}", number + 1
            self.taken.add(name)
            right = Entry(tensor, *letters[:axis], place, *letters[axis:])
            self.slices[key] = Equation(Tensor(name, axes), letters, right)
        return self.slices[key]


class _Namer:
    """Collects the new equations of one equation, innermost first."""

    def __init__(self, taken: set[str], letters: Letters, parameters: frozenset[Tensor]) -> None:
        self.taken = taken
        self.letters = letters
        self.parameters = parameters
        self.equations: list[Equation] = []

    def visit(self, expr: Expr, root: Expr) -> Expr:
        """The expression with nested values replaced by names."""
        if isinstance(expr, Entry) or not expr.args:
            return expr
        if isinstance(expr, Binder):
            letters, body = unbind(expr, free_letters(root))
            body = self.visit(body, body)
            if isinstance(expr, Sum) and is_contraction(body, letters):
                body = Mul(*(self._named_factor(factor) for factor in Mul.make_args(body)))
            return rebind(expr, body, letters)
        arguments = [self.visit(argument, root) for argument in expr.args]
        if isinstance(expr, Add) and expr != root:
            arguments = self._named_statistics(arguments)
        if isinstance(expr, Mul):
            arguments = self._named_quotient(arguments, whole=expr == root)
        if isinstance(expr, Apply | Compare) or (isinstance(expr, Pow) and not expr.exp.is_Integer):
            arguments = [self._named_argument(argument) for argument in arguments]
        elif isinstance(expr, Pow):
            arguments[0] = self._named_argument(arguments[0], only_contractions=True)
        return expr.func(*arguments)

    def everywhere(self, expr: Expr) -> Expr:
        """The expression with the new names wherever their values stand."""
        for equation in self.equations:
            definition = definition_of(equation)
            expr = replace_nodes(expr, lambda node, definition=definition: _name_of(node, definition))
        return expr

    def _named_argument(self, argument: Expr, only_contractions: bool = False) -> Expr:
        if has_contraction(argument):
            return self._name(argument, "z")
        if not only_contractions and isinstance(argument, Mul) and _divides_by_sum(argument):
            return self._name(argument, "p")
        return argument

    def _named_statistics(self, terms: list[Expr]) -> list[Expr]:
        """The terms of a sum with means and variances named; a matrix product that they are taken of is named first."""
        if any(_is_statistic(term) for term in terms):
            terms = [
                self._name(term, "z") if has_contraction(term) and not _is_statistic(term) else term for term in terms
            ]
            terms = [self.everywhere(term) for term in terms]
        return [self._named_statistic(term) for term in terms]

    def _named_statistic(self, term: Expr) -> Expr:
        """A mean or a variance inside a larger formula: `x - m` with m = sum x / N, `v + eps` with v = sum x^2 / N."""
        if not _is_statistic(term):
            return term
        number, rest = term.as_coeff_Mul()
        plain = any(isinstance(factor, Sum) and isinstance(factor.body, Entry) for factor in Mul.make_args(rest))
        return number * self._name(rest, "m" if plain else "v")

    def _named_quotient(self, factors: list[Expr], whole: bool) -> list[Expr]:
        """What is divided by a root, apart from parameters that scale it: `g * (x - m) / sqrt(v + eps)` is g * xhat."""
        roots = [factor for factor in factors if _is_divided_root(factor)]
        scales = [factor for factor in factors if {entry.tensor for entry in entries(factor)} & self.parameters]
        rest = [factor for factor in factors if factor not in scales and entries(factor)]
        if not roots or len(rest) < 2 or (whole and not scales):
            return factors
        others = [factor for factor in factors if factor not in rest]
        return [*others, self._name(Mul(*rest), "xhat")]

    def _named_factor(self, factor: Expr) -> Expr:
        inner = factor.base if isinstance(factor, Pow) else factor
        return self._name(factor, "h") if isinstance(inner, Apply | Add) and entries(inner) else factor

    def _name(self, value: Expr, stem: str) -> Expr:
        for equation in self.equations:
            mapping = _matching(equation, value)
            if mapping is not None:
                return substitute(equation.left, mapping)
        found = sorted(free_letters(value), key=lambda letter: _last_place(value, letter))
        letters: list[Index] = []
        for letter in found:
            letters.append(self.letters.over(letter.size, letters))
        tensor = Tensor(self._fresh_name(stem), tuple(letter.size for letter in letters))
        right = substitute(value, dict(zip(found, letters, strict=True)))
        self.equations.append(Equation(tensor, tuple(letters), right))
        return Entry(tensor, *found)

    def _fresh_name(self, stem: str) -> str:
        number = 0
        while (name := f"{stem}{number or ''}") in self.taken:
            number += 1
        self.taken.add(name)
        return name


def _name_of(node: Expr, definition: Definition) -> Expr | None:
    """The name, where a node is the value of a definition."""
    if tensors(node) != tensors(definition.formula):
        return None
    return next((name for name, formula in instances(definition, node) if formula == node), None)


def _matching(equation: Equation, value: Expr) -> dict[Index, Index] | None:
    """Letters for which an equation's right side is the value."""
    letters = sorted(free_letters(value), key=lambda letter: letter.name)
    fitting = [[other for other in letters if other.size == letter.size] for letter in equation.letters]
    if len(letters) != len(equation.letters) or not all(fitting):
        return None
    for choice in product(*fitting):
        mapping = dict(zip(equation.letters, choice, strict=True))
        if len(set(choice)) == len(choice) and substitute(equation.right, mapping) == value:
            return mapping
    return None


def _last_place(expr: Expr, letter: Index) -> tuple[int, int, str]:
    """The last axis that a letter stands on among the entries, of the tensor with the most axes: so rows come before
    columns, and what is multiplied by a matrix keeps its axes in their order."""
    places = [
        (place, -len(entry.subscripts))
        for entry in entries(expr)
        for place, subscript in enumerate(entry.subscripts)
        if letter in free_letters(subscript)
    ]
    return (*max(places, key=lambda item: (item[0], item[1]), default=(0, 0)), letter.name)


def has_contraction(expr: Expr) -> bool:
    """True when a matrix product stands in the expression outside functions that have been named already."""
    if isinstance(expr, Sum):
        letters, body = unbind(expr)
        return is_contraction(body, letters) or has_contraction(body)
    if isinstance(expr, Add | Mul):
        return any(has_contraction(argument) for argument in expr.args)
    return False


def _is_statistic(term: Expr) -> bool:
    """True for a mean, a variance or another plain sum over an axis, not for a matrix product."""
    rest = term.as_coeff_Mul()[1]
    sums = [factor for factor in Mul.make_args(rest) if isinstance(factor, Sum)]
    return len(sums) == 1 and not (sums[0].has(Apply) or entries(rest / sums[0]) or is_contraction(*_opened(sums[0])))


def _opened(node: Sum) -> tuple[Expr, tuple[Index, ...]]:
    letters, body = unbind(node)
    return body, letters


def _is_divided_root(factor: Expr) -> bool:
    """True for 1/sqrt(...) of something that is computed."""
    return (
        isinstance(factor, Pow)
        and bool(entries(factor.base))
        and factor.exp.is_Rational
        and factor.exp < 0
        and factor.exp.q == 2
    )


def _divides_by_sum(expr: Mul) -> bool:
    return any(isinstance(factor, Pow) and isinstance(factor.base, Sum) for factor in expr.args)
