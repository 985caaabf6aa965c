"""The lines of a module by the equations that they come from."""

from __future__ import annotations

from codegen.check import check
from codegen.optimisation import optimised
from codegen.program import Program
from codegen.targets.numpy.lines import statements_of
from codegen.targets.numpy.module import Passes, passes
from codegen.targets.numpy.printer import Printer
from codegen.targets.numpy.python_names import keys, spelled
from derive.derivation import Derivation
from derive.language.names import identifier


def listing(derivation: Derivation) -> dict[str, tuple[str, ...]]:
    """The emitted lines of each equation, without comments, by the name of the tensor that it defines."""
    names = {identifier(name): name for name in derivation.numbers}
    found: dict[str, tuple[str, ...]] = {}
    printed = _passes(derivation)
    for item in (*printed.forward.statements, *printed.backward.statements):
        name = names.get(item.statement.origin, item.statement.origin)
        found[name] = (*found.get(name, ()), *item.alone)
    return found


def backward(derivation: Derivation) -> tuple[str, ...]:
    """The lines of the whole backward pass in their order, loops with all that stands in them, without comments."""
    lines: list[str] = []
    for item in _passes(derivation).backward.statements:
        lines += [item.loop] if item.opens else []
        lines += [item.indent + line for line in item.code.splitlines()]
    return tuple(lines)


def program_text(program: Program) -> str:
    """A program that belongs to no module: the statements of both passes with the shapes of what they compute."""
    printer = Printer(check(program))
    parts = (("forward", program.forward), ("backward", program.backward))
    return "\n\n".join("\n".join([f"# {name}", *statements_of(lines, printer)]) for name, lines in parts if lines)


def _passes(derivation: Derivation) -> Passes:
    program = optimised(derivation)
    return passes(derivation, spelled(program), keys(program))
