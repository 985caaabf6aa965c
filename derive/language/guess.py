"""The shapes that a formula without declarations asks for, found by unification.

A tensor of each rank has unknown sizes; every operation makes some of them equal. Several sets of ranks may fit, so the
caller tries the conventional ones first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derive.language.tree import (
    Call,
    Chain,
    Colon,
    Comparison,
    Connective,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Subscript,
    Transpose,
)
from derive.vocabulary import ALONG_AN_AXIS, REDUCTIONS

Axes = tuple[str, ...]


class Misfit(Exception):
    """These ranks do not fit the formula."""


class Unifier:
    """Unknown sizes, by name, and which are equal. `W.0` is the first axis of W, `n` what the letter n runs over."""

    def __init__(self, ranks: Mapping[str, int], letters: frozenset[str]) -> None:
        self.ranks, self.letters = ranks, letters
        self.parent: dict[str, str] = {}
        self.within: dict[str, str] = {}

    def find(self, size: str) -> str:
        while self.parent.get(size, size) != size:
            size = self.parent[size]
        return size

    def join(self, first: str, second: str) -> None:
        a, b = self.find(first), self.find(second)
        if a != b:
            self.parent[max(a, b)] = min(a, b)

    def tensor(self, name: str) -> Axes:
        return tuple(f"{name}.{axis}" for axis in range(self.ranks[name]))

    def axes(self, node: Node) -> Axes:
        """The axes of an expression; sizes become equal on the way. Misfit when the ranks are wrong."""
        match node:
            case Name(name=name):
                return self.tensor(name) if name in self.ranks and name not in self.letters else ()
            case Subscript():
                return self._subscript(node)
            case Transpose(of=of):
                axes = self.axes(of)
                if len(axes) < 2:
                    raise Misfit
                return (*axes[:-2], axes[-1], axes[-2])
            case Negative(of=of):
                return self.axes(of)
            case Chain(operands=operands, signs=signs):
                axes = self.axes(operands[0])
                for sign, operand in zip(signs, operands[1:], strict=True):
                    other = self.axes(operand)
                    axes = self._matmul(axes, other) if sign == "@" else self.broadcast((axes, other))
                return axes
            case Power(of=of, exponent=exponent):
                return self.broadcast((self.axes(of), self.axes(exponent)))
            case Comparison(operands=operands) | Connective(operands=operands):
                return self.broadcast([self.axes(operand) for operand in operands])
            case Call():
                return self._call(node)
            case Number():
                return ()
        raise Misfit

    def broadcast(self, shapes: Sequence[Axes]) -> Axes:
        """The longest shape; a shorter one fits where sizes are known to be equal, else at the end."""
        longest: Axes = ()
        for shape in shapes:
            short, long = sorted((shape, longest), key=len)
            known = [self.find(size) for size in long]
            if [self.find(size) for size in short] != [size for size in known if size in map(self.find, short)]:
                for a, b in zip(short, long[len(long) - len(short) :], strict=True):
                    self.join(a, b)
            longest = long
        return longest

    def _matmul(self, left: Axes, right: Axes) -> Axes:
        if not left or not right:
            raise Misfit
        self.join(left[-1], right[-2] if len(right) > 1 else right[0])
        return (*left[:-1], right[-1]) if len(right) > 1 else left[:-1]

    def _subscript(self, node: Subscript) -> Axes:
        axes = self.axes_of_base(node.of)
        if len(node.items) > len(axes):
            raise Misfit
        left: list[str] = []
        for position, size in enumerate(axes):
            item = node.items[position] if position < len(node.items) else Colon()
            if isinstance(item, Colon):
                left.append(size)
            elif isinstance(item, Name) and item.name in self.letters:
                self.join(item.name, size)
            elif not isinstance(item, Number):
                left.extend(self.axes(item))
                labels = item.of if isinstance(item, Subscript) else item
                if isinstance(labels, Name) and labels.name in self.ranks:
                    self.within[labels.name] = size
        return tuple(left)

    def axes_of_base(self, of: Node) -> Axes:
        if isinstance(of, Name) and of.name in self.ranks:
            return self.tensor(of.name)
        return self.axes(of)

    def _call(self, node: Call) -> Axes:
        shapes = [self.axes(argument) for argument in (*node.arguments, *(value for _, value in node.settings))]
        if node.condition is not None:
            self.axes(node.condition)
        name = node.function
        if name in REDUCTIONS and not (name in ("max", "min") and len(shapes) == 2):
            if node.letters is not None:
                return shapes[0]
            if not shapes or not shapes[0]:
                raise Misfit
            return self._without(shapes[0], node) if node.over is not None else ()
        if name in ALONG_AN_AXIS:
            if not shapes or not shapes[0] or (name == "cross_entropy" and len(set(map(len, shapes))) > 1):
                raise Misfit
            axes = self.broadcast(shapes)
            function = ALONG_AN_AXIS[name]
            if function.keeps:
                return axes
            return self._without(axes, node) if node.over is not None else axes[:-1]
        return self.broadcast(shapes)

    def _without(self, axes: Axes, node: Call) -> Axes:
        """The axes without those that `over` names: a known one of that name, else the last one gets it."""
        rest = list(axes)
        for name in node.over or ():
            if not rest:
                raise Misfit
            known = [size for size in rest if self.find(size) == self.find(f"={name.name}")]
            if not known:
                self.join(f"={name.name}", rest[-1])
            rest.remove(known[0] if known else rest[-1])
        return tuple(rest)
