"""The blocks of a document, before any format: what is said, not how it is set.

Text is a tuple of pieces. A plain string is a piece that a format escapes, so nothing that a user wrote can turn into
mark-up; formulas are trees that each format prints in its own notation.
"""

from __future__ import annotations

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
    """One line of a chain: the formula and why it equals the one above."""

    formula: Formula
    reason: Text = ()


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
    """A value in the graph; `kind` is input, target, param, value or result."""

    key: str
    label: str
    kind: str


@dataclass(frozen=True)
class Graph:
    """Which value is computed from which; edges run from what is read to what reads it.

    `returning` edges run from a step to the next one, so that they may close a circle.
    """

    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, str], ...]
    caption: Text = ()
    returning: tuple[tuple[str, str], ...] = ()


Block = Heading | Paragraph | Points | Display | Steps | Table | Listing | Graph


@dataclass(frozen=True)
class Document:
    """Blocks under a title; `origin` says what made it from what."""

    title: str
    blocks: tuple[Block, ...]
    origin: str = ""
