"""Where a formula that was opened by a dollar, a bracket or an environment is closed."""

from __future__ import annotations

import re
from functools import cache

# Environments whose rows end with a double backslash, and those that hold one formula.
_ROWS = "align|gather|multline|eqnarray|flalign|alignat|aligned|alignedat|gathered|split|IEEEeqnarray"
_ONE = "equation|displaymath|math|dmath"
OF_ROWS = frozenset(name + star for name in _ROWS.split("|") for star in ("", "*"))
OF_ONE = frozenset(name + star for name in _ONE.split("|") for star in ("", "*"))
ENVIRONMENT = re.compile(rf"\\begin\s?\{{((?:{_ROWS}|{_ONE})\*?)\}}")

# The others stand in no environment of their own name: where that begins again, the first was never closed.
_NESTED = re.compile("aligned|gathered|split")

# Inside text mode these words open a formula; `\\(` and `\\[` are how some sites want `\(` and `\[` to be written.
CLOSING = {"$$": "$$", "$": "$", r"\(": r"\)", r"\[": r"\]", r"\\(": r"\\)", r"\\[": r"\\]"}
_PARAGRAPH = r"\n[ \t]*\n"
_WORDS = (
    r"\\(?:text|textrm|textnormal|textit|textbf|mbox|hbox)\s?\{"
    r"(?:[^{}$\n]|\{[^{}$\n]{0,20}\}){0,200}(?:\$[^$\n]{1,400}\$(?:[^{}$\n]|\{[^{}$\n]{0,20}\}){0,200}){1,9}\}"
)


@cache
def _closing(closer: str, in_paragraph: bool) -> re.Pattern[str]:
    # A backslash takes the next character with it, so that `\$` closes nothing.
    stop = f"|(?P<stop>{_PARAGRAPH})" if in_paragraph else ""
    if closer.startswith(r"\end") and not _NESTED.search(closer):
        stop = f"|(?P<stop>{re.escape(closer.replace('end', 'begin', 1))})"
    # Words inside a formula may hold formulas of their own: \text{power rule $(g^n)' = ...$}.
    words = rf"{_WORDS}|" if closer in ("$", r"\)") else ""
    return re.compile(rf"{words}(?P<close>{re.escape(closer)}){stop}|\\.", re.DOTALL)


class Closings:
    """Finds closing marks in one text; what was not found once is not looked for again, so that all stays linear."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._missing: dict[str, int] = {}

    def after(self, closer: str, start: int, in_paragraph: bool = False) -> tuple[int, int] | None:
        """Begin and end of the first `closer` from `start` on, before the paragraph ends where that is asked for."""
        if start < self._missing.get(closer, -1):
            return None
        for match in _closing(closer, in_paragraph).finditer(self.text, start):
            if match.lastgroup == "close":
                return match.span()
            if match.lastgroup == "stop":
                self._missing[closer] = match.end()
                return None
        self._missing[closer] = len(self.text) + 1
        return None


def closer_of(opener: str) -> str:
    """What closes the opener: `\\end{align}` for `\\begin{align}`."""
    match = ENVIRONMENT.fullmatch(opener)
    return rf"\end{{{match[1]}}}" if match else CLOSING[opener]
