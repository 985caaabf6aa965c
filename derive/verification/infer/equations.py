"""The definitions of a text as equations of the network language, each behind those that it reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from derive.verification.infer.definitions import Defined, Definition, symbols_of
from derive.verification.infer.expression import part
from derive.verification.infer.sizes import Unfit
from derive.verification.infer.spelling import letters_below
from derive.verification.infer.vocabulary import is_loss
from derive.verification.infer.writing import EXAMPLE, Part, Writing

_PASSES = 20
_LONGEST, _DEEPEST = 8000, 40  # what a line of the language may have, with some room


@dataclass(frozen=True)
class Equations:
    """Equations of a network by name, each with the names that it reads; shapes and functions are in `writing`."""

    writing: Writing
    equations: Mapping[str, tuple[str, frozenset[str]]]


def equations_of(
    defined: Defined,
    matrices: bool,
    plain: frozenset[str],
    lasts: Sequence[str],
    aliases: Mapping[str, str],
    lying: bool = False,
) -> Equations:
    """Every definition that can be written; the others are lost, with all that needs them.

    lying   True for vectors that lie down, `x W`: each is then a row of a matrix of examples
    """
    for _ in range(_PASSES):
        writing = Writing(defined, defined.indices, matrices, plain, aliases=dict(aliases), lying=lying)
        writing.named = {name: writing.sizes.new() for name in lasts if name not in defined.definitions}
        lost = set(defined.lost)
        defined.again = False
        equations = _pass(defined, writing)
        if defined.lost == lost and not defined.again:
            return Equations(writing, equations)
    return Equations(Writing(defined, defined.indices, matrices, plain, aliases=dict(aliases)), {})


def _pass(defined: Defined, writing: Writing) -> dict[str, tuple[str, frozenset[str]]]:
    parts: dict[str, tuple[tuple[str, ...], Part, frozenset[str]]] = {}
    for definition in in_order(defined.definitions.values(), defined):
        name = definition.name
        if name in defined.lost:
            continue
        try:
            below, body = _body(definition, writing)
        except Unfit:
            following = defined.others.get(name)
            if following:
                defined.definitions[name] = following.pop(0)
                defined.again = True
            else:
                defined.lost.add(name)
            continue
        read = {writing.name(symbol) for symbol in symbols_of(definition.body) if defined.name(symbol) is not None}
        if read & writing.examples and not is_loss(definition.symbol.name):
            writing.examples.add(name)
        parts[name] = (below, body, frozenset(read & {*writing.shapes}))
    equations = {}
    for name, (below, body, found) in parts.items():
        letters = tuple(writing.letter() for _ in body.axes)
        right = body.text(letters)
        if found & writing.examples and name not in writing.examples:
            right = f"sum({right} for {EXAMPLE})"
        if len(right) > _LONGEST or _depth(right) > _DEEPEST:
            defined.lost.add(name)
            continue
        every = (*((EXAMPLE,) if name in writing.examples else ()), *below, *letters)
        left = f"{name}[{', '.join(every)}]" if every else name
        equations[name] = (f"{left} = {right}", found)
    return equations


def _depth(text: str) -> int:
    """How deep brackets are nested."""
    deepest = depth = 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        deepest = max(deepest, depth)
    return deepest


def _body(definition: Definition, writing: Writing) -> tuple[tuple[str, ...], Part]:
    """The letters below what is defined, and its formula; what cannot be arrays is numbers: `z = w x + b`."""
    before = (writing.sizes.snapshot(), dict(writing.shapes), dict(writing.symbols), set(writing.examples))
    try:
        return _written(definition, writing)
    except Unfit:
        if not writing.matrices:
            raise
        writing.sizes.parents, writing.shapes, writing.symbols, writing.examples = before
        writing.matrices = False
        try:
            return _written(definition, writing)
        finally:
            writing.matrices = True


def _written(definition: Definition, writing: Writing) -> tuple[tuple[str, ...], Part]:
    below = letters_below(definition.symbol, writing.indices)
    if len(set(below)) < len(below):
        raise Unfit("a letter twice")
    kept = {letter: writing.sizes.new() for letter in below}
    writing.letters, writing.softmaxes = dict(kept), 0
    body = part(definition.body, writing)
    if writing.letters.keys() - kept.keys():
        raise Unfit("a letter that nothing binds")
    if is_loss(definition.symbol.name) and body.axes:
        raise Unfit("a loss that is no number")
    writing.shapes[definition.name] = (*(kept[letter] for letter in below), *body.axes)
    writing.symbols[definition.name] = definition.symbol
    writing.rows[definition.name] = body.row
    return below, body


def in_order(definitions: Iterable[Definition], defined: Defined) -> list[Definition]:
    """The definitions, each behind those that it reads."""
    found: dict[str, Definition] = {}

    def visit(definition: Definition, depth: int) -> None:
        if definition.name in found or depth > 200:
            return
        for symbol in symbols_of(definition.body):
            needed = defined.definitions.get(defined.name(symbol) or "")
            if needed is not None and needed.name != definition.name:
                visit(needed, depth + 1)
        found.setdefault(definition.name, definition)

    for definition in definitions:
        visit(definition, 0)
    return list(found.values())
