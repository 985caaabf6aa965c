"""A formula as MathML, where it can be read; what is drawn is what was understood."""

from __future__ import annotations

from derive.errors import InputError
from derive.verification.formula import snippet_of, statements, written
from derive.verification.report.screen import printable
from derive.verification.report.surface import Surface


def mathml(formula: str, notation: Surface) -> str | None:
    """The formula drawn, without the math element around it; None where it is not read as one whole statement."""
    lines = "\n".join(map(printable, formula.split("\n")))
    found = statements(snippet_of(lines, notation))
    if len(found) != 1 or isinstance(found[0], InputError):
        return None
    return written(found[0], "mathml")
