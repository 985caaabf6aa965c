"""The terminal: Unicode mathematics in plain text, no wider than the window."""

from __future__ import annotations

from codegen.formats.terminal.describe import describe
from codegen.formats.terminal.fold import aligned
from codegen.formats.terminal.paint import Part
from codegen.formats.terminal.render import block_text, words

__all__ = ["Part", "aligned", "block_text", "describe", "words"]
