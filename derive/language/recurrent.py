"""Equations that recur together: their axes, their equations, and the slices at their ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sympy import Expr, Integer

from derive.entry import Tensor
from derive.equation import Equation
from derive.errors import InputError
from derive.language.context import Context
from derive.language.cycles import Cycle
from derive.language.ends import Slice, boundary, end_name, slice_of
from derive.language.equations import Stepping, resolve_equation
from derive.language.letters import Lettering, introduce, range_in
from derive.language.order import Definition, left_letters, readings
from derive.language.printer import text
from derive.language.resolve import evaluate
from derive.language.scope import Ends, Scope, shape
from derive.language.shapes import is_index_form, known_part
from derive.language.tree import Letter, Name, Subscript
from derive.network import Recurrence

ROUNDS = 4


def resolve_cycle(
    cycle: Cycle, scope: Scope, lettering: Lettering
) -> tuple[list[Equation], list[Equation], Recurrence]:
    """Equations that come before the recurrence, those of its members, and its record."""
    return _Resolving(cycle, scope, lettering).result()


class _Resolving:
    def __init__(self, cycle: Cycle, scope: Scope, lettering: Lettering) -> None:
        self.cycle, self.scope, self.lettering = cycle, scope, lettering
        self.names = {definition.name for definition in cycle.members}
        self.size = self._size()
        self.slices: dict[str, list[Slice]] = {}
        self.reached: dict[str, list[Subscript]] = {}
        for member in cycle.members:
            self.slices[member.name] = [
                slice_of(given, cycle.axes[member.name], self.size, cycle.step, scope) for given in member.slices
            ]

    def result(self) -> tuple[list[Equation], list[Equation], Recurrence]:
        self._shapes()
        equations = self._generals()
        self._all_slices_given()
        before: list[Equation] = []
        boundaries: list[Equation] = []
        for equation in equations:
            ends: dict[Expr, Equation] = {}
            for given in self.slices[equation.tensor.name]:
                start, end = self._boundary(given, equation)
                before += [start] if start is not None else []
                ends[given.place] = end
            self.scope.ends[equation.tensor.name] = Ends(self.cycle.axes[equation.tensor.name], ends)
            boundaries += ends.values()
        names = tuple(equation.tensor.name for equation in equations)
        axes = tuple(self.cycle.axes[name] for name in names)
        return before, equations, Recurrence(self.size, self.cycle.step, names, axes, tuple(boundaries))

    def _size(self) -> Expr:
        """What the letter runs over: told, or found where it stands alone on an axis that is known."""
        context = Context(self.scope, evaluate)
        first: Expr | None = None
        for member in self.cycle.members:
            name = self.cycle.letters[member.name]
            letter = next(item for item in left_letters(member.general.left) if item.name == name)
            if letter.within is not None:
                size = introduce([letter], [], context, "{0}")[name].size
            else:
                found = range_in(name, [member.general.right], context)
                if found is None:
                    continue
                size = found
            if first is not None and not self.scope.same(first, size):
                what = f"{name} runs over {size} here, but over {first} in another equation of the same recurrence"
                raise InputError(what, letter.place, f"{name} in {first} everywhere")
            first = size if first is None else first
        if first is None:
            member = self.cycle.members[0]
            name = self.cycle.letters[member.name]
            where = f"{member.name}[{name} in T]"
            raise InputError(f"nothing says what {name} runs over", member.general.place, where)
        return first

    def _stepping(self, member: Definition) -> Stepping:
        beyond = self._beyond()
        ended = frozenset(name for name, parts in self.slices.items() if beyond in {part.place for part in parts})
        return Stepping({self.cycle.letters[member.name]: self.size}, self.cycle.axes, ended)

    def _beyond(self) -> Expr:
        """The place that the first step reads."""
        return Integer(-1) if self.cycle.step < 0 else self.size

    # Axes: first from slices, then from what does not recur, until every member has some.

    def _shapes(self) -> None:
        unknown = {member.name: member for member in self.cycle.members}
        while unknown:
            found = next((name for name, member in unknown.items() if self._shape(member, set(unknown))), None)
            found = found or next((name for name, member in unknown.items() if self._by_letters(member)), None)
            if found is None:
                for member in unknown.values():
                    if not readings(member.general, set(unknown)):
                        # Nothing unknown stands in its way, so this says what is wrong.
                        resolve_equation(member.general, self.scope, self.lettering, self._stepping(member))
                name, member = next(iter(unknown.items()))
                what = f"nothing says which axes {name} has"
                remedy = f"a slice with axes, such as {end_name(name, self.cycle)} = h0, or index form: {name}[t,n,j]"
                raise InputError(what, member.general.place, remedy)
            del unknown[found]

    def _shape(self, member: Definition, unknown: set[str]) -> bool:
        known = known_part(member.general.right, unknown)
        attempts = [(given.statement, False) for given in self.slices[member.name]]
        attempts += [(replace(member.general, right=known), True)] if known is not None else []
        for statement, whole in attempts:
            if set(unknown) & {name for name, _, _ in readings(statement, unknown)}:
                continue
            try:
                equation = resolve_equation(statement, self.scope, self.lettering, self._stepping(member))
            except InputError:
                self._forget(member.name)
                continue
            sizes = list(equation.tensor.axes)
            if not whole and not sizes:
                # A number in every entry says nothing of the axes.
                self._forget(member.name)
                continue
            if not whole:
                sizes.insert(self.cycle.axes[member.name], self.size)
            self._know(member, tuple(sizes))
            return True
        return False

    def _by_letters(self, member: Definition) -> bool:
        """In index form the letters of the left side are all axes."""
        left = member.general.left
        names = [item.name for item in left if isinstance(item, Letter)]
        full = all(
            len(items) == len(left) for read, items, _ in readings(member.general, self.names) if read == member.name
        )
        if len(names) != len(left) or not full or not is_index_form(member.general.right):
            return False
        sizes = {self.cycle.letters[member.name]: self.size}
        try:
            context = Context(self.scope, evaluate, steps=self.cycle.axes)
            letters = introduce(list(left_letters(left)), [member.general.right], context, "{0}", sizes)
        except InputError:
            return False
        self._know(member, tuple(letters[name].size for name in names))
        return True

    def _know(self, member: Definition, sizes: tuple[Expr, ...]) -> None:
        self.scope.tensors[member.name] = Tensor(member.name, sizes)
        left = member.general.left
        named = [item.name if isinstance(item, Letter) else None for item in left]
        self.scope.labels[member.name] = (*named, *(None for _ in sizes[len(named) :]))

    def _forget(self, name: str) -> None:
        self.scope.tensors.pop(name, None)
        self.scope.labels.pop(name, None)

    # Equations

    def _generals(self) -> list[Equation]:
        """The general equations, read again until their axes are those that they were read with."""
        for _ in range(ROUNDS):
            self.reached.clear()
            before = {name: self.scope.tensors[name] for name in self.names}
            equations = [
                resolve_equation(
                    member.general,
                    self.scope,
                    self.lettering,
                    replace(self._stepping(member), reached=self.reached.setdefault(member.name, [])),
                )
                for member in self.cycle.members
            ]
            changed = [equation for equation in equations if before[equation.tensor.name] != equation.tensor]
            if not changed:
                return equations
        first = changed[0].tensor
        what = f"{first.name} is read with axes {shape(before[first.name].axes)}, but has {shape(first.axes)}"
        place = next(member for member in self.cycle.members if member.name == first.name).general.place
        raise InputError(what, place, f"a slice with all axes: {end_name(first.name, self.cycle)} = ...")

    def _boundary(self, given: Slice, general: Equation) -> tuple[Equation | None, Equation]:
        at = self.cycle.axes[general.tensor.name]
        plain = general.subscripts or general.letters
        letters = [letter for number, letter in enumerate(plain) if number != at]
        others = [size for number, size in enumerate(general.tensor.axes) if number != at]
        hints: Mapping[str, Expr] = {
            item.name: size
            for item, size in zip(given.statement.left, others, strict=False)
            if isinstance(item, Letter)
        }
        was, labels = self.scope.tensors[general.tensor.name], self.scope.labels[general.tensor.name]
        equation = resolve_equation(given.statement, self.scope, self.lettering, Stepping(hints))
        self.scope.tensors[general.tensor.name], self.scope.labels[general.tensor.name] = was, labels
        return boundary(given, equation, general, letters, others, at, self.scope)

    def _all_slices_given(self) -> None:
        """Every slice that a general equation reads beyond its axis has an equation."""
        given = {name: {part.place for part in parts} for name, parts in self.slices.items()}
        first = Integer(0) if self.cycle.step < 0 else self.size - 1
        beyond = self._beyond()
        needed: set[str] = set()
        for name, nodes in self.reached.items():
            if first in given[name]:
                # The general equation begins one step later, and all that it reads is there.
                continue
            for node in nodes:
                read = node.of.name if isinstance(node.of, Name) else ""
                needed.add(read)
                if beyond not in given[read]:
                    end = end_name(read, self.cycle)
                    what = f"{text(node)} reads {end} at the first step, and no equation gives it"
                    raise InputError(what, node.place, f"{end} = 0, or another value")
        for name, parts in self.slices.items():
            for part in parts:
                if part.place == beyond and name not in needed:
                    what = f"no step reads {end_name(name, self.cycle)}"
                    raise InputError(what, part.statement.place, "remove this line")
