"""The document formats by name; a new one is a folder here and a line in `FORMATS`."""

from __future__ import annotations

from codegen.format import Format
from codegen.formats.html import HTML
from codegen.formats.latex import LATEX
from codegen.formats.markdown import MARKDOWN
from codegen.formats.pdf import ENGINES, PDF, pdf_by
from codegen.formats.typst import TYPST

FORMATS: dict[str, Format] = {format.name: format for format in (MARKDOWN, LATEX, HTML, TYPST, PDF)}
__all__ = ["ENGINES", "FORMATS", "pdf_by"]
