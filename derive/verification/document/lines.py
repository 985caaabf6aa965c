"""Formulas that stand on lines of their own without any delimiter: `dz/dx = 2t * 1`, and the chains they go on in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.verification.document.document import Surface
from derive.verification.document.findings import Findings
from derive.verification.document.prose import LONGEST, continues, has_relation, is_formula, unfinished
from derive.verification.document.source import Passage, joined

# Blanks are looked for from the first of them only: a long run of them must not be looked through from each.
_COMMENT = re.compile(r"(?<!\s)(?:^|\s+)#(?:\s.*)?$|(?<!\s)\s{2,}(?://|%)\s.*$", re.DOTALL)
_LABEL = re.compile(
    r"\s*((?:[^\W\d_][\w'’-]*[ ,]+){0,7}[^\W\d_][\w'’-]*(?: \d+)?|\(?[\da-z]{1,2}\))\s*:?(?<=[:)])\s+(?=\S)"
)
_LEAD = re.compile(r"\s*(?:so|thus|hence|therefore|then|where|with|let|and|since|because|but)\b,?\s+", re.IGNORECASE)
# Words that begin another formula behind one, and what may begin a remark.
_NEXT = re.compile(r"(?:,\s+|(?<!\s)\s+)(?:where|since|because|using|so|hence|thus|therefore|with)\s+")
_AND = re.compile(r"(?:,\s+|(?<!\s)\s+)and\s+")
_REMARK = re.compile(
    r"(?:,\s+|(?<!\s)\s+)(?=(?:for|by|when|per|as|if|from|which|because|with|where)\s)|(?<!\s)\s{2,}(?=\S)|"
    r"(?<!\s)\s+(?=\((?:[^\W\d_]{3,}|for|by|as)[\s)])"
)
_EMPHASIS = re.compile(r"\s*(\*\*|\*)(?!\s)(.*\S)\1\s*\Z", re.DOTALL)
_MOST_LINES = 50
_MOST_OPEN_LINES = 6
_MOST_CONTEXT = 400


def read_formulas(lines: Sequence[Passage], findings: Findings, before: str = "") -> str:
    """Keep every formula among the lines; a line that begins with a relation goes on with the one above.

    Answers `before` with the words of the lines that are no formula.
    """
    at = 0
    while at < len(lines):
        size = _size(lines, at)
        while size and not _keep(joined(lines[at : at + size]), findings, before):
            size = 1 if size > 1 else 0
        before = before if size else f"{before} {lines[at].text[-_MOST_CONTEXT:]}"[-_MOST_CONTEXT:]
        at += max(1, size)
    return before


def _size(lines: Sequence[Passage], at: int) -> int:
    """How many lines the formula that may begin here has."""
    if len(lines[at].text) > LONGEST:
        return 0
    text = _uncommented(lines[at]).text
    follows = at + 1 < len(lines) and continues(lines[at + 1].text)
    if not (has_relation(text) or follows):
        return 0
    size = open_lines = 1
    while at + size < len(lines) and size < _MOST_LINES:
        if not continues(lines[at + size].text):
            open_lines += 1
            if open_lines > _MOST_OPEN_LINES or not unfinished(_uncommented(lines[at + size - 1]).text):
                break
        size += 1
    return size


def _keep(passage: Passage, findings: Findings, before: str) -> bool:
    found = formulas_in(passage)
    for formula, words in found:
        findings.formula(formula, surface_of(formula.text), display=True, before=f"{before} {words}")
    return bool(found)


def surface_of(text: str) -> Surface:
    """LaTeX where a command stands in it, else plain text."""
    return "latex" if re.search(r"\\[A-Za-z]+", text) else "plain"


def formulas_in(passage: Passage) -> list[tuple[Passage, str]]:
    """The formulas that these lines are, each with the few words that stand around it; none for a sentence."""
    passage = _uncommented(passage).trimmed()
    if emphasis := _EMPHASIS.fullmatch(passage.text):
        passage = passage.part(*emphasis.span(2))
    for candidate, label in _without_label(passage):
        # `a = b, where b = c` says two things; `a = b if i = j` says one.
        for cut in _NEXT.finditer(candidate.text):
            head = _formula(candidate.part(0, cut.start()), label)
            if head is not None:
                words = f"{label} {head[1]} {candidate.text[cut.start() :]}"
                return [(head[0], words), *formulas_in(candidate.part(cut.end()))]
        for cut in _AND.finditer(candidate.text):
            parts = [_formula(candidate.part(0, cut.start()), label), _formula(candidate.part(cut.end()), label)]
            if parts[0] is not None and parts[1] is not None:
                return [parts[0], parts[1]]
        whole = _formula(candidate, label)
        if whole is not None:
            return [whole]
    return []


def _formula(passage: Passage, label: str) -> tuple[Passage, str] | None:
    """All of the passage, or as much of it as stands before a remark."""
    if is_formula(passage.text.rstrip(" .,;")):
        return passage, label
    for cut in _REMARK.finditer(passage.text):
        head = passage.part(0, cut.start())
        if has_relation(head.text) and is_formula(head.text.rstrip(" .,;")):
            return head, f"{label} {passage.text[cut.end() :]}"
    return None


def _without_label(passage: Passage) -> list[tuple[Passage, str]]:
    """The passage, and what stands behind a label (`Output layer: dz = p - y`) or a word (`so dz = p - y`)."""
    candidates = []
    rest, said = passage, ""
    for pattern in (_LABEL, _LEAD):
        if match := pattern.match(rest.text):
            rest, said = rest.part(match.end()), f"{said} {match[0]}"
            if not continues(rest.text):
                candidates.append((rest, said))
    return [*reversed(candidates), (passage, "")]


def _uncommented(passage: Passage) -> Passage:
    """Without a comment behind it; of several lines, each without its own."""
    if "\n" not in passage.text:
        comment = _COMMENT.search(passage.text)
        return passage.part(0, comment.start()) if comment else passage
    parts, at = [], 0
    for line in passage.text.split("\n"):
        parts.append(_uncommented(passage.part(at, at + len(line))))
        at += len(line) + 1
    return joined(parts)
