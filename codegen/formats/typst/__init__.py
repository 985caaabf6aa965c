"""Typst source that stands on its own: it needs no package and no file beside it."""

from __future__ import annotations

from codegen.format import Format
from codegen.formats.typst.render import render, violations

TYPST = Format("typ", ".typ", render, violations)
