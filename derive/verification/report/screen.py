"""A terminal: how wide its characters are, which it can show, and its colours."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

_COLOURS = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "magenta": "35"}
# Joiners shape what stands beside them and cannot hide anything; other format characters can (they turn text around).
_HARMLESS = "\u200c\u200d"


@dataclass(frozen=True)
class Screen:
    """Where a text is shown: its columns, whether it has colours, and its encoding."""

    width: int = 100
    colour: bool = False
    encoding: str = "utf-8"

    def knows(self, text: str) -> bool:
        """True where every character of the text can be shown."""
        try:
            text.encode(self.encoding)
        except (UnicodeEncodeError, LookupError):
            return False
        return True

    def paint(self, text: str, *styles: str) -> str:
        """The text in colour, where there are colours."""
        if not self.colour or not styles or not text:
            return text
        return f"\x1b[{';'.join(_COLOURS[style] for style in styles)}m{text}\x1b[0m"

    def columns(self, text: str) -> int:
        """The columns of the text: wide characters take two, combining ones none, `\\xe9` for an unknown one four."""
        return sum(_columns(character, self.encoding) for character in text)

    @property
    def ellipsis(self) -> str:
        """The sign for what was left out."""
        return "…" if self.knows("…") else "..."

    def window(self, text: str, room: int, start: int = 0, length: int = 0) -> tuple[str, int, int]:
        """What fits of a text around the marked part of it, and the column and the columns of that part in it."""
        end = min(len(text), start + length)
        start = min(start, end)
        if self.columns(text) <= room:
            return text, self.columns(text[:start]), self.columns(text[start:end])
        left, right = start, start
        free = max(1, room - 2 * len(self.ellipsis))
        # First the marked part, then what stands around it, by turns; what one end does not need goes to the other.
        while right < end and (width := self.columns(text[right])) <= free:
            right, free = right + 1, free - width
        grown = True
        while grown:
            grown = False
            if right < len(text) and (width := self.columns(text[right])) <= free:
                right, free, grown = right + 1, free - width, True
            if left > 0 and (width := self.columns(text[left - 1])) <= free:
                left, free, grown = left - 1, free - width, True
        before = self.ellipsis if left else ""
        shown = before + text[left:right] + (self.ellipsis if right < len(text) else "")
        marked = self.columns(text[start : min(end, right)])
        return shown, self.columns(before + text[left:start]), marked


def printable(text: str) -> str:
    """The text with a visible sign for every character that would move the cursor, ring, colour or turn text around.

    Nothing is added or removed, so places in the text stay what they are.
    """
    return "".join(_printable(character) for character in text)


def _printable(character: str) -> str:
    if character in "\t\n\r\v\f\x85\u2028\u2029":
        return " "
    if ord(character) < 0x20:
        return chr(0x2400 + ord(character))
    if unicodedata.category(character) in ("Cc", "Cf", "Cs") and character not in _HARMLESS:
        return "\ufffd"
    return character


@cache
def _columns(character: str, encoding: str) -> int:
    try:
        character.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return len(character.encode("ascii", "backslashreplace"))
    if unicodedata.category(character) in ("Mn", "Me", "Cf") or "\u1160" <= character <= "\u11ff":
        return 0  # marks, joiners, and the vowels and finals of Hangul that was taken apart
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
