"""Jupyter notebooks, format 4: the cells that hold Markdown.

A notebook has no lines of its own that a reader sees, so its lines here are those of its cells in order, each cell
below a line `cell 3`; line numbers count in this listing. Of cells of code only the names that they give are read.
"""

from __future__ import annotations

import json
from typing import Any

from derive.errors import InputError
from derive.verification.document.findings import Findings
from derive.verification.document.macros import Macros
from derive.verification.document.markdown import read_blocks
from derive.verification.document.source import source_of

_REMEDY = "a notebook in format 4: `jupyter nbconvert --to notebook --nbformat 4 FILE`"


def read_notebook(text: str, file: str) -> Findings:
    """Everything that the Markdown cells of a notebook say."""
    lines: list[str] = []
    parts: list[tuple[int, int]] = []
    programs: list[tuple[int, int]] = []
    for number, cell in enumerate(_cells(text, file), start=1):
        lines.append(f"cell {number}")
        source = cell.get("source", "")
        content = "".join(map(str, source)) if isinstance(source, list) else str(source)
        own = source_of(content.encode("utf-8", "replace").decode("utf-8"), file).lines
        if cell.get("cell_type") == "markdown":
            parts.append((len(lines), len(lines) + len(own)))
        elif cell.get("cell_type") == "code" and content.strip():
            programs.append((len(lines), len(lines) + len(own)))
        lines.extend(own)
    findings = Findings(source_of("\n".join(lines), file))
    macros = Macros(findings)
    for start, end in parts:
        read_blocks([findings.source.line(number) for number in range(start, end)], findings, macros)
    for start, end in programs:
        findings.program([findings.source.line(number) for number in range(start, end)])
    return findings


def _cells(text: str, file: str) -> list[dict[str, Any]]:
    try:
        notebook = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file} is no notebook: its JSON cannot be read ({error})", remedy=_REMEDY) from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise InputError(f"{file} is no notebook of format 4: it has no list of cells", remedy=_REMEDY)
    return cells
