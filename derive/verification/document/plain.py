"""Plain text: every line that is a formula, and the lines that carry it on."""

from __future__ import annotations

import re

from derive.verification.document.findings import Findings
from derive.verification.document.lines import read_formulas
from derive.verification.document.notes import read_claim, read_comment
from derive.verification.document.prose import continues
from derive.verification.document.source import Passage

_ITEM = re.compile(r"\s*(?:[-+*•]|\d{1,3}[.)])\s+(?=\S)")


def read_plain(findings: Findings) -> None:
    """Everything that a text says in formulas without delimiters and, in comments behind `#`, to the checker."""
    paragraph: list[Passage] = []
    above, ended = "", False
    for number in range(len(findings.source.lines)):
        line = findings.source.line(number)
        stripped = line.text.strip()
        if not stripped:
            ended = True
            continue
        if ended and not continues(line.text):
            above = read_formulas(paragraph, findings, above)
            paragraph = []
        ended = False
        if stripped.startswith("#"):
            comment = line.trimmed().part(1)
            if not read_comment(comment, findings, above) and not paragraph:
                above = comment.text
        elif not read_claim(line, findings, above):
            item = _ITEM.match(line.text)
            paragraph.append(line.part(item.end()) if item else line)
    read_formulas(paragraph, findings, above)
