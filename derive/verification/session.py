"""A text, statement by statement: what defines, what claims, and how each link of each chain comes out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from derive.errors import InputError, Place
from derive.verification.digits import (
    agree,
    half_unit,
    has_decimals,
    is_arithmetic,
    is_pure_arithmetic,
    lone_number,
    reach,
    significant,
)
from derive.verification.elaborate import Unknown, elaborated
from derive.verification.formula.tree import Chain, Derivative, Differential, Node, Number, Statement, Symbol, walk
from derive.verification.free import free_variables, one_sided
from derive.verification.judge import ORDER, Judge, Trial
from derive.verification.layered import at_each_layer, last_layer, layer_letter
from derive.verification.mention import is_mention
from derive.verification.names import Defined, Names
from derive.verification.points import Point
from derive.verification.rewriting import after_update, in_statement, with_side
from derive.verification.spelled import joined_names
from derive.verification.spelling import key_of, text_of
from derive.verification.value import DoesNotFit

_DEFINING = ("=", ":=", "≡", "←")
_ANY_PARAMETER = ("W", "w", "θ", "Θ", "β", "params")
_REFUSED = {"∝": "a proportionality says too little to be checked"}


@dataclass(frozen=True)
class Written:
    """A statement of a text, with the notation that it is written in.

    defines   True where its first equation is one of the network's own, because the network was read out of the text
    """

    statement: Statement
    surface: str
    before: str = ""
    defines: bool = False


_LOCAL = re.compile(r"\b(?:local|direct)", re.IGNORECASE)


class NeedsValues(InputError):
    """A claim with numbers about values that nobody has given."""


@dataclass(frozen=True)
class LinkResult:
    """How one link came out, before it is put into words.

    number    True where printed digits were compared, at the values that the text gives
    at_after  True where it holds for the values after the update only
    exact     for printed digits: what the side without them is
    free      the symbols that name nothing, for every value of which it is said
    locally   True where the text speaks of local derivatives: the values between stay as they are
    """

    statement: Statement
    link: int
    surface: str
    trial: Trial
    number: bool = False
    at_after: bool = False
    exact: float | None = None
    layers: int = 0
    free: tuple[str, ...] = ()
    locally: bool = False


@dataclass
class Session:
    """Reads statements in order with one judge; definitions of the text are added to its names as they are met.

    mentions   statements that claim nothing: cases, limits, places
    """

    judge: Judge
    definitions: list[tuple[Statement, str]] = field(default_factory=list)
    updated: bool = False  # the text has made a step: what it prints from now on may be about the values after it
    mentions: list[Statement] = field(default_factory=list)

    def results(self, written: Written) -> Iterator[LinkResult]:
        """The links of a statement; none for a definition or a mere mention."""
        locally = speaks_locally(written, self.judge.names)
        for result in self._results(written):
            yield replace(result, locally=locally)

    def _results(self, written: Written) -> Iterator[LinkResult]:
        statement = last_layer(written.statement, self.judge.names)
        statement = joined_names(statement, self.judge.names.network)
        has_values = self.judge.given is not None
        if len(statement.sides) < 2:
            return
        if is_mention(statement, written.before, self.judge.names, has_values):
            self.mentions.append(written.statement)
            return
        free = free_variables(statement, self.judge.names)
        if free:
            identity = replace(self.judge, free=free)
            for link in range(len(statement.relations)):
                trial = identity.tried(statement, link, written.surface)
                lone = one_sided(statement, link, free)
                if lone is not None and not trial.equal:
                    what = f"nothing says what {lone} is"
                    trial = Trial(False, unknown=Unknown(what, statement.place, "define it before"))
                yield LinkResult(statement, link, written.surface, trial, free=free)
            return
        first = 1 if written.defines else self._defined(statement, written.surface)
        if first:
            self.definitions.append((written.statement, written.surface))
        for instance in self._updates(statement):
            letter = layer_letter(instance, self.judge.names)
            for link in range(first, len(instance.relations)):
                if letter is None:
                    yield self._link(instance, link, written.surface)
                else:
                    yield self._at_layers(instance, link, written.surface, letter)

    # Definitions and updates

    def _defined(self, statement: Statement, surface: str) -> int:
        """1 where the first side is a new symbol that the second one defines, which is then known; else 0."""
        left, right = statement.sides[:2]
        if statement.relations[0] not in _DEFINING or not isinstance(left, Symbol):
            return 0
        if self._defined_gradient(left, right):
            return 1
        if text_of(left) == "ℓ" and self._is_part_of_loss(statement, surface):
            self.judge.names.definitions[key_of(left)] = Defined(left, right)
            return 1
        is_exponential = left.name == "e" and not left.lower and not any(mark.bracket for mark in left.upper)
        if any(True for _ in self.judge.names.meanings(left)) or is_exponential:
            return 0
        names = {item.name for item in walk(right) if isinstance(item, Symbol)}
        if left.name in names and any(key_of(item) == key_of(left) for item in walk(right) if isinstance(item, Symbol)):
            return 0
        point = self.judge.points[0]
        scope = self.judge.prepared(replace(statement, sides=(right,), relations=()), point, surface)
        try:
            elaborated(right, scope)
        except DoesNotFit:
            pass
        except InputError:
            return 0
        same = self._same_value(left, right, surface)
        if same is not None:
            self.judge.names.found.append((_without_letters(left), Symbol(same)))
        else:
            self.judge.names.definitions[key_of(left)] = Defined(left, right)
        return 1

    def _is_part_of_loss(self, statement: Statement, surface: str) -> bool:
        """True for `\\ell = -y_k \\log p_k`, one term of a loss: it depends on letters, which no loss does."""
        known = self.judge.names.network.tensors
        if "ℓ" in known or "l" in known or key_of(Symbol("ℓ")) in self.judge.names.definitions:
            return False
        right = statement.sides[1]
        scope = self.judge.prepared(replace(statement, sides=(right,), relations=()), self.judge.points[0], surface)
        try:
            return bool(elaborated(right, scope).data.letters)
        except (DoesNotFit, InputError):
            return False

    def _same_value(self, left: Symbol, right: Node, surface: str) -> str | None:
        """The value of the network that a definition repeats under another name."""
        for equation in self.judge.names.network.equations:
            other = Symbol(equation.tensor.name, left.lower, left.upper, place=left.place)
            trial = self.judge.tried(Statement((other, right), ("=",)), 0, surface, self.judge.points[:2])
            if trial.equal:
                return equation.tensor.name
        return None

    def _defined_gradient(self, left: Symbol, right: Node) -> bool:
        """Remember that a symbol is the gradient by a value, where the text says so before it uses it otherwise."""
        is_error = left.name in ("δ", "Δ", "g", "e") or not any(True for _ in self.judge.names.meanings(left))
        if not is_error or not isinstance(right, Derivative) or not isinstance(right.by, Symbol):
            return False
        of = (
            None
            if right.of is None
            else next(self.judge.names.meanings(right.of), None)
            if isinstance(right.of, Symbol)
            else None
        )
        if right.of is not None and (of is None or of.kind != "loss"):
            return False
        written = left if left.upper or not left.lower else _without_letters(left)
        known = [name for name, _ in self.judge.names.found]
        if written in known:
            return False
        by = right.by if left.upper else _without_letters(right.by)
        self.judge.names.found.append((written, replace(by, name="d" + by.name)))
        return True

    def _updates(self, statement: Statement) -> list[Statement]:
        """The statement; an update of parameters, `W := W - α ∂E/∂W`, as a claim about each of them."""
        left, right = statement.sides[:2]
        if not isinstance(left, Symbol):
            return [statement]
        repeats = (
            isinstance(right, Chain) and right.signs and set(right.signs) <= {"+", "-"} and right.operands[0] == left
        )
        marked = any(text_of(mark.of) in ("+", "new") for mark in left.upper)
        if statement.relations[0] not in (":=", "←") and not repeats and not marked:
            return [statement]
        self.updated = True
        self._take_rate(right)
        names = self.judge.names
        meant = next(names.meanings(left), None)
        if meant is not None and meant.kind == "value":
            # z := W x + b computes a value; only parameters are updated.
            is_update = repeats or meant.name in {tensor.name for tensor in names.network.parameters}
            return [with_side(statement, 0, after_update(left)) if is_update and not marked else statement]
        if left.name not in _ANY_PARAMETER:
            return [statement]
        found = []
        for tensor in names.network.parameters:

            def named(node: Node, name: str = tensor.name) -> Node | None:
                if isinstance(node, Symbol) and node.name == left.name:
                    marks = tuple(mark for mark in node.upper if text_of(mark.of) in ("+", "T", "⊤"))
                    return Symbol(name, (), marks, place=node.place)
                return None

            instance = in_statement(statement, named)
            first = instance.sides[0]
            assert isinstance(first, Symbol)
            found.append(instance if marked else with_side(instance, 0, after_update(first)))
        return found

    def _take_rate(self, right: Node) -> None:
        """w - 0.1 dE/dw says that the learning rate is 0.1, where nothing else says it."""
        if (
            self.judge.names.network.learning_rate is not None
            or not isinstance(right, Chain)
            or len(right.operands) != 2
        ):
            return
        step = right.operands[1]
        rate = step.operands[0] if isinstance(step, Chain) and "/" not in step.signs[:1] else None
        if isinstance(rate, Number) and right.signs == ("-",) and any(map(_is_gradient, walk(step))):
            self.judge = self.judge.at_rate(float(Fraction(rate.text)))

    # Links

    def _link(self, statement: Statement, link: int, surface: str) -> LinkResult:
        refused = _REFUSED.get(statement.relations[link])
        if refused:
            return LinkResult(statement, link, surface, Trial(False, unknown=InputError(refused, statement.place)))
        pair = statement.sides[link : link + 2]
        if all(map(is_pure_arithmetic, pair)):
            exact = self._compared(statement, link, surface, self.judge.given or self.judge.points[0], False)
            if exact is not None:
                return exact
        trial = self.judge.tried(statement, link, surface)
        printed = any(map(has_decimals, pair)) or any(map(is_arithmetic, pair))
        if self.judge.given is not None and trial.fits:
            printed = printed or any(lone_number(side) is not None for side in pair)  # 0 and 1 are results too
        if trial.equal or not printed:
            return LinkResult(statement, link, surface, trial)
        is_bound = statement.relations[link] in ORDER  # p < 0.1 is wrong wherever p is not
        if self.judge.given is None and (is_bound or not any(map(is_arithmetic, pair))):
            return LinkResult(statement, link, surface, trial)
        return self._numbers(statement, link, surface, trial)

    def _at_layers(self, statement: Statement, link: int, surface: str, letter: str) -> LinkResult:
        """A link at every layer that its symbols have; it holds where it holds at all of them, and there is one."""
        count, last = 0, Trial(False, unknown=InputError(f"no layer {letter} has all of its symbols", statement.place))
        for _, instance in at_each_layer(statement, letter, self.judge.names):
            trial = self.judge.tried(instance, link, surface)
            if trial.unknown is not None:
                last = last if count else trial
                continue
            before = last if count else trial
            count += 1
            last = trial.after(before)
            if not trial.equal:
                return LinkResult(instance, link, surface, trial, layers=count)
        return LinkResult(statement, link, surface, last, layers=count)

    # Printed digits

    def _numbers(self, statement: Statement, link: int, surface: str, trial: Trial) -> LinkResult:
        """A link with printed digits, at the values that are given; where it fails there, after the update."""
        given = self.judge.given
        if given is None and all(map(is_arithmetic, statement.sides[link : link + 2])):
            given = self.judge.points[0]  # 2 + 2 = 5 needs no values
        if given is None:
            if trial.unknown is None and not trial.misfit:
                unknown = NeedsValues(
                    "it needs the values of the network, and none are given",
                    statement.place,
                    "input x = 0.1 in the network",
                )
                trial = Trial(False, unknown=unknown)
            return LinkResult(statement, link, surface, trial)
        outcome = self._compared(statement, link, surface, given, False)
        may_be_later = self.updated or (outcome is not None and not _nearly(outcome, statement, link))
        if outcome is not None and not outcome.trial.equal and may_be_later:
            later = self._compared(statement, link, surface, given, True)
            if later is not None and later.trial.equal:
                return later
        if outcome is not None:
            return outcome
        return LinkResult(statement, link, surface, trial)

    def _compared(self, statement: Statement, link: int, surface: str, point: Point, later: bool) -> LinkResult | None:
        scope = self.judge.prepared(statement, point, surface)
        if later:
            scope = scope.with_values(point.after)
        exact = exact_numbers(point)
        try:
            a, b = (reach(side, scope, exact) for side in statement.sides[link : link + 2])
        except InputError as error:
            return LinkResult(statement, link, surface, Trial(False, unknown=error), number=True)
        except DoesNotFit as misfit:
            return LinkResult(statement, link, surface, Trial(False, misfit=str(misfit)), number=True)
        left, right = statement.sides[link : link + 2]
        value = a.value if lone_number(right) is not None else b.value if lone_number(left) is not None else None
        order = ORDER.get(statement.relations[link])
        printed = lone_number(left) is not None and lone_number(right) is not None
        equal = agree(a, b, printed) if order is None else bool(order(a.value, b.value))
        return LinkResult(statement, link, surface, Trial(equal, 1), number=True, at_after=later, exact=value)


def speaks_locally(written: Written, names: Names) -> bool:
    """True where derivatives may be local ones: the words before say so, a chain rule has several, or a step follows
    another, where h_t depends on W directly and through h_{t-1}."""
    if _LOCAL.search(f"{written.before} {written.statement.source}") or names.network.recurrences:
        return True
    chains = [node for side in written.statement.sides for node in walk(side) if isinstance(node, Chain)]
    return any(sum(isinstance(item, Derivative) for item in chain.operands) > 1 for chain in chains)


def _is_gradient(node: Node) -> bool:
    return isinstance(node, Derivative | Differential)


def _without_letters(symbol: Symbol) -> Symbol:
    """The symbol without the letters that it depends on; labels such as the 1 of z_1 stay."""
    lower = tuple(item for item in symbol.lower if not (text_of(item) or "i").isalpha())
    upper = tuple(mark for mark in symbol.upper if not (text_of(mark.of) or "i").isalpha())
    return Symbol(symbol.name, lower, upper, symbol.accents, place=symbol.place)


def _nearly(result: LinkResult, statement: Statement, link: int) -> bool:
    """True where a printed number is only misprinted, or has too few digits to tell one point from another."""
    printed = next((lone_number(side) for side in statement.sides[link : link + 2] if lone_number(side)), None)
    if printed is None or result.exact is None:
        return False
    unit = 2 * half_unit(printed.text)
    return significant(printed.text) < 4 or abs(abs(result.exact) - float(Fraction(printed.text))) < 4 * unit


def exact_numbers(point: Point) -> frozenset[Fraction]:
    """The numbers that are given: they stand in a text as they are, not rounded."""
    found = set()
    for item in point.values.network.declarations:
        for number in np.ravel(point.values.array(item.tensor.name)):
            if np.isfinite(number):
                found.add(Fraction(repr(float(number))))
    if np.isfinite(point.rate):
        found.add(Fraction(repr(point.rate)))
    return frozenset(found)


__all__ = ["LinkResult", "Place", "Session", "Unknown", "Written"]
