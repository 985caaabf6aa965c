"""A text, statement by statement: what defines, what claims, and how each link of each chain comes out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from derive.errors import InputError, Place
from derive.verification.borders import deciding, depends_on
from derive.verification.defining import defined
from derive.verification.digits import (
    agree,
    half_unit,
    has_decimals,
    is_arithmetic,
    is_pure_arithmetic,
    lone_matrix,
    lone_number,
    reach,
    significant,
)
from derive.verification.elaborate import Unknown
from derive.verification.formula.tree import Chain, Derivative, Differential, Node, Number, Statement, Symbol, walk
from derive.verification.free import free_variables, one_sided
from derive.verification.judge import Judge, Trial, options_of
from derive.verification.layered import at_each_layer, last_layer, layer_letter
from derive.verification.mention import is_mention
from derive.verification.multipliers import multiplier_of, speaks_of, without_condition
from derive.verification.names import Defined, Names
from derive.verification.points import Point, decides, exact_numbers, tells_numbers
from derive.verification.relation import ORDER
from derive.verification.rewriting import after_update, in_statement, with_side
from derive.verification.spelled import joined_names
from derive.verification.spelling import key_of, text_of
from derive.verification.value import DoesNotFit

_ANY_PARAMETER = ("W", "w", "θ", "Θ", "β", "params")
_REFUSED = {
    "∝": "a proportionality says too little to be checked",
    "∼": "this says of what order a number is, which is too little to be checked",
}


@dataclass(frozen=True)
class Written:
    """A statement of a text, with the notation that it is written in.

    defines   True where its first equation is one of the network's own, because the network was read out of the text
    """

    statement: Statement
    surface: str
    before: str = ""
    after: str = ""
    defines: bool = False


_LOCAL = re.compile(r"\b(?:local|direct)", re.IGNORECASE)


class Conditional(InputError):
    """A claim that is made under a condition only, such as a constraint."""


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
    multipliers   symbols that are multipliers of a condition, λ
    printed       numbers that were found right as the results of something
    """

    judge: Judge
    definitions: list[tuple[Statement, str]] = field(default_factory=list)
    updated: bool = False  # the text has made a step: what it prints from now on may be about the values after it
    mentions: list[Statement] = field(default_factory=list)
    multipliers: list[str] = field(default_factory=list)
    printed: set[Fraction] = field(default_factory=set)

    def results(self, written: Written) -> Iterator[LinkResult]:
        """The links of a statement; none for a definition or a mere mention."""
        locally = speaks_locally(written, self.judge.names)
        for result in self._results(self._without_condition(written)):
            self._keep_printed(result)
            yield replace(self._under_condition(result), locally=locally)

    def _keep_printed(self, result: LinkResult) -> None:
        sides = result.statement.sides[result.link : result.link + 2]
        results = [number for number in map(lone_number, sides) if number is not None]
        if result.trial.equal and len(results) == 1:
            self.printed.add(Fraction(results[0].text))

    def _without_condition(self, written: Written) -> Written:
        """The statement without the `= λ` at its end, which says what a multiplier is."""
        statement = written.statement
        multiplier = multiplier_of(statement, written.before, self.judge.names)
        if multiplier is None:
            return written
        self.judge.names.definitions[key_of(multiplier)] = Defined(multiplier, statement.sides[-2])
        self.definitions.append((statement, written.surface))
        self.multipliers.append(multiplier.name)
        return replace(written, statement=without_condition(statement))

    def _under_condition(self, result: LinkResult) -> LinkResult:
        """A link that speaks of a multiplier and does not always hold is undecided: it is said under a condition."""
        multiplier = speaks_of(result.statement, self.multipliers)
        if multiplier is None or result.trial.equal or result.trial.unknown is not None:
            return result
        what = f"it is said where the gradient is {multiplier}: there alone it may hold, which is not checked"
        return replace(result, trial=Trial(False, unknown=Conditional(what, result.statement.place)))

    def _results(self, written: Written) -> Iterator[LinkResult]:
        statement = last_layer(written.statement, self.judge.names)
        statement = joined_names(statement, self.judge.names.network)
        has_values = self.judge.given is not None
        if len(statement.sides) < 2:
            return
        if is_mention(statement, written.before, written.after, self.judge.names, has_values):
            self.mentions.append(written.statement)
            return
        free = free_variables(statement, self.judge.names)
        if free:
            identity = replace(self.judge, free=free)
            trials = [identity.tried(statement, link, written.surface) for link in range(len(statement.relations))]
            # What is no lemma about any z may still hold of the network's own: max(p, 0) = p of probabilities.
            as_lemma = all(trial.equal for trial in trials) or not self._are_values(free)
        if free and as_lemma:
            for link, trial in enumerate(trials):
                lone = one_sided(statement, link, free)
                if lone is not None and not trial.equal:
                    what = f"nothing says what {lone} is"
                    trial = Trial(False, unknown=Unknown(what, statement.place, "define it before"))
                yield LinkResult(statement, link, written.surface, trial, free=free)
            return
        first = 1 if written.defines else defined(self.judge, statement, written.surface)
        if first:
            self.definitions.append((written.statement, written.surface))
        if self._changes_value(statement):
            what = "a value that is changed in place is not followed"
            unknown = InputError(what, statement.place, "a new name for the value after the change")
            yield LinkResult(statement, 0, written.surface, Trial(False, unknown=unknown))
            return
        for instance in self._updates(statement):
            letter = layer_letter(instance, self.judge.names)
            for link in range(first, len(instance.relations)):
                if letter is None:
                    yield self._link(instance, link, written.surface)
                else:
                    yield self._at_layers(instance, link, written.surface, letter)

    def _are_values(self, names: tuple[str, ...]) -> bool:
        """True where all of these symbols are values of the network too."""
        meanings = [next(self.judge.names.meanings(Symbol(name)), None) for name in names]
        return all(meaning is not None and meaning.kind == "value" for meaning in meanings)

    # Definitions and updates

    def learn(self, written: Written) -> None:
        """Take what a name means from a line of code, `sin_z = np.sin(z)`, where nothing else says it."""
        if defined(self.judge, joined_names(written.statement, self.judge.names.network), written.surface):
            self.definitions.append((written.statement, written.surface))

    def _changes_value(self, statement: Statement) -> bool:
        """True for `dz -= y`: only parameters are changed by a step of learning."""
        left, right = statement.sides[:2]
        if statement.relations[0] != "←" or not isinstance(left, Symbol) or not isinstance(right, Chain):
            return False
        if right.operands[0] != left or left.name in _ANY_PARAMETER:
            return False
        meant = next(self.judge.names.meanings(left), None)
        return meant is None or meant.name not in {tensor.name for tensor in self.judge.names.network.parameters}

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
            printed = printed or any(map(is_pure_arithmetic, pair))  # 0, 1 and 0 × 1 + 1 are results too
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
        lacking = self._lacking(statement, link, given)
        if lacking is not None:
            # Cases hide what is not given: max(x, 4) of no number is no claim about 4.
            pair = statement.sides[link : link + 2]
            if any(map(has_decimals, pair)) or tells_numbers(given):
                error = InputError(f"it needs {lacking}, whose value is not given", statement.place, f"{lacking} = ...")
                trial = Trial(False, unknown=error)
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

    def _lacking(self, statement: Statement, link: int, given: Point) -> str | None:
        """A value that no number is given for, and that decides between cases in one that a link depends on."""
        network = self.judge.names.network
        if not decides(network) and not deciding(statement):
            return None
        needed = depends_on(statement.sides[link : link + 2], self.judge.names)
        declared = [item.tensor.name for item in network.declarations if item.tensor.name in needed]
        return next((name for name in declared if np.any(np.isnan(given.values.array(name)))), None)

    def _compared(self, statement: Statement, link: int, surface: str, point: Point, later: bool) -> LinkResult | None:
        """A link with printed digits at a point; where a sign has two readings, in both."""
        first: LinkResult | None = None
        for options in options_of(statement):
            judge = replace(self.judge, options=options)
            result = self._compared_by(judge, statement, link, surface, point, later)
            if result is None or result.trial.equal:
                return result
            first = first or result
        return first

    def _compared_by(
        self, judge: Judge, statement: Statement, link: int, surface: str, point: Point, later: bool
    ) -> LinkResult | None:
        scope = judge.prepared(statement, point, surface)
        if later:
            scope = scope.with_values(point.after)
        exact = exact_numbers(point)
        try:
            left, right = statement.sides[link : link + 2]
            # Of numbers alone the result is what they give as they stand.
            alone = is_pure_arithmetic(left) and is_pure_arithmetic(right)
            carried = frozenset[Fraction]() if alone else frozenset(self.printed)
            a, b = (reach(side, scope, exact, carried) for side in (left, right))
            order = ORDER.get(statement.relations[link])
            printed = all(lone_number(side) or lone_matrix(side) for side in (left, right))
            equal = agree(a, b, printed) if order is None else bool(np.all(order(a.value, b.value)))
        except InputError as error:
            return LinkResult(statement, link, surface, Trial(False, unknown=error), number=True)
        except DoesNotFit as misfit:
            return LinkResult(statement, link, surface, Trial(False, misfit=str(misfit)), number=True)
        value = a.number if lone_number(right) is not None else b.number if lone_number(left) is not None else None
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


def _nearly(result: LinkResult, statement: Statement, link: int) -> bool:
    """True where a printed number is only misprinted, or has too few digits to tell one point from another."""
    printed = next((lone_number(side) for side in statement.sides[link : link + 2] if lone_number(side)), None)
    if printed is None or result.exact is None:
        return False
    unit = 2 * half_unit(printed.text)
    return significant(printed.text) < 4 or abs(abs(result.exact) - float(Fraction(printed.text))) < 4 * unit


__all__ = ["LinkResult", "Place", "Session", "Unknown", "Written"]
