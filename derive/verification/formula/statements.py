"""Statements: the sides of a formula with the relations between them, row for row, each read on its own."""

from __future__ import annotations

from dataclasses import dataclass, field

from derive.errors import InputError, Place
from derive.verification.document.document import Snippet, Surface
from derive.verification.formula import latex, plain
from derive.verification.formula.assignments import in_place
from derive.verification.formula.conditions import conditions
from derive.verification.formula.cursor import Cursor
from derive.verification.formula.declarations import letter_range, member_of
from derive.verification.formula.grammar import expression, reading
from derive.verification.formula.rows import Part, is_condition, parts
from derive.verification.formula.tokens import LONGEST, Token, is_sign
from derive.verification.formula.tree import Node, Statement


@dataclass
class _Chain:
    """The statement that is being read; rows that begin with a relation still go on with it."""

    sides: list[Node]
    relations: list[str]
    conditions: list[Node]
    start: int
    end: int


@dataclass
class _Reader:
    snippet: Snippet
    out: list[Statement | InputError] = field(default_factory=list)
    chain: _Chain | None = None
    left: Node | None = None  # what the next row may go on with although a row before it could not be read
    pending: tuple[Node, ...] = ()  # conditions said before the statement
    condition: Place | None = None  # where they stand, until a statement follows

    def flush(self) -> None:
        """Ends the statement that is being read."""
        chain, self.chain = self.chain, None
        if chain is not None:
            self.out.append(
                Statement(
                    tuple(chain.sides),
                    tuple(chain.relations),
                    tuple(chain.conditions),
                    place=self.snippet.place(chain.start, chain.end),
                    source=self.snippet.text[chain.start : chain.end].strip(),
                )
            )

    def part(self, part: Part) -> None:
        tokens = _trimmed(part.tokens)
        if not tokens:
            return
        stop = Token("stop", "", tokens[-1].end, tokens[-1].end + 1)
        try:
            self.read(reading(self.snippet, [*tokens, stop]), tokens)
        except InputError as error:
            left = self.left if tokens[0].kind == "relation" else _left(self.snippet, tokens)
            if self.chain is not None and tokens[0].kind == "relation":
                left = self.chain.sides[0]
            self.flush()
            self.left, self.pending = left, ()
            self.out.append(error)

    def read(self, cursor: Cursor, tokens: tuple[Token, ...]) -> None:
        declared = letter_range(cursor)
        if declared is not None:
            self.add(cursor, tokens, list(declared), ["∈"], ())
            return
        if cursor.is_kind("word"):
            self.flush()
            start = cursor.token
            self.pending = conditions(cursor)
            self.condition = cursor.since(start)
            _at_end(cursor)
            return
        self.condition = None
        sides: list[Node] = []
        relations: list[str] = []
        changed = in_place(cursor)
        if changed is not None:
            sides, relations = list(changed), ["←"]
            found = _tail(cursor)
            _at_end(cursor)
            self.add(cursor, tokens, sides, relations, found)
            return
        if not cursor.is_kind("relation"):
            sides.append(expression(cursor))
            _remarks(cursor)
        while cursor.is_kind("relation"):
            token = cursor.advance()
            relations.append(token.text.replace("⇒", "→").replace("⇔", "≡"))
            sides.append(member_of(cursor) if token.text == "∈" else expression(cursor))
            _remarks(cursor)
        found = _tail(cursor)
        _at_end(cursor)
        self.add(cursor, tokens, sides, relations, found)

    def add(
        self,
        cursor: Cursor,
        tokens: tuple[Token, ...],
        sides: list[Node],
        relations: list[str],
        found: tuple[Node, ...],
    ) -> None:
        start, end = tokens[0].start, tokens[-1].end
        if len(sides) > len(relations):
            self.flush()
            self.chain = _Chain(sides, relations, [*self.pending, *found], start, end)
            self.pending = ()
        elif self.chain is not None:
            self.chain.sides += sides
            self.chain.relations += relations
            self.chain.conditions += found
            self.chain.end = end
        elif self.left is not None:
            self.chain = _Chain([self.left, *sides], relations, list(found), start, end)
        else:
            place = self.snippet.place(tokens[0].start, tokens[0].end)
            raise InputError(f"nothing stands before this {tokens[0].text}", place, "a left side")
        self.left = None if self.chain is None else self.chain.sides[0]


