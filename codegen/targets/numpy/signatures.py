"""What the emitted functions are given and give back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sympy import Symbol

from codegen.program import Program
from codegen.targets.numpy.lines import unpacked
from codegen.targets.numpy.wrapping import WIDTH, filled


def signatures(program: Program, names: Mapping[str, str], sizes: Sequence[Symbol]) -> dict[str, Any]:
    """The template's fields about arguments and results; `sizes` are handed on beside the saved arrays."""
    inputs = [item.name for item in program.inputs]
    upstream = [item.name for item in program.upstream]
    results = list(program.results)
    outputs = results[0] if len(results) == 1 else f"({', '.join(results)})"
    saved = [*program.saved, *(symbol.name for symbol in sizes)]
    pairs = [f'"{name}": {gradient}' for name, gradient in program.gradients]
    closing = ",)" if len(saved) == 1 else ")"
    return {
        "arguments": ", ".join(["params", *inputs]),
        "given": mapping((names[name], name) for name in inputs),
        "results": results,
        "outputs": outputs,
        "backward_arguments": ", ".join(["params", "saved", *upstream]),
        "return_lines": filled(f"return {outputs}, (", saved, closing),
        "unpack_lines": unpacked(saved) if saved else [],
        "gradient_lines": filled("return {", pairs, "}"),
        "gradient_words": _gradient_words(program, results, bool(upstream)),
    }


def _gradient_words(program: Program, results: Sequence[str], is_layer: bool) -> str:
    """What the backward pass answers, in words."""
    parameters = {item.name for item in program.parameters}
    wanted = [name for name, _ in program.gradients]
    others = [name for name in wanted if name not in parameters]
    words = ["every parameter"] if parameters & set(wanted) else []
    words += [f"by {name}" if words else name for name in others]
    by = " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words) or "nothing"
    if is_layer:
        given = "that of the output" if len(results) == 1 else "those of the outputs"
        return f"Return the gradient by {by}, from {given}."
    return f"Return the gradient of {results[0]} by {by}."


def table(name: str, items: Iterable[tuple[str, str]]) -> str:
    """The dictionary behind `name = `, an item in a line of its own where one line does not hold them all."""
    items = list(items)
    if len(f"{name} = {mapping(items)}") <= WIDTH:
        return mapping(items)
    return "\n".join(["{", *(f'    "{key}": {value},' for key, value in items), "}"])


def mapping(items: Iterable[tuple[str, str]]) -> str:
    """A dictionary as source text, from keys and the source of the values."""
    return "{" + ", ".join(f'"{key}": {value}' for key, value in items) + "}"
