"""One equation: what it means, and the tensor that it gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sympy import Expr, Mul

from derive.binding import substitute
from derive.entry import Tensor
from derive.equation import Equation
from derive.errors import InputError, Place
from derive.index import Index
from derive.language.context import Context
from derive.language.letters import Lettering, introduce
from derive.language.order import left_letters
from derive.language.printer import text
from derive.language.products import combined, register_factors
from derive.language.resolve import evaluate
from derive.language.scope import Scope, shape
from derive.language.subscripts import range_of
from derive.language.tree import Colon, EquationStatement, Letter, Name, Subscript, Tuple, walk
from derive.language.value import Axis, Value


@dataclass(frozen=True)
class Stepping:
    """What is known beforehand of an equation of a recurrence: what some of its letters run over, along which axis of
    each member one step is read, and for which members an equation gives what lies before the first step. `reached`
    gathers where such a slice is read."""

    sizes: Mapping[str, Expr] = field(default_factory=dict)
    steps: Mapping[str, int] = field(default_factory=dict)
    ended: frozenset[str] = frozenset()
    reached: list[Subscript] = field(default_factory=list)


def resolve_equation(
    statement: EquationStatement, scope: Scope, lettering: Lettering, stepping: Stepping | None = None
) -> Equation:
    """The equation in index form; its tensor enters the scope."""
    stepping = stepping or Stepping()
    for item in statement.left:
        if not isinstance(item, Letter | Colon | Tuple):
            raise InputError(f"{text(item)} is no letter", item.place, "letters alone on the left side")
    context = Context(
        scope,
        evaluate,
        equation=statement.name,
        steps=stepping.steps,
        ended=stepping.ended,
        reached=stepping.reached,
    )
    named = list(left_letters(statement.left))
    letters = introduce(named, [statement.right], context, statement.name + "[{0} in N, ...]", stepping.sizes)
    context = context.with_letters(letters)
    value = context.number(statement.right)
    axes = _all_axes(statement, letters, value, scope)
    plain = [axis for group in axes for axis in group]
    taken = [*letters, *(axis.label for axis in plain if axis.label in letters)]
    remaining = [axis for axis in plain if axis.letter not in letters.values()]
    names = dict(zip((axis.letter for axis in remaining), lettering.name(remaining, taken), strict=True))
    final = {axis.letter: Index(names[axis.letter], axis.size) for axis in remaining}
    right: Expr = substitute(value.expr, final) if final else value.expr
    ordered = tuple(final.get(axis.letter, axis.letter) for axis in plain)
    sizes = [_size(group, scope, statement.place) for group in axes]
    tensor = Tensor(statement.name, sizes, range_of(right))
    scope.tensors[statement.name] = tensor
    scope.labels[statement.name] = tuple(_label(group, letters) for group in axes)
    subscripts = [combined([final.get(a.letter, a.letter) for a in group], [a.size for a in group]) for group in axes]
    products = any(len(group) > 1 for group in axes)
    return Equation(tensor, ordered, right, statement.source, tuple(subscripts) if products else ())


def _label(group: tuple[Axis, ...], letters: Mapping[str, Index]) -> str | None:
    if len(group) > 1:
        return None
    return group[0].letter.name if group[0].letter in letters.values() else group[0].label


def _size(group: tuple[Axis, ...], scope: Scope, place: Place) -> Expr:
    """The size of one axis of the left side, which may be a product."""
    if len(group) == 1:
        return group[0].size
    sizes = tuple(axis.size for axis in group)
    register_factors(sizes, scope, place)
    product = scope.explicit(Mul(*sizes))
    scope.take_apart(product)
    return scope.canonical(product)


def _all_axes(
    statement: EquationStatement, letters: dict[str, Index], value: Value, scope: Scope
) -> list[tuple[Axis, ...]]:
    """Letters of the left side, several for a product axis; `:` filled from what remains of the right side, and then
    the rest of that."""
    for axis in value.axes:
        for name, letter in letters.items():
            if scope.same(axis.size, letter.size):
                what = f"the right side still has an axis {axis.size}, over which {name} runs on the left"
                raise InputError(
                    what, statement.right.place, f"a subscript {name} wherever {axis.size} is meant: c[{name}]"
                )
    remaining = list(value.axes)
    axes: list[tuple[Axis, ...]] = []
    for item in statement.left:
        if not isinstance(item, Colon):
            axes.append(tuple(Axis(letters[letter.name]) for letter in left_letters([item])))
        elif remaining:
            axes.append((remaining.pop(0),))
        else:
            what = f"there is no axis for this : on the right side, which has {shape(value.sizes)}"
            raise InputError(what, item.place, "a letter, or one : less")
    return axes + [(axis,) for axis in remaining]


def author_letters(statements: Sequence[EquationStatement], scope: Scope) -> dict[Expr, str]:
    """The first letter that the author put on an axis of each size, in declared tensors."""
    found: dict[Expr, str] = {}
    for statement in statements:
        for node in walk(statement.right):
            if isinstance(node, Subscript) and isinstance(node.of, Name) and node.of.name in scope.declarations:
                axes = scope.tensors[node.of.name].axes if node.of.name in scope.tensors else ()
                for item, size in zip(node.items, axes, strict=False):
                    if isinstance(item, Name) and item.name not in scope.tensors and item.name not in found.values():
                        found.setdefault(size, item.name)
    return found
