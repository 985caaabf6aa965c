"""The terminal: Unicode mathematics in plain text, no wider than the window."""

from __future__ import annotations

from codegen.formats.terminal.describe import describe

__all__ = ["describe"]
