"""A derivation as a program: the forward equations in order, the backward equations, and what passes between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from codegen.lower.equation import lower_equation
from codegen.lower.lowered import Surroundings
from codegen.program import Array, Program, Statement, names
from derive.derivation import Derivation
from derive.entry import Entry, Tensor
from derive.equation import Equation


def lower(derivation: Derivation) -> Program:
    """The program of a derivation as it stands, without any optimisation."""
    return lower_equations(derivation, derivation.network.equations, derivation.backward, {})


def lower_equations(
    derivation: Derivation,
    forward: Sequence[Equation],
    backward: Sequence[Equation],
    origins: dict[str, str],
    comments: dict[str, str] | None = None,
) -> Program:
    """A program from the equations of both passes; `origins` names the equation that a helping value belongs to."""
    network = derivation.network
    comments = comments or {}
    where = surroundings(derivation, forward, backward)

    def statements(equations: Iterable[Equation]) -> tuple[Statement, ...]:
        return tuple(
            lower_equation(
                equation, where, origins.get(equation.tensor.name, ""), comments.get(equation.tensor.name, "")
            )
            for equation in equations
        )

    first, second = statements(forward), statements(backward)
    inputs = tuple(array(item.tensor) for item in network.declarations if item.role != "param")
    return Program(
        constants=tuple((constant.symbol.name, constant.value) for constant in network.constants),
        parameters=tuple(array(tensor) for tensor in network.parameters),
        inputs=inputs,
        upstream=tuple(array(tensor) for tensor in derivation.upstream),
        forward=first,
        backward=second,
        saved=saved_values(inputs, first, second),
        results=network.results,
        gradients=gradients(derivation),
    )


def gradients(derivation: Derivation) -> tuple[tuple[str, str], ...]:
    """(tensor, its gradient) for everything that is wanted and that a gradient reaches, in order."""
    known = {adjoint.of.name: adjoint.tensor.name for adjoint in derivation.adjoints}
    return tuple((name, known[name]) for name in derivation.wanted if name in known)


def saved_values(
    inputs: Sequence[Array], forward: Sequence[Statement], backward: Sequence[Statement]
) -> tuple[str, ...]:
    """What the backward pass reads from the forward pass: inputs first, then values in order."""
    read: set[str] = set()
    for statement in backward:
        read |= names(statement.operation)
    offered = [*(item.name for item in inputs), *(statement.result for statement in forward)]
    defined = {statement.result for statement in backward}
    return tuple(name for name in offered if name in read and name not in defined)


def array(tensor: Tensor) -> Array:
    """What a program is given, from the tensor that was declared."""
    return Array(tensor.name, tensor.axes, "real" if tensor.within is None else "whole")


def surroundings(derivation: Derivation, forward: Sequence[Equation], backward: Sequence[Equation]) -> Surroundings:
    """Reading order, parameters, gradients and default sizes of a derivation."""
    network = derivation.network
    order = [constant.symbol.name for constant in network.constants]
    order += [dimension.symbol.name for dimension in network.dimensions]
    order += [item.tensor.name for item in network.declarations]
    order += [equation.tensor.name for equation in forward]
    order += [tensor.name for tensor in derivation.upstream]
    order += [equation.tensor.name for equation in backward]
    read = {entry.tensor.name for equation in backward for entry in equation.right.atoms(Entry)}
    gradient_names = {tensor.name for tensor in derivation.upstream} | {equation.tensor.name for equation in backward}
    return Surroundings(
        ranks={name: place for place, name in enumerate(dict.fromkeys(order))},
        parameters=frozenset(tensor.name for tensor in network.parameters),
        adjoints=frozenset(gradient_names | (read & {adjoint.tensor.name for adjoint in derivation.adjoints})),
        sizes={item.symbol.name: item.default for item in network.dimensions if item.default is not None},
    )
