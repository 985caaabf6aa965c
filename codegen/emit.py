"""From a derivation to source: a whole module, or the lines of each equation for the document; from a program, its."""

from __future__ import annotations

from codegen.program import Program
from codegen.target import Lines, Target
from codegen.targets import TARGETS
from derive.derivation import Derivation
from derive.errors import InputError


def emit(derivation: Derivation, target: str = "numpy", made_from: str = "", sha256: str = "") -> str:
    """The module of a derivation in a target language; the same derivation gives the same bytes.

    `made_from` and `sha256` are the name and the hash of the network's file, for the module's second sentence.
    Raises InputError for an unknown target, or where a name of the network would hide one that the module uses.
    """
    return _named(target).emit(derivation, made_from, sha256)


def listing(derivation: Derivation, target: str = "numpy") -> Lines:
    """The emitted lines of each equation, without comments, by the name of the tensor that it defines."""
    return _named(target).listing(derivation)


def backward_lines(derivation: Derivation, target: str = "numpy") -> tuple[str, ...]:
    """The lines of the whole backward pass, without comments."""
    return _named(target).backward(derivation)


def program_text(program: Program, target: str = "numpy") -> str:
    """The lines of a program that belongs to no module."""
    return _named(target).program(program)


def _named(target: str) -> Target:
    if target not in TARGETS:
        raise InputError(f"there is no target {target!r}", remedy=", ".join(TARGETS))
    return TARGETS[target]
