"""A derivation as a program: the forward equations in order, the backward equations, and what passes between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from codegen.lower.equation import lower_equation
from codegen.lower.lowered import Surroundings
from codegen.lower.recurrence import Loops, ends, lower_recurrence, read_by
from codegen.program import Array, Line, Program, Statement, flat, reads
from derive.derivation import Derivation
from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.network import Recurrence
from derive.operators import ArgMax, ArgMin


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
    taken = {*where.ranks, *(name for equation in (*forward, *backward) for name in (equation.tensor.name,))}

    def statement(equation: Equation) -> Statement:
        name = equation.tensor.name
        return lower_equation(equation, where, origins.get(name, ""), comments.get(name, ""))

    def free_name(name: str) -> str:
        candidates = [name, *(f"{name}_{number}" for number in range(2, 1000))]
        chosen = next(candidate for candidate in candidates if candidate not in taken)
        taken.add(chosen)
        return chosen

    def lines(
        equations: Sequence[Equation], recurrences: Sequence[Recurrence], read: Iterable[str]
    ) -> tuple[Line, ...]:
        result: list[Line] = []
        for recurrence, group in grouped(equations, recurrences, origins):
            if recurrence is None:
                result += map(statement, group)
                continue
            inside = {equation.tensor.name for equation in group}
            others = [equation for equation in equations if equation.tensor.name not in inside]
            elsewhere = frozenset(read).union(*(read_by(equation.right) for equation in others))
            loops = Loops(where, elsewhere, free_name, statement)
            result += lower_recurrence(recurrence, group, loops)
        return tuple(result)

    wanted = gradients(derivation)
    first = lines(
        forward, network.recurrences, {*network.results, *(n for e in backward for n in read_by(e.right))}
    )  # fmt: skip
    second = lines(backward, derivation.recurrences, {gradient for _, gradient in wanted})
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
        gradients=wanted,
    )


def grouped(
    equations: Sequence[Equation], recurrences: Sequence[Recurrence], origins: Mapping[str, str]
) -> list[tuple[Recurrence | None, list[Equation]]]:
    """The equations one by one, those of a recurrence (helping values of its members among them) together."""
    member = {name: recurrence for recurrence in recurrences for name in recurrence.members}
    result: list[tuple[Recurrence | None, list[Equation]]] = []
    groups: dict[int, list[Equation]] = {}
    for equation in equations:
        name = equation.tensor.name
        recurrence = member.get(name) or member.get(origins.get(name, ""))
        if recurrence is None:
            result.append((None, [equation]))
        elif id(recurrence) in groups:
            groups[id(recurrence)].append(equation)
        else:
            groups[id(recurrence)] = [equation]
            result.append((recurrence, groups[id(recurrence)]))
    return result


def gradients(derivation: Derivation) -> tuple[tuple[str, str], ...]:
    """(tensor, its gradient) for everything that is wanted and that a gradient reaches, in order."""
    known = {adjoint.of.name: adjoint.tensor.name for adjoint in derivation.adjoints}
    return tuple((name, known[name]) for name in derivation.wanted if name in known)


def saved_values(inputs: Sequence[Array], forward: Sequence[Line], backward: Sequence[Line]) -> tuple[str, ...]:
    """What the backward pass reads from the forward pass: inputs first, then values in order."""
    read, defined = reads(backward), {statement.result for statement in flat(backward)}
    offered = dict.fromkeys([*(item.name for item in inputs), *(statement.result for statement in flat(forward))])
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
    longer = ends(network.recurrences)
    return Surroundings(
        ranks={name: place for place, name in enumerate(dict.fromkeys(order))},
        parameters=frozenset(tensor.name for tensor in network.parameters),
        adjoints=frozenset(gradient_names | (read & {adjoint.tensor.name for adjoint in derivation.adjoints})),
        sizes={item.symbol.name: item.default for item in network.dimensions if item.default is not None},
        ends=longer,
        arrays={name: f"{name}_all" for name in network.results if name in longer},
        whole=frozenset(e.tensor.name for e in forward if isinstance(e.right, (ArgMax, ArgMin))),
    )
