"""The record of a document format: its name, the ending of its files, and the function that renders a document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from codegen.block import Document


@dataclass(frozen=True)
class Format:
    """`violations` lists what in a rendered text its readers would misread; it is empty for a sound one."""

    name: str
    suffix: str
    render: Callable[[Document], str | bytes]
    violations: Callable[[Any], list[str]]
