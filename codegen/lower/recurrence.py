"""Equations that recur together as one loop.

    h = np.empty((T + 1, N, H), dtype)      one slice more for each one that a recurrence starts from: h[-1] is the last
    h[-1] = h0
    for t in range(T):
        h[t] = np.tanh(x_Wx[t] + h[t - 1] @ Wh)

What the cycle does not need stands before the loop (`x_Wx`); a value of which nobody outside the loop reads any step is
no array over all steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as with_fields

from sympy import Add, Expr, Integer, S, Symbol

from codegen.lower.carried import Carrier
from codegen.lower.equation import as_array, letters_of, lower_equation
from codegen.lower.expression import lower_expression
from codegen.lower.lowered import Letters, Surroundings
from codegen.program import Line, Loop, Name, Operation, Size, Slice, Statement, Zeros
from derive.binding import free_letters, substitute
from derive.dependence import tensors
from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.index import Index
from derive.network import Recurrence
from derive.operators import Apply, Binder


@dataclass(frozen=True)
class Loops:
    """What the loops of a pass need to know.

    read_elsewhere  tensors of which somebody outside their own loop reads a step
    name            gives a free name that begins with a text
    statement       the ordinary statement of an equation
    """

    where: Surroundings
    read_elsewhere: frozenset[str]
    name: Callable[[str], str]
    statement: Callable[[Equation], Statement]

    def step(self, name: str) -> Symbol:
        """The number of a step, under a name that nothing else has."""
        candidates = [name, "step", *(f"{name}{number}" for number in range(1, 1000))]
        free = next(candidate for candidate in candidates if candidate not in self.where.ranks)
        return Symbol(free, integer=True, nonnegative=True)


def ends(recurrences: Sequence[Recurrence]) -> dict[str, tuple[int, int]]:
    """(axis, how many slices more) for each member with slices before its first step or behind its last."""
    found: dict[str, tuple[int, int]] = {}
    for recurrence in recurrences:
        for boundary in recurrence.boundaries:
            name = boundary.tensor.name
            axis = recurrence.axes[recurrence.members.index(name)]
            beyond = _beyond(boundary.left.subscripts[axis], recurrence)
            if beyond > 0:
                found[name] = (axis, max(beyond, found.get(name, (axis, 0))[1]))
    return found


def _beyond(subscript: Expr, recurrence: Recurrence) -> int:
    """How far a slice lies beyond the steps: 1 for h[-1], or for b[T]; 0 for a slice among them."""
    distance = -subscript if recurrence.step < 0 else subscript - recurrence.size + 1
    return int(distance) if distance.is_Integer and distance > 0 else 0


def _inner_place(boundary: Equation, recurrence: Recurrence) -> Expr | None:
    """The step that a boundary gives instead of the general equation; None for a slice beyond the steps."""
    axis = recurrence.axes[recurrence.members.index(boundary.tensor.name)]
    subscript = boundary.left.subscripts[axis]
    return None if _beyond(subscript, recurrence) else subscript


def _own_steps(recurrence: Recurrence) -> list[Expr]:
    """The first steps that have equations of their own, in the order in which they are computed."""
    found = {_inner_place(boundary, recurrence) for boundary in recurrence.boundaries} - {None}
    first = S.Zero if recurrence.step < 0 else recurrence.size - 1
    order = [first - recurrence.step * number for number in range(len(found))]
    if set(order) != found:
        raise TypeError(f"no loop for steps with equations of their own at {sorted(map(str, found))}")
    return order


def lower_recurrence(recurrence: Recurrence, group: Sequence[Equation], loops: Loops) -> tuple[Line, ...]:
    """The lines of a recurrence: what goes before it, its arrays, its first slices, the loop."""
    letters = _step_letters(recurrence, group)
    before: list[Equation] = [equation for equation in group if equation.tensor.name not in letters]
    inside_loop = [equation for equation in group if equation.tensor.name in letters]
    inner = {equation.tensor.name for equation in inside_loop}
    step = loops.step(letters[recurrence.members[0]].name)
    carrier = Carrier(recurrence.size, recurrence.step, loops.name)
    body: list[Equation] = []
    for equation in inside_loop:
        name = equation.tensor.name
        letter = letters[name]
        own = tuple(item for item in _letters(equation) if item != letter)
        right = carrier.without_guards(equation.right, letter, own, name)
        inside = inner | {carried.tensor.name for carried in carrier.found}
        right = _hoisted(right, inside, _letters(equation), before, loops)
        body.append(with_fields(equation, right=right))
    local = _local(recurrence, body, carrier, letters, loops)
    scope = _Scope(recurrence, letters, step, local, loops)
    lines: list[Line] = [loops.statement(equation) for equation in before]
    lines += [scope.array(equation) for equation in body if equation.tensor.name not in local]
    beyond = [item for item in recurrence.boundaries if _inner_place(item, recurrence) is None]
    lines += [scope.boundary(boundary) for boundary in beyond if boundary.tensor.name not in local]
    lines += [scope.start(carried.tensor, carried.letters, carried.first) for carried in carrier.found]
    statements = [scope.statement(equation) for equation in body]
    letter = letters[recurrence.members[0]]
    for carried in carrier.found:
        statements.append(scope.hand_on(Equation(carried.tensor, carried.letters, carried.then), letter))
    alone = _own_steps(recurrence)
    for place in alone:
        lines += [scope.only_step(equation, place) for equation in body]
    start, stop = (len(alone), recurrence.size) if recurrence.step < 0 else (0, recurrence.size - len(alone))
    lines.append(Loop(step, stop, recurrence.step > 0, tuple(statements), Integer(start)))
    return (*lines, *scope.steps_alone(body))


def read_by(expr: Expr) -> frozenset[str]:
    """The names of the tensors that an expression reads."""
    return frozenset(tensor.name for tensor in tensors(expr))


def _letters(equation: Equation) -> Letters:
    if not equation.subscripts:
        return equation.letters
    return letters_of(equation.subscripts, equation.tensor.axes)


def _step_letters(recurrence: Recurrence, group: Sequence[Equation]) -> dict[str, Index]:
    """The letter of the step in each equation that belongs to the loop: members, and what depends on them there."""
    members = dict(zip(recurrence.members, recurrence.axes, strict=True))
    letters: dict[str, Index] = {}
    waiting = list(group)
    while True:
        for equation in list(waiting):
            name = equation.tensor.name
            if name in members:
                subscript = equation.left.subscripts[members[name]]
                assert isinstance(subscript, Index)
                letters[name] = subscript
            elif read_by(equation.right) & letters.keys():
                letters[name] = next(item for item in equation.letters if item in set(letters.values()))
            else:
                continue
            waiting.remove(equation)
            break
        else:
            return letters


def _hoisted(right: Expr, inside: set[str], letters: Letters, before: list[Equation], loops: Loops) -> Expr:
    """The right side with its costly sums of terms that no step changes computed for all steps before the loop."""
    if isinstance(right, Binder | Entry) or not right.args:
        return right
    if isinstance(right, Add):
        free = [term for term in right.args if not read_by(term) & inside]
        if any(term.atoms(Binder) for term in free):
            value = Add(*free)
            order = tuple(letter for letter in letters if letter in free_letters(value))
            tensor = Tensor(loops.name(_name_of(value, loops.where)), tuple(letter.size for letter in order))
            before.append(Equation(tensor, order, value))
            others = Add(*(_hoisted(t, inside, letters, before, loops) for t in right.args if t not in free))
            return Entry(tensor, *order) + others
    if isinstance(right, Apply):
        arguments = [_hoisted(argument, inside, letters, before, loops) for argument in right.arguments]
        return Apply(right.function, *arguments)
    parts = [_hoisted(part, inside, letters, before, loops) if isinstance(part, Expr) else part for part in right.args]
    return right.func(*parts)


def _name_of(value: Expr, where: Surroundings) -> str:
    """`x_Wx`: the arrays of the first sum of products."""
    first = min(value.atoms(Binder), key=lambda node: (-len(node.atoms(Entry)), str(node)))
    last = len(where.ranks)
    names = sorted({entry.tensor.name for entry in first.atoms(Entry)},
                   key=lambda name: (name in where.parameters, where.ranks.get(name, last)))  # fmt: skip
    return "_".join(names[:2])


def _local(
    recurrence: Recurrence, body: Sequence[Equation], carrier: Carrier, letters: Mapping[str, Index], loops: Loops
) -> frozenset[str]:
    """The tensors of which only the current step is read."""
    axes = dict(zip(recurrence.members, recurrence.axes, strict=True))
    read = [entry for equation in body for entry in sorted(equation.right.atoms(Entry), key=str)]
    read += [entry for carried in carrier.found for entry in sorted(carried.then.atoms(Entry), key=str)]
    kept = set(loops.read_elsewhere)
    steps = set(letters.values())
    for entry in read:
        name = entry.tensor.name
        if name in axes and entry.subscripts[axes[name]] not in steps:
            kept.add(name)
    return frozenset(letters.keys() - kept)


@dataclass(frozen=True)
class _Scope:
    """The statements of one loop: the letter of the step becomes its number, what is local loses that axis."""

    recurrence: Recurrence
    letters: Mapping[str, Index]
    step: Symbol
    local: frozenset[str]
    loops: Loops

    def _axis(self, equation: Equation) -> int:
        name = equation.tensor.name
        if name in self.recurrence.members:
            return self.recurrence.axes[self.recurrence.members.index(name)]
        return equation.letters.index(self.letters[name])

    def array(self, equation: Equation) -> Statement:
        """The array that the loop fills."""
        axes = self.loops.where.axes(equation.tensor)
        name = self.loops.where.array(equation.tensor.name)
        return Statement(name, axes, Zeros(axes, set_later=True), equation.tensor.name)

    def boundary(self, equation: Equation) -> Statement:
        """A slice that the recurrence starts from."""
        axis = self._axis(equation)
        place: tuple[Operation | None, ...] = (*(None,) * axis, Size(equation.left.subscripts[axis]))
        stored = self._stored(equation, axis, place, equation.right)
        return with_fields(stored, comment="the step before the first stands last" if self.recurrence.step < 0 else "")

    def only_step(self, equation: Equation, place: Expr) -> Statement:
        """The value of a step before the loop: by an equation of its own, or by the general one."""
        axis = self._axis(equation)
        own = next((item for item in self.recurrence.boundaries if item.tensor == equation.tensor
                    and _inner_place(item, self.recurrence) == place), None)  # fmt: skip
        number = None if equation.tensor.name in self.local else (*(None,) * axis, Size(place))
        if own is not None:
            return self._stored(own, axis, number, own.right)
        right = self._at_step(equation.right, self.letters[equation.tensor.name]).xreplace({self.step: place})
        return self._stored(equation, axis, number, right)

    def statement(self, equation: Equation) -> Statement:
        """The value of one step."""
        axis = self._axis(equation)
        right = self._at_step(equation.right, self.letters[equation.tensor.name])
        if equation.tensor.name in self.local:
            stored = self._stored(equation, axis, None, right)
            return with_fields(stored, result=equation.tensor.name)
        return self._stored(equation, axis, (*(None,) * axis, Size(self.step)), right)

    def _stored(
        self, equation: Equation, axis: int, place: tuple[Operation | None, ...] | None, right: Expr
    ) -> Statement:
        tensor = equation.tensor
        axes = tuple(size for number, size in enumerate(tensor.axes) if number != axis)
        left = tuple(part for number, part in enumerate(equation.left.subscripts) if number != axis)
        letters = letters_of(left, axes)
        operation = as_array(lower_expression(right, letters, self.loops.where), letters, axes)
        return Statement(self.loops.where.array(tensor.name), axes, operation, tensor.name, at=place)

    def start(self, tensor: Tensor, letters: Letters, first: Expr) -> Statement:
        """What a carried value is before the first step."""
        if first == 0:
            return Statement(tensor.name, tensor.axes, Zeros(tensor.axes), tensor.name)
        return with_fields(lower_equation(Equation(tensor, letters, first), self.loops.where))

    def hand_on(self, equation: Equation, letter: Index) -> Statement:
        """What a carried value is for the next step."""
        right = self._at_step(equation.right, letter)
        return lower_equation(with_fields(equation, right=right), self.loops.where)

    def _at_step(self, right: Expr, letter: Index) -> Expr:
        """The right side for one step; values of this step alone are read without it."""
        right = substitute(right, {letter: self.step})
        local: dict[Entry, Entry] = {}
        for entry in sorted(right.atoms(Entry), key=str):
            name = entry.tensor.name
            if name in self.local:
                kept = [place for place, part in enumerate(entry.subscripts) if part != self.step]
                tensor = Tensor(name, tuple(entry.tensor.axes[place] for place in kept))
                local[entry] = Entry(tensor, *(entry.subscripts[place] for place in kept))
        return right.xreplace(local)

    def steps_alone(self, body: Sequence[Equation]) -> list[Statement]:
        """Arrays without the slices that lie beyond the steps, for those that are given back."""
        found = []
        for equation in body:
            name, where = equation.tensor.name, self.loops.where
            if name not in self.local and where.array(name) != name:
                parts = (*(None,) * self._axis(equation), (self.recurrence.size * 0, self.recurrence.size))
                found.append(Statement(name, equation.tensor.axes, Slice(Name(where.array(name)), parts), name))
        return found
