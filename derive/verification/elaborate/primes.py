"""h' of a value h = f(z) that is a function of another one, entry by entry: the slope f'(z)."""

from __future__ import annotations

from dataclasses import replace

from derive.dependence import tensors
from derive.entry import Entry
from derive.operators import Sum
from derive.verification.elaborate.node import value_of
from derive.verification.formula.tree import Derivative, Symbol
from derive.verification.names import Meaning, Names
from derive.verification.scope import Scope
from derive.verification.spelling import text_of
from derive.verification.value import Value, diagonal

SLOPES = "slopes"  # the option under which h' is a slope; else it is h transposed


def has_prime(symbol: Symbol) -> bool:
    """True for h', with one prime."""
    return sum(text_of(mark.of) == "'" and not mark.bracket for mark in symbol.upper) == 1


def argument_of(name: str, names: Names) -> str | None:
    """The z of h = f(z), where each entry of h is that function of the same entry of z."""
    equation = names.network.equation(name)
    if equation is None or equation.right.has(Sum):
        return None
    read = tensors(equation.right)
    entries = sorted(equation.right.atoms(Entry), key=str)
    if len(read) != 1 or len(entries) != 1 or isinstance(equation.right, Entry):
        return None
    same = entries[0].subscripts == equation.left.subscripts
    return str(entries[0].tensor.name) if same else None


def slope_of(node: Symbol, meaning: Meaning, scope: Scope) -> Value | None:
    """The value of h'; None where h is no function of one value."""
    argument = argument_of(meaning.name, scope.names)
    if argument is None:
        return None
    upper = tuple(mark for mark in meaning.upper if text_of(mark.of) != "'")
    value = Symbol(meaning.name, meaning.lower, upper, place=node.place)
    slope = value_of(Derivative(value, replace(value, name=argument), place=node.place), scope)
    return diagonal(slope, value_of(value, scope))
