"""The document as PDF: the same bytes whenever the same document is set with the same fonts."""

from __future__ import annotations

from codegen import typesetting
from codegen.block import Document
from codegen.formats.latex import LATEX
from codegen.formats.pdf.latex import compiled
from codegen.formats.typst.render import render as source_of
from codegen.languages import language
from derive.errors import InputError


def render(document: Document, engine: str = "typst", font: str = "") -> bytes:
    """The document as PDF.

    Raises InputError where the engine is not installed, and for characters that no font has.
    """
    if engine == "latex":
        if font:
            raise InputError("--font is for Typst; LaTeX takes the fonts of its packages", remedy="--engine typst")
        return compiled(str(LATEX.render(document)))
    source = source_of(document, font=font)
    fonts = typesetting.fonts_for(source, font, language(document.language).fonts)
    return typesetting.pdf(source if fonts == typesetting.OWN else source_of(document, fonts, font), fonts)


def violations(content: bytes) -> list[str]:
    """A page that has nothing on it, or no page at all, is found by the engine: what it gives has only to be whole."""
    return [] if content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF") else ["the file is not whole"]
