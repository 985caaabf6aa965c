"""Where corrections are tried: the side that stays has been read once at every point, only the other is read anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from derive.arrays import Named
from derive.errors import InputError
from derive.index import Index
from derive.verification.compare import compared
from derive.verification.diagnosis.reuse import Pieces
from derive.verification.elaborate import elaborated, holds
from derive.verification.formula.tree import Big, Node, Statement, walk
from derive.verification.judge import Judge
from derive.verification.points import Point
from derive.verification.scope import EXAMPLE, Scope
from derive.verification.value import DoesNotFit, Value

# The share of entries that a correction may say nothing of: the last step of a recurrence has no next one.
_ENDS = 0.5


@dataclass(frozen=True)
class Bench:
    """A claim `sides[0] = sides[1]`, of which the side number `wrong` is to be corrected; `first` in its statement."""

    judge: Judge
    statement: Statement
    surface: str
    wrong: int = 1
    first: bool = True

    @property
    def side(self) -> Node:
        """The side that is to be corrected."""
        return self.statement.sides[self.wrong]

    @property
    def fixed(self) -> Node:
        """The side that stays."""
        return self.statement.sides[1 - self.wrong]

    @cached_property
    def settings(self) -> tuple[Setting, ...]:
        """What stays, at each point where it can be read."""
        found = (self._setting(point) for point in self.judge.points_for(self.statement))
        return tuple(item for item in found if item is not None)

    @cached_property
    def letters(self) -> dict[str, Index]:
        """The letters of the claim by name, with what they run over."""
        return dict(self.judge.prepared(self.statement, self.judge.points[0], self.surface).letters)

    @cached_property
    def letter_names(self) -> tuple[str, ...]:
        """The letters of the claim, those of its sums too."""
        nodes = [node for side in self.statement.sides for node in walk(side)]
        inside = [letter.name for node in nodes if isinstance(node, Big) for letter in node.letters]
        return tuple(name for name in dict.fromkeys([*self.letters, *inside]) if name != EXAMPLE)

    def _setting(self, point: Point) -> Setting | None:
        alone = Statement((self.fixed,), (), self.statement.conditions)
        for told in (alone, self.statement):
            scope = self.judge.prepared(told, point, self.surface)
            try:
                value = elaborated(self.fixed, scope)
                mask = Named.number(1.0)
                for condition in self.statement.conditions:
                    mask = mask * holds(condition, scope)
                setting = Setting(point, scope, value, mask, Pieces(len(scope.letters)))
                claimed = self.value(self.side, setting)
                return setting if claimed is None else replace(setting, gaps=_gaps(claimed))
            except (DoesNotFit, InputError):
                continue
        return None

    def true_at(self, node: Node, setting: Setting) -> bool:
        """True when the claim holds at one point with this node as its wrong side."""
        value = self.value(node, setting)
        return value is not None and setting.equals(value)

    def value(self, node: Node, setting: Setting) -> Value | None:
        """The value of a formula at one point; None where it has none."""
        letters = dict(setting.scope.letters)
        scope = replace(setting.scope, letters=letters)
        for _ in range(2):
            before = len(letters)
            try:
                return setting.pieces.value(node, scope)
            except (DoesNotFit, InputError):
                if len(letters) == before:
                    return None
            except (ArithmeticError, ValueError, IndexError, KeyError):
                return None  # a correction may be a formula that nobody would write
        return None

    def true(self, node: Node) -> bool:
        """True when the claim holds at every point with this node as its wrong side."""
        return bool(self.settings) and all(self.true_at(node, setting) for setting in self.settings)


@dataclass(frozen=True)
class Setting:
    """One point: the scope of the claim there, the value of the side that stays, and where the claim says something.

    gaps   the share of entries at which the claimed side has no number: a correction has no more, ends of steps aside
    """

    point: Point
    scope: Scope
    value: Value
    mask: Named
    pieces: Pieces
    gaps: float = 0.0

    def equals(self, value: Value, mask: Named | None = None) -> bool:
        """True when a value is that of the side that stays, wherever that is a number."""
        try:
            result = compared(self.value, value, self.mask if mask is None else mask)
        except (DoesNotFit, ValueError):
            return False
        if not result.anything or not result.equal:
            return False
        return _gaps(value) <= max(self.gaps, _gaps(self.value), _ENDS)


def _gaps(value: Value) -> float:
    return 1.0 - float(np.mean(np.isfinite(value.data.array)))
