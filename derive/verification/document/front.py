"""The front matter of a Markdown file: the lines between `---` and `---` at its beginning."""

from __future__ import annotations

import re

from derive.verification.document.findings import Findings
from derive.verification.document.notes import read_settings

_KEY = re.compile(r"chainscribe\s*:\s*", re.IGNORECASE)


def front_matter(findings: Findings) -> int:
    """Keep the settings below the key `chainscribe`; answers how many lines the front matter has, 0 without one."""
    lines = findings.source.lines
    if lines[0].rstrip() != "---":
        return 0
    end = next((number for number in range(1, len(lines)) if lines[number].rstrip() in ("---", "...")), 0)
    inside = False
    for number in range(1, end):
        line = findings.source.line(number)
        if match := _KEY.match(line.text):
            inside = True
            read_settings(line.part(match.end()), findings)
        elif line.text.strip() and not line.text[0].isspace():
            inside = False
        elif inside and not line.text.lstrip().startswith("#"):
            read_settings(line, findings)
    return end + 1 if end else 0
