"""The command `chainscribe`. Each module here is one command, or a few that belong together."""

from __future__ import annotations

from codegen.cli.command import main

__all__ = ["main"]
