"""The network that a text defines by its own equations, with the numbers that it gives, and how all that was read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from derive.errors import InputError
from derive.naming import name_values
from derive.network import Network
from derive.verification.formula.tree import Applied, Statement, Symbol, walk
from derive.verification.infer.averages import averages_with_ends
from derive.verification.infer.bindings import numbers_by_name
from derive.verification.infer.declared import declared_by, declares
from derive.verification.infer.definitions import Defined, defined_by, symbols_of, without_calls
from derive.verification.infer.equations import Equations, equations_of
from derive.verification.infer.evidence import Evidence, evidence_of
from derive.verification.infer.families import written_out
from derive.verification.infer.identities import free_identities
from derive.verification.infer.indexed import with_letters
from derive.verification.infer.layers import DEPTH, instances, layer_letter
from derive.verification.infer.network import loss_of, network_of
from derive.verification.infer.numbers import (
    equal_to_one,
    is_of_numbers,
    point_of,
    printed,
    searched,
    text_of_number,
    values_of,
)
from derive.verification.infer.roles import has_examples
from derive.verification.infer.spelling import base, is_transpose, needs_alias
from derive.verification.infer.steps import steps_below
from derive.verification.infer.vocabulary import RATES
from derive.verification.infer.writing import Writing
from derive.verification.points import Point
from derive.verification.reading import Reading
from derive.verification.session import Written
from derive.verification.spelling import text_of

_MOST_REFUSED = 8
_OUTPUTS = ("output", "out", "pred", "prediction")


@dataclass(frozen=True)
class Inferred:
    """A network made of what a text says.

    statements   those of the text, with calls such as `C(w, b)` read as values
    defining     which of them define something, by their place
    aliases      symbols of the text and what names them in the network
    given        the numbers of the text; what it does not give is not a number there
    told         how the text was read, as sentences
    text         the network as it can be written down
    has_layers   True where the text itself defines numbered layers with matrices
    """

    network: Network
    statements: tuple[Statement, ...]
    defining: frozenset[int]
    aliases: tuple[tuple[Symbol, Symbol], ...]
    given: Point | None
    reading: Reading
    told: str
    text: str = field(repr=False, default="")
    has_layers: bool = False

    def written(self, items: Sequence[Written]) -> list[Written]:
        """The items of the text as they were read, those marked that define something."""
        return [
            replace(item, statement=statement, defines=place in self.defining)
            for place, (item, statement) in enumerate(zip(items, self.statements, strict=True))
        ]


def inferred(
    statements: Sequence[Statement],
    first: Sequence[Statement] = (),
    last: Sequence[Statement] = (),
    without: frozenset[int] = frozenset(),
    depth: int = DEPTH,
    said: Sequence[str] = (),
) -> Inferred:
    """The network that the statements of a text define. What cannot be written as one is left out, and so is unknown.

    first, last   equations that are assumed: before all of the text, and where it has none of its own for a symbol
    without       places of statements that define nothing
    said          the lines of the text: y is one-hot, σ is the sigmoid
    """
    read = written_out(without_calls(with_letters(averages_with_ends(steps_below(statements)))))
    places = [*range(-len(first) - 1, -1), *range(len(read)), *range(len(read), len(read) + len(last))]
    every = [item for item in _at_layers([*first, *read, *last], places, len(first), depth) if item[0] not in without]
    every = [(place, statement) for place, statement in every if not declares(statement)]
    claims = [] if first else [statement for statement in read if not declares(statement)]
    text = _Text([statement for _, statement in every], claims, bool(first))
    defined = defined_by(every, text.evidence.indices)
    defined.declared = declared_by(read, said, defined.name, text.evidence.indices, defined.definitions)
    aliases = _labelled_outputs(read, defined)
    written = text.equations(defined, aliases)
    numbers = _numbers(read, defined, written)
    network, shown, written = text.network(written, numbers)
    told: list[str] = []
    if is_of_numbers(network):
        same = _same_numbers(network, numbers, written, aliases)
        if same:
            told += [f"{name} is read as {value}, whose number it has" for name, value in same.items()]
            aliases.update(same)
            written = text.equations(defined, aliases)
            network, shown, written = text.network(written, numbers)
        found = searched(network, numbers, printed(read, defined))
        told += [f"{name} = {number}, found from the number of {value}" for name, (number, value) in found.items()]
        numbers.update({name: number for name, (number, _) in found.items()})
        network, shown, written = text.network(written, numbers)
    rate = next((numbers[name] for name in RATES if name in numbers and name not in written.writing.shapes), None)
    lying = written.writing.lying
    return Inferred(
        network,
        tuple(read),
        frozenset(place for place in defined.statements() if 0 <= place < len(read)),
        _aliases(read, defined, aliases, network),
        point_of(network, numbers, rate),
        Reading("row" if lying or has_examples(written) else "mixed", "one" if lying else "all"),
        _sentence(written, told, text.evidence),
        shown,
        any(re.fullmatch(r"[zZ]\d+", name) and written.writing.shapes[name] for name in written.equations),
    )


class _Text:
    """The statements of a text and of what is assumed beside it; `claims` may be about anything that they mention."""

    def __init__(self, statements: Sequence[Statement], claims: Sequence[Statement], matrices: bool) -> None:
        self.statements = statements
        self.claims = claims
        self.evidence = evidence_of(statements, matrices)
        self.plain = _plain(statements)
        self.turned = _turned(statements)

    def equations(self, defined: Defined, aliases: dict[str, str]) -> Equations:
        """The definitions as equations; where vectors lie down, as those of a matrix of examples."""
        evidence = self.evidence
        lasts = tuple(dict.fromkeys((*evidence.lasts, *(last for _, last in defined.declared.lasts))))
        every = (defined, evidence.matrices, self.plain, lasts, aliases)
        written = equations_of(*every, frames=evidence.frames, code=evidence.code, turned=self.turned)
        if any(written.writing.rows.values()) and not has_examples(written):
            return equations_of(*every, lying=True, frames=evidence.frames, code=evidence.code, turned=self.turned)
        return written

    def network(self, written: Equations, numbers: dict[str, str]) -> tuple[Network, str, Equations]:
        """The network of the equations, with all that claims mention, its text, and the equations that are in it."""
        mentioned = [*free_identities(self.claims, written), *_given_names(written)]
        defined = written.writing.defined
        for _ in range(_MOST_REFUSED):
            try:
                network, text = network_of(written, loss_of(written, self.statements), numbers, mentioned)
                return name_values(network), text, written
            except InputError as error:
                # What the language refuses, 1/0 say, defines nothing, and neither does what needs it.
                refused = _refused(error, written)
                if refused is None:
                    break
                defined.lost.add(refused)
                written = self.equations(defined, written.writing.aliases)
                mentioned = [*free_identities(self.claims, written), *_given_names(written)]
        defined.lost |= set(written.equations)
        written = Equations(Writing(defined, defined.indices, False, frozenset()), {})
        network, text = network_of(written, None, {}, [])
        return name_values(network), text, written


def _at_layers(
    statements: Sequence[Statement], places: Sequence[int], first: int, depth: int
) -> list[tuple[int, Statement]]:
    """The statements with their places; those about any layer at each one, behind those about one: `a^{(0)} = x`."""
    every = [
        (number >= first and layer_letter(statement) is not None, place, instance)
        for number, (place, statement) in enumerate(zip(places, statements, strict=True))
        for instance in instances(statement, depth)
    ]
    return [(place, instance) for _, place, instance in sorted(every, key=lambda item: item[:2])]


def _refused(error: InputError, written: Equations) -> str | None:
    """The definition that an error is about."""
    line = error.place.source.removeprefix("output ").removeprefix("loss ") if error.place is not None else ""
    return next((name for name, (text, _) in written.equations.items() if line.strip() == text), None)


def _plain(statements: Sequence[Statement]) -> frozenset[str]:
    """Names that stand somewhere in a formula without brackets behind them: those are values, no functions."""
    found = set()
    for statement in statements:
        if len(statement.sides) < 2:
            continue
        for side in statement.sides:
            called = {id(node.of) for node in walk(side) if isinstance(node, Applied)}
            found |= {node.name for node in walk(side) if isinstance(node, Symbol) and id(node) not in called}
    return frozenset(found)


def _turned(statements: Sequence[Statement]) -> frozenset[str]:
    """Names that stand transposed somewhere: in code these have two axes."""
    return frozenset(
        node.name
        for statement in statements
        for side in statement.sides
        for node in walk(side)
        if isinstance(node, Symbol) and any(is_transpose(mark) for mark in node.upper)
    )


def _given_names(written: Equations) -> list[str]:
    """Symbols that the text only gives a number: they exist, whether an equation reads them or not."""
    writing = written.writing
    for name in writing.defined.given:
        if name not in writing.shapes and name not in RATES and name not in writing.named:
            writing.shape(name, Symbol(name), 0)
    return [name for name in writing.defined.given if name in writing.shapes]


def _numbers(statements: Sequence[Statement], defined: Defined, written: Equations) -> dict[str, str]:
    """The numbers of free symbols: those that the text gives, then those that it puts in for them."""
    free = {name for name in written.writing.shapes if name not in written.equations} | set(RATES)

    def name_of(symbol: Symbol) -> str | None:
        name = defined.name(symbol)
        return name if name in free else None

    numbers = {name: text_of_number(node) for name, node in numbers_by_name(statements, name_of).items()}
    given = {name: node for name, (node, _) in defined.given.items() if name not in defined.matrices}
    numbers.update({name: text_of_number(node) for name, node in given.items()})
    return numbers


def _labelled_outputs(statements: Sequence[Statement], defined: Defined) -> dict[str, str]:
    """`output_{o1}`, `pred_2`: names whose label spells a value that the text defines."""
    found = {}
    for statement in statements:
        for side in statement.sides:
            for symbol in symbols_of(side):
                name = defined.name(symbol)
                if symbol.name in _OUTPUTS and len(symbol.lower) == 1 and name is not None:
                    label = text_of(symbol.lower[0])
                    if label in defined.definitions and name not in defined.definitions and name not in defined.given:
                        found[name] = label
    return found


def _same_numbers(
    network: Network, numbers: dict[str, str], written: Equations, aliases: dict[str, str]
) -> dict[str, str]:
    """Free symbols whose number is that of exactly one computed value."""
    values = values_of(network, numbers)
    others = {name: number for name, number in numbers.items() if name in written.writing.shapes}
    found = {}
    for name, number in others.items():
        same = equal_to_one(values, number, list(written.equations))
        if same is not None and name not in aliases:
            found[name] = same
    return found


def _aliases(
    statements: Sequence[Statement], defined: Defined, aliases: dict[str, str], network: Network
) -> tuple[tuple[Symbol, Symbol], ...]:
    """Symbols with labels at several places, and those that are other names of values."""
    found: dict[str, tuple[Symbol, Symbol]] = {}
    for statement in statements:
        for side in statement.sides:
            for node in walk(side):
                if isinstance(node, Symbol):
                    symbol = base(node)
                    name = defined.name(symbol)
                    if name is None or name in found:
                        continue
                    if name in aliases or (needs_alias(symbol, defined.indices) and name in network.tensors):
                        found[name] = (symbol, Symbol(aliases.get(name, name)))
    return tuple(sorted(found.values(), key=lambda pair: -len(pair[0].lower) - len(pair[0].upper)))


def _sentence(written: Equations, told: list[str], evidence: Evidence) -> str:
    names = ", ".join(written.equations)
    sentence = f"the text defines {names}" if names else "nothing is defined: what stands alone is any number"
    if evidence.matrices:
        sentence += "; capitals are matrices, small letters columns"
    elif not evidence.indices and names:
        sentence += "; all symbols are numbers"
    return "; ".join([sentence, *told])
