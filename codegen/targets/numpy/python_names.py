"""Names and texts of the author inside Python source: identifiers, and titles that cannot break out of a docstring."""

from __future__ import annotations

from dataclasses import replace as with_fields

from codegen.program import Name, Operation, Program, Statement, replace, walk
from derive.errors import InputError

RESERVED = frozenset((
    "np", "sys", "params", "saved", "rng", "dtype", "forward", "backward", "init_params", "loss_and_grads",
    "gradient_step", "gradient_errors", "worked_example", "DIMS", "PARAMS", "INPUTS", "UPSTREAM", "FORMULAS", "WITHIN",
    "VALUES", "LEARNING_RATE", "float", "sizes", "arrays", "draw",
))  # fmt: skip
"""What the emitted module itself uses; a tensor, size or constant of this name would hide it."""


def identifier(name: str) -> str:
    """A name of the language as a Python identifier: `h'` becomes `h_prime`."""
    return name.replace("'", "_prime")


def refuse_reserved(names: set[str]) -> None:
    """Raise InputError where a name of the network would hide one that the module uses."""
    for name in sorted(names):
        if name in RESERVED or name.startswith("_"):
            raise InputError(f"{name} is a name that the emitted module uses itself", remedy=f"call it {name}1")


def spelled(program: Program) -> Program:
    """The program with every name a Python identifier. Raises InputError where that cannot be."""
    arrays = (*program.parameters, *program.inputs, *program.upstream)
    originals = {item.name for item in arrays} | {s.result for s in program.statements}
    originals |= {name for name, _ in program.constants}
    python = {name: identifier(name) for name in originals}
    refuse_reserved(set(python.values()))
    if len(set(python.values())) < len(python):
        raise InputError("two names become the same Python name", remedy="rename the one without a prime")
    if all(name == new for name, new in python.items()):
        return program

    def operation(node: Operation) -> Operation:
        return replace(node, {Name(n.name): Name(python[n.name]) for n in walk(node) if isinstance(n, Name)})

    def statements(items: tuple[Statement, ...]) -> tuple[Statement, ...]:
        return tuple(
            with_fields(item, result=python[item.result], operation=operation(item.operation),
                        origin=identifier(item.origin)) for item in items)  # fmt: skip

    return Program(
        constants=tuple((python[name], value) for name, value in program.constants),
        parameters=tuple(with_fields(item, name=python[item.name]) for item in program.parameters),
        inputs=tuple(with_fields(item, name=python[item.name]) for item in program.inputs),
        upstream=tuple(with_fields(item, name=python[item.name]) for item in program.upstream),
        forward=statements(program.forward),
        backward=statements(program.backward),
        saved=tuple(python[name] for name in program.saved),
        results=tuple(python[name] for name in program.results),
        gradients=tuple((identifier(name), python[gradient]) for name, gradient in program.gradients),
    )


def escaped(text: str) -> str:
    """A text of the author for the inside of a triple-quoted string: one line, no escape, no end of the string."""
    text = " ".join(text.split()).replace("\\", "\\\\")
    if '"""' in text:
        text = text.replace('"', '\\"')
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in text)
