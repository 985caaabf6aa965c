"""The slices of a recurrence that equations of their own give: h[-1] = h0, h[:,-1] = 0, b[T] = 0, α[0,s] = ..."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sympy import Expr, Integer

from derive.binding import fresh, substitute
from derive.entry import Constant, Entry, Tensor
from derive.equation import Equation
from derive.errors import InputError
from derive.index import Index, is_letter
from derive.language.context import Context
from derive.language.cycles import Cycle
from derive.language.printer import text
from derive.language.resolve import evaluate
from derive.language.scope import Scope, shape
from derive.language.tree import Colon, EquationStatement, Letter, Node, Tuple


@dataclass(frozen=True)
class Slice:
    """One slice: its place along the recurrence, and its equation without that subscript."""

    place: Expr
    statement: EquationStatement


def is_slice(item: Node, scope: Scope) -> bool:
    """True for a subscript of the left side that is a place and no letter: -1, 0, T, T-1."""
    if isinstance(item, Letter):
        return item.within is None and item.name in scope.dimensions
    return not isinstance(item, Colon | Tuple)


def slice_of(statement: EquationStatement, axis: int, size: Expr, step: int, scope: Scope) -> Slice:
    """The slice that an equation gives; InputError where a recurrence has no such slice."""
    places = [number for number, item in enumerate(statement.left) if is_slice(item, scope)]
    item = statement.left[places[0]]
    called = f"{statement.name}[{','.join(text(part) for part in statement.left)}]"
    if places != [axis]:
        what = f"{called} is no slice of the recurrence, which goes along axis {axis}"
        raise InputError(what, item.place, "a place for the letter that steps, letters for the others")
    node = scope.dimensions[item.name].symbol if isinstance(item, Letter) else None
    place: Expr = scope.explicit(node if node is not None else Context(scope, evaluate).number(item).expr)
    ends = (Integer(-1), Integer(0)) if step < 0 else (size, size - 1)
    for end in ends:
        if scope.same(place, end):
            left = (*statement.left[:axis], *statement.left[axis + 1 :])
            return Slice(end, replace(statement, left=left))
    what = f"{called} lies inside the recurrence: slices are given where it begins"
    remedy = f"{ends[0]} or {ends[1]}; for a step of its own kind: where({text(item)} == t, ..., ...)"
    raise InputError(what, item.place, remedy)


def lonely(statement: EquationStatement, scope: Scope) -> InputError:
    """The complaint about a slice of something that no general equation gives."""
    item = next(item for item in statement.left if is_slice(item, scope))
    if isinstance(item, Letter):
        return InputError(f"{item.name} is a dimension, so it is no letter", item.place, item.name.lower())
    what = f"this gives one slice of {statement.name}, but no equation gives the others"
    return InputError(what, item.place, f"{statement.name}[t] = ..., or letters alone on the left side")


def no_recurrence(statement: EquationStatement) -> InputError:
    """The complaint about a slice of something that does not recur."""
    what = f"{statement.name} reads no step of itself, so it has no slices with equations of their own"
    return InputError(what, statement.place, "one equation: where(t == 0, ..., ...)")


def end_name(name: str, cycle: Cycle) -> str:
    """How the slice beyond the first step is written: h[-1], h[:,-1], b[T]"""
    return f"{name}[{':,' * cycle.axes[name]}{'-1' if cycle.step < 0 else 'T'}]"


def boundary(
    given: Slice,
    equation: Equation,
    general: Equation,
    plain: Sequence[Expr],
    sizes: Sequence[Expr],
    axis: int,
    scope: Scope,
) -> tuple[Equation | None, Equation]:
    """The equation of a slice in the letters of the general one. What is no number or entry becomes a tensor of its
    own, with an equation that comes first."""
    axes = equation.tensor.axes
    is_number = not axes and not equation.letters
    fits = len(axes) == len(sizes) and all(scope.same(a, b) for a, b in zip(axes, sizes, strict=True))
    if not fits and not is_number:
        what = f"this slice has axes {shape(axes)}, but {general.tensor.name} has {shape(sizes)} beside its recurrence"
        raise InputError(what, given.statement.place, "the same axes, or one number")
    letters: list[Index] = []
    for at, size in zip(plain, sizes, strict=True):
        taken = [*general.letters, *letters]
        letters.append(at if isinstance(at, Index) else fresh(size, taken))
    subscripts = (*letters[:axis], given.place, *letters[axis:])
    right = equation.right
    if not is_number:
        right = substitute(right, dict(zip(equation.letters, letters, strict=True)))
    if right.is_number or isinstance(right, Constant):
        return None, Equation(general.tensor, tuple(letters), right, given.statement.source, subscripts)
    if isinstance(right, Entry) and all(is_letter(s) for s in right.subscripts) and right.tensor.within is None:
        return None, Equation(general.tensor, tuple(letters), right, given.statement.source, subscripts)
    start = _named(general.tensor.name, given, equation, scope)
    scope.tensors[start.name] = start
    scope.labels[start.name] = tuple(letter.name for letter in letters[: len(start.axes)])
    own = tuple(letters) if not is_number else ()
    before = Equation(start, own, right, given.statement.source)
    return before, Equation(general.tensor, tuple(letters), Entry(start, *own), given.statement.source, subscripts)


def _named(name: str, given: Slice, equation: Equation, scope: Scope) -> Tensor:
    """A tensor for a slice, with a name that is free."""
    word = f"{name}_{'start' if given.place in (-1, 0) else 'end'}"
    number = 1
    while word in scope.places or word in scope.tensors or f"d{word}" in scope.places:
        number += 1
        word = f"{name}_{'start' if given.place in (-1, 0) else 'end'}{number}"
    scope.places[word] = given.statement.place
    return Tensor(word, equation.tensor.axes)
