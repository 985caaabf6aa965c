"""Tokens one after another, and the complaints about them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from derive.errors import InputError, Place
from derive.language.tokens import Source, Token, spanning

DEEPEST = 50


class Stream:
    """A cursor over tokens. `deeper()` guards every nesting, so that no input can exhaust the stack."""

    def __init__(self, source: Source, tokens: list[Token]) -> None:
        self.source = source
        self.tokens = tokens
        self.position = 0
        self._depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    @property
    def previous(self) -> Token:
        return self.tokens[max(0, self.position - 1)]

    def following(self, count: int = 1) -> Token:
        """The token `count` places on."""
        return self.tokens[min(self.position + count, len(self.tokens) - 1)]

    def advance(self) -> Token:
        token = self.token
        if token.kind != "file end":
            self.position += 1
        return token

    def at(self, *texts: str) -> bool:
        """True when one of these signs or words stands here."""
        return self.token.kind in ("sign", "word") and self.token.text in texts

    def take(self, *texts: str) -> Token | None:
        """Take one of these signs or words if it stands here."""
        return self.advance() if self.at(*texts) else None

    def expect(self, text: str, after: str) -> Token:
        """Take this sign or word; anything else is a mistake."""
        taken = self.take(text)
        if taken is None:
            raise self.unexpected(f"{text} is expected {after}")
        return taken

    def name(self, what: str) -> Token:
        """Take a name."""
        if self.token.kind != "word":
            raise self.unexpected(f"{what} is expected here")
        return self.advance()

    def at_end(self) -> bool:
        """True at the end of a statement."""
        return self.token.kind in ("line end", "file end")

    def unexpected(self, sentence: str, remedy: str | None = None) -> InputError:
        """`sentence`, and what stands here instead."""
        token = self.token
        if token.kind == "broken":
            return Broken()
        found = "the line ends" if self.at_end() else f"{token.text} stands there"
        return InputError(f"{sentence}, but {found}", token.place, remedy)

    def since(self, start: Token) -> Place:
        """From the start of a token to the end of the last one taken."""
        return spanning(start.place, self.previous.place)

    def skip_statement(self) -> None:
        """Go on behind the end of this line."""
        while not self.at_end():
            self.advance()
        if self.token.kind == "line end":
            self.advance()

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One level further inside; refused beyond the limit."""
        self._depth += 1
        try:
            if self._depth > DEEPEST:
                raise InputError(
                    f"this expression is nested more than {DEEPEST} deep",
                    self.token.place,
                    "give a part of it its own name, in an equation of its own",
                )
            yield
        finally:
            self._depth -= 1


class Broken(InputError):
    """A line whose mistake was reported already, by the tokenizer."""

    def __init__(self) -> None:
        super().__init__("this line could not be read")
