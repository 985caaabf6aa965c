"""Markdown as blocks of lines: paragraphs, headings, fences, tables, comments; quote marks and list marks taken off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from derive.errors import InputError
from derive.verification.document.delimiters import ENVIRONMENT, closer_of
from derive.verification.document.findings import Findings
from derive.verification.document.source import Passage, joined

_QUOTE = re.compile(r"[ ]{0,3}>(?!=)[ ]?")
_SENTENCE = re.compile(r"(?:[^\W\d_]{2,}[ ,]+){3}[^\W\d_]{2,}")
_ITEM = re.compile(r"[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(?=\S)")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})[ \t]*([^`\n]*?)[ \t]*\Z")
_HEADING = re.compile(r"[ ]{0,3}#{1,6}(?:\s|\Z)")
_RULE = re.compile(r"[ \t]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|=+[ \t]*)\Z")
_TABLE_RULE = re.compile(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)*[ \t]*:?-+:?[ \t]*\|?[ \t]*\Z")
_RAW = re.compile(r"[ \t]*<(pre|script|style|textarea)\b", re.IGNORECASE)
_OPENER = re.compile(rf"\\\\?\[|{ENVIRONMENT.pattern}|\\.|`[^`]*`|\$\$")


@dataclass(frozen=True)
class Block:
    """Lines that belong together; `info` is what stands behind the opening of a fence."""

    kind: Literal["paragraph", "heading", "fence", "table", "comment"]
    lines: tuple[Passage, ...]
    info: str = ""

    def passage(self) -> Passage:
        """The lines as one text."""
        return joined(self.lines)


def blocks(lines: list[Passage], findings: Findings) -> Iterator[Block]:
    """The blocks that the lines make."""
    return _Reader(lines, findings).blocks()


class _Reader:
    def __init__(self, lines: list[Passage], findings: Findings) -> None:
        self.lines = lines
        self.findings = findings
        self.paragraph: list[Passage] = []
        self.quoted = 0
        # From which line on a closing mark is known to be missing, so that it is not looked for again.
        self.missing: dict[tuple[str, bool], int] = {}

    def blocks(self) -> Iterator[Block]:
        at = 0
        while at < len(self.lines):
            line, quoted = self._unquoted(at)
            if quoted != self.quoted:
                yield from self._flush()
                self.quoted = quoted
            item = None if _RULE.match(line.text) else _ITEM.match(line.text)
            if item:
                yield from self._flush()
                line = line.part(item.end())
            block, size = self._special(at, line)
            if size:
                yield from self._flush()
                if block is not None:
                    yield block
                at += size
            elif not line.text.strip():
                yield from self._flush()
                at += 1
            else:
                self.paragraph.append(line)
                size = self._open(at, line.text)
                self.paragraph.extend(self._unquoted(number, quoted)[0] for number in range(at + 1, at + size))
                at += size
        yield from self._flush()

    def _flush(self) -> Iterator[Block]:
        if self.paragraph:
            yield Block("paragraph", tuple(self.paragraph))
        self.paragraph = []

    def _unquoted(self, number: int, most: int = 100) -> tuple[Passage, int]:
        """A line without its marks of quotation, of which there are at most so many, and their number."""
        line, count, at = self.lines[number], 0, 0
        while count < most and (mark := _QUOTE.match(line.text, at)):
            count, at = count + 1, mark.end()
        return line.part(at) if at else line, count

    def _special(self, at: int, line: Passage) -> tuple[Block | None, int]:
        """The block that begins with this line, and its number of lines; 0 for a line of a paragraph."""
        text = line.text
        fence = _FENCE.match(text)
        # A long line of `~` below words underlines them.
        if fence and not (self.paragraph and fence[1].startswith("~~~~")):
            return self._fence(at, line, fence)
        if heading := _HEADING.match(text):
            return Block("heading", (line.part(heading.end()),)), 1
        if _RULE.match(text):
            return None, 1
        if text.lstrip().startswith("<!--"):
            return self._until(at, line, "-->", "this comment is never closed: nothing behind it is read")
        if (raw := _RAW.match(text)) and (size := self._lines_until(at, f"</{raw[1].lower()}", lower=True)):
            return None, size
        following = self.lines[at + 1].text if at + 1 < len(self.lines) else ""
        if "|" in text and "-" in following and "|" in following:
            rule = self._unquoted(at + 1)[0].text
            if _TABLE_RULE.match(rule):
                return self._table(at, line)
        return None, 0

    def _fence(self, at: int, line: Passage, fence: re.Match[str]) -> tuple[Block, int]:
        mark, number = fence[1], at + 1
        inside: list[Passage] = []
        while number < len(self.lines):
            content, quoted = self._unquoted(number, self.quoted)
            closing = content.text.strip()
            if closing.startswith(mark) and not closing.strip(mark[0]):
                return Block("fence", tuple(inside), fence[2]), number + 1 - at
            if quoted < self.quoted:
                return Block("fence", tuple(inside), fence[2]), number - at
            inside.append(content)
            number += 1
        place = line.trimmed().place()
        self.findings.errors.append(InputError("this block is never closed", place, f"a line {mark} behind it"))
        return Block("fence", tuple(inside), fence[2]), number - at

    def _until(self, at: int, line: Passage, closer: str, message: str) -> tuple[Block | None, int]:
        """A comment, if no words follow behind it in its last line; else it is left to the paragraph."""
        start = line.text.index("<!--")
        size = self._lines_until(at, closer)
        if not size:
            self.findings.errors.append(InputError(message, line.part(start).place(), f"{closer} behind it"))
            return None, len(self.lines) - at
        last = self._unquoted(at + size - 1)[0] if size > 1 else line
        end = last.text.index(closer, start if size == 1 else 0)
        if last.text[end + len(closer) :].strip():
            return None, 0
        inside = [line.part(start + 4), *(self._unquoted(at + number)[0] for number in range(1, size))]
        inside[-1] = line.part(start + 4, end) if size == 1 else last.part(0, end)
        return Block("comment", tuple(inside)), size

    def _lines_until(self, at: int, closer: str, lower: bool = False) -> int:
        """How many lines from `at` reach to the one with `closer`; 0 where none has it."""
        if at < self.missing.get((closer, True), -1):
            return 0
        for number in range(at, len(self.lines)):
            text = self.lines[number].text
            if closer in (text.lower() if lower else text):
                return number + 1 - at
        self.missing[closer, True] = len(self.lines)
        return 0

    def _table(self, at: int, line: Passage) -> tuple[Block, int]:
        rows, number = [line], at + 2
        while number < len(self.lines):
            row, quoted = self._unquoted(number)
            if quoted != self.quoted or "|" not in row.text:
                break
            rows.append(row)
            number += 1
        return Block("table", tuple(rows)), number - at

    def _open(self, at: int, text: str) -> int:
        """How many lines belong to this one because a displayed formula that opens in it closes in a later one."""
        size, position = 1, 0
        while match := _OPENER.search(text, position):
            position = match.end()
            if not (match[0] in ("$$", r"\[", r"\\[") or match[0].startswith(r"\begin")):
                continue
            closer = closer_of(match[0])
            # Blank lines may stand in an environment, and behind a mark that stands alone in its line.
            alone = match[0].startswith(r"\begin") or text.strip() == match[0]
            end = text.find(closer, position)
            if end < 0:
                further = self._reach(at + size, closer, alone)
                if further is not None:
                    size, text = further - at + 1, self._unquoted(further, self.quoted)[0].text
                    end = text.find(closer)
            position = end + len(closer) if end >= 0 else position
        return size

    def _reach(self, start: int, closer: str, alone: bool) -> int | None:
        """The line from `start` on that has the closing mark; a heading, a fence or a sentence ends the search."""
        if start < self.missing.get((closer, alone), -1):
            return None
        number = start
        while number < len(self.lines):
            line, quoted = self._unquoted(number, self.quoted)
            text = line.text
            if quoted < self.quoted or _FENCE.match(text) or _HEADING.match(text) or not (alone or text.strip()):
                break
            if "\\" not in text and _SENTENCE.search(text):
                break
            if closer in text:
                return number
            number += 1
        self.missing[closer, alone] = number
        return None
