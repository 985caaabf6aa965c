"""The syntax tree of the language: what was written, each piece with its place, before anything is known of shapes.

Places take no part in comparisons, so two texts that differ only in blanks and line breaks have equal trees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from derive.errors import Place

NOWHERE = Place("<made>", 1, 1, 1, "")


@dataclass(frozen=True)
class Node:
    """A piece of an expression."""

    place: Place = field(compare=False, repr=False, kw_only=True, default=NOWHERE)


@dataclass(frozen=True)
class Number(Node):
    """A number as it was written."""

    text: str


@dataclass(frozen=True)
class Name(Node):
    """A bare name: a tensor, a dimension, a constant or a letter."""

    name: str


@dataclass(frozen=True)
class Colon(Node):
    """`:` among subscripts: the axis remains."""


@dataclass(frozen=True)
class Tuple(Node):
    """`(h,e)`: a subscript on a product axis."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Subscript(Node):
    """`of[items]`."""

    of: Node
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Transpose(Node):
    """`of.T`"""

    of: Node


@dataclass(frozen=True)
class Negative(Node):
    """`-of`"""

    of: Node


@dataclass(frozen=True)
class Chain(Node):
    """Operands of one rank with the signs between them, left to right: `a + b - c`, `a * b / c @ d // e`."""

    operands: tuple[Node, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Power(Node):
    """`of ** exponent`"""

    of: Node
    exponent: Node


@dataclass(frozen=True)
class Comparison(Node):
    """`0 <= i < H`"""

    operands: tuple[Node, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Connective(Node):
    """Conditions joined by `and` or `or`, or one negated by `not`."""

    word: str
    operands: tuple[Node, ...]


@dataclass(frozen=True)
class Iverson(Node):
    """`[c]`: 1 where c holds, else 0."""

    condition: Node


@dataclass(frozen=True)
class Else(Node):
    """`(of else otherwise)`: the value outside of an axis."""

    of: Node
    otherwise: Node


@dataclass(frozen=True)
class Letter(Node):
    """A letter where it is introduced, with the size it was told to run over: `u`, `u in 3`."""

    name: str
    within: Node | None = None


@dataclass(frozen=True)
class Call(Node):
    """`f(arguments, name=value)`, with what may follow the arguments: `for letters`, `if condition`.

    `over` names axes: dimensions or letters.
    """

    function: str
    arguments: tuple[Node, ...]
    settings: tuple[tuple[str, Node], ...] = ()
    over: tuple[Name, ...] | None = None
    letters: tuple[Letter, ...] | None = None
    condition: Node | None = None


@dataclass(frozen=True)
class Array(Node):
    """`[[1, 2], [3, 4]]`: a value."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Statement:
    """A line of a file; `source` is what the author wrote."""

    place: Place = field(compare=False, repr=False, kw_only=True, default=NOWHERE)
    source: str = field(compare=False, repr=False, kw_only=True, default="")


@dataclass(frozen=True)
class Heading(Statement):
    """`network NAME "title"`"""

    name: str
    title: str


@dataclass(frozen=True)
class DimensionItem(Statement):
    """`N`, `D = 784`, `F = 4*D`"""

    name: str
    size: Node | None


@dataclass(frozen=True)
class ConstantItem(Statement):
    """`eps = 1e-5`"""

    name: str
    number: Node


@dataclass(frozen=True)
class TensorItem(Statement):
    """`y[N, T] in K one_hot = value`, after `input`, `target` or `param`."""

    role: str
    name: str
    axes: tuple[Node, ...]
    within: Node | None
    facts: tuple[Name, ...]
    number: Node | None


@dataclass(frozen=True)
class WantedItem(Statement):
    """A name after `wrt`."""

    name: str


@dataclass(frozen=True)
class LearningRate(Statement):
    """`learning_rate 0.5`"""

    number: Node


@dataclass(frozen=True)
class FunctionStatement(Statement):
    """`Phi(u) = (1 + erf(u / sqrt(2))) / 2`"""

    name: str
    parameters: tuple[Name, ...]
    body: Node


@dataclass(frozen=True)
class EquationStatement(Statement):
    """`z1[n,j] = ...`; `role` is "", "loss" or "output". `left` holds a Letter, Colon, Tuple or slice at each place."""

    role: str
    name: str
    left: tuple[Node, ...]
    right: Node


@dataclass(frozen=True)
class File:
    """The statements of a text in reading order, and the comment block under its first line.

    `broken` are the names that lines give which could not be read: whoever reads these names is not to blame.
    """

    statements: tuple[Statement, ...]
    about: str = ""
    broken: tuple[str, ...] = ()


def children(node: Node) -> Iterator[Node]:
    """The nodes directly inside a node, in reading order."""
    for item in fields(node):
        yield from _nodes(getattr(node, item.name))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _nodes(part)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything inside it."""
    yield node
    for child in children(node):
        yield from walk(child)


def size(node: Node) -> int:
    """How many nodes there are."""
    return sum(1 for _ in walk(node))
