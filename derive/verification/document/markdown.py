"""Markdown, block by block: formulas between delimiters, in fences, and on lines of their own without delimiters."""

from __future__ import annotations

import re

from derive.verification.document.blocks import Block, blocks
from derive.verification.document.delimiters import ENVIRONMENT
from derive.verification.document.findings import Findings
from derive.verification.document.front import front_matter
from derive.verification.document.inline import Span, spans
from derive.verification.document.latex import read_body, unclosed
from derive.verification.document.lines import formulas_in, read_formulas, surface_of
from derive.verification.document.macros import Macros
from derive.verification.document.notes import read_claim, read_comment, read_symbol_rows
from derive.verification.document.prose import is_program
from derive.verification.document.source import Passage, joined, stands_alone, without, words_behind

_LATEX_FENCES = {"math", "latex", "tex", "katex", "mathjax"}
_TEXT_FENCES = {"", "text", "txt", "plain", "plaintext"}
_DELIMITED = re.compile(rf"(?<!\\)\$|\\[(\[]|{ENVIRONMENT.pattern}")
_SEPARATOR = re.compile(r"\n[ \t]*\n")
_CELL = re.compile(r"\\.|(?P<bar>\|)|\$\$[^$\n]*\$\$|\$[^$\n]*\$|`[^`\n]*`")
_PUNCTUATION = " \t\n.,;:"
_MOST_CONTEXT = 400
_ESCAPE = re.compile(r"\\(?=[_*\[\]{}()#+.!|>~`-])")


def read_markdown(findings: Findings) -> None:
    """Everything that a Markdown text says in formulas and to the checker."""
    source = findings.source
    after = front_matter(findings)
    read_blocks([source.line(number) for number in range(after, len(source.lines))], findings, Macros(findings))


def read_blocks(lines: list[Passage], findings: Findings, macros: Macros) -> None:
    """The blocks that these lines make; macros that a formula defines hold from there on."""
    above = ""
    for block in blocks(lines, findings):
        if block.kind == "paragraph":
            above = _Paragraph(findings, macros, above).read(block.lines)
        elif block.kind == "heading":
            # In a plain text with formulas between dollars, comments look like headings.
            if not read_comment(block.passage(), findings):
                above = _Paragraph(findings, macros, "").read(block.lines, plain=False)
        elif block.kind == "comment":
            read_comment(block.passage(), findings, above)
        elif block.kind == "table":
            _read_table(block, findings, macros)
        else:
            _read_fence(block, findings, macros, above)


