"""Trying one link of a statement at points: both sides are read, and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np
from sympy import Expr

from derive.arrays import Named
from derive.errors import InputError
from derive.verification.borders import USUAL, Seen, deciding, depends_on, scales_in, unreached
from derive.verification.compare import ROUNDING, Difference, compared, on_common_axes
from derive.verification.counting import as_code
from derive.verification.elaborate import elaborated, holds
from derive.verification.elaborate.primes import SLOPES, has_prime
from derive.verification.expressed import exactly
from derive.verification.formula.tree import (
    Applied,
    Big,
    Cases,
    Chain,
    Comparison,
    Derivative,
    Indicator,
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
from derive.verification.relation import ORDER, related
from derive.verification.scope import EXAMPLE, Scope
from derive.verification.subscripts import size_letters
from derive.verification.value import DoesNotFit, Value

Proof = Callable[[], bool]


_LEAST = 0.25  # for so many entries that are compared one may have no number: the last step has no next one
_MOST_BEYOND = 6  # points at which a bound is tried that no case of it decides


def _unproved() -> bool:
    return False


def no_points(scales: tuple[float, ...]) -> Iterator[Point]:
    """No points beyond the usual ones."""
    return iter(())


@dataclass(frozen=True)
class Trial:
    """What came of one link: equal at `points` points, or different, or without meaning.

    misfit    shapes that cannot fit, as a sentence
    unknown   what is not understood
    implied   True where an axis of examples was left out by the text
    proof     tries to prove what is equal at the points
    options   the second readings under which it is equal, where the first one fails
    one_case  of what is equal: why the points say too little, such as "at all of them max(x, 4) comes out the same way"
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
    one_case: str = ""

    @cached_property
    def proved(self) -> bool:
        """True where algebra brings both sides to one form, for all sizes and values."""
        return self.equal and self.proof()

    def after(self, other: Trial) -> Trial:
        """This trial, proved only where another one is proved too."""
        return replace(self, proof=lambda: other.proved and self.proved, one_case=self.one_case or other.one_case)

    @property
    def fits(self) -> bool:
        return not self.misfit and self.unknown is None


