"""The lines of a module by the equations that they come from."""

from __future__ import annotations

from codegen.optimisation import optimised
from codegen.targets.numpy.module import passes
from codegen.targets.numpy.python_names import keys, spelled
from derive.derivation import Derivation
from derive.language.names import identifier


def listing(derivation: Derivation) -> dict[str, tuple[str, ...]]:
    """The emitted lines of each equation, without comments, by the name of the tensor that it defines."""
    program = optimised(derivation)
    keyed, program = keys(program), spelled(program)
    names = {identifier(name): name for name in derivation.numbers}
    found: dict[str, tuple[str, ...]] = {}
    printed = passes(derivation, program, keyed)
    for item in (*printed.forward.statements, *printed.backward.statements):
        name = names.get(item.statement.origin, item.statement.origin)
        found[name] = (*found.get(name, ()), *item.alone)
    return found
