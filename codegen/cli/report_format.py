"""The forms in which `chainscribe verify` shows its reports, by name."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from codegen.cli.exit import Exit

if TYPE_CHECKING:
    from derive.verification.verdict import Report

FORMATS = ("text", "md", "html", "json")
_BY_ENDING = {".md": "md", ".markdown": "md", ".html": "html", ".htm": "html", ".json": "json"}


def format_of(ending: str) -> str:
    """The format that the ending of a file means; text where it means none."""
    return _BY_ENDING.get(ending.lower(), "text")


def on_screen(reports: Sequence[Report], format: str, *, verbose: bool) -> str:
    """The reports as they are printed: text in the width, the colours and the characters of the terminal."""
    if format != "text":
        return in_file(reports, format, verbose=verbose)
    from derive.verification.report import as_text

    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = shutil.get_terminal_size((100, 24)).columns
    encoding = sys.stdout.encoding or "utf-8"
    return "\n".join(as_text(report, width, coloured, verbose=verbose, encoding=encoding) for report in reports)


def in_file(reports: Sequence[Report], format: str, *, verbose: bool) -> str:
    """The reports as they stand in a file, the same on every machine."""
    from derive.verification.report import VERSION, as_data, as_html, as_markdown, as_text

    if format == "html":
        return as_html(*reports)
    if format == "json":
        # One form for one report and for several.
        found = {"version": VERSION, "exit_code": worst(reports), "reports": [as_data(report) for report in reports]}
        return json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    if format == "md":
        anchors = [f"file-{number}-claim" if len(reports) > 1 else "claim" for number in range(1, len(reports) + 1)]
        return "\n".join(as_markdown(report, anchor=anchor) for report, anchor in zip(reports, anchors, strict=True))
    return "\n".join(as_text(report, verbose=verbose) for report in reports)


def worst(reports: Sequence[Report]) -> int:
    """1 where a claim of any report fails, else 3 where one is open, else 0."""
    codes = {report.exit_code for report in reports}
    return next((code for code in (Exit.CHECK_FAILED, Exit.NOT_UNDERSTOOD) if code in codes), Exit.FINE)
