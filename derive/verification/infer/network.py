"""The text of a network from what a text defines, and the network that it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from derive.errors import InputError
from derive.language import parse
from derive.network import Network
from derive.verification.formula.tree import Applied, Chain, Derivative, Node, Statement, Symbol, walk
from derive.verification.infer.definitions import Defined, Definition, is_constant, symbols_of
from derive.verification.infer.expression import Part, Writing, part
from derive.verification.infer.layers import has_layers
from derive.verification.infer.sizes import Unfit
from derive.verification.infer.spelling import letters_below
from derive.verification.infer.vocabulary import RATES, generic, is_gradient_name, is_loss, role_of
from derive.verification.names import text_of

_PASSES = 20
NAME = "text"


@dataclass(frozen=True)
class Equations:
    """Equations of a network by name, each with the names that it reads; shapes and functions are in `writing`."""

    writing: Writing
    equations: Mapping[str, tuple[str, frozenset[str]]]


def equations_of(
    defined: Defined, matrices: bool, plain: frozenset[str], lasts: Sequence[str], aliases: Mapping[str, str]
) -> Equations:
    """Every definition that can be written, and everything that it needs; the others are lost, with all that needs them."""
    for _ in range(_PASSES):
        writing = Writing(defined, defined.indices, matrices, plain, aliases=dict(aliases))
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
        parts[name] = (below, body, frozenset(read & {*writing.shapes}))
    equations = {}
    for name, (below, body, found) in parts.items():
        letters = tuple(writing.letter() for _ in body.axes)
        left = f"{name}[{', '.join((*below, *letters))}]" if below or letters else name
        equations[name] = (f"{left} = {body.text(letters)}", found)
    return equations


def _body(definition: Definition, writing: Writing) -> tuple[tuple[str, ...], Part]:
    """The letters below what is defined, and its formula; where letters cannot be arrays they are numbers: `z = w x + b`."""
    before = (writing.sizes.snapshot(), dict(writing.shapes), dict(writing.symbols))
    try:
        return _written(definition, writing)
    except Unfit:
        if not writing.matrices:
            raise
        writing.sizes.parents, writing.shapes, writing.symbols = before
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
    writing.letters = dict(kept)
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


def loss_of(written: Equations, statements: Sequence[Statement]) -> str | None:
    """The number whose derivatives the text is about; None where it is about a layer, or defines no number."""
    numbers = [name for name in written.equations if not written.writing.shapes[name]]
    counts = dict.fromkeys(numbers, 0)
    undefined = False
    for statement in statements:
        for side in statement.sides:
            for node in walk(side):
                of = node.of if isinstance(node, Derivative) else None
                symbol = of.of if isinstance(of, Applied) else of
                if isinstance(symbol, Symbol):
                    name = written.writing.defined.name(symbol) or ""
                    if name in counts:
                        counts[name] += 1
                    elif is_loss(symbol.name) and not symbol.lower:
                        undefined = True
    losses = [name for name in numbers if is_loss(written.writing.symbols[name].name)]
    if losses:
        return max(losses, key=lambda name: (counts[name], losses.index(name)))
    if undefined or not numbers:
        return None
    most = max(counts.values())
    if most == 0 or counts[numbers[-1]]:
        return numbers[-1]
    return next(name for name in reversed(numbers) if counts[name] == most)


def network_of(
    written: Equations,
    loss: str | None,
    values: Mapping[str, str],
    mentioned: Sequence[str],
) -> tuple[Network, str]:
    """The network of the equations, and its text. InputError where the language refuses it.

    values     numbers by name, as they are written
    mentioned  names that no equation reads but claims do
    """
    writing = written.writing
    sizes = _size_names(writing)
    declared: dict[str, list[str]] = {"input": [], "target": [], "param": []}
    for name, role in roles_of(written).items():
        shape = writing.shapes[name]
        axes = f"[{', '.join(sizes[writing.sizes.root(size)] for size in shape)}]" if shape else ""
        declared[role].append(name + axes + (f" = {values[name]}" if name in values and not shape else ""))
    read = {item for _, names in written.equations.values() for item in names}
    sinks = [name for name in written.equations if name not in read and name != loss]
    lines = [f'network {NAME} "What the text defines"']
    names = sorted(set(sizes.values()))
    lines += [f"dim {', '.join(names)}"] if names else []
    lines += [f"{role} {', '.join(items)}" for role, items in declared.items() if items]
    rate = next((values[name] for name in RATES if name in values and name not in writing.shapes), None)
    lines += [f"learning_rate {rate}"] if rate is not None and not rate.startswith("-") else []
    lines += [generic(name) for name in writing.generic]
    lines += _own_functions(writing)
    extra = [
        name for name in mentioned if name in writing.shapes and name not in written.equations and name not in read
    ]
    shown = list(lines)
    for name, (text, _) in written.equations.items():
        lines.append(("output " if name in sinks or name == loss else "") + text)
        shown.append(("loss " if name == loss else "output " if loss is None and name in sinks else "") + text)
    for number, name in enumerate(extra):
        lines.append(f"output mentioned{number} = {_whole(name, writing)}")
    if not written.equations and not extra:
        lines += ["input nothing", "output mentioned0 = nothing"]
    network = parse("\n".join(lines) + "\n", "<what the text defines>")
    kept = tuple(item for item in network.equations if not item.tensor.name.startswith("mentioned"))
    results = (
        (loss,) if loss is not None else tuple(name for name in network.results if not name.startswith("mentioned"))
    )
    if kept:
        network = replace(network, equations=kept, results=results, is_layer=loss is None)
    return network, "\n".join(shown)


def roles_of(written: Equations) -> dict[str, str]:
    """What every symbol without an equation is.

    A vector beside which no parameter has its axis is one too: its axis would be that of the examples.
    """
    writing = written.writing
    free = {name: shape for name, shape in writing.shapes.items() if name not in written.equations}
    roles = {name: role_of(writing.symbols[name]) for name in free}
    owned = {writing.sizes.root(size) for name, shape in free.items() if roles[name] == "param" for size in shape}
    examples = _examples(written, roles, owned)
    columns = {writing.sizes.root(shape[0]) for shape in writing.shapes.values() if len(shape) == 1}
    for name, shape in free.items():
        if columns & examples and shape:
            roles[name] = "param"  # X w - y is a column of examples: matrices and columns as they stand
        elif len(shape) == 1 and writing.sizes.root(shape[0]) not in owned | examples:
            roles[name] = "param"
    return roles


def _examples(written: Equations, roles: Mapping[str, str], owned: set[int]) -> set[int]:
    """Axes of matrices that are given which no parameter has: those of the examples."""
    writing = written.writing
    return {
        writing.sizes.root(size)
        for name, role in roles.items()
        if role != "param" and len(writing.shapes[name]) == 2
        for size in writing.shapes[name]
        if writing.sizes.root(size) not in owned
    }


def has_examples(written: Equations) -> bool:
    """True where a matrix of the text has an axis of examples."""
    writing, roles = written.writing, roles_of(written)
    owned = {
        writing.sizes.root(size) for name, role in roles.items() if role == "param" for size in writing.shapes[name]
    }
    return bool(_examples(written, roles, owned))


def _whole(name: str, writing: Writing) -> str:
    letters = [f"i{number}" for number, _ in enumerate(writing.shapes[name])]
    return f"sum({name}[{', '.join(letters)}] for {', '.join(letters)})" if letters else name


def _size_names(writing: Writing) -> dict[int, str]:
    roots: dict[int, str] = {}
    for name, size in writing.named.items():
        roots.setdefault(writing.sizes.root(size), name)
    for shape in writing.shapes.values():
        for size in shape:
            root = writing.sizes.root(size)
            if root not in roots:
                number = len(roots) + 1
                roots[root] = f"D{number}" if f"D{number}" not in writing.shapes else f"Dim{number}"
    return roots


def _own_functions(writing: Writing) -> list[str]:
    lines = []
    for name, function in writing.defined.functions.items():
        defined = Defined(functions=writing.defined.functions)
        inside = Writing(defined, frozenset(), False, frozenset({defined.name(function.argument) or ""}))
        try:
            argument = inside.name(function.argument)
            text = part(function.body, inside).text(())
        except Unfit:
            continue
        lines += [generic(other) for other in inside.generic if other not in writing.generic]
        writing.generic.update(inside.generic)
        lines.append(f"{name}({argument}) = {text}")
    return lines


def free_identities(statements: Sequence[Statement], written: Equations) -> list[str]:
    """Names that stand only in statements about nothing that is defined: they hold for all values, or fail."""
    defined, writing = written.writing.defined, written.writing
    found: dict[str, None] = {}
    for statement in statements:
        symbols = [
            symbol
            for side in statement.sides
            for symbol in symbols_of(side)
            if symbol.name in writing.plain and not is_constant(symbol, defined)
        ]
        shifted = any(isinstance(item, Chain) for symbol in symbols for item in symbol.lower)
        if len(statement.sides) < 2 or shifted or has_layers([statement]):
            continue
        names = [defined.name(symbol) for symbol in symbols]
        known = {*defined.definitions, *defined.lost, *defined.functions}
        if any(name is None or name in known for name in names):
            continue
        if any(is_gradient_name(symbol) or is_loss(symbol.name) or text_of(symbol) in RATES for symbol in symbols):
            continue
        try:
            writing.letters = {}
            for symbol in symbols:
                _declare(symbol, writing)
        except Unfit:
            continue
        found.update(dict.fromkeys(name for name in names if name is not None))
        _functions(statement.sides, writing)
    return list(found)


def _declare(symbol: Symbol, writing: Writing) -> None:
    name = writing.name(symbol)
    sizes = writing.shape(name, symbol)
    for letter, size in zip(letters_below(symbol, writing.indices), sizes, strict=False):
        writing.sizes.same(writing.letters.setdefault(letter, size), size)


def _functions(sides: Iterable[Node], writing: Writing) -> None:
    """Functions that only claims mention: any smooth function stands for f in f'(x)."""
    from derive.verification.infer.vocabulary import is_generic, known_function

    for side in sides:
        for node in walk(side):
            if isinstance(node, Applied) and len(node.arguments) == 1:
                name = node.of.name
                if (
                    name in writing.plain
                    or name in writing.defined.functions
                    or known_function(name)
                    or not is_generic(name)
                ):
                    continue
                if name != "σ":
                    writing.generic[name] = None


__all__ = ["InputError", "Equations", "equations_of", "free_identities", "in_order", "loss_of", "network_of"]
