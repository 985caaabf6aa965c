"""The record of a target: a language that programs are printed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from codegen.program import Program
from derive.derivation import Derivation

Lines = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Target:
    """A language, and what is printed in it.

    emit     the source of a whole module, from a derivation, the name of the network's file and the hash of it
    listing  the emitted lines of each equation, without comments, by the name of the tensor that it defines
    backward the lines of the whole backward pass, without comments
    program  the lines of a program that belongs to no module, with the shapes of what they compute
    """

    name: str
    suffix: str
    emit: Callable[[Derivation, str, str], str]
    listing: Callable[[Derivation], Lines]
    backward: Callable[[Derivation], tuple[str, ...]]
    program: Callable[[Program], str]
