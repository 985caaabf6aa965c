"""Sizes that are found equal: each axis of each symbol has one, and sums and products make some of them the same."""

from __future__ import annotations

from dataclasses import dataclass, field


class Unfit(ValueError):
    """A formula that cannot be written in the language; the text says why."""


@dataclass
class Sizes:
    """A union-find over sizes, which are counted; the oldest of equal ones stands for all."""

    parents: list[int] = field(default_factory=list)

    def new(self) -> int:
        """A size of its own."""
        self.parents.append(len(self.parents))
        return len(self.parents) - 1

    def root(self, size: int) -> int:
        """The size that stands for all that are equal to this one."""
        while self.parents[size] != size:
            size = self.parents[size]
        return size

    def same(self, a: int, b: int) -> None:
        """a = b"""
        first, second = sorted((self.root(a), self.root(b)))
        self.parents[second] = first

    def snapshot(self) -> list[int]:
        """What is known now, to return to."""
        return list(self.parents)
