"""A language of documents: every sentence by its key, with formulas and other texts put in at its places.

    language.say("adjoint.heading", of=Math(Name("z1")))   ->  ("Gradient with respect to ", Math(...))
    language.phrase("symbols.number")                       ->  "a number"

A message is a sentence with places in braces and, as in Markdown, `**strong**`, `*stressed*` and `code` words. One that
depends on a number has a form for each of the language's plural forms, and is asked for with `count`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from codegen.block import Code, Math, Piece, Stressed, Strong, Text
from derive.fact import Fact

Place = str | int | Math | Code | Strong | Stressed | Text
Message = str | Mapping[str, str]

PLURALS: dict[str, Callable[[int], str]] = {
    "none": lambda count: "other",
    "one": lambda count: "one" if count == 1 else "other",
    "below two": lambda count: "one" if count < 2 else "other",
}
FORMS = frozenset({"one", "other"})
_PART = re.compile(r"\{(\w+)\}|\*\*([^*{}]+)\*\*|\*([^*{}]+)\*|`([^`{}]+)`")


class UnknownMessage(KeyError):
    """A key that a language has no message for, or a place that is not filled: a bug of ours."""


@dataclass(frozen=True)
class Language:
    """Everything that documents say in one language.

    code       as in `lang="ko"` and in the names of files
    plural     which number asks for which form of a message, a name of `PLURALS`
    messages   by key, `section.name`
    rules      the names of rules; a rule that is not in it keeps its English name
    facts      the sentences about facts by the name of the fact, then `sentence`, `phrase` and `of_number`
    reasons    what derivations give as reasons: English sentence with places -> sentence of this language
    latex      what the preamble of a LaTeX document needs, and the characters that this makes known, as a regular
               expression of one character
    fonts      families that have the letters of the language, for typesetters that choose fonts by name
    """

    code: str
    name: str
    plural: str
    messages: Mapping[str, Message]
    rules: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    latex: tuple[str, str] = ("", "")
    fonts: tuple[str, ...] = ()

    def say(self, key: str, /, count: int | None = None, **places: Place) -> Text:
        """The message with its places filled; neighbouring strings are one piece."""
        return filled(self.message(key, count), places)

    def phrase(self, key: str, /, count: int | None = None, **places: str | int) -> str:
        """A message without formulas as one string."""
        return plain(self.say(key, count, **places))

    def message(self, key: str, count: int | None = None) -> str:
        """The message itself, in the form that a number asks for."""
        if key not in self.messages:
            raise UnknownMessage(f"{self.code} has no message {key!r}")
        found = self.messages[key]
        if isinstance(found, str):
            return found
        if count is None:
            raise UnknownMessage(f"{key!r} has one form for each number: count is missing")
        return found[PLURALS[self.plural](count)]

    def listed(self, items: Sequence[Text], word: str = "and") -> Text:
        """a, b and c"""
        if len(items) < 2:
            return merged(piece for item in items for piece in item)
        key = "list.or" if word == "or" else "list.and"
        return self.say(key, most=joined(items[:-1], self.phrase("list.between")), last=items[-1])

    def enumerated(self, items: Sequence[str]) -> str:
        """(2), (4) and (6)"""
        return plain(self.listed([(item,) for item in items]))

    def rule(self, name: str) -> str:
        """The name of a rule."""
        return self.rules.get(name, name)

    def fact(self, fact: Fact) -> str:
        """What is known of a tensor, in a table beside it."""
        return self.facts.get(fact.name, {}).get("phrase", fact.phrase)

    def reason(self, reason: str) -> tuple[str, dict[str, str]] | None:
        """The message for a reason of a derivation and what stands at its places; None where it has no such form."""
        found = [(message, match) for form, message in self.reasons.items() if (match := _form(form).fullmatch(reason))]
        if not found:
            return None
        # The form that leaves least to its places says most.
        message, match = min(found, key=lambda pair: sum(map(len, pair[1].groups())))
        return message, match.groupdict()


def filled(message: str, places: Mapping[str, Place]) -> Text:
    """The message with something in every place; UnknownMessage where places and message do not fit."""
    parts = _parts(message)
    wanted = {part[1] for part in parts if part[0] == "place"}
    if wanted != places.keys():
        raise UnknownMessage(f"{message!r} has the places {sorted(wanted)}, not {sorted(places)}")
    pieces: list[Piece] = []
    for kind, words in parts:
        if kind == "place":
            pieces += pieces_of(places[words])
        else:
            pieces.append(_KINDS[kind](words))
    return merged(pieces)


_KINDS: dict[str, Callable[[str], Piece]] = {"words": str, "strong": Strong, "stressed": Stressed, "code": Code}


@cache
def _parts(message: str) -> tuple[tuple[str, str], ...]:
    """What a message consists of, each part with its kind."""
    parts: list[tuple[str, str]] = []
    end = 0
    for found in _PART.finditer(message):
        if found.start() > end:
            parts.append(("words", message[end : found.start()]))
        place, strong, stressed, code = found.groups()
        kind = "place" if place else "strong" if strong else "stressed" if stressed else "code"
        parts.append((kind, place or strong or stressed or code))
        end = found.end()
    if message[end:]:
        parts.append(("words", message[end:]))
    return tuple(parts)


@cache
def _form(sentence: str) -> re.Pattern[str]:
    """What reads a sentence with places back."""
    parts = _parts(sentence)
    return re.compile("".join(f"(?P<{words}>.+)" if kind == "place" else re.escape(words) for kind, words in parts))


def places_of(message: str) -> tuple[str, ...]:
    """The names of the places of a message, in its order."""
    return tuple(words for kind, words in _parts(message) if kind == "place")


def pieces_of(place: Place) -> Text:
    """What is put in at a place, as pieces."""
    if isinstance(place, tuple):
        return place
    return (str(place),) if isinstance(place, int) else (place,)


def plain(text: Text) -> str:
    """A text without formulas as one string."""
    if any(isinstance(piece, Math) for piece in text):
        raise TypeError("a text with a formula in it is no plain string")
    return "".join(piece if isinstance(piece, str) else piece.text for piece in text if not isinstance(piece, Math))


def joined(texts: Iterable[Text], between: str) -> Text:
    """The texts one after the other with a string between them."""
    pieces: list[Piece] = []
    for place, item in enumerate(texts):
        if place:
            pieces.append(between)
        pieces.extend(item)
    return tuple(pieces)


def merged(pieces: Iterable[Piece]) -> Text:
    """The pieces with neighbouring strings joined and empty ones dropped."""
    result: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and result and isinstance(result[-1], str):
            result[-1] += piece
        elif piece != "":
            result.append(piece)
    return tuple(result)
