"""A consumer, written so that it meets an entry: its letters renamed, shared or shifted.

Where every use of a tensor in an equation has the equation's own letter on an axis, that letter is the entry's: row n
of a softmax reads row n. Where the use is one step back, h[t-1], the equation is taken one step on: h[t] is read by
step t+1. All other letters step out of the way, and deltas say which of them meet the entry.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from derive.binding import free_letters, substitute
from derive.dependence import entries
from derive.entry import Entry
from derive.equation import Equation
from derive.index import Index, is_letter
from derive.letters import Letters
from derive.operators import Compare
from derive.subscript import coefficients, high, low, never_negative, outside, parts, solve


@dataclass(frozen=True)
class Consumer:
    """An equation in the letters of an entry, and the conditions under which it exists there."""

    equation: Equation
    guards: tuple[Compare, ...] = ()


def meet(equation: Equation, by: Entry, names: Letters) -> Consumer | None:
    """The equation as a consumer of the entry `by`; None where no step of it reads that entry."""
    apart = {letter: Index(f"{letter.name}'", letter.size) for letter in equation.letters}
    sharing = _Sharing(tuple(apart.values()))
    uses = [substitute(entry, apart) for entry in entries(equation.right) if entry.tensor == by.tensor]
    for axis, subscript in enumerate(by.subscripts):
        sharing.axis([use.subscripts[axis] for use in uses], subscript, by.tensor.axes[axis])
    if any(_never(guard) for guard in sharing.guards):
        return None
    taken = set(free_letters(by))
    mapping: dict[Index, Expr] = {}
    for letter in equation.letters:
        shared = sharing.mapping.get(apart[letter])
        mapping[letter] = names.beside(letter, taken) if shared is None else shared
        taken |= free_letters(mapping[letter])
    left = substitute(equation.left, mapping)
    letters = tuple(dict.fromkeys(a for subscript in left.subscripts for a in _letters_in(subscript)))
    plain = left.subscripts == letters
    renamed = Equation(
        equation.tensor,
        letters,
        substitute(equation.right, mapping),
        equation.source,
        () if plain else left.subscripts,
    )
    return Consumer(renamed, tuple(sharing.guards))


def _letters_in(subscript: Expr) -> list[Index]:
    return sorted(free_letters(subscript), key=lambda letter: letter.name)


def _never(guard: Compare) -> bool:
    """True for a condition that no step meets."""
    if guard.relation == ">=":
        return never_negative(guard.right - 1 - high(guard.left))
    return never_negative(low(guard.left) - guard.right)


class _Sharing:
    """Finds which of an equation's letters are fixed by the entry that it meets."""

    def __init__(self, letters: tuple[Index, ...]) -> None:
        self.letters = letters
        self.mapping: dict[Index, Expr] = {}
        self.guards: list[Compare] = []

    def axis(self, uses: list[Expr], subscript: Expr, size: Expr) -> None:
        """One axis of the entry against what stands there in every use."""
        mine, theirs = parts(subscript, size), {parts(use, size) for use in uses}
        if all([part[1] for part in their] == [part[1] for part in mine] for their in theirs):
            for place, (target, _) in enumerate(mine):
                found = {their[place][0] for their in theirs}
                if len(found) == 1:
                    self._share(found.pop(), target)
        elif len(set(uses)) == 1:
            self._share(uses[0], subscript)

    def _share(self, use: Expr, target: Expr) -> None:
        if is_letter(use):
            conditions = outside(target, use.size)
            if use in self.letters and use not in self.mapping and conditions is not None:
                self.mapping[use] = target
                self.guards += conditions
            return
        form = coefficients(use)
        if form is None or len(form[0]) != 1:
            return
        (letter,) = form[0]
        if letter not in self.letters or letter in self.mapping:
            return
        value = solve(letter, use, target)
        conditions = None if value is None else outside(value, letter.size)
        if value is not None and conditions is not None:
            self.mapping[letter] = value
            self.guards += conditions
