"""Giving names to values that an author nested: `sigmoid(x @ W + b)` inside a loss becomes `z = x @ W + b` first.

The sweep differentiates named values, so a product of matrices inside a function, or a function inside a product of
matrices, gets an equation of its own. What is already written one operation at a time stays as it is.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import Add, Expr, Mul, Pow

from derive.binding import free_letters, rebind, substitute, unbind
from derive.dependence import entries
from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.index import Index
from derive.letters import Letters
from derive.network import Network
from derive.operators import Apply, Binder, Compare, Sum


def name_values(network: Network) -> Network:
    """The same network with an equation for every nested value that needs one; the network itself if none does."""
    taken = {*network.tensors, *(str(item.symbol) for item in network.dimensions)}
    taken |= {item.symbol.name for item in network.constants}
    equations: list[Equation] = []
    for equation in network.equations:
        namer = _Namer(taken, Letters(network))
        right = namer.visit(equation.right, equation.right)
        equations += [*namer.equations, replace(equation, right=right)]
    return network if len(equations) == len(network.equations) else replace(network, equations=tuple(equations))


class _Namer:
    """Collects the new equations of one equation, innermost first."""

    def __init__(self, taken: set[str], letters: Letters) -> None:
        self.taken = taken
        self.letters = letters
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
        if isinstance(expr, Apply | Compare) or (isinstance(expr, Pow) and not expr.exp.is_Integer):
            arguments = [self._named_argument(argument) for argument in arguments]
        elif isinstance(expr, Pow):
            arguments[0] = self._named_argument(arguments[0], only_contractions=True)
        return expr.func(*arguments)

    def _named_argument(self, argument: Expr, only_contractions: bool = False) -> Expr:
        if has_contraction(argument):
            return self._name(argument, "z")
        if not only_contractions and isinstance(argument, Mul) and _divides_by_sum(argument):
            return self._name(argument, "p")
        return argument

    def _named_factor(self, factor: Expr) -> Expr:
        inner = factor.base if isinstance(factor, Pow) else factor
        return self._name(factor, "h") if isinstance(inner, Apply) and entries(inner) else factor

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


def _matching(equation: Equation, value: Expr) -> dict[Index, Index] | None:
    """Letters for which an equation's right side is the value."""
    letters = sorted(free_letters(value), key=lambda letter: letter.name)
    fitting = [[other for other in letters if other.size == letter.size] for letter in equation.letters]
    if len(letters) != len(equation.letters) or not all(fitting):
        return None
    from itertools import product

    for choice in product(*fitting):
        mapping = dict(zip(equation.letters, choice, strict=True))
        if len(set(choice)) == len(choice) and substitute(equation.right, mapping) == value:
            return mapping
    return None


def _last_place(expr: Expr, letter: Index) -> tuple[int, str]:
    """The last axis that a letter stands on among the entries: rows before columns, as matrix notation has it."""
    axes = [place for entry in entries(expr) for place, subscript in enumerate(entry.subscripts) if subscript == letter]
    return (max(axes, default=0), letter.name)


def is_contraction(body: Expr, letters: tuple[Index, ...]) -> bool:
    """True for the body of a matrix product: two or more factors that share a summed letter."""
    factors = [factor for factor in Mul.make_args(body) if entries(factor)]
    return (
        any(sum(letter in free_letters(factor) for factor in factors) >= 2 for letter in letters)
        and len({frozenset(free_letters(factor)) for factor in factors}) > 1
    )


def has_contraction(expr: Expr) -> bool:
    """True when a matrix product stands in the expression outside functions that have been named already."""
    if isinstance(expr, Sum):
        letters, body = unbind(expr)
        return is_contraction(body, letters) or has_contraction(body)
    if isinstance(expr, Add | Mul):
        return any(has_contraction(argument) for argument in expr.args)
    return False


def _divides_by_sum(expr: Mul) -> bool:
    return any(isinstance(factor, Pow) and isinstance(factor.base, Sum) for factor in expr.args)
