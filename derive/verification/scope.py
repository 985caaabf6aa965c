"""Where a formula is read: names, a reading, the values of a point, the letters met so far, and entries of tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from sympy import Expr, Symbol

from derive.arrays import Named, Values
from derive.arrays.values import STEP
from derive.entry import Entry, Tensor
from derive.index import Index
from derive.operators import Partial
from derive.verification.expressed import Expressed, NoExpression, along, exactly, express, formula_of
from derive.verification.formula.tree import Node
from derive.verification.names import Names
from derive.verification.place import Axes, axes_of
from derive.verification.reading import Reading
from derive.verification.value import DoesNotFit, Facing, Path, Value, axis

LOSS = "·loss"
LOSS_ENTRY = Entry(Tensor(LOSS))  # in expressions; of a layer, the sum of its outputs times what arrives at them
EXAMPLE = "·n"


class Along(Named):
    """Places on an axis that stays an axis: the np.arange(T) - 1 in h[np.arange(T) - 1]."""


@dataclass(frozen=True)
class _End:
    """The slice with this number on an axis of a recurrent value, which is the value `given`."""

    axis: int
    place: int
    given: str


@dataclass(frozen=True)
class Scope:
    """All that decides what a formula is at one point.

    upstream   for a layer: the gradients that arrive at its outputs
    after      the values after one step of gradient descent, made when they are asked for
    letters    the letters of this statement and what they run over
    numbers    other values for numbers of the text, by their place: how a printed digit moves a result
    rate       the learning rate
    later      True where the values are those after one step of gradient descent
    summed     what the letters of sums run over, for another sum in the same statement that does not tell
    known      numbers that the text defines, worked out once, with what they were worked out from
    free       values of symbols that name nothing, in an identity
    largest    what the argmax of subscripts are, counted from 0
    options    second readings: "dots" (a · b entry by entry), "sigmoid" (σ whatever the activation is), "local"
               (a derivative of a value is local: the values between stay as they are)
    """

    names: Names
    reading: Reading
    values: Values
    surface: str
    upstream: Mapping[str, np.ndarray] = field(default_factory=dict)
    letters: dict[str, Index] = field(default_factory=dict)
    numbers: Mapping[object, float] = field(default_factory=dict)
    rate: float = 0.37
    later: bool = False
    options: frozenset[str] = frozenset()
    free: Mapping[str, Named] = field(default_factory=dict)
    largest: Mapping[Node, Named] = field(default_factory=dict)
    summed: dict[str, Index] = field(default_factory=dict)
    after: Callable[[], Values] | None = None
    known: dict[tuple[object, ...], tuple[Value, object]] = field(default_factory=dict)

    @property
    def batch_size(self) -> Expr | None:
        found = [item.symbol for item in self.names.network.dimensions if item.symbol.name == self.names.batch]
        return found[0] if found else None

    def first(self, size: Expr) -> int:
        """What indices of this size count from: 1, or 0 where the text says so."""
        return self.reading.steps if self.is_step(size) else self.reading.first

    def is_step(self, size: Expr) -> bool:
        """True for the number of steps or layers of a recurrence."""
        return any(recurrence.size == size for recurrence in self.names.network.recurrences)

    def letter(self, name: str, size: Expr) -> Index:
        """The letter of this name, which runs over this size; DoesNotFit where it runs over another one already."""
        known = self.letters.get(name)
        if known is None:
            self.letters[name] = known = Index(name, size)
        elif known.size != size and self.values.size(known.size) != self.values.size(size):
            raise DoesNotFit(f"{name} runs over {known.size} and over {size}")
        elif known.size != size:
            return Index(name, known.size)
        return known

    def with_values(self, values: Values) -> Scope:
        """The same scope at other values."""
        return replace(self, values=values)

    def counting(self) -> Scope:
        """The same scope where sizes are expected, below a fraction or as a bound: H is the size, not a matrix."""
        return self if "sizes" in self.options else replace(self, options=self.options | {"sizes"})

    def axes(self, name: str) -> Axes:
        """The axes of a tensor as this reading sees them."""
        return axes_of(self.names.network.tensors[name], self.names.network, self.names.batch, self.reading)

    def entries(self, name: str, places: Mapping[int, Named], implied: bool) -> Value:
        """A value of the network, at subscripts on some of its axes; the others remain, in the order of the text."""
        tensor = self.names.network.tensors[name]
        return self._laid_out(
            name,
            places,
            implied,
            lambda subscripts: self.values.entry(name, subscripts),
            lambda *subscripts: self._now(Entry(tensor, *subscripts)),
        )

    def _now(self, entry: Entry) -> Expr:
        """An entry as an expression; after a step of gradient descent that of a parameter alone."""
        if not self.later:
            return entry
        if entry.tensor not in self.names.network.parameters:
            raise NoExpression
        return entry - self.learning_rate * Partial(LOSS_ENTRY, entry)

    @property
    def learning_rate(self) -> Expr:
        """The learning rate as an expression."""
        given = self.names.network.learning_rate
        return Symbol("·rate", positive=True) if given is None else given

    def derivative(
        self,
        of: Callable[[Scope], Value],
        key: str,
        by: str,
        places: Mapping[int, Named],
        implied: bool,
        alone: tuple[str | None] | None = None,
    ) -> Value:
        """∂of/∂by at subscripts on some axes of `by`: what `of` becomes when each entry of `by` moves by itself.

        alone   where all values but this one stay as they are: a local derivative
        """
        if self.values.seeds:
            raise DoesNotFit("a derivative of a derivative is not read")
        end = self._end(by, places)
        if end is not None:
            moved = (
                self.values.moved(end.given) if alone is None else self.values.moved_alone(by, *alone, end=end.place)
            )
        else:
            moved = self.values.moved(by) if alone is None else self.values.moved_alone(by, *alone)
        value = of(self.with_values(moved))
        size = [letter for letter in moved.seeds]
        slopes = np.where(np.isnan(np.real(value.data.array)), np.nan, np.imag(value.data.array) / STEP)
        data = Named(value.data.letters, slopes)
        lacking = tuple(letter for letter in size if letter not in data.letters)
        if lacking:
            shape = tuple(self.values.size(letter.size) for letter in lacking)
            full = np.broadcast_to(data.array.reshape(data.array.shape + (1,) * len(shape)), data.array.shape + shape)
            data = Named((*data.letters, *lacking), full)

        def taken(subscripts: tuple[Named, ...]) -> Named:
            result = data
            inside = [(place, item) for place, item in enumerate(subscripts) if end is None or place != end.axis]
            for seed, (place, subscript) in zip(size, inside, strict=True):
                result = take(result, seed, subscript, self._ends(by, place))
            return result

        tensor, whole = self.names.network.tensors[by], value.data

        def expressed(*subscripts: Expr) -> Expr:
            if alone is not None or end is not None:
                raise NoExpression
            return Partial(formula_of(whole), Entry(tensor, *subscripts))

        inner = self._laid_out(by, places, implied, taken, expressed)
        return Value((*value.axes, *inner.axes), inner.data, inner.row, Path(key, by, value.rank))

    def slope_by(self, of: Callable[[Scope], Value], name: str) -> Value:
        """∂of/∂name by a free variable of this name, at all of its values."""
        if self.values.seeds or any(np.iscomplexobj(value.array) for value in self.free.values()):
            raise DoesNotFit("a derivative of a derivative is not read")
        before = self.free[name]
        value = of(replace(self, free={**self.free, name: Named(before.letters, before.array + 1j * STEP)}))
        return Value(value.axes, Named(value.data.letters, np.asarray(np.imag(value.data.array)) / STEP), value.row)

    def _end(self, name: str, places: Mapping[int, Named]) -> _End | None:
        """The end of a recurrence that a subscript picks, where that is another value: the a_0 that is a_start."""
        for recurrence in self.names.network.recurrences:
            if name not in recurrence.members:
                continue
            axis_ = recurrence.axes[recurrence.members.index(name)]
            place = places.get(axis_)
            if place is None or place.letters:
                continue
            number = int(np.real(place.array))
            for boundary in recurrence.boundaries:
                rest = tuple(item for at, item in enumerate(boundary.left.subscripts) if at != axis_)
                is_here = boundary.tensor.name == name and boundary.left.subscripts[axis_] == number
                if is_here and isinstance(boundary.right, Entry) and boundary.right.subscripts == rest:
                    return _End(axis_, number, boundary.right.tensor.name)
        return None

    def _ends(self, name: str, axis_: int) -> tuple[float, float]:
        """What stands before and behind the steps of a gradient: nan where a boundary gives a slice, else 0."""
        for recurrence in self.names.network.recurrences:
            if name in recurrence.members and recurrence.axes[recurrence.members.index(name)] == axis_:
                given = any(boundary.tensor.name == name for boundary in recurrence.boundaries)
                before, behind = (np.nan if given else 0.0, 0.0)
                return (before, behind) if recurrence.step < 0 else (behind, before)
        return 0.0, 0.0

    def loss(self) -> Value:
        """The loss; of a layer, the sum of its outputs times what arrives at them."""
        network = self.names.network
        if not network.is_layer:
            loss = self.values.entry(network.results[0], ())
            return Value((), loss if self.later else Expressed(loss.letters, loss.array, lambda: LOSS_ENTRY))
        total = Named.number(0.0)
        for name in network.results:
            letters = tuple(axis(size) for size in network.tensors[name].axes)
            every = tuple(Named((letter,), np.arange(self.values.size(letter.size))) for letter in letters)
            product = self.values.entry(name, every) * Named(letters, self.upstream[name])
            total = total + product.reduced(np.sum, letters)
        return Value((), total if self.later else Expressed(total.letters, total.array, lambda: LOSS_ENTRY))

    def _laid_out(
        self,
        name: str,
        places: Mapping[int, Named],
        implied: bool,
        read: Callable[[tuple[Named, ...]], Named],
        expressed: Callable[..., Expr],
    ) -> Value:
        axes = self.axes(name)
        tensor = axes.tensor
        subscripts: list[Named] = []
        letters: dict[int, Index] = {}
        for place, size in enumerate(tensor.axes):
            if place in places:
                subscripts.append(places[place])
                if isinstance(places[place], Along):
                    (letters[place],) = places[place].letters
            elif place == axes.examples and self.reading.batch == "one":
                subscripts.append(exactly(0))
            elif place == axes.examples and implied:
                letter = self.letter(EXAMPLE, size)
                subscripts.append(along(letter, self.values.size(size)))
            else:
                letters[place] = axis(size)
                subscripts.append(along(letters[place], self.values.size(size)))
        shown = tuple(letters[place] for place in axes.shown if place in letters)
        rest = tuple(letters[place] for place in letters if place not in axes.shown)
        kept = (*shown, *rest)
        data = express(read(tuple(subscripts)), expressed, *subscripts)
        return Value(kept, data, self._faces(axes, next(iter(letters)), places) if len(kept) == 1 else False)

    def _faces(self, axes: Axes, place: int, places: Mapping[int, Named]) -> Facing:
        """Whether a vector is a row: one of features as the text has them, one over the examples the other way round; a
        parameter among rows stands as it fits, a bias like x, a weight against it."""
        if self.surface == "plain":
            return "free"
        rows = self.reading.layout == "row"
        if place == axes.examples:
            return not rows
        if axes.examples in places and rows:
            return "free"
        if axes.examples is None and not axes.frames and len(axes.tensor.axes) == 1:
            return None if rows else False
        return rows


def take(data: Named, letter: Index, subscript: Named, ends: tuple[float, float] = (0.0, 0.0)) -> Named:
    """The data at other values of one letter; outside, what stands before and behind it."""
    if letter not in data.letters:
        return data
    whole = len(subscript.letters) == 1 and subscript.array.shape == (data.array.shape[data.letters.index(letter)],)
    if whole and bool(np.all(subscript.array == np.arange(subscript.array.size))):
        return data.renamed({letter: subscript.letters[0]})
    axis_ = data.letters.index(letter)
    size = data.array.shape[axis_]
    rest = data.letters[:axis_] + data.letters[axis_ + 1 :]
    places = np.asarray(np.real(subscript.array), dtype=int)
    inside = (places >= 0) & (places < size)
    found = np.moveaxis(data.array, axis_, -1)[..., np.where(inside, places, 0)]
    found = np.where(inside, found, np.where(places < 0, ends[0], ends[1]))
    letters = (*rest, *subscript.letters)
    if len(set(letters)) == len(letters):
        return Named(letters, found)
    unique = tuple(dict.fromkeys(letters))
    return Named(unique, np.einsum(found, [unique.index(item) for item in letters], list(range(len(unique)))))
