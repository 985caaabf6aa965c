"""Formulas that people write, in LaTeX or in plain text, into one syntax tree and back."""

from derive.verification.formula.statements import formula, snippet_of, statements
from derive.verification.formula.writer import written

__all__ = ["formula", "snippet_of", "statements", "written"]
