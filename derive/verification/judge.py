"""Trying one link of a statement at points: both sides are read, and compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np

from derive.arrays import Named
from derive.arrays.named import combined
from derive.errors import InputError
from derive.verification.compare import Difference, compared, on_common_axes
from derive.verification.elaborate import elaborated, holds
from derive.verification.expressed import exactly
from derive.verification.formula.tree import (
    Applied,
    Big,
    Cases,
    Chain,
    Comparison,
    Derivative,
    Indicator,
    Negative,
    Node,
    Norm,
    Number,
    Statement,
    Symbol,
    walk,
)
from derive.verification.free import free_values
from derive.verification.functions import decides_by_name
from derive.verification.names import Names
from derive.verification.points import Point
from derive.verification.products import product
from derive.verification.proof import proved
from derive.verification.reading import Reading
from derive.verification.scope import EXAMPLE, Scope
from derive.verification.subscripts import size_letters
from derive.verification.value import DoesNotFit, Value, aligned

Proof = Callable[[], bool]
ORDER = {"<": np.less, "≤": np.less_equal, ">": np.greater, "≥": np.greater_equal, "≠": np.not_equal}


def _unproved() -> bool:
    return False


@dataclass(frozen=True)
class Trial:
    """What came of one link: equal at `points` points, or different, or without meaning.

    misfit    shapes that cannot fit, as a sentence
    unknown   what is not understood
    implied   True where an axis of examples was left out by the text
    proof     tries to prove what is equal at the points
    options   the second readings under which it is equal, where the first one fails
    """

    equal: bool
    points: int = 0
    difference: Difference | None = None
    sizes: str = ""
    misfit: str = ""
    unknown: InputError | None = None
    implied: bool = False
    proof: Proof = field(default=_unproved, compare=False, repr=False)
    options: frozenset[str] = frozenset()

    @cached_property
    def proved(self) -> bool:
        """True where algebra brings both sides to one form, for all sizes and values."""
        return self.equal and self.proof()

    def after(self, other: Trial) -> Trial:
        """This trial, proved only where another one is proved too."""
        return replace(self, proof=lambda: other.proved and self.proved)

    @property
    def fits(self) -> bool:
        return not self.misfit and self.unknown is None


@dataclass(frozen=True)
class Judge:
    """Judges the statements of a text in one reading, at several points.

    further   points of values far apart, for statements that decide between cases where the network does not
    """

    names: Names
    reading: Reading
    points: tuple[Point, ...]
    given: Point | None = None
    options: frozenset[str] = frozenset()
    free: tuple[str, ...] = ()
    memory: dict[object, object] = field(default_factory=dict, compare=False, repr=False)
    further: Callable[[], tuple[Point, ...]] = field(default=tuple, compare=False, repr=False)

    def scope(self, point: Point, surface: str, letters: dict[str, object] | None = None) -> Scope:
        """The scope of a statement at a point."""
        return Scope(
            names=self.names,
            reading=self.reading,
            values=point.values,
            surface=surface,
            upstream=point.upstream,
            letters={} if letters is None else letters,  # type: ignore[arg-type]
            rate=point.rate,
            options=self.options,
            free=free_values(self.free, point.rate) if self.free else {},
            after=lambda: point.after,
        )

    def points_for(self, statement: Statement) -> tuple[Point, ...]:
        """The points at which a statement is tried."""
        return (*self.points, *self.further()) if _has_cases(statement) else self.points

    def prepared(self, statement: Statement, point: Point, surface: str) -> Scope:
        """A scope that knows what the letters of a statement run over, wherever in it that is told."""
        scope = self.scope(point, surface)
        for side in statement.sides:
            size_letters(side, scope)
        if not _tells_late(statement):
            return scope
        for _ in range(2):
            before = len(scope.letters)
            for condition in statement.conditions:
                try:
                    holds(condition, scope)
                except (DoesNotFit, InputError):
                    continue
            for side in statement.sides:
                try:
                    elaborated(side, scope)
                except (DoesNotFit, InputError):
                    continue
            if len(scope.letters) == before:
                break
        return scope

    def tried(self, statement: Statement, link: int, surface: str, points: tuple[Point, ...] | None = None) -> Trial:
        """One link of a statement at points, until it fails at one; where a sign has two readings, in both."""
        first: Trial | None = None
        with np.errstate(all="ignore"):
            for options in options_of(statement):
                trial = replace(self, options=options)._tried(statement, link, surface, points)
                if trial.equal:
                    return replace(trial, options=options)
                if first is None or (trial.fits and not first.fits):
                    first = trial
        assert first is not None
        return first

    def _tried(self, statement: Statement, link: int, surface: str, points: tuple[Point, ...] | None) -> Trial:
        left, right = statement.sides[link], statement.sides[link + 1]
        relation = statement.relations[link]
        count = 0
        implied = False
        proof: Proof | None = None
        for point in self.points_for(statement) if points is None else points:
            scope, values = self._sides(statement, point, surface)
            try:
                mask = self._mask(statement, scope)
                a, b = self._side(left, link, scope, values), self._side(right, link + 1, scope, values)
                proof = proof or self._proof(a, b, mask, relation)
                implied = implied or EXAMPLE in scope.letters
                result = related(a, b, relation, mask, statement, bool(self.free))
            except DoesNotFit as misfit:
                if (
                    relation == "="
                    and isinstance(left, Derivative)
                    and self._as_factor(left, right, statement, point, surface)
                ):
                    count += 1
                    proof = _unproved
                    continue
                return Trial(False, misfit=str(misfit))
            except InputError as error:
                return Trial(False, unknown=error)
            if not result.anything:
                continue
            count += 1
            if not result.equal:
                return Trial(False, count, result, _sizes(point.values.sizes), implied=implied)
        if not count:
            what = "it says nothing about any number: a side is none, or the conditions never hold"
            return Trial(False, unknown=InputError(what))
        return Trial(True, count, implied=implied, proof=proof or _unproved)

    def _sides(self, statement: Statement, point: Point, surface: str) -> tuple[Scope, dict[int, Value]]:
        """The scope of a statement at a point with the values of its sides so far: the links of a chain share them."""
        version = (len(self.names.definitions), len(self.names.found), surface)
        if self.memory.get("statement") is not statement or self.memory.get("version") != version:
            self.memory.clear()
            self.memory.update(statement=statement, version=version)
        key = (id(point), self.reading, self.options, self.free)
        if key not in self.memory:
            self.memory[key] = (self.prepared(statement, point, surface), {})
        return self.memory[key]  # type: ignore[return-value]

    def _side(self, node: Node, number: int, scope: Scope, values: dict[int, Value]) -> Value:
        if number not in values:
            values[number] = elaborated(node, scope)
        return values[number]

    def _proof(self, a: Value, b: Value, mask: Named, relation: str) -> Proof:
        """What proves an equation, from its sides at one point: their expressions hold for all sizes."""
        if relation in ORDER:
            return _unproved
        one = self.names.size(self.names.batch) if self.names.batch and self.reading.batch == "one" else None
        network = self.names.network
        return lambda: proved(*on_common_axes(a, b), mask, network, one)

    def _as_factor(self, left: Node, right: Node, statement: Statement, point: Point, surface: str) -> bool:
        """True where ∂u/∂v, a derivative of arrays, is said by what the chain rule multiplies by: ∂z/∂W = x^T
        where any gradient by z, times x^T, is that by W."""
        scope = self.prepared(statement, point, surface)
        try:
            derivative, factor = elaborated(left, scope), elaborated(right, scope)
            path = derivative.path
            if path is None or path.outer == 0 or derivative.data.letters != derivative.axes or factor.rank > 2:
                return False
            outer = derivative.axes[: path.outer]
            arriving = np.random.default_rng(7).normal(size=[point.values.size(letter.size) for letter in outer])
            gradient = Value(outer, Named(outer, arriving), row=self.reading.layout == "row")
            exact = (derivative.data * gradient.data).reduced(np.sum, outer)
            wanted = Value(derivative.axes[path.outer :], exact)
        except (DoesNotFit, InputError):
            return False
        for pair in ((gradient, factor), (factor, gradient)):
            try:
                found = product(list(pair), [""], surface)
                if found.rank == wanted.rank + 1 and str(found.axes[0].size) == self.names.batch:
                    found = Value(found.axes[1:], found.data.reduced(np.sum, found.axes[:1]))
                if compared(found, wanted, Named.number(1.0)).equal:
                    return True
            except DoesNotFit:
                continue
        return False

    def at_rate(self, rate: float) -> Judge:
        """The same judge, whose points take steps with another learning rate."""
        points = tuple(replace(point, rate=rate) for point in self.points)
        return replace(self, points=points, given=replace(self.given, rate=rate) if self.given else None)

    def _mask(self, statement: Statement, scope: Scope) -> Named:
        mask: Named = exactly(1)
        for condition in statement.conditions:
            mask = mask * holds(condition, scope)
        return mask

    def values(self, node: Node, statement: Statement, surface: str, point: Point) -> tuple[Value, Scope]:
        """The value of one side at a point, and the scope that it was read in."""
        scope = self.prepared(statement, point, surface)
        return elaborated(node, scope), scope


@lru_cache(maxsize=4096)
def _tells_late(statement: Statement) -> bool:
    """True where a letter may be told only by what stands beside it: i = j, δ_{ij}, the last value of a sum."""
    nodes = [node for side in statement.sides for node in walk(side)]
    kinds = (Indicator, Cases, Comparison, Big, Applied)
    late = any(isinstance(node, kinds) or (isinstance(node, Symbol) and node.name == "δ") for node in nodes)
    return bool(statement.conditions) or late


@lru_cache(maxsize=4096)
def _has_cases(statement: Statement) -> bool:
    """True where a side is one formula here and another there: a maximum, an absolute value, [z > 0]."""
    nodes = [node for side in statement.sides for node in walk(side)]
    return any(
        isinstance(node, Cases | Indicator)
        or (isinstance(node, Norm) and node.kind == "abs")
        or (isinstance(node, Applied) and isinstance(node.of, Symbol) and decides_by_name(node.of.name))
        for node in nodes
    )


@lru_cache(maxsize=4096)
def options_of(statement: Statement) -> list[frozenset[str]]:
    """The readings of signs that a statement leaves open."""
    nodes = [node for side in statement.sides for node in walk(side)]
    found = [frozenset[str]()]
    if any(isinstance(node, Chain) and "·" in node.signs for node in nodes):
        found.append(frozenset({"dots"}))
    if any(isinstance(node, Applied) and node.of.name == "σ" for node in nodes):
        found += [options | {"sigmoid"} for options in found]
    if any(isinstance(node, Derivative) and node.of is not None for node in nodes):
        found += [options | {"local"} for options in found]
    return found


@lru_cache(maxsize=4096)
def _writes_infinity(statement: Statement) -> bool:
    """True for s = -∞: what is infinite is meant to be."""
    return any(isinstance(node, Symbol) and node.name == "∞" for side in statement.sides for node in walk(side))


def related(a: Value, b: Value, relation: str, mask: Named, statement: Statement, partly: bool = False) -> Difference:
    """Whether two values stand in a relation; `partly` where it is said only where both exist: d/dx ln x = 1/x."""
    order = ORDER.get(relation)
    if order is None:
        return compared(a, b, mask, _writes_infinity(statement), partly or _reads_neighbours(statement))
    _, left, right = aligned(a, b, "the comparison")  # p ≥ 0 speaks of every entry of p
    result = compared(Value((), left), Value((), right), mask)
    false = combined(lambda x, y, m: ~order(np.real(x), np.real(y)) & (m > 0), left, right, mask)
    if not np.any(false.array):
        return replace(result, equal=True)
    return replace(compared(Value((), left), Value((), right), false), equal=False)


@lru_cache(maxsize=4096)
def _reads_neighbours(statement: Statement) -> bool:
    """True where a subscript is shifted or a number, t - 1, r + u, 0: then what it names may lie outside of an axis."""
    nodes = [node for side in statement.sides for node in walk(side) if isinstance(node, Symbol)]
    items = [item for node in nodes for item in (*node.lower, *(mark.of for mark in node.upper))]
    return any(isinstance(item, Chain | Negative | Number) for item in items)


def _sizes(sizes: Mapping[str, int]) -> str:
    return ", ".join(f"{name} = {size}" for name, size in sizes.items())
