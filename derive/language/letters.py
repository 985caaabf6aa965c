"""Letters: what one runs over, and which one an axis gets that no author has named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sympy import Expr

from derive.errors import InputError
from derive.index import Index
from derive.language.context import Context
from derive.language.names import objection
from derive.language.products import factors_of, no_product
from derive.language.scope import Scope, is_symbol
from derive.language.subscripts import base_value
from derive.language.tree import Letter, Name, Node, Subscript, Tuple, walk
from derive.language.value import Axis

POOL = "ijklmnpqrstuvwabcfgh"


def introduce(
    letters: Sequence[Letter],
    nodes: Sequence[Node],
    context: Context,
    where: str,
    known_sizes: Mapping[str, Expr] | None = None,
) -> dict[str, Index]:
    """The new letters with their sizes: what is known or `in` says, else the axis on which they stand alone in the
    nodes, or the factor of a product axis."""
    found: dict[str, Index] = {}
    for letter in letters:
        if letter.name in found or letter.name in context.letters:
            raise InputError(f"the letter {letter.name} is used twice", letter.place, "another letter")
        reason = objection(letter.name)
        if reason is not None:
            raise InputError(f"a letter cannot be called {letter.name}: {reason}", letter.place, "a letter such as i")
        known = context.scope.dimensions.keys() | context.scope.constants.keys() | {"pi", "inf"}
        if letter.name in known:
            what = context.scope.what_is(letter.name) or "a number"
            raise InputError(f"{letter.name} is {what}, so it is no letter", letter.place, letter.name.lower() or "i")
        size = _told(letter, context) if letter.within is not None else (known_sizes or {}).get(letter.name)
        if size is None:
            size = _range(letter.name, nodes, context)
        if size is None:
            continue
        found[letter.name] = Index(letter.name, size)
    inside = context.with_letters(found)
    for letter in letters:
        if letter.name not in found:
            size = _range(letter.name, nodes, inside, expressions=True)
            if size is None:
                raise InputError(f"nothing says what {letter.name} runs over", letter.place, where.format(letter.name))
            found[letter.name] = Index(letter.name, size)
            inside = context.with_letters(found)
    return found


def _told(letter: Letter, context: Context) -> Expr:
    assert letter.within is not None
    size = context.scope.canonical(context.number(letter.within).expr)
    if is_symbol(size) and str(size) in context.scope.dimensions:
        return size
    if not (size.is_integer and context.scope.never_negative(size - 1)) or size.has(Index):
        raise InputError(f"{letter.name} cannot run over {size}", letter.within.place, "a dimension or a whole number")
    return size


def range_in(name: str, nodes: Sequence[Node], context: Context) -> Expr | None:
    """What a letter runs over, by the axes of tensors on which it stands alone; None where it stands alone on none."""
    return _range(name, nodes, context)


def _range(name: str, nodes: Iterable[Node], context: Context, expressions: bool = False) -> Expr | None:
    """The size of the axes on which the letter stands alone; None where it stands alone on none."""
    first: Expr | None = None
    for root in nodes:
        for node in walk(root):
            if not isinstance(node, Subscript) or isinstance(node.of, Name) == expressions:
                continue
            if not any(_is(part, name) for item in node.items for part in _parts(item)):
                continue
            for item, axis in zip(node.items, _sizes(node, context, expressions), strict=False):
                for size in _alone(name, item, axis, context.scope):
                    if first is not None and not context.scope.same(first, size):
                        _disagree(name, first, size, node, context.scope)
                    first = size if first is None else first
    return first


def _is(item: Node, name: str) -> bool:
    return isinstance(item, Name) and item.name == name


def _parts(item: Node) -> tuple[Node, ...]:
    return item.items if isinstance(item, Tuple) else (item,)


def _alone(name: str, item: Node, axis: Expr, scope: Scope) -> Iterator[Expr]:
    """The sizes that a letter gets from one subscript: the axis, or a factor of a product axis."""
    parts = _parts(item)
    sizes = factors_of(axis, len(parts), scope) if isinstance(item, Tuple) else (axis,)
    if sizes is None:
        raise no_product(axis, len(parts), item.place)
    for part, size in zip(parts, sizes, strict=True):
        if _is(part, name):
            yield size


def _disagree(name: str, first: Expr, size: Expr, node: Subscript, scope: Scope) -> None:
    """Two axes of different sizes: refused here where nothing else would notice, because one fits into the other."""
    if scope.fits(first, size):
        what = f"{name} stands on an axis {first} and on an axis {size}"
        raise InputError(what, node.place, f"say which is meant: {name} in {first}")


def _sizes(node: Subscript, context: Context, expressions: bool) -> Sequence[Expr]:
    if not expressions and isinstance(node.of, Name) and node.of.name not in context.arguments:
        tensor = context.scope.tensors.get(node.of.name)
        return tensor.axes if tensor is not None else ()
    return base_value(node.of, context).sizes


class Lettering:
    """Letters for axes that have none, the same for the same dimension everywhere."""

    def __init__(self, sizes: Sequence[Expr], preferred: dict[Expr, str], avoid: Iterable[str]) -> None:
        """`sizes` in order of declaration; `preferred`: the author's own letters; `avoid`: names of tensors."""
        self._avoid = set(avoid)
        self._first: dict[Expr, str] = dict(preferred)
        taken = set(preferred.values())
        for size in sizes:
            if size not in self._first:
                letter = next(name for name in self._candidates(size) if name not in taken)
                self._first[size] = letter
                taken.add(letter)
        self._taken = taken

    def _candidates(self, size: Expr) -> Iterator[str]:
        own = str(size)[:1].lower()
        if own.isalpha() and own.isidentifier() and own not in "deho" and own not in self._avoid:
            yield own
        yield from (name for name in POOL if name not in self._avoid)
        number = 1
        while True:
            yield from (f"{name}{number}" for name in POOL if f"{name}{number}" not in self._avoid)
            number += 1

    def name(self, axes: Sequence[Axis], taken: Iterable[str]) -> list[str]:
        """A different letter for each axis, none of those taken."""
        used = set(taken)
        names = []
        for axis in axes:
            choices = [axis.label] if axis.label else []
            choices += [self._first[axis.size]] if axis.size in self._first else []
            name = next((choice for choice in choices if choice not in used), None)
            if name is None:
                candidates = (name for name in self._candidates(axis.size) if name not in used)
                ordered = (name for name in candidates if name not in self._taken)
                name = next(ordered)
            used.add(name)
            names.append(name)
        return names
