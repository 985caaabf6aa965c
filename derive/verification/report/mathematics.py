r"""Formulas of strangers in Markdown: as mathematics where every reader of Markdown takes them for it, else as code.

GitHub takes Markdown apart before it looks for formulas, Jupyter and VS Code after it. So a formula may contain nothing
that Markdown reads as mark-up: `\{` becomes `\lbrace`, `|` becomes `\vert`, and so on. Where an underscore could still
begin an emphasis, the dollars enclose a code span, which GitHub reads as mathematics too.
"""

from __future__ import annotations

import re

from derive.verification.report.screen import printable

_TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?|.)|.", re.DOTALL)
_REPLACED = {
    r"\{": r"\lbrace ",
    r"\}": r"\rbrace ",
    r"\|": r"\Vert ",
    r"\,": r"\thinspace ",
    r"\;": r"\thinspace ",
    r"\:": r"\thinspace ",
    r"\ ": r"\thinspace ",
    r"\!": "",
    r"\operatorname": r"\mathrm",
    r"\operatorname*": r"\mathrm",
    r"\nonumber": "",
    r"\notag": "",
    "|": r"\vert ",
    "*": r"\ast ",
    "<": r"\lt ",
    ">": r"\gt ",
    "[": r"\lbrack ",
    "]": r"\rbrack ",
    "~": r"\thinspace ",
}
_ROW_END = re.compile(r"\\\\\s*(?:\[[^][]*\])?")
_NUMBERED = re.compile(r"\\(?:label|tag)\*?\s*\{[^{}]*\}")
# Commands of environments, links and definitions: nothing that a report may pass on from a text that it was given.
_REFUSED = re.compile(
    r"\\(?:href|url|require|[egx]?def|let|(?:re)?newcommand|providecommand|newenvironment|include\w*|input|label|tag|"
    r"html\w*|style|class|cssId|unicode|mmlToken|data|ref|eqref|verb|bbox|color|textcolor|colorbox)(?![A-Za-z])"
)
# A comment, a nested formula, an address, a mention, a character by its name: as code they are harmless.
_ODD = re.compile(r"[`$%#]|://|www\.|@\w|\\[_&]|&\w+;", re.IGNORECASE)
_EMPHASIS = re.compile(r"(?:^|[\W_])_")


def mathematics(formula: str) -> str | None:
    r"""The LaTeX formula as a formula of Markdown, or None where only code shows it as it is.

    >>> print(mathematics(r"\hat y_k = \{a | b\}"))
    $\hat y_k = \lbrace a \vert b\rbrace$
    >>> print(mathematics(r"W^{(1)}_k"))
    $`W^{(1)}_k`$
    """
    line = _NUMBERED.sub("", " ".join(printable(formula).split()))
    in_rows = r"\begin" in line
    line = _ROW_END.sub(r"\\cr " if in_rows else " ", line)
    if not in_rows:
        line = re.sub(r"(?<!\\)&", " ", line)
    if _REFUSED.search(line) or _ODD.search(line) or not _balanced(line):
        return None
    line = " ".join("".join(_portable(line)).split())
    if not line or re.search(r"\\[^A-Za-z]", line):
        return None
    return f"$`{line}`$" if _EMPHASIS.search(line) else f"${line}$"


def _portable(line: str) -> list[str]:
    """The tokens of a formula, each as something that Markdown leaves alone."""
    tokens = _TOKEN.findall(line)
    optional = False
    found = []
    for number, token in enumerate(tokens):
        optional = optional or (token == "[" and number > 0 and tokens[number - 1] == r"\sqrt")
        if optional and token in "[]":
            found.append(token)  # the index of a root; no link comes of it, because a brace follows
            optional = token == "["
        else:
            found.append(_REPLACED.get(token, token))
    return found


def _balanced(line: str) -> bool:
    depth = 0
    for token in _TOKEN.findall(line):
        depth += (token == "{") - (token == "}")
        if depth < 0:
            return False
    return depth == 0
