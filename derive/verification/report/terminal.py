"""A report in a terminal: a line for each claim, and below a wrong one what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derive.errors import Place
from derive.verification.report.chain import Chain, Row, chains, rows
from derive.verification.report.mark import within, worth_an_excerpt, wrong_part
from derive.verification.report.screen import Screen, printable
from derive.verification.report.wording import Detail, details, notes, reading, summary, taken
from derive.verification.verdict import Definition, Outcome, Report

SIGNS = {Outcome.HOLDS: "✓", Outcome.FAILS: "✗", Outcome.UNDECIDED: "?", Outcome.NOT_UNDERSTOOD: "∅"}
_COLOURS = {
    Outcome.HOLDS: "green",
    Outcome.FAILS: "red",
    Outcome.UNDECIDED: "yellow",
    Outcome.NOT_UNDERSTOOD: "magenta",
}
_LINK = "  "  # before the relation of a link that stands below the beginning of its chain
_GAP = "  "
_WORD = re.compile(r"\S+ = -?\d\S*|\S+")  # N = 3 stays on one line


def as_text(
    report: Report, width: int = 100, colour: bool = False, *, verbose: bool = False, encoding: str = "utf-8"
) -> str:
    """The report for a terminal of this width: plain text, with signs and colours where the terminal has them."""
    return _Page(report, Screen(max(40, width), colour, encoding), verbose).text()


class _Page:
    """A report on a screen."""

    def __init__(self, report: Report, screen: Screen, verbose: bool) -> None:
        self.report = report
        self.screen = screen
        self.verbose = verbose
        self.signs = SIGNS if screen.knows("".join(SIGNS.values())) else {sign: sign.value for sign in Outcome}
        self.sign_width = max(len(sign) for sign in self.signs.values())
        self.groups = [(chain, rows(chain, each_link=verbose)) for chain in chains(report)]
        shown = [row for _, group in self.groups for row in group]
        places = [row.line for row in shown] + [definition.place.line for definition in report.definitions]
        self.line_width = max((len(str(line)) for line in places), default=1)
        self.room = screen.width - self.sign_width - self.line_width - 3
        lengths = [screen.columns(_formula(row)) for row in shown if row.how]
        longest = min(max((screen.columns(row.how) for row in shown), default=0), self.room // 3)
        self.tab = min(max(lengths, default=0), max(self.room - longest - len(_GAP), self.room // 3))

    def text(self) -> str:
        """The whole report."""
        parts = []
        if self.report.file:
            parts.append(self.screen.paint(printable(self.report.file), "bold"))
        if self.groups:
            parts.append("\n".join(self._claims()).rstrip("\n"))
        if self.verbose and self.report.definitions:
            parts.append("\n".join(["Taken as definitions", *map(self._definition, self.report.definitions)]))
        parts.append("\n".join(self._closing()))
        return "\n\n".join(parts) + "\n"

    def _claims(self) -> Iterator[str]:
        for chain, shown in self.groups:
            block = list(self._block(chain, shown))
            yield from block
            if len(block) > len(shown):
                yield ""  # details need air, bare lines none

    def _block(self, chain: Chain, shown: tuple[Row, ...]) -> Iterator[str]:
        line = 0
        for row in shown:
            place = wrong_part(row.verdict) if row.verdict else None
            # What only follows from an earlier mistake has nothing of its own to point at.
            marked = within(row.formula, place) if place and not _derived(row) else None
            yield from self._row(row, marked, same_line=row.line == line)
            line = row.line
            if row.verdict is None or (row.outcome is Outcome.HOLDS and not self.verbose) or _derived(row):
                continue
            elsewhere = worth_an_excerpt(row.verdict) if marked is None else None
            if elsewhere is not None:
                yield from self._excerpt(elsewhere)
            for detail in details(row.verdict, self.report):
                yield from self._detail(detail)

    def _row(self, row: Row, marked: tuple[int, int] | None, *, same_line: bool) -> Iterator[str]:
        """Sign, line, formula and verdict; below them, carets under the marked part of the formula."""
        text = _formula(row)
        start, length = (marked[0] + len(text) - len(row.formula), marked[1]) if marked else (0, 0)
        how, below = self._placed(row, text, text[start : start + length])
        room = self.room - (len(_GAP) + self.screen.columns(how) if how else 0)
        shown, column, columns = self.screen.window(text, room, start, length)
        filled = shown + " " * max(0, min(self.tab, room) - self.screen.columns(shown))
        head = self._head(row.outcome, None if same_line else row.line)
        yield (f"{head}{filled}{_GAP}{self._coloured(how, row.outcome)}" if how else f"{head}{shown}").rstrip()
        if marked and length < len(row.formula):
            yield self._indent(column) + self.screen.paint("^" * max(1, columns), "red", "bold")
        for part in self._wrapped(below, self.room - 4) if below else ():
            yield self._indent(4) + self._coloured(part, row.outcome)

    def _placed(self, row: Row, text: str, marked: str) -> tuple[str, str]:
        """What is said of a row beside its formula, and what below it for want of room."""
        columns, beside = self.screen.columns(text), self.room - len(_GAP) - self.screen.columns(row.how)
        if columns <= beside:
            return row.how, ""
        if row.outcome is Outcome.HOLDS:
            if beside >= min(columns, self.room // 2):
                return row.how, ""
            return ("", row.how) if self.verbose else (row.short, "")
        if row.verdict is not None and row.verdict.diagnosis is not None and not _derived(row):
            return "", ""  # the line below names the mistake
        needed = max(self.room // 3, self.screen.columns(marked + 2 * self.screen.ellipsis))
        return (row.how, "") if beside >= min(columns, needed) else ("", row.how)

    def _head(self, outcome: Outcome | None, line: int | None) -> str:
        sign = "" if outcome is None else self.signs[outcome]
        painted = self.screen.paint(sign, _COLOURS[outcome], "bold") if outcome is not None else ""
        number = self.screen.paint(("" if line is None else str(line)).rjust(self.line_width), "dim")
        return painted + " " * (self.sign_width - len(sign) + 1) + number + _GAP

    def _coloured(self, how: str, outcome: Outcome | None) -> str:
        styles = ("dim",) if outcome in (Outcome.HOLDS, None) else (_COLOURS[outcome],)
        return self.screen.paint(printable(how), *styles)

    def _excerpt(self, place: Place) -> Iterator[str]:
        """The source line with carets, where the wrong part is no part of what stands in the row."""
        head = f"line {place.line}: "
        source = printable(place.source)
        shown, column, columns = self.screen.window(
            source.strip(),
            self.room - len(head) - 4,
            place.column - 1 - (len(source) - len(source.lstrip())),
            place.length,
        )
        yield self._indent(4) + self.screen.paint(head, "dim") + shown
        yield self._indent(4 + len(head) + column) + self.screen.paint("^" * max(1, columns), "red", "bold")

    def _detail(self, detail: Detail) -> Iterator[str]:
        head = f"{detail.label}: "
        lines = self._wrapped(head + detail.text, self.room - 6)
        label, rest = lines[0][: len(head) - 1], lines[0][len(head) - 1 :]
        yield self._indent(4) + self.screen.paint(label, "bold") + rest
        for line in lines[1:]:
            yield self._indent(6) + line

    def _definition(self, definition: Definition) -> str:
        row = Row(definition.place.line, None, "", definition.text, definition.meaning)
        return next(self._row(row, None, same_line=False))

    def _closing(self) -> Iterator[str]:
        colour = {0: "green", 1: "red"}.get(self.report.exit_code, "yellow")
        yield self.screen.paint(summary(self.report), colour if self.report.verdicts else "yellow", "bold")
        listed = taken(self.report) + ("" if self.verbose or not taken(self.report) else " (--verbose lists them)")
        for words in (reading(self.report), listed, *notes(self.report)):
            first, *rest = self._wrapped(words, self.screen.width - 2)
            yield from (line for line in (first, *(f"  {part}" for part in rest)) if line)

    def _indent(self, columns: int) -> str:
        return " " * (self.sign_width + 1 + self.line_width + len(_GAP) + columns)

    def _wrapped(self, text: str, room: int) -> list[str]:
        """The text in lines of so many columns; a longer word has a line of its own, so that it can be copied."""
        lines = [""]
        for word in _WORD.findall(printable(text)):
            line = f"{lines[-1]} {word}" if lines[-1] else word
            if lines[-1] and self.screen.columns(line) > room:
                lines.append(word)
            else:
                lines[-1] = line
        return lines


def _formula(row: Row) -> str:
    formula = printable(row.formula)
    return f"{_LINK}{row.relation} {formula}" if row.relation else formula


def _derived(row: Row) -> bool:
    """True for a link that is wrong only because of a mistake before it."""
    return row.verdict is not None and row.verdict.follows is True and row.outcome is Outcome.FAILS
