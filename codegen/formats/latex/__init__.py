"""LaTeX: an article of its own that pdflatex compiles with what every TeX distribution has."""

from __future__ import annotations

from codegen.format import Format
from codegen.formats.latex.render import render, violations

LATEX = Format("tex", ".tex", render, violations)
