"""Texts that people wrote, read for their formulas: Markdown, LaTeX, notebooks, plain text.

read_document(path)   the formulas, settings and symbols of a file, each with its place
document_of(text)     the same of a text
read_symbols(path)    a file that says what symbols mean
"""

from __future__ import annotations

from derive.verification.document.document import Document, Snippet, Surface
from derive.verification.document.reader import document_of, read_document, read_symbols

__all__ = ["Document", "Snippet", "Surface", "document_of", "read_document", "read_symbols"]
