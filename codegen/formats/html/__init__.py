"""HTML: one file without network and without need of a script, with native mathematics, for screens, paper and ears."""

from __future__ import annotations

from codegen.format import Format
from codegen.formats.html.page import render
from codegen.formats.html.sound import violations

HTML = Format("html", ".html", render, violations)
