"""A text without a network is read as the network that its own equations define; wrong claims about that are found."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from derive.verification.verdict import Outcome, Report
from derive.verification.verify import verify

OUTCOMES = {"+": Outcome.HOLDS, "-": Outcome.FAILS, "~": Outcome.UNDECIDED, "!": Outcome.NOT_UNDERSTOOD}


@cache
def texts() -> dict[str, tuple[tuple[str, str], ...]]:
    """The lines of each text with the sign before them, by its title."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in (Path(__file__).parent / "texts.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            lines = found.setdefault(line.removeprefix("## "), [])
        elif line and not line.startswith("#"):
            lines.append((line[0], line[2:]))
    return {title: tuple(lines) for title, lines in found.items()}


@cache
def report(title: str) -> Report:
    return verify(None, "\n\n".join(line for _, line in texts()[title]) + "\n")


def outcomes(title: str, number: int) -> list[Outcome]:
    """The verdicts on a line of a text."""
    return [verdict.outcome for verdict in report(title).verdicts if verdict.claim.place.line == 2 * number + 1]


LINES = [(title, number, sign) for title, lines in texts().items() for number, (sign, _) in enumerate(lines)]


@pytest.mark.parametrize(("title", "number", "sign"), LINES, ids=str)
def test_every_line_is_answered(title: str, number: int, sign: str) -> None:
    found = outcomes(title, number)
    if sign == "=":
        assert set(found) <= {Outcome.HOLDS}, report(title)
    elif sign == "+":
        assert found and set(found) == {Outcome.HOLDS}, report(title)
    else:
        assert OUTCOMES[sign] in found and (sign == "-" or set(found) == {OUTCOMES[sign]}), report(title)
