"""The network of a text: declarations, equations and a loss as text of the network language, read back as a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from derive.language import parse
from derive.network import Network
from derive.verification.formula.tree import Applied, Derivative, Statement, Symbol, walk
from derive.verification.infer.definitions import Defined
from derive.verification.infer.equations import Equations
from derive.verification.infer.expression import part
from derive.verification.infer.numbers import text_of_array
from derive.verification.infer.roles import roles_of
from derive.verification.infer.sizes import Unfit
from derive.verification.infer.vocabulary import RATES, generic, is_loss
from derive.verification.infer.writing import Writing

NAME = "text"
EXAMPLES = "N"
_UNTOLD = 7  # a size that no array has, the N of a factor 1/N


def loss_of(written: Equations, statements: Sequence[Statement]) -> str | None:
    """The number whose derivatives the text is about; None where it is about a layer, or defines no number."""
    writing = written.writing
    numbers = [name for name in written.equations if not writing.shapes[name] and name not in writing.examples]
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
        every = [sizes[writing.sizes.root(size)] for size in shape]
        if name in writing.examples:
            every = [EXAMPLES, *every]
        axes = f"[{', '.join(every)}]" if every else ""
        value = f" = {values[name]}" if name in values and not every else ""
        if name in writing.defined.matrices and every:
            value = f" = {text_of_array(writing.defined.matrices[name])}"
        declared[role].append(name + axes + _fact(name, writing, shape) + value)
    read = {item for _, names in written.equations.values() for item in names}
    sinks = [name for name in written.equations if name not in read and name != loss]
    lines = [f'network {NAME} "What the text defines"']
    told = {
        writing.sizes.root(size)
        for name, shape in writing.shapes.items()
        if name not in written.equations
        for size in shape
    }
    names = sorted(
        {
            *(name if size in told else f"{name} = {_UNTOLD}" for size, name in sizes.items() if not name.isdigit()),
            *((EXAMPLES,) if writing.examples else ()),
        }
    )
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
        if name in written.boundaries:
            lines.append(written.boundaries[name])
            shown.append(written.boundaries[name])
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


def _fact(name: str, writing: Writing, shape: Sequence[int]) -> str:
    """What the text says of the entries along the last axis."""
    declared = writing.defined.declared
    if not shape and name not in writing.examples:
        return ""
    return " one_hot" if name in declared.one_hot else " sums_to_one" if name in declared.sums else ""


def _whole(name: str, writing: Writing) -> str:
    letters = [f"i{number}" for number in range(len(writing.shapes[name]) + (name in writing.examples))]
    return f"sum({name}[{', '.join(letters)}] for {', '.join(letters)})" if letters else name


def _size_names(writing: Writing) -> dict[int, str]:
    roots = {writing.sizes.root(size): str(number) for size, number in writing.fixed.items()}
    for name, size in writing.named.items():
        if name not in writing.shapes:
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
