"""Text into tokens: NFKC names, exact numbers, synonyms of signs, and the place of each.

A statement is a line; inside an open bracket the line goes on. Comments are kept apart, because those under the first
line say what a network is about.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from derive.errors import InputError, Place

SYNONYMS = {"·": "*", "×": "*", "⊙": "*", "−": "-", "≤": "<=", "≥": ">=", "≠": "!=", "ᵀ": ".T", "∞": "inf"}
SIGNS = ("**", "//", "<=", ">=", "==", "!=", ".T", "+", "-", "*", "/", "@", "<", ">", "=", "(", ")", "[", "]", ",", ":")
OPENING = {"(": ")", "[": "]"}
CLOSING = {close: open_ for open_, close in OPENING.items()}
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ"
LONGEST_NUMBER = 60
LONGEST_LINE = 10_000
LARGEST_EXPONENT = 400

_NUMBER = re.compile(r"(?:[0-9]+(?:\.(?!T\b)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


@dataclass(frozen=True)
class Token:
    """A word, number, sign, string, line end or file end. `text` is normalised, `place` is in the text as written."""

    kind: str
    text: str
    place: Place


@dataclass(frozen=True)
class Source:
    """A text as lines; the only thing that makes places."""

    file: str
    lines: tuple[str, ...]
    shown: dict[int, str] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, text: str, file: str) -> Source:
        plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        return cls(file, tuple(plain.split("\n")))

    def place(self, line: int, start: int, end: int) -> Place:
        """The characters from `start` to before `end` (from 0) of a line (from 1)."""
        if line not in self.shown:
            self.shown[line] = "".join(map(_printable, self.line(line)))
        return Place(self.file, line, start + 1, max(1, end - start), self.shown[line])

    def line(self, number: int) -> str:
        return self.lines[number - 1] if number <= len(self.lines) else ""

    def between(self, first: Place, last: Place) -> str:
        """What the author wrote from one place to another, on one line, without comments."""
        if first.line == last.line:
            return self.line(first.line)[first.column - 1 : last.column - 1 + last.length]
        pieces = [self.line(first.line)[first.column - 1 :]]
        pieces += [self.line(number) for number in range(first.line + 1, last.line)]
        pieces.append(self.line(last.line)[: last.column - 1 + last.length])
        return " ".join(piece.split("#")[0].strip() for piece in pieces)


def _printable(character: str) -> str:
    if character == "\t":
        return " "
    return character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"


def spanning(first: Place, last: Place) -> Place:
    """The place from the start of one to the end of another; the first line of it when they are on several."""
    if first.line == last.line:
        return Place(
            first.file, first.line, first.column, max(1, last.column + last.length - first.column), first.source
        )
    return Place(first.file, first.line, first.column, max(1, len(first.source) - first.column + 1), first.source)


def tokenize(source: Source) -> tuple[list[Token], list[InputError]]:
    """All tokens, and the mistakes met on the way; a line with a mistake in it ends there."""
    tokens: list[Token] = []
    errors: list[InputError] = []
    open_brackets: list[Token] = []
    for number, line in enumerate(source.lines, start=1):
        scanned = _Line(source, number, line)
        try:
            for token in scanned.tokens():
                _balance(token, open_brackets)
                tokens.append(token)
        except InputError as error:
            errors.append(error)
            open_brackets.clear()
            tokens.append(Token("broken", "", source.place(number, 0, 1)))
        if not open_brackets and tokens and tokens[-1].kind != "line end":
            tokens.append(Token("line end", "", source.place(number, len(line), len(line))))
    if open_brackets:
        opened = open_brackets[0]
        errors.append(InputError(f"this {opened.text} is never closed", opened.place, f"add {OPENING[opened.text]}"))
        # Nothing is read beyond its line: what stands there is not what is wrong.
        below = (at for at, token in enumerate(tokens) if token.place.line > opened.place.line)
        tokens.insert(next(below, len(tokens)), Token("broken", "", opened.place))
        tokens.append(Token("line end", "", opened.place))
    last = len(source.lines)
    tokens.append(Token("file end", "", source.place(last, len(source.line(last)), len(source.line(last)))))
    return tokens, errors


def _balance(token: Token, open_brackets: list[Token]) -> None:
    if token.kind != "sign":
        return
    if token.text in OPENING:
        open_brackets.append(token)
    elif token.text in CLOSING:
        if not open_brackets:
            raise InputError(
                f"this {token.text} closes nothing", token.place, f"remove it, or open a {CLOSING[token.text]}"
            )
        opened = open_brackets.pop()
        if OPENING[opened.text] != token.text:
            raise InputError(
                f"{opened.text} is closed by {token.text}", token.place, f"close it with {OPENING[opened.text]}"
            )


class _Line:
    """The scanner of one line."""

    def __init__(self, source: Source, number: int, line: str) -> None:
        self.source, self.number, self.line = source, number, line
        self.at = 0

    def tokens(self) -> Iterator[Token]:
        if len(self.line) > LONGEST_LINE:
            raise self._wrong(
                f"this line has {len(self.line)} characters; at most {LONGEST_LINE} are read",
                1,
                "give its parts names, each in an equation of its own",
            )
        while self.at < len(self.line) and self.line[self.at] != "#":
            if self.line[self.at] in " \t\u00a0\u3000\ufeff":
                self.at += 1
                continue
            yield self._next()

    def _token(self, kind: str, text: str, end: int) -> Token:
        start, self.at = self.at, end
        return Token(kind, text, self.source.place(self.number, start, end))

    def _wrong(self, what: str, length: int = 1, remedy: str | None = None) -> InputError:
        return InputError(what, self.source.place(self.number, self.at, self.at + length), remedy)

    def _next(self) -> Token:
        character = self.line[self.at]
        if character in SUPERSCRIPTS:
            raise self._wrong(f"{character} is not part of the language: power is **", 1, "x**2")
        if character == "^":
            raise self._wrong("power is **, transpose is .T", 1, "** or .T instead of ^")
        if character == '"':
            return self._string()
        if character in SYNONYMS:
            text = SYNONYMS[character]
            return self._token("word" if text == "inf" else "sign", text, self.at + 1)
        if character.isascii() and (character.isdigit() or re.match(r"\.[0-9]", self.line[self.at : self.at + 2])):
            return self._number()
        if _starts_name(character):
            return self._word()
        normal = unicodedata.normalize("NFKC", character)
        rest = normal + self.line[self.at + 1 : self.at + 2]
        for sign in SIGNS:
            if rest.startswith(sign):
                if sign == ".T" and _continues_name(self.line[self.at + 2 : self.at + 3]):
                    break
                return self._token("sign", sign, self.at + len(sign))
        shown = character if character.isprintable() else f"U+{ord(character):04X}"
        raise self._wrong(f"the character {shown} means nothing here", 1, _instead(normal))

    def _word(self) -> Token:
        end = self.at + 1
        while end < len(self.line) and _continues_name(self.line[end]):
            end += 1
        while end < len(self.line) and self.line[end] in "'′″":
            end += 1
        text = unicodedata.normalize("NFKC", self.line[self.at : end]).replace("′", "'")
        return self._token("word", text, end)

    def _number(self) -> Token:
        found = _NUMBER.match(self.line, self.at)
        assert found is not None
        text = found.group()
        after = self.line[found.end() : found.end() + 1]
        if after and (_continues_name(after)) and after not in SUPERSCRIPTS:
            raise self._wrong(
                "there is no product by juxtaposition", len(text) + 1, f"{text} * {_word_at(self.line, found.end())}"
            )
        exponent = re.split("[eE]", text)[1:]
        too_large = bool(exponent) and (len(exponent[0]) > 5 or abs(int(exponent[0])) > LARGEST_EXPONENT)
        if len(text) > LONGEST_NUMBER or too_large:
            raise self._wrong(
                f"this number is too long: at most {LONGEST_NUMBER} characters and exponents to {LARGEST_EXPONENT}",
                len(text),
                "fewer digits",
            )
        return self._token("number", text, found.end())

    def _string(self) -> Token:
        pieces: list[str] = []
        end = self.at + 1
        while end < len(self.line) and self.line[end] != '"':
            if self.line[end] == "\\":
                escaped = self.line[end + 1 : end + 2]
                if escaped not in ("\\", '"'):
                    raise self._wrong("a backslash in a title is written twice", 1, r"\\ for \, and \" for a quote")
                end += 1
            if not self.line[end].isprintable():
                raise self._wrong(f"a title cannot hold the character U+{ord(self.line[end]):04X}", 1, "remove it")
            pieces.append(self.line[end])
            end += 1
        if end >= len(self.line):
            raise self._wrong("this title does not end on its line", len(self.line) - self.at, 'close it with "')
        return self._token("string", "".join(pieces), end + 1)


def _starts_name(character: str) -> bool:
    return unicodedata.normalize("NFKC", character).isidentifier() and character not in SYNONYMS


def _continues_name(character: str) -> bool:
    if not character or character in SYNONYMS or character in SUPERSCRIPTS:
        return False
    return ("a" + unicodedata.normalize("NFKC", character)).isidentifier()


def _word_at(line: str, start: int) -> str:
    end = start
    while end < len(line) and _continues_name(line[end]):
        end += 1
    return line[start:end]


def _instead(character: str) -> str | None:
    remedies = {
        ";": "one statement on each line",
        "{": "round brackets ( ) in formulas; a fact is written without { }",
        "%": "there is no remainder",
        "!": "not, or != between two values",
        "&": "and",
        "|": "or, abs(x), or norm(x)",
        "'": "a prime directly after a name: h'",
        "\\": "mathematics in plain text: sqrt(x), sum(x[i] for i)",
        "→": "=",
        "√": "sqrt(x)",
        "∑": "sum(x[i] for i)",
        "Σ": "sum(x[i] for i)",
    }
    return remedies.get(character, "remove it")
