"""Subscripts: which entry of which axis, and the check that it stays inside."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from sympy import Expr

from derive.binding import free_letters, substitute
from derive.entry import Entry
from derive.errors import InputError, Place
from derive.index import Index
from derive.language.context import Context
from derive.language.scope import shape
from derive.language.tree import Chain, Colon, Name, Negative, Node, Number, Subscript, Tuple, children, walk
from derive.language.value import Axis, Value
from derive.operators import ArgMax, ArgMin


def subscript(node: Subscript, context: Context) -> Value:
    """`of[items]`: axes without a subscript, or with `:`, remain."""
    base = base_value(node.of, context)
    called = _called(node.of)
    if len(node.items) > len(base.axes):
        what = f"{called} has {len(base.axes)} axes {shape(base.sizes)}, but {len(node.items)} subscripts came"
        remedy = f"{len(base.axes)} subscripts" if base.axes else f"{called} without brackets"
        raise InputError(what, node.place, remedy)
    axes: list[Axis] = []
    mapping: dict[Expr, Expr] = {}
    for position, axis in enumerate(base.axes):
        item = node.items[position] if position < len(node.items) else Colon()
        if isinstance(item, Colon):
            axes.append(axis)
            continue
        value = _one(node, item, position, axis, context)
        if value.axes and len(node.items) > 1:
            raise InputError(
                "a whole integer tensor stands alone in a subscript", item.place, "an entry of it: tok[n,t]"
            )
        mapping[axis.letter] = value.expr
        axes.extend(value.axes)
    return Value(substitute(base.expr, mapping), tuple(axes))


def base_value(of: Node, context: Context) -> Value:
    """What is subscripted. A name before a bracket is the tensor, even where a letter has the same name."""
    if isinstance(of, Name) and of.name not in context.arguments and not context.inside:
        tensor = context.scope.tensors.get(of.name)
        if tensor is not None:
            return context.tensor(tensor)
        if context.scope.what_is(of.name) is not None:
            raise InputError(f"{of.name} is {context.scope.what_is(of.name)}: it has no entries", of.place, of.name)
        if of.name in context.letters:
            raise InputError(f"{of.name} is a letter, not a tensor", of.place, "declare the tensor")
    return context.number(of)


def _called(of: Node) -> str:
    return of.name if isinstance(of, Name) else "this expression"


def _one(node: Subscript, item: Node, position: int, axis: Axis, context: Context) -> Value:
    _refuse(item, context.letters)
    if isinstance(item, Name) and item.name in context.letters and not _is_labels(item.name, context):
        letter = context.letters[item.name]
        if not context.scope.fits(letter.size, axis.size):
            raise _wrong_axis(node, item, position, axis, letter, context)
        return Value(letter)
    if isinstance(item, Negative) and isinstance(item.of, Number):
        raise InputError(
            f"-{item.of.text} never means an entry from the end", item.place, f"{axis.size}-{item.of.text}"
        )
    if isinstance(item, Name):
        _known(item, context)
    value = context.number(item)
    _check_inside(value.expr, axis, item.place, context)
    return value


def refuse_unsupported(nodes: Iterable[Node], letter: str) -> None:
    """InputError when the letter stands in a subscript that is not supported yet."""
    for root in nodes:
        for node in walk(root):
            for item in node.items if isinstance(node, Subscript) else ():
                _refuse(item, (letter,))


def _refuse(item: Node, letters: Container[str]) -> None:
    """Refuse, by name, the subscripts that are left for later."""
    if isinstance(item, Tuple):
        raise InputError("a tuple of letters on a product axis is not supported yet", item.place, "axes of their own")
    if isinstance(item, Chain | Negative) and any(
        isinstance(part, Name) and part.name in letters for part in _outer(item)
    ):
        raise InputError(
            "a letter with a step or a factor in a subscript is not supported yet: recurrences and windows come later",
            item.place,
            "a letter alone",
        )


def _outer(node: Node) -> Iterator[Node]:
    """The parts of a subscript that are not subscripts of something else."""
    yield node
    if not isinstance(node, Subscript):
        for child in children(node):
            yield from _outer(child)


def _known(item: Name, context: Context) -> None:
    """A bare name in a subscript that nothing explains is a letter that nothing introduces."""
    if item.name in context.letters or item.name in context.arguments or context.scope.what_is(item.name):
        return
    what = f"the letter {item.name} is neither on the left side nor bound by a `for`"
    raise InputError(what, item.place, f"a `for {item.name}`, or {item.name} on the left")


def _is_labels(name: str, context: Context) -> bool:
    """A bare name that could be a letter or a tensor of labels: `evaluate` refuses it."""
    tensor = context.scope.tensors.get(name)
    return tensor is not None and tensor.within is not None


def _check_inside(expr: Expr, axis: Axis, place: Place, context: Context) -> None:
    within = range_of(expr)
    if within is not None:
        if not context.scope.fits(within, axis.size):
            raise InputError(
                f"these whole numbers run over {within}, but the axis is {axis.size}", place, f"in {axis.size}"
            )
        return
    if expr.has(Entry) or free_letters(expr) or expr.is_integer is not True:
        raise InputError(
            "a subscript is a letter, a whole number, or an entry of an integer tensor",
            place,
            "declare labels with `in K`",
        )
    if not (context.scope.never_negative(expr) and context.scope.never_negative(axis.size - 1 - expr)):
        raise InputError(
            f"entry {expr} may lie outside the axis {axis.size}", place, f"0, or {axis.size}-1 for the last"
        )


def range_of(expr: Expr) -> Expr | None:
    """K when the expression is a whole number 0..K-1 that data give; else None."""
    if isinstance(expr, Entry):
        return expr.tensor.within
    if isinstance(expr, ArgMax | ArgMin):
        return expr.letters[0].size
    return None


def _wrong_axis(node: Subscript, item: Name, position: int, axis: Axis, letter: Index, context: Context) -> InputError:
    written = ",".join(part.name if isinstance(part, Name) else "..." for part in node.items)
    what = f"axis {position} of {_called(node.of)} is {axis.size}, but {item.name} runs over {letter.size}"
    if isinstance(node.of, Name):
        what = f"{node.of.name}[{written}]: {what}"
    fitting = [name for name, other in context.letters.items() if context.scope.same(other.size, axis.size)]
    remedy = f"a letter over {axis.size}"
    if fitting and isinstance(node.of, Name) and "..." not in written:
        letters = [part.name for part in node.items if isinstance(part, Name)]
        free = [name for name in fitting if name not in letters] or fitting
        letters[position] = free[0]
        remedy = f"{node.of.name}[{','.join(letters)}]"
    return InputError(what, node.place, remedy)