def _trimmed(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Without punctuation at the ends and without words before a formula."""
    first, last = 0, len(tokens)
    while last > first and (tokens[last - 1].kind == "wide" or is_sign(tokens[last - 1], ",", ".", ";", ":")):
        last -= 1
    while first < last:
        token = tokens[first]
        after = tokens[first + 1] if first + 1 < last else None
        if token.kind == "text" and after is not None:
            is_name = " " not in token.text and (
                after.kind == "relation" or is_sign(after, "_", "^", "(", "+", "-", "*", "·", "/", "'")
            )
            if is_name:
                break
        elif token.kind != "wide" and not is_sign(token, ",", ".", ";", ":"):
            break
        first += 1
    return tokens[first:last]


def _left(snippet: Snippet, tokens: tuple[Token, ...]) -> Node | None:
    """The left side of a statement that could not be read as a whole."""
    at = next((at for at, token in enumerate(tokens) if token.kind == "relation"), 0)
    if at == 0:
        return None
    try:
        cursor = reading(snippet, [*tokens[:at], Token("stop", "", tokens[at].start, tokens[at].end)])
        node = expression(cursor)
        return node if cursor.is_kind("stop") else None
    except InputError:
        return None


def _remarks(cursor: Cursor) -> None:
    while cursor.is_kind("text") or (
        cursor.is_kind("wide") and cursor.following().kind in ("relation", "text", "wide", "stop")
    ):
        cursor.advance()


def _tail(cursor: Cursor) -> tuple[Node, ...]:
    """The conditions behind a statement."""
    found: tuple[Node, ...] = ()
    while not cursor.is_kind("stop"):
        if cursor.is_sign("(", "{", "⦃") and cursor.holds_relation():
            close = cursor.partner()
            cursor.advance()
            ends = cursor.tokens[close].text if close is not None else ")"
            with cursor.inside():
                found += conditions(cursor, ends)
                cursor.expect(ends, "behind the condition")
        elif cursor.is_kind("word", "wide", "text") or cursor.is_sign(","):
            if cursor.is_sign(",") or cursor.is_kind("wide", "text"):
                cursor.advance()
                rest = cursor.tokens[cursor.at : -1]
                if not is_condition(rest) and not cursor.is_sign("(", "{", "⦃") and not cursor.is_kind("wide", "text"):
                    break
            if not cursor.is_sign("(", "{", "⦃"):
                found += conditions(cursor)
        else:
            break
    return found


def _at_end(cursor: Cursor) -> None:
    if not cursor.is_kind("stop"):
        raise cursor.unexpected("a sign or the end of the formula is expected")


def statements(snippet: Snippet) -> list[Statement | InputError]:
    """All statements of a snippet in reading order; in place of one that cannot be read, the reason."""
    if len(snippet.text) > LONGEST:
        what = f"this formula has {len(snippet.text)} characters; at most {LONGEST} are read"
        return [InputError(what, snippet.place(0, 1), "give its parts names, each in a formula of its own")]
    reader = _Reader(snippet)
    scan = latex.tokens if snippet.surface == "latex" else plain.tokens
    for part in parts(scan(snippet)):
        reader.part(part)
    reader.flush()
    if reader.condition is not None:
        reader.out.append(InputError("a condition without a formula", reader.condition, "the formula, then if ..."))
    return reader.out


def formula(text: str, surface: Surface = "latex") -> Node:
    """A single expression; anything else is refused."""
    snippet = snippet_of(text, surface)
    if len(text) > LONGEST:
        raise InputError(f"this formula has more than {LONGEST} characters", snippet.place(0, 1), "a shorter one")
    scan = latex.tokens if surface == "latex" else plain.tokens
    found = scan(snippet)
    cursor = reading(snippet, [token for token in found if token.kind != "row" or surface == "latex"])
    node = expression(cursor)
    _at_end(cursor)
    return node


def snippet_of(text: str, surface: Surface, file: str = "<formula>") -> Snippet:
    """A text that is one formula as a whole."""
    lines = tuple(text.split("\n"))
    starts = tuple((line, column) for line, row in enumerate(lines, 1) for column in range(1, len(row) + 2))
    return Snippet(text, surface, file, starts[: max(1, len(text))], lines)