@dataclass(frozen=True)
class Judge:
    """Judges the statements of a text in one reading, at several points.

    further   points of values far apart, for statements that decide between cases where the network does not
    beyond    points of values as large as these numbers, for statements that decide by them
    """

    names: Names
    reading: Reading
    points: tuple[Point, ...]
    given: Point | None = None
    options: frozenset[str] = frozenset()
    free: tuple[str, ...] = ()
    memory: dict[object, object] = field(default_factory=dict, compare=False, repr=False)
    further: Callable[[], tuple[Point, ...]] = field(default=tuple, compare=False, repr=False)
    beyond: Callable[[tuple[float, ...]], Iterator[Point]] = field(default=no_points, compare=False, repr=False)

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
            free=free_values(self.free, point, self._number(point)) if self.free else {},
            after=lambda: point.after,
        )

    def _number(self, point: Point) -> int:
        """The place of a point among those that every claim is tried at."""
        return next((number for number, item in enumerate(self.points) if item is point), 0)

    def points_for(self, statement: Statement) -> tuple[Point, ...]:
        """The points at which a statement is tried."""
        return (*self.points, *self.further()) if _has_cases(statement) else self.points

    def prepared(self, statement: Statement, point: Point, surface: str) -> Scope:
        """A scope that knows what the letters of a statement run over, wherever in it that is told."""
        scope = self.scope(point, surface)
        scope = replace(scope, reading=as_code(scope.reading, statement, surface))
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
                if first is None or (trial.fits and not first.fits) or (first.unknown is not None and trial.misfit):
                    first = trial
        assert first is not None
        return first

    def _tried(self, statement: Statement, link: int, surface: str, points: tuple[Point, ...] | None) -> Trial:
        left, right = statement.sides[link], statement.sides[link + 1]
        relation = statement.relations[link]
        count = 0
        implied = False
        proof: Proof | None = None
        compared_ = untold = 0
        seen, vanishing = Seen(statement), not any(_is_zero(side) for side in (left, right))
        for point in self._points(statement, relation, seen) if points is None else points:
            scope, values = self._sides(statement, point, surface)
            try:
                mask = self._mask(statement, scope)
                a, b = self._side(left, link, scope, values), self._side(right, link + 1, scope, values)
                proof = proof or self._proof(a, b, mask, relation)
                implied = implied or EXAMPLE in scope.letters
                result = related(a, b, relation, mask, statement, bool(self.free), bool(point.beyond))
                seen.add(scope)
                vanishing = vanishing and _vanishes(a) and _vanishes(b)
                compared_, untold = compared_ + result.compared, untold + result.untold
            except DoesNotFit as misfit:
                if (
                    relation == "="
                    and isinstance(left, Derivative)
                    and self._as_factor(left, right, statement, point, surface)
                ):
                    count += 1
                    proof, vanishing = _unproved, False
                    continue
                return Trial(False, misfit=str(misfit))
            except InputError as error:
                return Trial(False, unknown=error)
            if not result.anything:
                continue
            count += 1
            if not result.equal and not (point.beyond and proof is not None and proof()):
                return Trial(False, count, result, _sizes(point.values.sizes), implied=implied)
        if not count:
            what = "it says nothing about any number: a side is none, or the conditions never hold"
            return Trial(False, unknown=InputError(what))
        one_case = f"at all of them {seen.missing} comes out the same way" if seen.missing and points is None else ""
        one_case = "at all of them both sides are 0" if vanishing else one_case
        if compared_ < _LEAST * untold:
            one_case = f"at {untold} of {compared_ + untold} places a side has no value"
        return Trial(True, count, implied=implied, proof=proof or _unproved, one_case=one_case)

    def _points(self, statement: Statement, relation: str, seen: Seen) -> Iterator[Point]:
        """The points at which a statement is tried; then, until it has been on both sides of what decides in it, points
        beyond them."""
        yield from self.points_for(statement)
        scales = scales_in(statement)
        bounded = relation in ORDER and bool(scales)
        if not seen.missing and not bounded and not (scales and deciding(statement)):
            return
        if self.free:
            every = scales or USUAL
            wide = (replace(self.points[number % len(self.points)], beyond=every) for number in range(_MOST_BEYOND))
            yield from wide
            return
        for number, point in enumerate(self.beyond(scales)):
            if number >= _MOST_BEYOND and not seen.missing:
                return
            yield point

    def _sides(self, statement: Statement, point: Point, surface: str) -> tuple[Scope, dict[int, Value]]:
        """The scope of a statement at a point with the values of its sides so far: the links of a chain share them."""
        version = (len(self.names.definitions), len(self.names.found), surface)
        if self.memory.get("statement") is not statement or self.memory.get("version") != version:
            self.memory.clear()
            self.memory.update(statement=statement, version=version)
        key = (id(point), self.reading, self.options, self.free)
        if key not in self.memory:
            self.memory[key] = (self.prepared(statement, point, surface), {})
            self.memory[id(point)] = point  # as long as it is remembered, no other one gets its id
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

    @cached_property
    def _unreached(self) -> tuple[tuple[str, Expr, int], ...]:
        return unreached(self.names.network, self.points)

    def one_case(self, statement: Statement) -> str:
        """What decides between cases in a value that a statement depends on, and comes out one way at all points."""
        if not self._unreached:
            return ""
        values = depends_on(statement.sides, self.names)
        for name, border, _ in self._unreached:
            if name in values:
                return f"at all of them {border} > 0, in {name}, comes out the same way"
        return ""

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
    if any(isinstance(node, Symbol) and has_prime(node) for node in nodes):
        found += [options | {SLOPES} for options in found]
    if any(isinstance(node, Derivative) and node.of is not None for node in nodes):
        found += [options | {"local"} for options in found]
    return found


def _is_zero(side: Node) -> bool:
    """True where a formula says that something is 0."""
    return any(isinstance(node, Number) and not node.text.strip("0.") for node in walk(side))


def _vanishes(value: Value) -> bool:
    """True where all that is left of a value is below what rounding leaves: it is equal to anything as small."""
    array = value.data.array
    return bool(np.all(~(np.abs(array) > ROUNDING)))


def _sizes(sizes: Mapping[str, int]) -> str:
    return ", ".join(f"{name} = {size}" for name, size in sizes.items())
