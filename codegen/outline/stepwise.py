"""Equations that hold for every step: the two cases at an end of the steps, and the values of one step as matrices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Basic, Expr, S, expand

from derive.binding import bind, free_letters, replace_nodes, substitute, unbind
from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.index import Bound, Index
from derive.operators import Compare, Delta, Sum, Where


@dataclass(frozen=True)
class Case:
    """What an equation says where a condition on its step holds; None for an equation that is the same everywhere."""

    condition: Compare | None
    right: Expr


def split(right: Expr, letter: Index) -> tuple[Case, ...]:
    """The cases of a right side whose terms exist except at one end of the steps; one case where nothing ends."""
    ends = {_end(node, letter) for node in right.atoms(Where, Delta)} - {None}
    if len(ends) != 1:
        return (Case(None, right),)
    (end,) = ends
    last = letter.size - 1
    at = last if end == "last" else S.Zero
    inner = Compare("<", letter, last) if end == "last" else Compare(">", letter, S.Zero)
    return (
        Case(inner, _decided(right, letter, False)),
        Case(Compare("==", letter, at), substitute(_decided(right, letter, True), {letter: at})),
    )


def _end(node: Basic, letter: Index) -> str | None:
    """`last` or `first` where a condition or delta tells that step from all others; else None."""
    for end, at, beside in (("last", letter.size - 1, letter.size - 2), ("first", S.Zero, S.One)):
        here, there = (_holds(node, letter, place) for place in (at, beside))
        if here is not None and there is not None and here != there:
            return end
    return None


def _holds(node: Basic, letter: Index, at: Expr) -> bool | None:
    """Whether a condition or delta holds at a step, where that is plain for all sizes."""
    condition = node.condition if isinstance(node, Where) else Compare("==", *node.args)
    if not isinstance(condition, Compare) or letter not in free_letters(condition):
        return None
    gap = expand((condition.left - condition.right).xreplace({letter: at}))
    if not gap.is_number:
        return None
    return bool({"<": gap < 0, "<=": gap <= 0, ">": gap > 0, ">=": gap >= 0, "==": gap == 0}.get(condition.relation))


def _decided(right: Expr, letter: Index, at_end: bool) -> Expr:
    """The right side with every condition that marks the end decided."""

    def change(node: Basic) -> Expr | None:
        if not isinstance(node, Where | Delta) or (end := _end(node, letter)) is None:
            return None
        place = letter.size - 1 if end == "last" else S.Zero
        holds = _holds(node, letter, place) is at_end
        if isinstance(node, Delta):
            return S.One if holds else S.Zero
        return node.then if holds else node.otherwise

    return replace_nodes(right, change)


@dataclass(frozen=True)
class Slice:
    """An equation between the values of one step; `names` says which entry of which tensor a new name stands for."""

    equation: Equation
    names: Mapping[str, tuple[Tensor, Expr]]
    summed: Index | None = None


def at_one_step(equation: Equation, right: Expr, stepped: frozenset[str]) -> Slice | None:
    """The equation with every value at a step as a tensor of its own, without that axis; None where steps mix."""
    places = [place for place, size in enumerate(equation.tensor.axes) if str(size) in stepped]
    summed: Index | None = None
    front: Expr = S.One
    if not places:
        front, total = right.as_coeff_Mul()
        if not isinstance(total, Sum):
            return None
        letters, right = unbind(total, equation.letters)
        steps = [letter for letter in letters if str(letter.size) in stepped]
        if len(steps) != 1:
            return None
        (summed,) = steps
        right = bind(Sum, right, [letter for letter in letters if letter != summed])
    names: dict[str, tuple[Tensor, Expr]] = {}
    changed = replace_nodes(right, lambda node: _sliced(node, stepped, names))
    if any(str(node.size) in stepped for node in changed.atoms(Index, Bound)):
        return None
    small = _sliced(equation.left, stepped, names) or equation.left
    left_letters = free_letters(small)
    letters = tuple(letter for letter in equation.letters if letter in left_letters)
    subscripts = small.subscripts if equation.subscripts else ()
    return Slice(Equation(small.tensor, letters, front * changed, subscripts=subscripts), names, summed)


def _sliced(node: Basic, stepped: frozenset[str], names: dict[str, tuple[Tensor, Expr]]) -> Entry | None:
    if not isinstance(node, Entry):
        return None
    places = [place for place, size in enumerate(node.tensor.axes) if str(size) in stepped]
    if len(places) != 1:
        return None
    (place,) = places
    step = node.subscripts[place]
    axes = node.tensor.axes[:place] + node.tensor.axes[place + 1 :]
    name = f"{node.tensor.name}@{step}"
    names[name] = (node.tensor, step)
    return Entry(Tensor(name, axes, node.tensor.within), *node.subscripts[:place], *node.subscripts[place + 1 :])
