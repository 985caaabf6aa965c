"""Abbreviations of LaTeX, `\\newcommand` and `\\def`, replaced by what they stand for; no other TeX is carried out.

What an abbreviation brings in stands, for every message, where the abbreviation was used.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from derive.errors import InputError, Place
from derive.verification.document.findings import Findings
from derive.verification.document.source import Passage, without

# What abbreviations may bring in: so many uses and characters, and these for every character of the text.
_MOST_USES = (2_000, 0.3)
_MOST_CHARACTERS = (20_000, 4.0)
_MOST_MACROS = 1_000
_MOST_UNCLOSED = 20
_LONGEST_ARGUMENT = 10_000
_TOKEN = re.compile(r"\\[A-Za-z@]+|\\.|[{}#]|[^\\{}#]+|.", re.DOTALL)
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
# What ends a formula is no argument, although TeX would take it for one and then complain.
_NO_ARGUMENT = frozenset(["$", "&", r"\)", r"\]", r"\\", r"\end"])
_DEFINES = re.compile(r"\\(?:new|renew|provide)command\*?|\\DeclareMathOperator\*?|\\def|\\let")
_HEAD = re.compile(
    r"(?:\\(?P<word>newcommand|renewcommand|providecommand)\*?\s*(?:\{\s*(?P<braced>\\[A-Za-z]+|\\.)\s*\}|(?P<bare>\\[A-Za-z]+))"
    r"\s*(?:\[(?P<count>\d)\])?\s*(?:\[(?P<default>[^\]\n]*)\])?\s*(?=\{)"
    r"|\\DeclareMathOperator\*?\s*\{?\s*(?P<operator>\\[A-Za-z]+)\s*\}?\s*(?=\{)"
    r"|\\def\s*(?P<plain>\\[A-Za-z]+)(?P<parameters>(?:#\d)*)\s*(?=\{)"
    r"|\\let\s*(?P<name>\\[A-Za-z]+)\s*=?\s*(?P<same>\\[A-Za-z]+))"
)


@dataclass(frozen=True)
class Macro:
    """`\\newcommand{\\name}[arguments]{body}`; `default` is the first argument where none is written in brackets."""

    arguments: int
    body: str
    default: str | None = None


@dataclass(frozen=True)
class _Piece:
    """A token with the offsets of its characters; of an inserted one all stand where the abbreviation was used."""

    text: str
    offsets: Sequence[int]

    def part(self, start: int, end: int | None = None) -> _Piece:
        return _Piece(self.text[start:end], self.offsets[start:end])


def _inserted(text: str, offset: int) -> list[_Piece]:
    return [_Piece(match[0], (offset,) * len(match[0])) for match in _TOKEN.finditer(text)]


@dataclass
class Macros:
    """The abbreviations that a text has defined so far."""

    findings: Findings
    known: dict[str, Macro] = field(default_factory=dict)
    uses: int = 0
    characters: int = 0
    unclosed: int = 0
    spent: bool = False

    def formula(
        self, passage: Passage, *, display: bool, environment: str = "", before: str = "", after: str = ""
    ) -> None:
        """Keep a formula in LaTeX, without abbreviations."""
        expanded = self.expanded(passage)
        self.findings.formula(expanded, "latex", display=display, environment=environment, before=before, after=after)

    def expanded(self, passage: Passage) -> Passage:
        """The passage without definitions, which hold from here on, and with every abbreviation replaced."""
        passage = self._defined(passage)
        if not self.known or self.spent or "\\" not in passage.text:
            return passage
        pieces = [
            _Piece(match[0], passage.offsets[match.start() : match.end()]) for match in _TOKEN.finditer(passage.text)
        ]
        pieces.reverse()
        texts: list[str] = []
        offsets = array("l")
        while pieces:
            piece = pieces.pop()
            macro = self.known.get(piece.text)
            if macro is None or not self._replace(piece, macro, pieces, passage):
                texts.append(piece.text)
                offsets.extend(piece.offsets)
        return Passage(passage.source, "".join(texts), offsets)

    def _defined(self, passage: Passage) -> Passage:
        """Take the definitions out of the passage."""
        kept, at = [], 0
        for match in _DEFINES.finditer(passage.text):
            if match.start() < at or self.spent:
                continue
            end = self._define(passage, match.start())
            if end:
                kept.append((match.start(), end))
                at = end
        return without(passage, kept)

    def _define(self, passage: Passage, start: int) -> int:
        """Keep the definition that begins here; answers where it ends, 0 where it cannot be read."""
        head = _HEAD.match(passage.text, start)
        if head is None:
            return 0
        if head["name"]:
            return self._keep(head["name"], Macro(0, head["same"]), passage.place(*head.span())) and head.end()
        end = _closing_brace(passage.text, head.end())
        if end is None:
            self.unclosed += 1
            if self.unclosed > _MOST_UNCLOSED:
                self._stop("too many definitions are never closed", passage.place(*head.span()))
            else:
                place = passage.place(*head.span())
                self.findings.errors.append(InputError("this definition is never closed", place, "a } behind it"))
            return 0
        body = passage.text[head.end() + 1 : end - 1]
        name = head["braced"] or head["bare"] or head["operator"] or head["plain"]
        if head["operator"]:
            body = rf"\operatorname{{{body}}}"
        count = int(head["count"] or 0) if head["word"] else len(head["parameters"] or "") // 2
        macro = Macro(count, body, head["default"] if count else None)
        return self._keep(name, macro, passage.place(*head.span())) and end

    def _keep(self, name: str, macro: Macro, place: Place) -> bool:
        if len(self.known) >= _MOST_MACROS and name not in self.known:
            self._stop(f"more than {_MOST_MACROS:,} abbreviations", place)
        elif re.search(r"(?<![A-Za-z\\])" + re.escape(name) + r"(?![A-Za-z])", macro.body):
            message = f"{name} stands in its own definition, so it is not replaced"
            self.findings.errors.append(InputError(message, place, "another name"))
        else:
            self.known[name] = macro
        return True

    def _replace(self, use: _Piece, macro: Macro, pieces: list[_Piece], passage: Passage) -> bool:
        """Put what the abbreviation stands for before the pieces that follow; False where that cannot be done."""
        if self.spent:
            return False
        arguments = _arguments(use, macro, pieces)
        if arguments is None:
            place = _place(use, passage)
            del self.known[use.text]
            message = f"{use.text} is used without its {macro.arguments} arguments; it is no longer replaced"
            self.findings.errors.append(InputError(message, place, use.text + "{...}" * macro.arguments))
            return False
        inserted = _filled(macro, arguments, use.offsets[0])
        self.uses += 1
        self.characters += sum(len(piece.text) for piece in inserted)
        if self.uses > self._most(*_MOST_USES) or self.characters > self._most(*_MOST_CHARACTERS):
            self._stop("the abbreviations of this text grow without end", _place(use, passage))
            return False
        pieces.extend(reversed(inserted))
        return True

    def _most(self, always: int, for_each: float) -> float:
        return always + for_each * len(self.findings.source.text)

    def _stop(self, message: str, place: Place) -> None:
        self.spent = True
        self.findings.errors.append(InputError(message, place, "formulas without abbreviations"))


def _place(piece: _Piece, passage: Passage) -> Place:
    source = passage.source
    return Passage(source, piece.text, piece.offsets).place()


def _closing_brace(text: str, start: int) -> int | None:
    """The end of the group that opens at `start`."""
    depth = 0
    for match in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text, start, start + _LONGEST_ARGUMENT):
        depth += (match[0] == "{") - (match[0] == "}")
        if depth == 0 and match[0] == "}":
            return match.end()
    return None


def _arguments(use: _Piece, macro: Macro, pieces: list[_Piece]) -> list[list[_Piece]] | None:
    """The arguments that follow, taken off the pieces; None, with the pieces as they were, where one is missing."""
    taken: list[_Piece] = []
    arguments: list[list[_Piece]] = []
    for number in range(macro.arguments):
        if number == 0 and macro.default is not None:
            arguments.append(_optional(use, macro.default, pieces, taken))
            continue
        argument = _argument(pieces, taken)
        if argument is None:
            pieces.extend(reversed(taken))
            return None
        arguments.append(argument)
    return arguments


def _argument(pieces: list[_Piece], taken: list[_Piece]) -> list[_Piece] | None:
    while pieces and pieces[-1].text.isspace():
        taken.append(pieces.pop())
    if not pieces or pieces[-1].text == "}":
        return None
    piece = pieces.pop()
    if piece.text == "{":
        taken.append(piece)
        return _group(pieces, taken)
    if not piece.text.startswith("\\"):
        # Of a run of characters the first that is no blank is the argument.
        blanks = len(piece.text) - len(piece.text.lstrip())
        if piece.text[blanks + 1 :]:
            pieces.append(piece.part(blanks + 1))
        if blanks:
            taken.append(piece.part(0, blanks))
        piece = piece.part(blanks, blanks + 1)
    taken.append(piece)
    return None if piece.text in _NO_ARGUMENT or piece.text.isspace() else [piece]


def _group(pieces: list[_Piece], taken: list[_Piece]) -> list[_Piece] | None:
    depth, size = 1, 0
    inside: list[_Piece] = []
    while pieces and size < _LONGEST_ARGUMENT and not _PARAGRAPH.search(pieces[-1].text):
        piece = pieces.pop()
        taken.append(piece)
        size += len(piece.text)
        depth += (piece.text == "{") - (piece.text == "}")
        if depth == 0:
            return inside
        inside.append(piece)
    return None


def _optional(use: _Piece, default: str, pieces: list[_Piece], taken: list[_Piece]) -> list[_Piece]:
    """`[argument]` where it follows, written without braces; else the default."""
    if pieces and (match := re.match(r"\s*\[([^\]]*)\]", pieces[-1].text)):
        piece = pieces.pop()
        taken.append(piece.part(0, match.end()))
        if piece.text[match.end() :]:
            pieces.append(piece.part(match.end()))
        return [piece.part(*match.span(1))]
    return _inserted(default, use.offsets[0])


def _filled(macro: Macro, arguments: list[list[_Piece]], offset: int) -> list[_Piece]:
    """The body with its arguments put in. A blank keeps `\\d#1` from becoming one longer command."""
    found: list[_Piece] = []
    pieces = _inserted(macro.body, offset)
    blank = _Piece(" ", (offset,))
    pieces.reverse()
    while pieces:
        piece = pieces.pop()
        following = pieces[-1].text if pieces else ""
        if piece.text == "#" and following[:1].isdecimal() and 0 < int(following[0]) <= len(arguments):
            if found and _is_command(found[-1].text):
                found.append(blank)
            found.extend(arguments[int(following[0]) - 1])
            rest = pieces.pop().part(1)
            if rest.text:
                pieces.append(rest)
        else:
            found.append(piece)
    return [*found, blank] if found and _is_command(found[-1].text) else found


def _is_command(text: str) -> bool:
    return len(text) > 1 and text[0] == "\\" and text[1].isalpha()
