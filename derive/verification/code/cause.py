"""Which mistake explains what came back: the one that, planted into the derivation, leads to the same numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from derive.arrays import TooLarge
from derive.verification.code.comparison import equal
from derive.verification.code.planting import Planted
from derive.verification.code.points import Trial
from derive.verification.code.replay import Replay

MOST_MISTAKES = 4
# How many arrays may be computed: a matter of seconds for a small network, of half a minute for a large one.
MOST_ARRAYS = 60_000

Came = Mapping[str, Sequence[np.ndarray]]


@dataclass(frozen=True)
class Cause:
    """A planted mistake, and the adjoints whose arrays it explains together with those found before it."""

    planted: Planted
    explains: tuple[str, ...]


class Plants(Protocol):
    """What knows the mistakes that can be made in an equation."""

    def of(self, name: str) -> tuple[Planted, ...]: ...


@dataclass
class Search:
    """Looks for the mistakes behind the arrays that came, one after the other.

    came    by adjoint, the arrays at every trial; all have the right shape
    """

    plantation: Plants
    replay: Replay
    trials: Sequence[Trial]
    came: Came
    computed: int = 0

    def run(self) -> tuple[Cause, ...]:
        """The mistakes, the one that explains most first; arrays that none explains are in none of them."""
        found: list[Cause] = []
        wrong = self._wrong()
        while wrong and len(found) < MOST_MISTAKES:
            cause = self.one_for_all(wrong) or self._one_for_some(wrong)
            if cause is None:
                break
            found.append(cause)
            self.replay = self.replay.kept(cause.planted.equation)
            wrong = [name for name in wrong if name not in cause.explains]
        return tuple(found)

    def _wrong(self) -> list[str]:
        """The adjoints whose arrays differ at some trial from what has been explained so far."""
        return [name for name in self.came if not self._fits(name, [at.array(name) for at in self.replay.there])]

    def _fits(self, name: str, expected: Sequence[np.ndarray]) -> bool:
        pairs = zip(self.came[name], expected, self.trials, strict=True)
        return all(equal(came, array, trial) for came, array, trial in pairs if trial.clear)

    def one_for_all(self, wrong: Sequence[str]) -> Cause | None:
        """A mistake in an adjoint that all wrong arrays depend on and no right one does, and that explains them all.

        Where several explain the numbers, the likeliest is told, and of these the one nearest to the arrays.
        """
        candidates: list[tuple[tuple[int, int], int, Planted]] = []
        for place, name in enumerate(reversed(list(self.replay.equations))):
            if set(self.replay.following(name)) & set(self.came) == set(wrong):
                candidates += [(planted.rank, place, planted) for planted in self.plantation.of(name)]
        for _, _, planted in sorted(candidates, key=lambda item: item[:2]):
            if all(self._agrees(planted, wrong, trial) for trial in self._clear()):
                return Cause(planted, tuple(wrong))
        return None

    def _one_for_some(self, wrong: Sequence[str]) -> Cause | None:
        """A mistake that explains as many wrong arrays as possible and leaves the right ones right."""
        candidates: list[tuple[tuple[int, int], int, Planted]] = []
        for place, name in enumerate(reversed(list(self.replay.equations))):
            if set(self.replay.following(name)) & set(wrong):
                candidates += [(planted.rank, place, planted) for planted in self.plantation.of(name)]
        best: Cause | None = None
        for _, _, planted in sorted(candidates, key=lambda item: item[:2]):
            explained = self._explained(planted, wrong)
            if explained and (best is None or len(explained) > len(best.explains)):
                best = Cause(planted, explained)
        return best

    @property
    def ended_early(self) -> bool:
        """True where not everything was tried."""
        return self.computed >= MOST_ARRAYS

    def _clear(self) -> list[int]:
        """The trials, those first that refute most: no size 1, and of these those with the fewest steps."""
        clear = [number for number, trial in enumerate(self.trials) if trial.clear]
        return sorted(clear, key=lambda number: self._slowness(self.trials[number]))

    def _slowness(self, trial: Trial) -> tuple[bool, int, int]:
        recurrences = self.replay.whole.derivation.network.recurrences
        steps = sum(trial.at.size(recurrence.size) for recurrence in recurrences)
        return 1 in trial.sizes.values(), steps, math.prod(trial.sizes.values())

    def _agrees(self, planted: Planted, wrong: Sequence[str], trial: int) -> bool:
        """True where every array that came and that depends on the mistake is what follows from it."""
        return all(fits for name, fits in self._compared(planted, trial) if name in wrong)

    def _explained(self, planted: Planted, wrong: Sequence[str]) -> tuple[str, ...]:
        """The wrong arrays that a mistake explains at every trial; none where a right array would not be right then."""
        left = [name for name in self.replay.following(planted.name) if name in wrong]
        for trial in self._clear():
            reached = set()
            for name, fits in self._compared(planted, trial):
                reached.add(name)
                if not fits and name not in wrong:
                    return ()
                if not fits and name in left:
                    left.remove(name)
                if not left:
                    return ()
            left = [name for name in left if name in reached]
        return tuple(left)

    def _compared(self, planted: Planted, trial: int) -> Iterator[tuple[str, bool]]:
        """What follows from a mistake at one trial, and whether it is what came; nothing fits where it has no value."""
        if self.ended_early:
            yield from ((name, False) for name in self.came)
            return
        try:
            for name, array in self.replay.with_equation(planted.equation, trial):
                self.computed += 1
                if name in self.came:
                    yield name, equal(self.came[name][trial], array, self.trials[trial])
        except (TooLarge, NotImplementedError):
            yield from ((name, False) for name in self.came)
