"""Statements whose value nobody reads are dropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from codegen.lower.derivation import saved_values
from codegen.program import Line, Loop, Program, Statement, names, reads


def unused(program: Program) -> Program:
    """The program without what neither its results nor its gradients need."""
    backward = _read(program.backward, (gradient for _, gradient in program.gradients))
    saved = saved_values(program.inputs, program.forward, backward)
    forward = _read(program.forward, (*program.results, *saved))
    return replace(program, forward=forward, backward=backward, saved=saved)


def _read(lines: Sequence[Line], wanted: Iterable[str]) -> tuple[Line, ...]:
    needed = set(wanted)
    kept: list[Line] = []
    for line in reversed(lines):
        if isinstance(line, Loop):
            body = _read_in_loop(line.body, needed)
            if body:
                kept.append(replace(line, body=body))
                needed |= reads(body)
        elif line.result in needed:
            kept.append(line)
            needed |= names(line.operation)
    return tuple(reversed(kept))


def _read_in_loop(body: tuple[Statement, ...], wanted: set[str]) -> tuple[Statement, ...]:
    """The statements of a body that anything needs; what one step reads, an earlier statement of the next may give."""
    needed = set(wanted)
    while True:
        kept = tuple(statement for statement in body if statement.result in needed)
        more = needed | reads(kept)
        if more == needed:
            return kept
        needed = more
