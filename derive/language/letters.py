"""Letters: what one runs over, and which one an axis gets that no author has named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sympy import Expr

from derive.errors import InputError
from derive.index import Index
from derive.language.context import Context
from derive.language.scope import is_symbol
from derive.language.subscripts import base_value, refuse_unsupported
from derive.language.tree import Letter, Name, Node, Subscript, walk
from derive.language.value import Axis

POOL = "ijklmnpqrstuvwabcfgh"


def introduce(letters: Sequence[Letter], nodes: Sequence[Node], context: Context, where: str) -> dict[str, Index]:
    """The new letters with their sizes: what `in` says, else the axis on which they stand alone in the nodes."""
    found: dict[str, Index] = {}
    for letter in letters:
        if letter.name in found or letter.name in context.letters:
            raise InputError(f"the letter {letter.name} is used twice", letter.place, "another letter")
        known = context.scope.dimensions.keys() | context.scope.constants.keys() | {"pi", "inf"}
        if letter.name in known:
            what = context.scope.what_is(letter.name) or "a number"
            raise InputError(f"{letter.name} is {what}, so it is no letter", letter.place, letter.name.lower() or "i")
        size = _told(letter, context) if letter.within is not None else None
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
                refuse_unsupported(nodes, letter.name)
                raise InputError(f"nothing says what {letter.name} runs over", letter.place, where.format(letter.name))
            found[letter.name] = Index(letter.name, size)
            inside = context.with_letters(found)
    return found


def _told(letter: Letter, context: Context) -> Expr:
    assert letter.within is not None
    size = context.number(letter.within).expr
    if is_symbol(size) and str(size) in context.scope.dimensions:
        return size
    if not (size.is_integer and context.scope.never_negative(size - 1)) or size.has(Index):
        raise InputError(f"{letter.name} cannot run over {size}", letter.within.place, "a dimension or a whole number")
    return size


def _range(name: str, nodes: Iterable[Node], context: Context, expressions: bool = False) -> Expr | None:
    """The size of the first axis on which the letter stands alone."""
    for root in nodes:
        for node in walk(root):
            if not isinstance(node, Subscript) or isinstance(node.of, Name) == expressions:
                continue
            if not any(isinstance(item, Name) and item.name == name for item in node.items):
                continue
            sizes = _sizes(node, context, expressions)
            for item, size in zip(node.items, sizes, strict=False):
                if isinstance(item, Name) and item.name == name:
                    return size
    return None


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
