"""PDF: set by Typst, which comes with the extra `pdf`, or by the LaTeX of this machine."""

from __future__ import annotations

from functools import partial

from codegen.format import Format
from codegen.formats.pdf.render import render, violations

PDF = Format("pdf", ".pdf", render, violations)
ENGINES = ("typst", "latex")


def pdf_by(engine: str = "typst", font: str = "") -> Format:
    """The format with another engine, or with a font for characters that the engine's own fonts do not have.

    Raises ValueError for an engine that does not exist.
    """
    if engine not in ENGINES:
        raise ValueError(f"no engine is called {engine!r}; there are {', '.join(ENGINES)}")
    return Format("pdf", ".pdf", partial(render, engine=engine, font=font), violations)
