"""The blocks of a document, before any format: what is said, not how it is set.

Text is a tuple of pieces. A plain string is a piece that a format escapes, so nothing that a user wrote can turn into
mark-up; formulas are trees that each format prints in its own notation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from codegen.notation.formula import Formula


@dataclass(frozen=True)
class Math:
    """A formula in a line of text."""

    formula: Formula


@dataclass(frozen=True)
class Code:
    text: str


@dataclass(frozen=True)
class Strong:
    text: str


@dataclass(frozen=True)
class Stressed:
    text: str


Piece = str | Math | Code | Strong | Stressed
Text = tuple[Piece, ...]


def words_of(piece: Piece) -> str:
    """The words of a piece; a formula has none."""
    if isinstance(piece, Math):
        return ""
    return piece if isinstance(piece, str) else piece.text


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title, and formats number the others themselves or not at all."""

    level: int
    text: Text


@dataclass(frozen=True)
class Paragraph:
    text: Text


@dataclass(frozen=True)
class Points:
    """A list without numbers."""

    items: tuple[Text, ...]


@dataclass(frozen=True)
class Display:
    """Formulas on lines of their own, aligned at the equals sign (or arrow); each may have a number."""

    rows: tuple[tuple[Formula, Formula, int | None], ...]
    boxed: bool = False
    assignment: bool = False


@dataclass(frozen=True)
class Row:
    """One line of a chain: the formula and why it equals the one above; `about` where it only nearly does (≈)."""

    formula: Formula
    reason: Text = ()
    about: bool = False


@dataclass(frozen=True)
class Steps:
    """left = first = second = ..., with the reason for each line; a number belongs to the last line."""

    left: Formula
    rows: tuple[Row, ...]
    number: int | None = None


@dataclass(frozen=True)
class Table:
    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True)
class Listing:
    """Code, verbatim."""

    language: str
    code: str


@dataclass(frozen=True)
class Node:
    """A value in the graph; `kind` is input, target, param, value or result.

    key       tells the node from the others
    label     its name, for formats that know no formulas in a picture
    formulas  what may stand in the node, the most telling one first: a picture takes the first that is not too wide
    words     what stands in the node instead of a formula
    """

    key: str
    label: str
    kind: str
    formulas: tuple[Formula, ...] = ()
    words: Text = ()


@dataclass(frozen=True)
class Group:
    """Nodes that belong together, as those of one step do; `label` says what they are."""

    label: Text
    members: tuple[str, ...]


@dataclass(frozen=True)
class Graph:
    """Which value is computed from which; edges run from what is read to what reads it.

    returning   edges from a step to the next one, so that they may close a circle
    groups      sets of nodes without a common member
    labels      what may stand at an edge, by its ends, the most telling formula first
    backwards   whether the arrows point from what reads to what is read, as gradients flow
    flow        the same graph with gradients in its nodes and local derivatives at its edges
    """

    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, str], ...]
    caption: Text = ()
    returning: tuple[tuple[str, str], ...] = ()
    groups: tuple[Group, ...] = ()
    labels: tuple[tuple[tuple[str, str], tuple[Formula, ...]], ...] = ()
    backwards: bool = False
    flow: Graph | None = None


@dataclass(frozen=True)
class Curve:
    """What a quantity is after 0, 1, 2, ... steps; it ends where the quantity is no finite number any more."""

    label: Text
    values: tuple[float, ...]


@dataclass(frozen=True)
class Plot:
    """Curves over the number of steps.

    across, up   what the two axes show
    logarithmic  whether the values are so far apart that the vertical axis counts powers of ten; they are positive then
    """

    curves: tuple[Curve, ...]
    across: Text
    up: Text
    logarithmic: bool = False
    caption: Text = ()


@dataclass(frozen=True)
class Forms:
    """Equations once more, in other notations.

    index     the equations
    together  what says it below them, in a format whose readers see everything
    matrix, code   the same for a format whose readers switch between notations
    """

    index: Display
    together: tuple[Shown, ...]
    matrix: Display | None = None
    code: Listing | None = None


Shown = Heading | Paragraph | Points | Display | Steps | Table | Listing | Graph | Plot
Block = Shown | Forms


def laid_out(blocks: Iterable[Block]) -> Iterator[Shown]:
    """The blocks for a format without switches: other notations stand below each other."""
    for block in blocks:
        if isinstance(block, Forms):
            yield from block.together
        else:
            yield block


@dataclass(frozen=True)
class Document:
    """Blocks under a title; `origin` says what made it from what, `language` is the code of the language it is in."""

    title: str
    blocks: tuple[Block, ...]
    origin: str = ""
    language: str = "en"
