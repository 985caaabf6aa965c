"""What came back, as named arrays: a dict by its keys, a tuple by its variables or in the order of the parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from derive.derivation import Derivation
from derive.errors import InputError
from derive.verification.code.arguments import resolve
from derive.verification.code.process import Answer
from derive.verification.code.source import BackwardFunction, Names

# dW1, d_W1, grad_W1, gradW1, W1_grad, dE_dW1, dL/dW1, ∂E/∂W1, delta_z
_GRADIENT = (
    re.compile(r"(?:d|∂)\w{1,12}?[_/]?(?:d|∂)_?(?P<of>.+)"),
    re.compile(r"(?:grad|gradient|delta|d|∂|g)_?(?P<of>.+)"),
    re.compile(r"(?P<of>.+?)_?(?:grad|gradient)"),
)
_LOSS = ("loss", "cost")


@dataclass(frozen=True)
class Returned:
    """One thing that came back.

    text    how it is written: `backward(...)["W1"]`
    of      the tensor that it is the gradient by; empty where no name is known
    arrays  its array at each point; a sentence where it is none
    is_result   True for the loss itself, or an output: then `of` is its name
    """

    text: str
    of: str
    arrays: tuple[np.ndarray | str, ...]
    is_result: bool = False


@dataclass(frozen=True)
class _Leaf:
    path: tuple[str | int, ...]
    name: str
    arrays: tuple[np.ndarray | str, ...]


def named(function: BackwardFunction, derivation: Derivation, answer: Answer) -> tuple[Returned, ...]:
    """All that came back with the tensors that it belongs to. InputError where nothing did, or each time another."""
    leaves = _split(tuple(_leaves(answer.trees, answer.arrays, function, function.returned)), derivation)
    if not leaves:
        raise InputError(
            f"{function.name} returned nothing", function.returns, "return the gradients: a dict, a tuple, or one array"
        )
    by_name = [_tensor(leaf, derivation) for leaf in leaves]
    if not any(isinstance(part, str) for leaf in leaves for part in leaf.path) and not all(by_name):
        by_name = _by_order(leaves, by_name, derivation, function)
    found = [_returned(leaf, name, derivation, function) for leaf, name in zip(leaves, by_name, strict=True)]
    if not any(item.of and not item.is_result for item in found):
        came = ", ".join(item.text for item in found)
        known = ", ".join(derivation.wanted)
        raise InputError(
            f"nothing that came back has the name of a gradient: {came}",
            function.returns,
            f"a dict with the keys {known}, or a tuple in this order",
        )
    return tuple(found)


def _returned(leaf: _Leaf, name: str, derivation: Derivation, function: BackwardFunction) -> Returned:
    subscripts = "".join(f'["{part}"]' if isinstance(part, str) else f"[{part}]" for part in leaf.path)
    is_result = name in derivation.source.results
    return Returned(f"{function.name}(...){subscripts}", name, leaf.arrays, is_result)


def _leaves(
    trees: Sequence[Any],
    arrays: Mapping[str, np.ndarray],
    function: BackwardFunction,
    names: Names | str,
    path: tuple[str | int, ...] = (),
) -> Iterator[_Leaf]:
    """The arrays of what came back, each with its way there and the name that it has by its key or its variable."""
    kind = trees[0][0]
    if any(tree[0] != kind for tree in trees):
        raise InputError(f"{function.name} returned {_kinds(trees)} at different sizes", function.returns)
    if kind == "none":
        if path:
            yield _Leaf(path, _own_name(path, names), tuple("is None" for _ in trees))
        return
    if kind == "array":
        yield _Leaf(path, _own_name(path, names), tuple(arrays[tree[1]] for tree in trees))
        return
    if kind == "other":
        yield _Leaf(path, _own_name(path, names), tuple(f"is {tree[1]}, no array of real numbers" for tree in trees))
        return
    lengths = {len(tree[1]) for tree in trees}
    if len(lengths) > 1:
        counts = " and ".join(str(length) for length in sorted(lengths))
        raise InputError(f"{function.name} returned {counts} things at different sizes", function.returns)
    if kind == "dict":
        keys = [key for key, _ in trees[0][1]]
        if any({key for key, _ in tree[1]} != set(keys) for tree in trees):
            raise InputError(f"{function.name} returned other keys at other sizes", function.returns)
        for key in keys:
            yield from _leaves([dict(tree[1])[key] for tree in trees], arrays, function, "", (*path, key))
        return
    for place in range(lengths.pop()):
        inner = names[place] if isinstance(names, tuple) and place < len(names) else ""
        yield from _leaves([tree[1][place] for tree in trees], arrays, function, inner, (*path, place))


def _split(leaves: tuple[_Leaf, ...], derivation: Derivation) -> tuple[_Leaf, ...]:
    """One row of numbers is a number for each parameter where the parameters are numbers: `return [dw, db]`."""
    parameters = derivation.source.parameters
    if len(leaves) != 1 or leaves[0].path or any(tensor.axes for tensor in parameters):
        return leaves
    rows = [array for array in leaves[0].arrays if np.shape(array) == (len(parameters),)]
    if len(rows) < len(leaves[0].arrays):
        return leaves
    return tuple(
        _Leaf((place,), "", tuple(np.asarray(row[place]) for row in rows)) for place, _ in enumerate(parameters)
    )


def _kinds(trees: Sequence[Any]) -> str:
    return " and ".join(dict.fromkeys(str(tree[0]) for tree in trees))


def _own_name(path: tuple[str | int, ...], names: Names | str) -> str:
    if path and isinstance(path[-1], str):
        return path[-1]
    return names if isinstance(names, str) else ""


def _tensor(leaf: _Leaf, derivation: Derivation) -> str:
    return tensor_of(leaf.name, derivation, is_key=isinstance(leaf.path[-1] if leaf.path else 0, str))


def tensor_of(name: str, derivation: Derivation, *, is_key: bool = False) -> str:
    """The tensor whose gradient has this name, or the loss or output itself; empty where there is none.

    is_key    the name is a key in a dict of gradients: there W1 is the gradient by W1
    """
    source = derivation.source
    if not name:
        return ""
    if name in source.results or name in derivation.wanted:
        return name
    if not source.is_layer and name.casefold() in _LOSS:
        return source.results[0]
    # What holds whole numbers has no gradient.
    tensors = {name: tensor for name, tensor in derivation.network.tensors.items() if tensor.within is None}
    known = [other for other in dict.fromkeys((*derivation.wanted, *tensors)) if other not in source.results]
    adjoints = {adjoint.tensor.name: adjoint.of.name for adjoint in derivation.adjoints}
    if name in adjoints:
        return adjoints[name]
    found = [match["of"] for pattern in _GRADIENT if (match := pattern.fullmatch(name))]
    for candidate in found:
        if candidate in known:
            return candidate
    for candidate in (name, *found):
        meant = resolve(candidate, derivation.wanted)
        if meant is not None:
            return meant
    return name if name in known and is_key else ""


def _by_order(
    leaves: Sequence[_Leaf], by_name: list[str], derivation: Derivation, function: BackwardFunction
) -> list[str]:
    """Names for what came back without any, by its place: the parameters in the order of their declarations.

    A loss may stand before or behind them; for a layer the inputs may be among them, in either order. Of several orders
    the first counts for which the numbers of axes fit, else simply the first.
    """
    source = derivation.source
    parameters = tuple(tensor.name for tensor in source.parameters)
    others = tuple(name for name in derivation.wanted if name not in parameters)
    orders = [parameters, (*parameters, *others), (*others, *parameters), others]
    orders += [names for order in tuple(orders) for names in ((*source.results, *order), (*order, *source.results))]
    fitting = [
        order
        for order in orders
        if len(order) == len(leaves)
        and set(order) & set(derivation.wanted)
        and all(name in ("", other) for name, other in zip(by_name, order, strict=True))
    ]
    if not fitting and any(by_name):
        return by_name
    if not fitting:
        raise InputError(
            f"{function.name} returned {len(leaves)} without names, but the parameters are {', '.join(parameters)}",
            function.returns,
            "a dict by name, or return variables with names such as "
            + ", ".join(f"d{name}" for name in parameters[:2]),
        )

    def fits(order: Sequence[str]) -> bool:
        ranks = [len(derivation.network.tensors[name].axes) for name in order]
        return all(np.ndim(leaf.arrays[0]) == rank for leaf, rank in zip(leaves, ranks, strict=True))

    return list(next((order for order in fitting if fits(order)), fitting[0]))
