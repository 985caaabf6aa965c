"""Gradients that speak of one entry at a time, as SymPy formulas of one number, and where they have a given value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import sympy
from sympy import Basic, Expr, Mul, Symbol

from codegen.outline.page import Page
from codegen.outline.scalar import NotScalar, as_sympy
from derive.cost import length
from derive.dependence import tensors
from derive.derivation import Adjoint
from derive.entry import Constant, Entry, Tensor
from derive.facts import declared_facts
from derive.functions import PRIMITIVES, from_sympy
from derive.operators import Apply, ArgMax, ArgMin, Binder, Condition
from derive.signs import never_negative, positive

_LONGEST = 60
_MOST_CASES = 16
_SIMPLE = (sympy.exp, sympy.log)


@dataclass(frozen=True)
class Entrywise:
    """The gradient by `entry` as a formula of the number x, and what its other symbols stand for.

    nonzero   what was taken to be positive and is only known never to be negative
    values    the only values that some of the symbols can have
    """

    gradient: Expr
    x: Symbol
    entry: Entry
    meanings: Mapping[Symbol, Expr]
    nonzero: tuple[Symbol, ...]
    values: Mapping[Symbol, tuple[int, ...]]

    @property
    def slope(self) -> Expr:
        """The second derivative of the loss by the entry; those by two different entries are 0."""
        return sympy.simplify(self.gradient.diff(self.x))

    def shown(self, expr: Expr) -> Expr:
        """The way back, from SymPy's own functions and symbols to ours."""
        return from_sympy(expr).xreplace({**self.meanings, self.x: self.entry})


def entrywise(page: Page, item: Adjoint) -> Entrywise | None:
    """The gradient by an entry as a formula of that entry alone; None where it reads others that move with it, and
    where the loss may jump or turn without the gradient saying so."""
    network = page.derivation.network
    gradient, entry = item.equation.right, Entry(item.of, *item.equation.left.subscripts)
    if length(gradient) > _LONGEST or entry not in gradient.atoms(Entry):
        return None
    moving = _moving(page, item.of)
    if any(_jumps(right, moving) for right in _rights(page)):
        return None
    x = Symbol("_x", positive=positive(entry, network) or None, real=True)
    symbols: dict[Basic, Expr] = {entry: x}
    nonzero: list[Symbol] = []
    values: dict[Symbol, tuple[int, ...]] = {}
    for node in dict.fromkeys(_opaque(page, gradient, entry)):
        if {tensor.name for tensor in tensors(node)} & moving:
            return None
        if isinstance(node, Symbol) and not isinstance(node, Constant):
            symbols[node] = node
            continue
        above = positive(node, network)
        known = not isinstance(node, Entry) and not above and never_negative(node, network)
        symbol = Symbol(f"_s{len(symbols)}", real=True, positive=True if above or known else None)
        nonzero += [symbol] if known else []
        values |= {symbol: found} if (found := _values(page, node)) else {}
        symbols[node] = symbol
    try:
        scalar = sympy.sympify(as_sympy(gradient, symbols))
    except NotScalar:
        return None
    if not _is_simple(scalar):
        return None
    meanings = {symbol: node for node, symbol in symbols.items() if isinstance(symbol, Symbol) and symbol != x}
    return Entrywise(scalar, x, entry, meanings, tuple(nonzero), values)


def _is_simple(expr: Expr) -> bool:
    """True for sums, products, powers, exponentials and logarithms."""
    return not expr.has(sympy.Piecewise, sympy.I) and expr.atoms(sympy.Function) == expr.atoms(*_SIMPLE)


def _values(page: Page, node: Expr) -> tuple[int, ...]:
    """The values that an entry can have, where a declared fact leaves it a few only."""
    declared = page.derivation.network.declaration(node.tensor.name) if isinstance(node, Entry) else None
    return next((fact.values for fact in declared_facts(declared) if fact.values), ()) if declared is not None else ()


def _opaque(page: Page, expr: Basic, entry: Entry) -> Iterator[Expr]:
    """What is not looked into: sizes, sums, and what has other entries only, none of them with few values by a fact."""
    if expr == entry:
        return
    inside = expr.atoms(Entry)
    whole = bool(inside) and entry not in inside and not any(_values(page, other) for other in inside)
    # -sum_n y_n^2 is looked into, because the sign of the sum may be known.
    whole = whole and not (isinstance(expr, Mul) and expr.could_extract_minus_sign())
    if whole or isinstance(expr, Entry | Binder | Symbol):
        yield expr
        return
    for argument in expr.args:
        yield from _opaque(page, argument, entry)


def _moving(page: Page, tensor: Tensor) -> frozenset[str]:
    """The names of what changes with a tensor: itself, what is computed from it, and every gradient."""
    derivation = page.derivation
    moving = {tensor.name, *(adjoint.tensor.name for adjoint in derivation.adjoints)}
    network = derivation.network
    ends = [end for recurrence in network.recurrences for end in recurrence.boundaries]
    for equation in network.equations:
        rights = [equation.right, *(end.right for end in ends if end.tensor == equation.tensor)]
        if any({read.name for read in tensors(right)} & moving for right in rights):
            moving.add(equation.tensor.name)
    return frozenset(moving)


def _rights(page: Page) -> Iterator[Expr]:
    """The right side of every equation of the network."""
    network = page.derivation.network
    yield from (equation.right for equation in network.equations)
    yield from (end.right for recurrence in network.recurrences for end in recurrence.boundaries)


def _jumps(expr: Basic, moving: frozenset[str]) -> bool:
    """True when what moves stands in a condition, a subscript or a step, or behind `stop`: the loss then depends on it
    in a way that no derivative knows of."""
    if isinstance(expr, Entry):
        return any(tensor.name in moving for part in expr.subscripts for tensor in tensors(part))
    if isinstance(expr, Apply) and expr.function.formula is not None:
        return _jumps(expr.function.expand(*expr.arguments), moving)
    flat = isinstance(expr, Apply) and (PRIMITIVES[expr.name].flat or expr.name == "stop")
    if flat or isinstance(expr, Condition | ArgMax | ArgMin):
        return any(tensor.name in moving for tensor in tensors(expr))
    return any(_jumps(argument, moving) for argument in expr.args)


def solved(here: Entrywise, value: Expr) -> Expr | None:
    """The one x at which the gradient has a value; None where SymPy does not find exactly one, or where it is none for
    a value that a symbol can have: (x - y)/(x (1 - x)) is not zero at x = y where y is 0 or 1."""
    try:
        found = sympy.solve(here.gradient - value, here.x)
    except (NotImplementedError, ValueError, TypeError):
        return None
    if len(found) != 1 or not _is_simple(found[0]):
        return None
    solution = found[0]
    if sympy.simplify(here.gradient.subs(here.x, solution) - value) != 0:
        return None
    choices = list(here.values.items())
    cases = list(product(*(allowed for _, allowed in choices)))
    if len(cases) > _MOST_CASES:
        return None
    for case in cases:
        mapping = dict(zip((symbol for symbol, _ in choices), case, strict=True))
        there = here.gradient.subs(mapping).subs(here.x, solution.subs(mapping))
        if not there.is_finite or (mapping and sympy.simplify(there - value) != 0):
            return None
    return solution
