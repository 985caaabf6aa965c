"""Equations that need each other: along which letter they go round, in which direction, and what else they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from derive.errors import InputError
from derive.language.order import Definition, readings
from derive.language.printer import text
from derive.language.tree import Chain, Letter, Name, Node, Number


@dataclass(frozen=True)
class Cycle:
    """A recurrence as it is written: its members in an order in which a step can be computed, the place of the letter
    in each, how the letter is spelled there, and the direction."""

    members: tuple[Definition, ...]
    axes: dict[str, int]
    letters: dict[str, str]
    step: int


@dataclass
class _Attempt:
    """What follows when one letter of the first equation is the one along which the equations recur."""

    axes: dict[str, int]
    letters: dict[str, str] = field(default_factory=dict)
    within: dict[str, set[str]] = field(default_factory=dict)
    steps: dict[int, Node] = field(default_factory=dict)
    misplaced: tuple[str, Node] | None = None


def find_cycle(group: Sequence[Definition]) -> Cycle:
    """The recurrence that equations which need each other make; InputError where they make none."""
    attempts = [_attempt(group, place) for place, item in enumerate(group[0].general.left) if isinstance(item, Letter)]
    for attempt in attempts:
        order = _order(group, attempt.within)
        if attempt.misplaced is None and order is not None and attempt.steps.keys() in ({-1}, {1}):
            return Cycle(order, attempt.axes, attempt.letters, next(iter(attempt.steps)))
    raise _no_cycle(group, [attempt for attempt in attempts if attempt.steps])


def _attempt(group: Sequence[Definition], place: int) -> _Attempt:
    names = {definition.name: definition for definition in group}
    attempt = _Attempt({group[0].name: place})
    open_ones = [group[0].name]
    while open_ones:
        name = open_ones.pop(0)
        left = names[name].general.left
        item = left[attempt.axes[name]] if attempt.axes[name] < len(left) else None
        if not isinstance(item, Letter):
            attempt.misplaced = attempt.misplaced or (name, names[name].general.right)
            continue
        attempt.letters[name] = item.name
        attempt.within[name] = set()
        for read, items, node in readings(names[name].general, set(names)):
            steps = {at: step for at, part in enumerate(items) if (step := step_of(part, item.name)) is not None}
            if read not in attempt.axes and steps:
                attempt.axes[read] = next((at for at, step in steps.items() if step != 0), min(steps))
                open_ones.append(read)
            step = steps.get(attempt.axes.get(read, -1))
            if step is None:
                attempt.misplaced = attempt.misplaced or (read, node)
            elif step == 0:
                attempt.within[name].add(read)
            else:
                attempt.steps.setdefault(step, node)
    return attempt


def step_of(item: Node, letter: str) -> int | None:
    """How far a subscript is from the letter: -1 for t-1; None when it is not the letter plus a whole number."""
    if isinstance(item, Name):
        return 0 if item.name == letter else None
    if not isinstance(item, Chain) or not set(item.signs) <= {"+", "-"}:
        return None
    total, letters = 0, 0
    for sign, operand in zip(("+", *item.signs), item.operands, strict=True):
        if isinstance(operand, Name) and operand.name == letter and sign == "+":
            letters += 1
        elif isinstance(operand, Number) and operand.text.isdigit():
            total += int(operand.text) if sign == "+" else -int(operand.text)
        else:
            return None
    return total if letters == 1 else None


def _order(group: Sequence[Definition], within: dict[str, set[str]]) -> tuple[Definition, ...] | None:
    """An order in which one step can be computed, close to reading order; None where there is none."""
    if len(within) < len(group):
        return None
    order: list[Definition] = []
    while len(order) < len(group):
        done = {definition.name for definition in order}
        free = [d for d in group if d.name not in done and within[d.name] <= done]
        if not free:
            return None
        order.append(free[0])
    return tuple(order)


def _no_cycle(group: Sequence[Definition], attempts: Sequence[_Attempt]) -> InputError:
    for attempt in attempts:
        steps = sorted(attempt.steps)
        if steps[0] < 0 < steps[-1]:
            forward, back = text(attempt.steps[steps[-1]]), text(attempt.steps[steps[0]])
            what = f"{back} is a step back and {forward} a step forward: a recurrence goes one way"
            return InputError(what, attempt.steps[steps[-1]].place, "two recurrences with names of their own")
        far = next((step for step in steps if abs(step) > 1), None)
        if far is not None:
            what = f"{text(attempt.steps[far])} is {abs(far)} steps away: a recurrence goes one step at a time"
            sign = "-" if far < 0 else "+"
            remedy = f"carry the older value along: older[t] = {group[0].name}[t{sign}1], then older[t{sign}1]"
            return InputError(what, attempt.steps[far].place, remedy)
    if len(attempts) > 1 and all(attempt.misplaced is None for attempt in attempts):
        first, second = (next(iter(attempt.steps.values())) for attempt in attempts[:2])
        what = f"{text(first)} and {text(second)} recur along two letters at once"
        return InputError(what, second.place, "one letter that steps back in every equation of the recurrence")
    if attempts and attempts[0].misplaced is not None:
        name, node = attempts[0].misplaced
        letter = next(iter(attempts[0].letters.values()), "t")
        what = f"{name} is read inside its own recurrence, but not at {letter} or one step from it"
        return InputError(what, node.place, f"{name}[{letter}-1], or a value from outside the recurrence")
    return _circle(group, [attempt.within for attempt in attempts])


def _circle(group: Sequence[Definition], within: Sequence[dict[str, set[str]]]) -> InputError:
    names = [definition.name for definition in group]
    needs = within[0] if within else {d.name: set(d.reads(names)) for d in group}
    stuck = _never_ready(names, needs)
    path = [stuck[0]]
    while True:
        following = min((name for name in needs[path[-1]] if name in stuck), key=names.index)
        if following in path:
            circle = path[path.index(following) :]
            break
        path.append(following)
    start = min(circle, key=names.index)
    turn = circle.index(start)
    told = " needs ".join([*circle[turn:], *circle[:turn], start])
    first = next(definition for definition in group if definition.name == start).general
    if within:
        what = f"{told} within one step: these equations go round in a circle"
        return InputError(what, first.place, f"{circle[turn - 1]} one step back")
    what = f"{told}: these equations go round in a circle"
    return InputError(what, first.place, "a new name for one of them, or an equation without the others")


def _never_ready(names: Sequence[str], needs: dict[str, set[str]]) -> list[str]:
    stuck = list(names)
    while True:
        left = [name for name in stuck if needs.get(name, set()) & set(stuck)]
        if left == stuck:
            return stuck
        stuck = left
