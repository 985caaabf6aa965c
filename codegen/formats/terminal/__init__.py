"""The terminal: Unicode mathematics in plain text, no wider than the window."""

from __future__ import annotations

from codegen.formats.terminal.describe import describe
from codegen.formats.terminal.paint import Part

__all__ = ["Part", "describe"]
