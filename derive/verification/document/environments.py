"""What a formula says of its own layout: the environment around all of it, and whether it has rows."""

from __future__ import annotations

import re

from derive.verification.document.delimiters import OF_ONE, OF_ROWS
from derive.verification.document.source import Passage

_BEGIN = re.compile(r"\s*\\begin\s?\{([A-Za-z]+\*?)\}")
_MARK = re.compile(r"\\begin\s?\{[^{}]*\}|\\end\s?\{[^{}]*\}|\\\\|\\.|&", re.DOTALL)
_TAKES_ARGUMENT = ("alignat", "alignat*", "alignedat", "array", "IEEEeqnarray", "IEEEeqnarray*")
_OPTION = re.compile(r"\s*\[[tbc]\]")
_ARGUMENT = re.compile(r"\s*\{[^{}]*\}")
_AROUND = OF_ROWS | OF_ONE | {"array"}
_DEEPEST = 5


def unwrapped(passage: Passage, environment: str = "") -> tuple[Passage, bool]:
    """The formula without the environments that stand around all of it, and whether it is written in rows."""
    rows = environment in OF_ROWS
    passage = _without_argument(passage, environment)
    for _ in range(_DEEPEST):
        inner = _inside(passage)
        if inner is None:
            break
        passage, rows = inner[0], rows or inner[1] not in OF_ONE
    return passage, rows or _has_rows(passage.text)


def _inside(passage: Passage) -> tuple[Passage, str] | None:
    match = _BEGIN.match(passage.text)
    if not match or match[1] not in _AROUND:
        return None
    depth = 0
    for mark in _MARK.finditer(passage.text, match.start()):
        if mark[0].startswith(r"\begin"):
            depth += 1
        elif mark[0].startswith(r"\end"):
            depth -= 1
            if depth == 0:
                # Behind the environment only the end of a sentence may follow.
                if passage.text[mark.end() :].strip(" \t\n.,;"):
                    return None
                return _without_argument(passage.part(match.end(), mark.start()), match[1]), match[1]
    return None


def _without_argument(passage: Passage, environment: str) -> Passage:
    if option := _OPTION.match(passage.text):
        passage = passage.part(option.end()) if environment else passage
    if environment in _TAKES_ARGUMENT and (argument := _ARGUMENT.match(passage.text)):
        return passage.part(argument.end())
    return passage


def _has_rows(text: str) -> bool:
    depth = 0
    for mark in _MARK.finditer(text):
        if mark[0].startswith(r"\begin"):
            depth += 1
        elif mark[0].startswith(r"\end"):
            depth -= 1
        elif depth == 0 and mark[0] in ("\\\\", "&"):
            return True
    return False
