"""Tokens one after another, the brackets that match, and the complaints about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from derive.errors import InputError, Place
from derive.verification.document.document import Snippet
from derive.verification.formula.tokens import CLOSING, OPENING, Token
from derive.verification.formula.tree import Node

DEEPEST = 40


@dataclass(frozen=True)
class Readers:
    """The ranks of the grammar, for the modules that read what stands between brackets.

    expression   a + b
    term         - a b / c
    factor       one operand with its scripts; with False, a name before brackets is not applied to them
    """

    expression: Callable[[Cursor], Node]
    term: Callable[[Cursor], Node]
    factor: Callable[[Cursor, bool], Node]


class Cursor:
    """A place among tokens. `deeper()` guards every nesting, so that no input exhausts the stack."""

    def __init__(self, snippet: Snippet, tokens: list[Token], read: Readers) -> None:
        self.snippet = snippet
        self.read = read
        self.latex = snippet.surface == "latex"
        self.tokens = tokens
        self.at = 0
        self.bars: list[str] = []  # bars that are open here, innermost last; a bracket hides those outside
        self._depth = 0
        self._partner, self._relations = _brackets(snippet, tokens)

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def following(self, count: int = 1) -> Token:
        """The token `count` places on."""
        return self.tokens[min(self.at + count, len(self.tokens) - 1)]

    def advance(self) -> Token:
        token = self.token
        if token.kind == "broken" and token.error is not None:
            raise token.error
        if token.kind != "stop":
            self.at += 1
        return token

    def is_sign(self, *texts: str) -> bool:
        """True when one of these signs stands here."""
        return self.token.kind == "sign" and self.token.text in texts

    def is_kind(self, *kinds: str) -> bool:
        """True when such a token stands here."""
        return self.token.kind in kinds

    def take(self, *texts: str) -> Token | None:
        """Take one of these signs if it stands here."""
        return self.advance() if self.is_sign(*texts) else None

    def expect(self, text: str, after: str) -> Token:
        """Take this sign; anything else is a mistake."""
        taken = self.take(text)
        if taken is None:
            raise self.unexpected(f"{text} is expected {after}")
        return taken

    def partner(self) -> int | None:
        """Where the bracket that stands here is closed."""
        return self._partner.get(self.at)

    def holds_relation(self) -> bool:
        """True when a relation stands in the bracket that opens here, on its own level."""
        return self.at in self._relations

    def unexpected(self, sentence: str, remedy: str | None = None) -> InputError:
        """`sentence`, and what stands here instead."""
        token = self.token
        if token.kind == "broken" and token.error is not None:
            return token.error
        found = "the formula ends" if token.kind == "stop" else f"{token.shown} stands there"
        return InputError(f"{sentence}, but {found}", self.snippet.place(token.start, token.end), remedy)

    def wrong(self, what: str, start: Token, remedy: str | None = None) -> InputError:
        """A mistake from this token up to here."""
        return InputError(what, self.since(start), remedy)

    def since(self, start: Token) -> Place:
        """From the start of a token to the end of the last one taken."""
        last = self.tokens[max(0, self.at - 1)]
        return self.snippet.place(start.start, max(start.end, last.end))

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One level further inside; refused beyond the limit."""
        self._depth += 1
        try:
            if self._depth > DEEPEST:
                place = self.snippet.place(self.token.start, self.token.end)
                what = f"this formula is nested more than {DEEPEST} deep"
                raise InputError(what, place, "give a part of it its own name, in a formula of its own")
            yield
        finally:
            self._depth -= 1

    @contextmanager
    def inside(self, bar: str = "") -> Iterator[None]:
        """Inside brackets, where bars outside cannot end; or inside a bar."""
        outside = self.bars
        self.bars = [*outside, bar] if bar else []
        try:
            yield
        finally:
            self.bars = outside


def _brackets(snippet: Snippet, tokens: list[Token]) -> tuple[dict[int, int], set[int]]:
    """Where each bracket is closed, and the brackets with a relation directly inside."""
    partner: dict[int, int] = {}
    relations: set[int] = set()
    opened: list[int] = []
    for at, token in enumerate(tokens):
        if token.kind == "broken" and token.error is not None:
            raise token.error
        if token.kind == "relation" and opened:
            relations.add(opened[-1])
        if token.kind == "begin" or (token.kind == "sign" and token.text in OPENING):
            opened.append(at)
        elif token.kind == "end" or (token.kind == "sign" and token.text in CLOSING):
            place = snippet.place(token.start, token.end)
            if not opened:
                raise InputError(f"this {token.shown} closes nothing", place, "remove it, or open it before")
            number = opened.pop()
            first = tokens[number]
            wanted = first.text if first.kind == "begin" else OPENING[first.text]
            if token.text != wanted or (first.kind == "begin") != (token.kind == "end"):
                raise InputError(f"{first.shown} is closed by {token.shown}", place, "close what was opened last")
            partner[number] = at
    if opened:
        first = tokens[opened[-1]]
        place = snippet.place(first.start, first.end)
        raise InputError(f"this {first.shown} is never closed", place, "close it")
    return partner, relations
