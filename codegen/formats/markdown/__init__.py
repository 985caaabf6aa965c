"""Markdown that GitHub, Jupyter and VS Code render alike."""

from __future__ import annotations

from codegen.format import Format
from codegen.formats.markdown.portable import violations
from codegen.formats.markdown.render import render

MARKDOWN = Format("md", ".md", render, violations)
