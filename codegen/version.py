"""The version of chainscribe: the one place that says it; pyproject.toml and emitted files read it here."""

from __future__ import annotations

VERSION = "0.1.0"
