r"""What Markdown readers would misread in a formula, found in the rendered text.

GitHub takes Markdown apart before it looks for formulas; Jupyter and VS Code take formulas apart first. A formula
that contains nothing of what is listed here survives both.
"""

from __future__ import annotations

import re

_FORBIDDEN = (
    (re.compile(r"\\[^A-Za-z]"), "a backslash before punctuation, which Markdown removes"),
    (re.compile(r"[^\w]_"), "an underscore after punctuation, which can open an emphasis"),
    (re.compile(r"\*"), "an asterisk, which can open an emphasis"),
    (re.compile(r"<[^\s]"), "a less-than sign without a space behind it, which can open a tag"),
    (re.compile(r"[\[\]]"), "a square bracket, which can make a link"),
    (re.compile(r"`"), "a backtick, which opens code"),
    (re.compile(r"\\(operatorname|def|newcommand|href|require|tag|label)\b"), "a command that GitHub refuses"),
    (re.compile(r"(?<!&)\|"), "a vertical bar, which ends a cell of a table"),
)
_BLOCK = re.compile(r"^\$\$\n(.*?)\n\$\$$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"^(`{3,}).*?^\1$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
_INLINE = re.compile(r"(?<!\\)\$([^$\n]+?)(?<!\\)\$")


def formulas(markdown: str) -> tuple[list[str], list[str]]:
    """The display formulas and the formulas in lines of a document, without their dollar signs."""
    without_code = _CODE.sub("", markdown)
    blocks = _BLOCK.findall(without_code)
    rest = _SPAN.sub("", _BLOCK.sub("", without_code))
    return blocks, _INLINE.findall(rest)


def violations(markdown: str) -> list[str]:
    """A sentence for everything in the document's formulas that some reader of Markdown would misread."""
    found = []
    blocks, inline = formulas(markdown)
    for formula in blocks + inline:
        found += [f"{reason}: {formula}" for pattern, reason in _FORBIDDEN if pattern.search(formula)]
        if formula.count("{") != formula.count("}"):
            found.append(f"braces that do not match: {formula}")
    found += [f"a blank line inside a formula: {formula}" for formula in blocks if "\n\n" in formula]
    found += [
        f"a space at the edge of a formula in a line: {formula}" for formula in inline if formula != formula.strip()
    ]
    lines = _CODE.sub("", markdown).split("\n")
    marks = [place for place, line in enumerate(lines) if "$$" in line]
    for place in marks:
        if lines[place] != "$$":
            found.append(f"$$ that does not stand alone on its line: {lines[place]}")
    for opening, closing in zip(marks[::2], marks[1::2], strict=False):
        around = (lines[opening - 1] if opening else "", lines[closing + 1] if closing + 1 < len(lines) else "")
        if any(around):
            found.append(f"no blank line around the formula in line {opening + 1}")
    return found
