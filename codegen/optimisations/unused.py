"""Statements whose value nobody reads are dropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from codegen.lower.derivation import saved_values
from codegen.program import Program, Statement, names


def unused(program: Program) -> Program:
    """The program without what neither its results nor its gradients need."""
    backward = _read(program.backward, (gradient for _, gradient in program.gradients))
    saved = saved_values(program.inputs, program.forward, backward)
    forward = _read(program.forward, (*program.results, *saved))
    return replace(program, forward=forward, backward=backward, saved=saved)


def _read(statements: Sequence[Statement], wanted: Iterable[str]) -> tuple[Statement, ...]:
    needed = set(wanted)
    kept = []
    for statement in reversed(statements):
        if statement.result in needed:
            kept.append(statement)
            needed |= names(statement.operation)
    return tuple(reversed(kept))
