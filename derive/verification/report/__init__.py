"""A report for people and programs: in the terminal, as Markdown, as a page of HTML, as plain data.

as_text(report, width, colour)     as_markdown(report)     as_html(report)     as_data(report)
"""

from __future__ import annotations

from derive.verification.report.html import as_html, fragment
from derive.verification.report.json import VERSION, as_data
from derive.verification.report.markdown import as_markdown
from derive.verification.report.terminal import as_text
from derive.verification.verdict import Report

__all__ = ["VERSION", "as_data", "as_html", "as_markdown", "as_text", "bundle"]


def bundle(report: Report) -> dict[str, str]:
    """The report in every form that a notebook may choose from."""
    return {
        "text/plain": as_text(report).rstrip("\n"),
        "text/markdown": as_markdown(report),
        "text/html": fragment(report),
    }
