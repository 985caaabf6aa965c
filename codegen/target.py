"""The languages that programs are printed in, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from codegen.targets.numpy.module import emit_module
from derive.derivation import Derivation


@dataclass(frozen=True)
class Target:
    """A language: its name, the suffix of its files, and what makes the source of a derivation."""

    name: str
    suffix: str
    emit: Callable[[Derivation, str, str], str]


TARGETS = {target.name: target for target in (Target("numpy", ".py", emit_module),)}
