"""The document formats by name; a new one is a folder here and a line in `FORMATS`."""

from __future__ import annotations

from codegen.format import Format
from codegen.formats.latex import LATEX
from codegen.formats.markdown import MARKDOWN

FORMATS: dict[str, Format] = {format.name: format for format in (MARKDOWN, LATEX)}
