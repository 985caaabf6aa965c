"""The definitions of a text as equations of the network language, each behind those that it reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from derive.verification.formula.tree import Symbol
from derive.verification.infer.definitions import Defined, Definition, is_earlier, symbols_of
from derive.verification.infer.expression import part
from derive.verification.infer.sizes import Unfit
from derive.verification.infer.spelling import letters_below
from derive.verification.infer.writing import EXAMPLE, Part, Writing

_PASSES = 20
_MAYBE_ARRAYS = ("H", "R", "E", "C", "J")  # letters of losses, and of layers, errors, codes
_LONGEST, _DEEPEST = 8000, 40  # what a line of the language may have, with some room


class LossOfArrays(Unfit):
    """What has the letter of a loss, and axes."""


@dataclass(frozen=True)
class Equations:
    """Equations of a network by name, each with the names that it reads; shapes and functions are in `writing`.

    boundaries   by name, what stands before the first step: `h[-1,i] = h0[i]`
    """

    writing: Writing
    equations: Mapping[str, tuple[str, frozenset[str]]]
    boundaries: Mapping[str, str] = field(default_factory=dict)


def equations_of(
    defined: Defined,
    matrices: bool,
    plain: frozenset[str],
    lasts: Sequence[str],
    aliases: Mapping[str, str],
    lying: bool = False,
    frames: frozenset[str] = frozenset(),
    code: bool = False,
    turned: frozenset[str] = frozenset(),
) -> Equations:
    """Every definition that can be written; the others are lost, with all that needs them.

    lying   True for vectors that lie down, `x W`: each is then a row of a matrix of examples
    """
    for _ in range(_PASSES):
        writing = Writing(defined, defined.indices, matrices, plain, aliases=dict(aliases), lying=lying)
        writing.frames, writing.code, writing.turned = frames, code, turned
        writing.named = {name: writing.sizes.new() for name in lasts if name not in defined.definitions}
        lost = set(defined.lost)
        defined.again = False
        equations = _pass(defined, writing)
        if defined.lost == lost and not defined.again:
            return Equations(writing, equations, _boundaries(equations, writing))
    return Equations(Writing(defined, defined.indices, matrices, plain, aliases=dict(aliases)), {})


def _pass(defined: Defined, writing: Writing) -> dict[str, tuple[str, frozenset[str]]]:
    parts: dict[str, tuple[tuple[str, ...], Part, frozenset[str]]] = {}
    for definition in in_order(defined.definitions.values(), defined):
        name = definition.name
        if name in defined.lost:
            continue
        try:
            below, body = _body(definition, writing)
        except LossOfArrays:
            defined.arrays.add(name)
            defined.again = True
            continue
        except Unfit:
            following = defined.others.get(name)
            if following:
                defined.definitions[name] = following.pop(0)
                defined.again = True
            else:
                defined.lost.add(name)
            continue
        read = {writing.name(symbol) for symbol in symbols_of(definition.body) if defined.name(symbol) is not None}
        if read & writing.examples and not writing.is_loss(definition.symbol):
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


def _boundaries(equations: Mapping[str, object], writing: Writing) -> dict[str, str]:
    """h_0, where h_{t-1} is read: what the text gives, else a value of its own."""
    found = {}
    for name in writing.stepped:
        if name not in equations:
            continue
        letters = tuple(f"i{number}" for number, _ in enumerate(writing.shapes[name][1:], 1))
        start = f"{name}0"
        given = writing.defined.given.get(start)
        left = f"{name}[{', '.join(('-1', *letters))}]"
        if given is not None:
            number = given[0]
            found[name] = f"{left} = {part(number, writing).text(())}"
            continue
        writing.shapes.setdefault(start, writing.shapes[name][1:])
        writing.symbols.setdefault(start, Symbol(start))
        found[name] = f"{left} = {start}" + (f"[{', '.join(letters)}]" if letters else "")
    return found


def _depth(text: str) -> int:
    """How deep brackets are nested."""
    deepest = depth = 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        deepest = max(deepest, depth)
    return deepest


def _body(definition: Definition, writing: Writing) -> tuple[tuple[str, ...], Part]:
    """The letters below what is defined, and its formula. What cannot have a vector for each step has a number,
    `y_n` beside `p_n`; and what cannot be arrays is numbers: `z = w x + b`."""
    before = (writing.sizes.snapshot(), dict(writing.shapes), dict(writing.symbols), set(writing.examples))
    frames, matrices = writing.frames, writing.matrices
    problem: Unfit | None = None
    for steps, arrays in ((frames, matrices), (frozenset[str](), matrices), (frozenset[str](), False)):
        if problem is not None and (steps, arrays) == (frames, matrices):
            continue
        if isinstance(problem, LossOfArrays) and not arrays:
            break
        writing.frames, writing.matrices = steps, arrays
        try:
            return _written(definition, writing)
        except Unfit as unfit:
            problem = unfit if problem is None or isinstance(unfit, LossOfArrays) else problem
            writing.sizes.parents, writing.shapes = list(before[0]), dict(before[1])
            writing.symbols, writing.examples = dict(before[2]), set(before[3])
        finally:
            writing.frames, writing.matrices = frames, matrices
    assert problem is not None
    raise problem


def _written(definition: Definition, writing: Writing) -> tuple[tuple[str, ...], Part]:
    below = letters_below(definition.symbol, writing.indices)
    if len(set(below)) < len(below):
        raise Unfit("a letter twice")
    kept = {letter: writing.sizes.new() for letter in below}
    writing.letters, writing.softmaxes = dict(kept), 0
    body = part(definition.body, writing)
    if writing.letters.keys() - kept.keys():
        raise Unfit("a letter that nothing binds")
    if writing.is_loss(definition.symbol) and body.axes:
        if definition.symbol.name in _MAYBE_ARRAYS and writing.matrices:
            raise LossOfArrays(f"{definition.name} is an array")
        raise Unfit("a loss that is no number")
    shape = (*(kept[letter] for letter in below), *body.axes)
    before = writing.shapes.get(definition.name, shape)
    if len(before) != len(shape):
        raise Unfit(f"{definition.name} has other axes where it is read before")
    for first, second in zip(before, shape, strict=True):
        writing.sizes.same(first, second)
    writing.shapes[definition.name] = shape
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
            if is_earlier(symbol, defined.indices):
                continue
            needed = defined.definitions.get(defined.name(symbol) or "")
            if needed is not None and needed.name != definition.name:
                visit(needed, depth + 1)
        found.setdefault(definition.name, definition)

    for definition in definitions:
        visit(definition, 0)
    return list(found.values())
