"""The numbers that a text gives, the values that follow from them, and numbers that are found from printed results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from derive.arrays import Values, values_at
from derive.network import Network
from derive.verification.digits import half_unit, lone_number, significant
from derive.verification.formula.tree import Matrix, Negative, Node, Statement, Symbol
from derive.verification.infer.definitions import Defined
from derive.verification.points import Point, given_point
from derive.verification.spelling import text_of

_WIDEST = 10
_MOST_SEARCHES = 8


def text_of_number(node: Node) -> str:
    """A number with its sign, as it was written."""
    return f"-{text_of(node.of)}" if isinstance(node, Negative) else text_of(node) or "nan"


def text_of_array(array: tuple[Matrix, bool]) -> str:
    """A given array as the language writes it; one row or one column is a vector."""
    matrix, turned = array
    rows = [[text_of_number(item) for item in row] for row in matrix.rows]
    if turned:
        rows = [list(column) for column in zip(*rows, strict=True)]
    if len(rows) == 1 or len(rows[0]) == 1:
        return f"[{', '.join(item for row in rows for item in row)}]"
    lines = [f"[{', '.join(row)}]" for row in rows]
    return f"[{', '.join(lines)}]"


def is_of_numbers(network: Network) -> bool:
    """True for a network without arrays."""
    return not network.dimensions and not any(item.tensor.axes for item in network.declarations)


def values_of(network: Network, numbers: Mapping[str, str]) -> Values:
    """The values of a network of numbers; what no number is given for, and all that needs it, is not a number."""
    arrays = {
        item.tensor.name: np.asarray(float(numbers.get(item.tensor.name, "nan"))) for item in network.declarations
    }
    with np.errstate(all="ignore"):
        return values_at(network, arrays, {})


def point_of(network: Network, numbers: Mapping[str, str], rate: str | None) -> Point | None:
    """The point that a text gives; None for a network with arrays."""
    if not is_of_numbers(network):
        point = given_point(network)
        return point if point is None or rate is None else replace(point, rate=float(rate))
    values = values_of(network, numbers)
    upstream = {name: np.asarray(1.0) for name in network.results} if network.is_layer else {}
    return Point(values, upstream, float(rate) if rate is not None else float("nan"), given=True)


def printed(statements: Iterable[Statement], defined: Defined) -> dict[str, str]:
    """The number that a text prints for a value that it defines, the first one of each."""
    found: dict[str, str] = {}
    for statement in statements:
        if len(statement.sides) < 2 or not isinstance(statement.sides[0], Symbol):
            continue
        name = defined.name(statement.sides[0])
        if name not in defined.definitions or statement.sides[0].upper:
            continue
        for side in statement.sides[1:]:
            if lone_number(side) is not None and name is not None:
                found.setdefault(name, text_of_number(side))
    return found


def searched(network: Network, numbers: Mapping[str, str], results: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Numbers that are not given but that a printed result tells: the only short decimal that makes it right."""
    found: dict[str, tuple[str, str]] = {}
    for _ in range(_MOST_SEARCHES):
        known = {**numbers, **{name: number for name, (number, _) in found.items()}}
        values = values_of(network, known)
        new = _one(network, known, results, values)
        if new is None:
            return found
        found.update(new)
    return found


def _one(
    network: Network, known: Mapping[str, str], results: Mapping[str, str], values: Values
) -> dict[str, tuple[str, str]] | None:
    for result, text in results.items():
        if result not in values.held or np.isfinite(values.array(result)) or significant(text.lstrip("-")) < 3:
            continue
        needed = [name for name in _needs(network, result) if name not in known]
        if len(needed) != 1:
            continue
        for decimals in (1, 2):
            fitting = _fitting(network, known, needed[0], result, text, decimals)
            if len(fitting) == 1:
                return {needed[0]: (fitting[0], result)}
            if fitting:
                break
    return None


def _fitting(network: Network, known: Mapping[str, str], name: str, result: str, text: str, decimals: int) -> list[str]:
    """The decimals that make a printed result right."""
    steps = 10**decimals
    target, radius = float(text), half_unit(text.lstrip("-")) * (1 + 1e-6)
    candidates = [f"{number / steps:.{decimals}f}" for number in range(-_WIDEST * steps, _WIDEST * steps + 1)]
    found = []
    for candidate in candidates:
        array = values_of(network, {**known, name: candidate}).array(result)
        if abs(float(np.real(array)) - target) <= radius:
            found.append(candidate)
    return found


def _needs(network: Network, name: str) -> list[str]:
    """The declared names that a value depends on, in the order of their declarations."""
    from derive.dependence import tensors

    waiting, seen = [name], set()
    while waiting:
        item = waiting.pop()
        if item in seen:
            continue
        seen.add(item)
        equation = network.equation(item)
        if equation is not None:
            waiting += [tensor.name for tensor in tensors(equation.right)]
    return [item.tensor.name for item in network.declarations if item.tensor.name in seen]


def equal_to_one(values: Values, number: str, names: Sequence[str]) -> str | None:
    """The only computed value that a number is, to its last digit; None where none or several are."""
    if significant(number.lstrip("-")) < 4:
        return None
    radius = half_unit(number.lstrip("-")) * (1 + 1e-6)
    found = [name for name in names if abs(float(np.real(values.array(name))) - float(number)) <= radius]
    return found[0] if len(found) == 1 else None
