"""The order in which a program is made better; every pass preserves its values."""

from __future__ import annotations

from collections.abc import Callable

from codegen.lower.derivation import lower_equations
from codegen.optimisations.common import common
from codegen.optimisations.invariant import invariant
from codegen.optimisations.kept_axes import dropped, kept
from codegen.optimisations.saved import saved
from codegen.optimisations.short import short
from codegen.optimisations.stable import stable
from codegen.optimisations.unshared import unshared
from codegen.optimisations.unused import unused
from codegen.program import Program
from derive.derivation import Derivation

PIPELINE: tuple[Callable[[Program], Program], ...] = (dropped, saved, invariant, common, kept, short, unused, unshared)


def optimised(derivation: Derivation) -> Program:
    """The program of a derivation: stable equations, lowered, nothing computed twice, nothing that nobody reads."""
    network = derivation.network
    taken = {*network.tensors, *derivation.numbers, *(tensor.name for tensor in derivation.upstream)}
    taken |= {dimension.symbol.name for dimension in network.dimensions}
    taken |= {constant.symbol.name for constant in network.constants}
    forward, backward, origins, comments = stable(network.equations, derivation.backward, taken)
    program = unused(lower_equations(derivation, forward, backward, origins, _reasons(derivation) | comments))
    for improve in PIPELINE:
        program = improve(program)
    return program


def _reasons(derivation: Derivation) -> dict[str, str]:
    """The facts that made a gradient shorter, by the name of the gradient."""
    reasons: dict[str, str] = {}
    for adjoint in derivation.adjoints:
        facts = [step.because.split(" (")[0] for step in adjoint.steps if step.rule == "use a fact" and step.because]
        if facts:
            reasons[adjoint.tensor.name] = ", ".join(dict.fromkeys(facts))
    return reasons
