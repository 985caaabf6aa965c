"""Equations: in which order they can be computed, and what each one means."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

from sympy import Expr

from derive.binding import substitute
from derive.entry import Tensor
from derive.equation import Equation
from derive.errors import InputError
from derive.index import Index
from derive.language.context import Context
from derive.language.letters import Lettering, introduce
from derive.language.resolve import evaluate
from derive.language.scope import Scope, shape
from derive.language.subscripts import range_of
from derive.language.tree import Call, Colon, EquationStatement, Letter, Name, Node, Subscript, Tuple, walk
from derive.language.value import Axis, Value


def reads(statement: EquationStatement, names: Iterable[str]) -> list[str]:
    """Which of the names the right side reads, in reading order."""
    wanted = set(names)
    letters = {part.name for part in statement.left if isinstance(part, Letter)}
    subscripted: set[int] = set()
    found: dict[str, None] = {}
    for node in walk(statement.right):
        if isinstance(node, Call):
            letters |= {letter.name for letter in node.letters or ()}
            subscripted |= {id(name) for name in node.over or ()}
        if isinstance(node, Subscript) and isinstance(node.of, Name):
            subscripted.add(id(node.of))
            if node.of.name in wanted:
                found[node.of.name] = None
    for node in walk(statement.right):
        if isinstance(node, Name) and id(node) not in subscripted and node.name in wanted and node.name not in letters:
            found[node.name] = None
    return list(found)


def in_order(statements: Sequence[EquationStatement]) -> tuple[list[EquationStatement], list[InputError]]:
    """An order in which the equations can be computed, close to reading order; a complaint where there is none."""
    place = {statement.name: number for number, statement in enumerate(statements)}
    waiting = {number: {place[name] for name in reads(s, place)} for number, s in enumerate(statements)}
    readers: dict[int, list[int]] = {number: [] for number in waiting}
    for number, needed in waiting.items():
        for other in needed:
            readers[other].append(number)
    ready = [number for number, needed in waiting.items() if not needed]
    heapq.heapify(ready)
    order: list[int] = []
    while ready:
        number = heapq.heappop(ready)
        order.append(number)
        for reader in readers[number]:
            waiting[reader].discard(number)
            if not waiting[reader]:
                heapq.heappush(ready, reader)
    stuck = sorted(set(waiting) - set(order))
    errors = [_cycle(statements, waiting, stuck)] if stuck else []
    return [statements[number] for number in order], errors


def _cycle(statements: Sequence[EquationStatement], waiting: dict[int, set[int]], stuck: Sequence[int]) -> InputError:
    path = [stuck[0]]
    while True:
        following = min(number for number in waiting[path[-1]] if number in stuck)
        if following in path:
            circle = path[path.index(following) :]
            break
        path.append(following)
    start = min(circle)
    turned = circle[circle.index(start) :] + circle[: circle.index(start)]
    names = [statements[number].name for number in (*turned, start)]
    first = statements[start]
    if any(_steps(statements[number], names) for number in circle):
        what = f"recurrences are not supported yet: {' needs '.join(names)} one step back"
        return InputError(what, first.place, "equations for every layer or step, each with a name of its own")
    return InputError(
        f"{' needs '.join(names)}: these equations go round in a circle",
        first.place,
        "a new name for one of them, or an equation without the others",
    )


def _steps(statement: EquationStatement, names: Sequence[str]) -> bool:
    """True when the equation reads one of the names at a letter with a step, such as t-1."""
    return any(
        isinstance(node, Subscript)
        and isinstance(node.of, Name)
        and node.of.name in names
        and any(not isinstance(item, Name | Colon) for item in node.items)
        for node in walk(statement.right)
    )


def resolve_equation(statement: EquationStatement, scope: Scope, lettering: Lettering) -> Equation:
    """The equation in index form; its tensor enters the scope."""
    left = [_left(item, statement) for item in statement.left]
    context = Context(scope, evaluate, equation=statement.name)
    named = [item for item in left if isinstance(item, Letter)]
    letters = introduce(named, [statement.right], context, statement.name + "[{0} in N, ...]")
    context = context.with_letters(letters)
    value = context.number(statement.right)
    axes = _all_axes(statement, left, letters, value, scope)
    taken = [*letters, *(axis.label for axis in axes if axis.label in letters)]
    remaining = [axis for axis in axes if axis.letter not in letters.values()]
    names = dict(zip((axis.letter for axis in remaining), lettering.name(remaining, taken), strict=True))
    final = {axis.letter: Index(names[axis.letter], axis.size) for axis in remaining}
    right: Expr = substitute(value.expr, final) if final else value.expr
    ordered = tuple(final.get(axis.letter, axis.letter) for axis in axes)
    tensor = Tensor(statement.name, (letter.size for letter in ordered), range_of(right))
    scope.tensors[statement.name] = tensor
    scope.labels[statement.name] = tuple(
        axis.letter.name if axis.letter in letters.values() else axis.label for axis in axes
    )
    return Equation(tensor, ordered, right, statement.source)


def _left(item: Node, statement: EquationStatement) -> Letter | Colon:
    if isinstance(item, Letter | Colon):
        return item
    if isinstance(item, Tuple):
        raise InputError("a tuple of letters on a product axis is not supported yet", item.place, "axes of their own")
    raise InputError(
        f"recurrences are not supported yet: this gives one slice of {statement.name}", item.place, "letters alone"
    )


def _all_axes(
    statement: EquationStatement, left: Sequence[Letter | Colon], letters: dict[str, Index], value: Value, scope: Scope
) -> list[Axis]:
    """Letters of the left side, `:` filled from what remains of the right side, and then the rest of that."""
    for axis in value.axes:
        for name, letter in letters.items():
            if scope.same(axis.size, letter.size):
                what = f"the right side still has an axis {axis.size}, over which {name} runs on the left"
                raise InputError(
                    what, statement.right.place, f"a subscript {name} wherever {axis.size} is meant: c[{name}]"
                )
    remaining = list(value.axes)
    axes: list[Axis] = []
    for item in left:
        if isinstance(item, Letter):
            axes.append(Axis(letters[item.name]))
        elif remaining:
            axes.append(remaining.pop(0))
        else:
            what = f"there is no axis for this : on the right side, which has {shape(value.sizes)}"
            raise InputError(what, item.place, "a letter, or one : less")
    return axes + remaining


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
