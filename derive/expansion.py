"""A network neuron by neuron: every entry a number with a name of its own, every sum written out at given sizes.

`z = x @ W + b` at D = 2, H = 1 becomes `z = x_1*W_1 + x_2*W_2 + b`. The result is a network like any other, so it is
derived, documented, emitted and checked as every network is: path by path, as people derive it by hand.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace

from sympy import Expr, Integer, sympify

from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.errors import InputError
from derive.example import declared_sizes
from derive.facts import FACTS, declared_facts
from derive.index import Index
from derive.network import Declaration, Network, Recurrence
from derive.written_out import TooManyTerms, Writer

MOST_EQUATIONS = 100

Place = tuple[int, ...]


def expanded(network: Network, sizes: Mapping[str, int]) -> Network:
    """The network with an equation for every entry. InputError where that is too much, or where a size is missing."""
    return _Expansion(network, sizes).network()


class _Expansion:
    def __init__(self, network: Network, sizes: Mapping[str, int]) -> None:
        self.source = network
        self.sizes = declared_sizes(network, sizes)
        self.writer = Writer(self.sizes, self._read)
        self.shapes = {
            name: tuple(self.writer.number(axis, {}) for axis in tensor.axes)
            for name, tensor in network.tensors.items()
        }
        self.taken = {str(item.symbol) for item in network.constants} | set(self.sizes)
        self.names: dict[tuple[str, Place], str] = {}
        self.equations: list[Equation] = []
        self.ends = {
            name: (axis, [end for end in recurrence.boundaries if end.tensor.name == name])
            for recurrence in network.recurrences
            for name, axis in zip(recurrence.members, recurrence.axes, strict=True)
        }
        self.labels: dict[str, object] = {
            item.tensor.name: item.value
            for item in network.declarations
            if item.tensor.within is not None and item.value is not None
        }

    def network(self) -> Network:
        declarations = [entry for item in self.source.declarations for entry in self._declared(item)]
        groups = {name: recurrence for recurrence in self.source.recurrences for name in recurrence.members}
        done: set[str] = set()
        try:
            for equation in self.source.equations:
                name = equation.tensor.name
                if name in done:
                    continue
                recurrence = groups.get(name)
                if recurrence is None:
                    self._equation(equation, {})
                    done.add(name)
                else:
                    self._steps(recurrence)
                    done |= set(recurrence.members)
        except TooManyTerms:
            raise self._too_large() from None
        read = {entry.tensor for equation in self.equations for entry in equation.right.atoms(Entry)}
        kept = tuple(item for item in declarations if item.role != "target" or item.tensor in read)
        results = {name for result in self.source.results for name in self._entries(result)}
        said = ", ".join(f"{name} = {size}" for name, size in self.sizes.items())
        words = f"Every entry is a number of its own{f', at {said}' if said else ''}; entries count from 1."
        return replace(
            self.source,
            name=f"{self.source.name}_expanded",
            title=f"{self.source.title}, neuron by neuron",
            about=words,
            dimensions=(),
            declarations=kept,
            equations=tuple(self.equations),
            results=tuple(item.tensor.name for item in self.equations if item.tensor.name in results),
            wrt=tuple(name for wanted in self.source.wrt for name in self._entries(wanted)),
            recurrences=(),
            text="",
            file="",
        )

    def _too_large(self) -> InputError:
        free = [item.symbol.name for item in self.source.dimensions if item.formula is None]
        smaller = ",".join(f"{name}={max(1, min(self.sizes[name] - 1, 2))}" for name in free)
        return InputError(
            f"{self.source.name} has too many entries to be written out one by one "
            f"({', '.join(f'{name} = {size}' for name, size in self.sizes.items())})",
            None,
            f"--sizes {smaller}" if free else "a smaller network",
        )

    # Names --------------------------------------------------------------------------------------------------------

    def _entries(self, name: str) -> Iterator[str]:
        for place in itertools.product(*(range(size) for size in self.shapes[name])):
            yield self._name(name, place)

    def _name(self, tensor: str, place: Place) -> str:
        """W1_12 for the entry in row 1 and column 2 of W1; an axis with one entry needs no number."""
        key = (tensor, place)
        if key not in self.names:
            shape = self.shapes[tensor]
            numbers = [str(number + 1) for number, size in zip(place, shape, strict=True) if size > 1 or number]
            stem = tensor.rstrip("'")
            between = "" if all(size < 10 for size in shape) else "_"
            name = "_".join([stem, between.join(numbers)] if numbers else [stem])
            while name + tensor[len(stem) :] in self.taken:
                name += "_"
            self.names[key] = name + tensor[len(stem) :]
            self.taken.add(self.names[key])
        return self.names[key]

    def _tensor(self, tensor: Tensor, place: Place) -> Tensor:
        within = None if tensor.within is None else self.writer.of(tensor.within, {})
        return Tensor(self._name(tensor.name, place), (), within)

    # Declarations -------------------------------------------------------------------------------------------------

    def _declared(self, item: Declaration) -> Iterator[Declaration]:
        facts = _of_each_entry(item)
        shape = self.shapes[item.tensor.name]
        if len(self.names) > 4 * MOST_EQUATIONS:
            raise self._too_large()
        for place in itertools.product(*(range(size) for size in shape)):
            if len(self.names) > 4 * MOST_EQUATIONS:
                raise self._too_large()
            value = None if item.value is None else _at(item.value, place)
            yield replace(item, tensor=self._tensor(item.tensor, place), facts=facts, value=value)

    # Equations ----------------------------------------------------------------------------------------------------

    def _read(self, entry: Entry) -> Expr:
        """What stands for an entry in the written network."""
        tensor, place = entry.tensor, tuple(int(subscript) for subscript in entry.subscripts)
        if tensor.name in self.labels:
            return sympify(_at(self.labels[tensor.name], place))
        outside = any(not 0 <= number < size for number, size in zip(place, self.shapes[tensor.name], strict=True))
        if outside and (tensor.name, place) not in self.names:
            right = self._end(tensor.name, place)
            if right is None:
                raise InputError(f"{entry} lies outside {tensor.name}", None, "another size")
            if isinstance(right, Entry) or right.is_number:
                return right
            self._define(self._tensor(tensor, place), right)
        return Entry(self._tensor(tensor, place))

    def _end(self, name: str, place: Place) -> Expr | None:
        """The right side of the boundary that gives an entry; None where none does."""
        _, ends = self.ends.get(name, (0, []))
        for end in ends:
            letters: dict[Index, int] = {}
            fits = True
            for subscript, number in zip(end.left.subscripts, place, strict=True):
                if isinstance(subscript, Index):
                    letters[subscript] = number
                else:
                    fits = fits and self.writer.number(subscript, {}) == number
            if fits:
                return self.writer.of(end.right, letters)
        return None

    def _steps(self, recurrence: Recurrence) -> None:
        """All members step by step, in the order in which they can be computed."""
        numbers = range(self.writer.number(recurrence.size, {}))
        for number in numbers if recurrence.step < 0 else reversed(numbers):
            for name, axis in zip(recurrence.members, recurrence.axes, strict=True):
                equation = self.source.equation(name)
                assert equation is not None
                letter = equation.left.subscripts[axis]
                assert isinstance(letter, Index)
                self._equation(equation, {letter: number})

    def _equation(self, equation: Equation, fixed: Mapping[Index, int]) -> None:
        letters = [letter for letter in equation.letters if letter not in fixed]
        for numbers in itertools.product(*(range(self.writer.number(letter.size, {})) for letter in letters)):
            chosen = {**fixed, **dict(zip(letters, numbers, strict=True))}
            place = tuple(self.writer.number(subscript, chosen) for subscript in equation.left.subscripts)
            given = self._end(equation.tensor.name, place)
            right = self.writer.of(equation.right, chosen) if given is None else given
            self._define(self._tensor(equation.tensor, place), right)

    def _define(self, tensor: Tensor, right: Expr) -> None:
        self.equations.append(Equation(tensor, (), right))
        if len(self.equations) > MOST_EQUATIONS:
            raise self._too_large()


def _of_each_entry(item: Declaration) -> tuple[str, ...]:
    """What the facts of an array say of each of its entries alone: entries of one-hot rows are 0 or 1."""
    known = [name for fact in declared_facts(item) for name in (fact.name, *fact.implies)]
    return tuple(name for name in dict.fromkeys(known) if FACTS[name].of_axes == 0)


def _at(value: object, place: Place) -> Expr:
    """One number of a nested value."""
    for number in place:
        assert isinstance(value, tuple)
        value = value[number]
    assert isinstance(value, Expr | Integer)
    return value
