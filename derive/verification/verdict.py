"""What verification answers: for every claim an outcome with its reason, and for a failing one what went wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from importlib import import_module
from typing import Any

from derive.errors import Place


class Outcome(Enum):
    """How a claim came out. It has no truth value: ask for the outcome that is meant."""

    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "undecided"
    NOT_UNDERSTOOD = "not understood"

    def __bool__(self) -> bool:
        raise TypeError("an outcome is not true or false: compare it with Outcome.HOLDS or Outcome.FAILS")


class Mistake(Enum):
    """The kinds of mistake that a diagnosis names; the value is how a reader is told."""

    SIGN = "sign"
    FACTOR = "wrong or missing factor"
    MEAN = "missing or extra 1/N"
    SUM = "missing or extra sum"
    TRANSPOSE = "transposed factor"
    ORDER = "swapped factors"
    SHAPE = "shapes cannot fit"
    ACTIVATION = "wrong activation derivative"
    PATH = "path lost"
    INDEX = "index, layer or time off by one"
    DELTA = "delta term lost"
    FACT = "fact used that was not given"
    DIGITS = "wrong digits"
    ROUNDING = "rounded wrongly"
    VALUE = "wrong value"
    SYMBOL = "wrong symbol"
    PRODUCT = "elementwise and matrix product exchanged"
    UPDATE = "wrong update rule"


@dataclass(frozen=True)
class Claim:
    """One thing that a text says: that what stands left of a relation is what stands right of it.

    text      the statement as it was written
    link      which relation of the statement's chain it is, from 0
    left, right, relation   as they were written
    surface   its notation, "latex" or "plain"; empty where nobody has said
    """

    text: str
    place: Place = field(compare=False)
    left: str = ""
    relation: str = "="
    right: str = ""
    link: int = 0
    surface: str = ""


@dataclass(frozen=True)
class Witness:
    """A counter-example: at `where` (such as `i = 2, j = 1`) of random values with these sizes, both sides' values."""

    left: str
    right: str
    where: str = ""
    sizes: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """The nearest correct statement, and the mistake that leads from it to the claim.

    sentence     what a reader is told: "the factor 2 of the square is missing"
    correction   the right side as it should be, in the notation of the claim; empty where it cannot be written
    place        the part of the claim that is wrong
    """

    mistake: Mistake
    sentence: str
    correction: str = ""
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Verdict:
    """The answer to one claim.

    reason      how it was decided: "proved", "holds at 12 random points", or why it was not understood
    reading     what was assumed to read it, where it matters: "column vectors, one example"
    follows     for a link behind a wrong one: True where it follows from what stands before it
    remedy      what to try where it was not understood
    remark      what a reader should know beside the reason: "for the values after the update, not for those before"
    """

    claim: Claim
    outcome: Outcome
    reason: str
    reading: str = ""
    witness: Witness | None = None
    diagnosis: Diagnosis | None = None
    follows: bool | None = None
    remedy: str = ""
    remark: str = ""

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """What a notebook shows."""
        return _shown(Report(self.claim.place.file, (self,)))


@dataclass(frozen=True)
class Definition:
    """A formula that was taken as a definition, not as a claim."""

    text: str
    place: Place = field(compare=False)
    meaning: str = ""


@dataclass(frozen=True)
class Report:
    """All verdicts of a text in reading order, what it defined, and the reading that was chosen for it.

    `lines` is the text itself, so that a report can show every formula where it stands. `notes` say what a reader
    should know of the whole, such as what was not compared.
    """

    file: str
    verdicts: tuple[Verdict, ...]
    definitions: tuple[Definition, ...] = ()
    reading: str = ""
    network: str = ""
    lines: tuple[str, ...] = field(default=(), repr=False)
    notes: tuple[str, ...] = ()

    def with_outcome(self, outcome: Outcome) -> tuple[Verdict, ...]:
        """The verdicts with this outcome."""
        return tuple(verdict for verdict in self.verdicts if verdict.outcome is outcome)

    @property
    def exit_code(self) -> int:
        """0 where all claims hold, 1 where one fails, else 3 where one is undecided or was not understood."""
        outcomes = {verdict.outcome for verdict in self.verdicts}
        if Outcome.FAILS in outcomes:
            return 1
        return 0 if outcomes <= {Outcome.HOLDS} else 3

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """What a notebook shows."""
        return _shown(self)


def _shown(report: Report) -> dict[str, str]:
    # By name and when it is asked for: what shows these records imports them.
    bundle: dict[str, str] = import_module("derive.verification.report").bundle(report)
    return bundle
