"""Names and texts of the author inside Python source: identifiers, and titles that cannot break out of a docstring."""

from __future__ import annotations

from dataclasses import replace as with_fields

from codegen.program import Line, Loop, Name, Operation, Program, Statement, replace, walk
from derive.errors import InputError
from derive.language.names import identifier, is_emitted


def refuse_reserved(names: set[str]) -> None:
    """Raise InputError where a name of the network would hide one that the module uses."""
    for name in sorted(names):
        if is_emitted(name):
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

    def statement(item: Statement) -> Statement:
        return with_fields(
            item, result=python[item.result], operation=operation(item.operation), origin=identifier(item.origin)
        )

    def lines(items: tuple[Line, ...]) -> tuple[Line, ...]:
        return tuple(
            with_fields(item, body=tuple(map(statement, item.body))) if isinstance(item, Loop) else statement(item)
            for item in items
        )

    return Program(
        constants=tuple((python[name], value) for name, value in program.constants),
        parameters=tuple(with_fields(item, name=python[item.name]) for item in program.parameters),
        inputs=tuple(with_fields(item, name=python[item.name]) for item in program.inputs),
        upstream=tuple(with_fields(item, name=python[item.name]) for item in program.upstream),
        forward=lines(program.forward),
        backward=lines(program.backward),
        saved=tuple(python[name] for name in program.saved),
        results=tuple(python[name] for name in program.results),
        gradients=tuple((name, python[gradient]) for name, gradient in program.gradients),
    )


def keys(program: Program) -> dict[str, str]:
    """The author's name of everything that a program is given, by its Python identifier."""
    arrays = (*program.parameters, *program.inputs, *program.upstream)
    return {identifier(item.name): item.name for item in arrays}


def escaped(text: str) -> str:
    """A text of the author for the inside of a triple-quoted string: one line, no escape, no end of the string."""
    text = " ".join(text.split()).replace("\\", "\\\\")
    if '"""' in text:
        text = text.replace('"', '\\"')
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in text)