class _Paragraph:
    """Reads one paragraph; `said` are its words so far."""

    def __init__(self, findings: Findings, macros: Macros, above: str) -> None:
        self.findings = findings
        self.macros = macros
        self.above = above
        self.said = ""

    def read(self, lines: tuple[Passage, ...], plain: bool = True) -> str:
        """Read all lines; the answer is what a formula in the next paragraph may call the words above it."""
        part: list[Passage] = []
        for line in lines:
            if read_claim(line, self.findings, self.said):
                self._read_part(part, plain)
                part = []
            else:
                part.append(line)
        self._read_part(part, plain)
        return self.said if self.said.strip(_PUNCTUATION) else self.above

    def _read_part(self, lines: list[Passage], plain: bool) -> None:
        if not lines:
            return
        passage = joined(lines)
        found = list(spans(passage))
        free = _free_lines(lines, found) if plain else []
        number, start, at = 0, 0, 0
        run: list[Passage] = []
        for line, is_free in zip(lines, free or [False] * len(lines), strict=True):
            end = start + len(line.text)
            if is_free:
                run.append(_unescaped(line))
            else:
                self._read_lines(run)
                run, at = [], max(at, start)
                while number < len(found) and found[number].start <= end:
                    self._say(passage.text[at : found[number].start])
                    self._read_span(passage, found[number], plain)
                    at = found[number].end
                    number += 1
                if at < end:
                    self._say(passage.text[at:end])
                    at = end
            start = end + 1
        self._read_lines(run)

    def _read_lines(self, lines: list[Passage]) -> None:
        """Lines in which nothing is delimited."""
        if self.said.strip(_PUNCTUATION):
            self.said = read_formulas(lines, self.findings, self.said)
        elif lines:
            self.said = read_formulas(lines, self.findings, self.above).removeprefix(self.above)

    def _say(self, text: str) -> None:
        self.said = f"{self.said} {text[-_MOST_CONTEXT:]}"[-_MOST_CONTEXT:]

    def _read_span(self, passage: Passage, span: Span, plain: bool) -> None:
        inner = passage.part(span.first, span.last)
        if span.kind in ("formula", "display"):
            display = span.kind == "display" or stands_alone(passage.text, span.start, span.end)
            before = self.said
            if display and not before.strip(_PUNCTUATION):
                before = self.above
            after = "" if display else words_behind(passage.text, span.end)
            self.macros.formula(inner, display=display, environment=span.environment, before=before, after=after)
        elif span.kind == "comment":
            read_comment(inner, self.findings, self.said)
        elif span.kind == "code":
            display = plain and stands_alone(passage.text, span.start, span.end)
            for formula, _ in formulas_in(inner) if not is_program(inner.text) else ():
                self.findings.formula(formula, surface_of(formula.text), display=display, before=self.said)
        elif span.kind == "unclosed":
            opener = passage.text[span.start : span.end]
            place = passage.place(span.start, span.end)
            self.findings.errors.append(unclosed(opener, place))


def _free_lines(lines: list[Passage], found: list[Span]) -> list[bool]:
    """Which lines have no span in them."""
    free, start, number = [], 0, 0
    for line in lines:
        end = start + len(line.text)
        while number < len(found) and found[number].end <= start:
            number += 1
        free.append(not (number < len(found) and found[number].start < end))
        start = end + 1
    return free


def _unescaped(line: Passage) -> Passage:
    """The line without the backslashes that Markdown wants before its own marks, unless it is written in LaTeX."""
    if surface_of(line.text) == "latex":
        return line
    return without(line, [match.span() for match in _ESCAPE.finditer(line.text)])


def _read_table(block: Block, findings: Findings, macros: Macros) -> None:
    rows = [_cells(line) for line in block.lines]
    if read_symbol_rows(rows, findings):
        return
    titles = [cell.text.strip(" *_`\t") for cell in rows[0]]
    for row in rows:
        for number, cell in enumerate(row):
            # The title of a column says what its formulas are: cases, limits, results.
            title = titles[number] if number < len(titles) and row is not rows[0] else ""
            _Paragraph(findings, macros, title).read((cell,))


def _cells(line: Passage) -> list[Passage]:
    """The cells of a row; a bar inside a formula or behind a backslash is none between cells."""
    line = line.trimmed()
    cells, at = [], 0
    for match in _CELL.finditer(line.text):
        if match["bar"]:
            if match.start() > 0:
                cells.append(line.part(at, match.start()).trimmed())
            at = match.end()
    if line.text[at:].strip():
        cells.append(line.part(at).trimmed())
    return cells


def _read_fence(block: Block, findings: Findings, macros: Macros, above: str) -> None:
    language = re.split(r"[\s{}.,=]+", block.info.strip().lstrip("{."), maxsplit=1)[0].lower()
    if not block.lines:
        return
    if language in _LATEX_FENCES:
        passage = block.passage()
        if _DELIMITED.search(passage.text):
            read_body(passage, findings, macros)
            return
        at = 0
        for cut in [*_SEPARATOR.finditer(passage.text), None]:
            macros.formula(passage.part(at, cut.start() if cut else None), display=True, before=above)
            at = cut.end() if cut else at
    elif language in _TEXT_FENCES and not any(is_program(line.text) for line in block.lines):
        read_formulas(block.lines, findings, above)
    else:
        findings.program(block.lines)
