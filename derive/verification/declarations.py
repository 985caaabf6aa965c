"""What a text declares beside a network: where it contradicts the network the report says so; it claims nothing."""

from __future__ import annotations

from collections.abc import Sequence

from derive.network import Network
from derive.verification.formula.tree import Statement, Symbol
from derive.verification.infer.declared import activations, axes_of, one_hots
from derive.verification.layers import layers_of
from derive.verification.names import Names

_MOST_SHOWN = 5


def said_one_hot(said: Sequence[str], network: Network) -> bool:
    """True where a text calls one-hot what the network has as integer labels."""
    labels = {name for name, tensor in network.tensors.items() if tensor.within is not None}
    return bool(labels & one_hots(said))


def declaration_notes(statements: Sequence[Statement], said: Sequence[str], network: Network) -> tuple[str, ...]:
    """What a reader should know of the declarations of a text: which there are, and which say what is not so."""
    notes = []
    if statements:
        shown = [f"{item.source.strip()} (line {item.place.line})" for item in statements[:_MOST_SHOWN]]
        if len(statements) > _MOST_SHOWN:
            shown.append(f"and {len(statements) - _MOST_SHOWN} more")
        notes.append(f"declarations, which claim nothing: {', '.join(shown)}")
    names = Names(network)
    for item in statements:
        notes += _contradiction(item, names)
    return (*notes, *_other_activations(said, names))


def _contradiction(statement: Statement, names: Names) -> list[str]:
    """A shape with another number of axes than the symbol has in the network, its axis of examples or steps aside; or
    with a size that another axis has there."""
    left, axes = statement.sides[0], axes_of(statement.sides[1])
    if not isinstance(left, Symbol) or axes is None or statement.relations != ("∈",):
        return []
    meaning = next(names.meanings(left), None)
    if meaning is None or meaning.kind != "value":
        return []
    tensor = names.network.tensors[meaning.name]
    steps = {str(item.size) for item in names.network.recurrences} | {names.batch}
    sizes = [str(size) for size in tensor.axes]
    inner = [size for size in sizes if size not in steps]
    counted = len(sizes) - len(meaning.lower)
    known = [size for size in axes if size in names.sizes]
    wrong_count = len(axes) not in (len(inner), len(sizes), counted)
    wrong_size = len(known) == len(axes) and bool(axes) and sorted(known) not in (sorted(inner), sorted(sizes))
    if not wrong_count and not wrong_size:
        return []
    there = f"({', '.join(sizes)})" if sizes else "a number"
    return [f"line {statement.place.line} says {statement.source.strip()}; in the network {meaning.name} is {there}"]


def _other_activations(said: Sequence[str], names: Names) -> list[str]:
    """A text says that σ is tanh, and the network applies the sigmoid."""
    found = {
        str(node.function.name)
        for layer in layers_of(names.network)
        for equation in [names.network.equation(layer.activation or "")]
        if equation is not None
        for node in [equation.right]
        if hasattr(node, "function")
    }
    return [
        f"the text says that {letter} is {function}; the network applies {', '.join(sorted(found))}"
        for letter, function in activations(said).items()
        if found and function not in found
    ]
