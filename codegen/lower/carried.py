"""What one step of a loop hands to the next: where(t+1 < T, f(t+1), 0) is a value that starts at zero.

The guard falls away: f is computed at the end of the step in which its values are at hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sympy import Add, Basic, Expr, Mul, S, expand

from codegen.lower.condition import at_least_zero
from derive.binding import free_letters, replace_nodes, substitute
from derive.entry import Entry, Tensor
from derive.index import Index
from derive.operators import Compare, Delta, Where
from derive.subscript import coefficients


@dataclass(frozen=True)
class Carried:
    """A value that a step hands on: `first` before the loop, `then` at the end of every step, both in `letters`."""

    tensor: Tensor
    letters: tuple[Index, ...]
    first: Expr
    then: Expr


@dataclass
class Carrier:
    """Takes the guarded terms out of the equations of one loop.

    step    +1 where a step reads the one after it, -1 where it reads the one before
    name    gives a free name that begins with a text
    """

    size: Expr
    step: int
    name: Callable[[str], str]
    found: list[Carried] = field(default_factory=list)

    def without_guards(self, right: Expr, letter: Index, letters: tuple[Index, ...], of: str) -> Expr:
        """The right side of the equation of `of` with carried values for its guarded terms."""
        right = self._started(right, letter, letters, of)

        def change(node: Basic) -> Basic | None:
            if not isinstance(node, Where) or node.otherwise != 0 or not self._is_guard(node.condition, letter):
                return None
            return self._carried(node.then, letter, letters, of)

        return replace_nodes(right, change)

    def _is_guard(self, condition: Basic, letter: Index) -> bool:
        if not isinstance(condition, Compare):
            return False
        inside = self.size - 2 - letter if self.step > 0 else letter - 1
        form = at_least_zero(condition)
        return form is not None and expand(form - inside) == 0

    def _started(self, right: Expr, letter: Index, letters: tuple[Index, ...], of: str) -> Expr:
        """Guarded terms of a sum together; what is there in the first step alone is what the value starts with."""
        guarded, first, rest = [], [], []
        end = self.size - 1 if self.step > 0 else S.Zero
        for term in Add.make_args(right):
            factors = Mul.make_args(term)
            guard = next((f for f in factors if isinstance(f, Where) and f.otherwise == 0
                          and self._is_guard(f.condition, letter)), None)  # fmt: skip
            begin = next((f for f in factors if isinstance(f, Delta) and set(f.args) == {letter, end}), None)
            others = Mul(*(f for f in factors if f not in (guard, begin)))
            if guard is not None and letter not in free_letters(others):
                guarded.append(others * guard.then)
            elif begin is not None:
                first.append(substitute(others, {letter: end}))
            else:
                rest.append(term)
        if not guarded:
            return right
        return Add(*rest) + self._carried(Add(*guarded), letter, letters, of, Add(*first))

    def _carried(self, value: Expr, letter: Index, letters: tuple[Index, ...], of: str, first: Expr = S.Zero) -> Expr:
        """An entry of the value that is handed on; entry by entry where other steps are read beside it."""
        then = substitute(value, {letter: letter - self.step})
        if any(self._reads_another_step(entry, letter) for entry in then.atoms(Entry)):

            def change(node: Basic) -> Basic | None:
                if not isinstance(node, Entry) or letter + self.step not in node.subscripts:
                    return None
                here = substitute(node, {letter: letter - self.step})
                return self._define(here, letter, letters, node.tensor.name, S.Zero)

            carried = replace_nodes(value, change)
            return carried if first == 0 else carried + self._define(S.Zero, letter, letters, of, first)
        return self._define(then, letter, letters, of, first)

    @staticmethod
    def _reads_another_step(entry: Entry, letter: Index) -> bool:
        forms = [coefficients(subscript) for subscript in entry.subscripts if letter in free_letters(subscript)]
        return any(form is None or form[1] != 0 for form in forms)

    def _define(self, then: Expr, letter: Index, letters: tuple[Index, ...], of: str, first: Expr) -> Expr:
        free = (free_letters(then) | free_letters(first)) - {letter}
        order = (*(item for item in letters if item in free), *sorted(free - set(letters), key=lambda item: item.name))
        for carried in self.found:
            if (carried.letters, carried.then, carried.first) == (order, then, first):
                return Entry(carried.tensor, *order)
        name = self.name(f"{of}_{'next' if self.step > 0 else 'before'}")
        tensor = Tensor(name, tuple(item.size for item in order))
        self.found.append(Carried(tensor, order, first, then))
        return Entry(tensor, *order)
