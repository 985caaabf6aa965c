"""The verdict on each thing that came back: it holds, or where it differs, by which mistake, and what is right."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sympy import Expr

from derive.arrays import evaluated
from derive.derivation import Derivation
from derive.verification.code.axes import diagnose
from derive.verification.code.cause import Cause
from derive.verification.code.changes import kind_of_factor
from derive.verification.code.comparison import equal, worst, written
from derive.verification.code.points import Trial
from derive.verification.code.returned import Returned
from derive.verification.verdict import Claim, Diagnosis, Mistake, Outcome, Verdict, Witness


@dataclass(frozen=True)
class Compared:
    """One returned thing beside what it should be at each point. `name` is that of the adjoint, or of the loss."""

    item: Returned
    name: str
    expected: tuple[np.ndarray, ...]
    trials: Sequence[Trial]

    @property
    def came(self) -> tuple[np.ndarray, ...]:
        """The arrays at the points where arrays came."""
        return tuple(array for array in self.item.arrays if isinstance(array, np.ndarray))

    @property
    def is_array(self) -> bool:
        """True where an array came at every point."""
        return len(self.came) == len(self.expected)

    @property
    def fits(self) -> bool:
        """True where the arrays have the right shapes and nothing but finite numbers in them."""
        return self.is_array and all(
            a.shape == b.shape and bool(np.all(np.isfinite(a))) for a, b in zip(self.came, self.expected, strict=True)
        )

    @property
    def holds(self) -> bool:
        """True where the arrays are the right ones."""
        return self.fits and self.is_times(1.0)

    def is_times(self, factor: float) -> bool:
        """True where the arrays are the right ones times a number."""
        return all(equal(a, factor * b, at) for a, b, at in zip(self.came, self.expected, self.trials, strict=True))

    def of_axes(self) -> Diagnosis | None:
        """What moved, summed or kept axes explain."""
        return diagnose(self.item.of, self.came, self.expected, self.trials)


def compared(item: Returned, derivation: Derivation, found: Sequence[Trial]) -> Compared | None:
    """What came back beside what it should be; None where the network has no such gradient."""
    name = item.of if item.is_result else None
    for adjoint in derivation.adjoints:
        if adjoint.of.name == item.of and not item.is_result:
            name = adjoint.tensor.name
    if not name:
        return None
    return Compared(item, name, tuple(trial.at.array(name) for trial in found), found)


def unnamed(claim: Claim, derivation: Derivation) -> Verdict:
    """The verdict on what has the name of nothing."""
    known = ", ".join(derivation.wanted)
    return Verdict(claim, Outcome.NOT_UNDERSTOOD, f"its name is that of no gradient; there are gradients by {known}")


def verdict(
    claim: Claim, array: Compared, derivation: Derivation, causes: Sequence[Cause], told: Collection[str]
) -> Verdict:
    """The verdict on one array; a mistake in an adjoint of `told` has been told before."""
    if not array.is_array:
        why = f"it {next(came for came in array.item.arrays if isinstance(came, str))}"
        return Verdict(claim, Outcome.FAILS, why, diagnosis=Diagnosis(Mistake.VALUE, why))
    if array.holds:
        return Verdict(claim, Outcome.HOLDS, f"holds at {len(array.trials)} random points, each with other sizes")
    witness, reason = _difference(array)
    right = {equation.tensor.name: str(equation) for equation in derivation.network.equations}
    right |= {adjoint.tensor.name: str(adjoint.equation) for adjoint in derivation.adjoints}
    cause = next((cause for cause in causes if array.name in cause.explains), None)
    if cause is not None:
        name = cause.planted.name
        sentence = f"follows from the mistake in {name}" if name in told else f"{name}: {cause.planted.sentence}"
        diagnosis = Diagnosis(cause.planted.mistake, sentence, right[name])
        return Verdict(claim, Outcome.FAILS, reason, witness=witness, diagnosis=diagnosis, follows=name in told or None)
    shown = _alone(array, derivation)
    if shown is not None and not shown.correction:
        shown = replace(shown, correction=right.get(array.name, ""))
    return Verdict(claim, Outcome.FAILS, reason, witness=witness, diagnosis=shown)


def _difference(array: Compared) -> tuple[Witness, str]:
    """Where the difference is largest, at the first point where there is one; and how a reader is told."""
    for came, expected, trial in zip(array.came, array.expected, array.trials, strict=True):
        if came.shape != expected.shape:
            reason = f"it has the shape {came.shape}, expected is {expected.shape}"
            return Witness(f"shape {came.shape}", f"shape {expected.shape}", "", trial.told), reason
        if not equal(came, expected, trial):
            place = worst(came, expected)
            left, right = written(came[place]), written(expected[place])
            where = "[" + ", ".join(str(number) for number in place) + "]" if place else ""
            at = f" at {where}" if where else ""
            return Witness(left, right, where, trial.told), f"it is {left}{at}, not {right}"
    raise AssertionError("an array that does not hold differs somewhere")


def _alone(array: Compared, derivation: Derivation) -> Diagnosis | None:
    """What an array says by itself: its axes, its zeros, a constant times the right numbers."""
    for came, trial in zip(array.came, array.trials, strict=True):
        if not np.all(np.isfinite(came)):
            return Diagnosis(Mistake.VALUE, f"not every entry is a finite number at {trial.told}")
    of_axes = array.of_axes()
    if of_axes is not None or not array.fits:
        return of_axes
    if not any(np.any(came) for came in array.came):
        return Diagnosis(Mistake.VALUE, "it is 0 everywhere")
    if array.is_times(-1.0):
        return Diagnosis(Mistake.SIGN, "the sign is wrong")
    for item in derivation.source.dimensions:
        for factor in (item.symbol, 1 / item.symbol):
            if _is_times_size(array, factor):
                return Diagnosis(kind_of_factor(factor), f"it is {factor} times the right one")
    for came, expected in zip(array.came, array.expected, strict=True):
        if np.any(expected):
            place = np.unravel_index(int(np.argmax(np.abs(expected))), expected.shape)
            quotient = float(came[place] / expected[place])
            told = f"it is {written(quotient)} times the right one"
            return Diagnosis(Mistake.FACTOR, told) if array.is_times(quotient) else None
    return None


def _is_times_size(array: Compared, factor: Expr) -> bool:
    return all(
        equal(came, evaluated(factor, trial.at).array * expected, trial)
        for came, expected, trial in zip(array.came, array.expected, array.trials, strict=True)
    )
