"""Which equations give what, and in which order they can be computed."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from derive.language.tree import Call, EquationStatement, Letter, Name, Node, Subscript, walk


@dataclass(frozen=True)
class Definition:
    """All equations of one tensor: the general one, and those for single slices, which win over it."""

    general: EquationStatement
    slices: tuple[EquationStatement, ...] = ()

    @property
    def name(self) -> str:
        return self.general.name

    def reads(self, names: Iterable[str]) -> list[str]:
        """Which of the names the right sides read, in reading order."""
        wanted = set(names)
        found = (name for statement in (self.general, *self.slices) for name in reads(statement, wanted))
        return list(dict.fromkeys(found))


def left_letters(left: Iterable[Node]) -> Iterator[Letter]:
    """The letters of a left side, those in round brackets too."""
    return (node for item in left for node in walk(item) if isinstance(node, Letter))


def reads(statement: EquationStatement, names: Iterable[str]) -> list[str]:
    """Which of the names the right side reads, in reading order."""
    wanted = set(names)
    found = dict.fromkeys(name for name, _, _ in readings(statement, wanted))
    return list(found)


Reading = tuple[str, tuple[Node, ...], Node]


def readings(statement: EquationStatement, wanted: set[str]) -> list[Reading]:
    """Every place where the right side reads one of the names: the name, its subscripts, and the node."""
    letters = {part.name for part in left_letters(statement.left)}
    subscripted: set[int] = set()
    found: list[Reading] = []
    for node in walk(statement.right):
        if isinstance(node, Call):
            letters |= {letter.name for letter in node.letters or ()}
            subscripted |= {id(name) for name in node.over or ()}
        if isinstance(node, Subscript) and isinstance(node.of, Name):
            subscripted.add(id(node.of))
            if node.of.name in wanted:
                found.append((node.of.name, node.items, node))
    for node in walk(statement.right):
        if isinstance(node, Name) and id(node) not in subscripted and node.name in wanted and node.name not in letters:
            found.append((node.name, (), node))
    return found


def in_groups(definitions: Sequence[Definition]) -> list[tuple[Definition, ...]]:
    """The definitions in an order in which they can be computed, close to reading order; those that need each other, or
    themselves, stand together."""
    place = {definition.name: number for number, definition in enumerate(definitions)}
    needs = {number: {place[name] for name in d.reads(place)} for number, d in enumerate(definitions)}
    group = _groups(needs)
    members: dict[int, list[int]] = {}
    for number in needs:
        members.setdefault(group[number], []).append(number)
    waiting = {g: {group[other] for n in numbers for other in needs[n]} - {g} for g, numbers in members.items()}
    readers: dict[int, list[int]] = {g: [] for g in members}
    for g, needed in waiting.items():
        for other in needed:
            readers[other].append(g)
    ready = [g for g, needed in waiting.items() if not needed]
    heapq.heapify(ready)
    ordered: list[tuple[Definition, ...]] = []
    while ready:
        g = heapq.heappop(ready)
        ordered.append(tuple(definitions[number] for number in members[g]))
        for reader in readers[g]:
            waiting[reader].discard(g)
            if not waiting[reader]:
                heapq.heappush(ready, reader)
    return ordered


def is_cycle(group: Sequence[Definition]) -> bool:
    """True when the equations of a group need each other, or one needs itself."""
    return len(group) > 1 or group[0].name in group[0].reads([group[0].name])


def _groups(needs: dict[int, set[int]]) -> dict[int, int]:
    """For each number the smallest one that it needs and that needs it, in any number of steps; else itself."""
    stuck = _stuck(_stuck(set(needs), needs), _turned(needs))
    group = {number: number for number in needs}
    reached = {number: _reached(number, needs, stuck) for number in stuck}
    for number in stuck:
        group[number] = min([number, *(other for other in reached[number] if number in reached[other])])
    return group


def _turned(needs: dict[int, set[int]]) -> dict[int, set[int]]:
    turned: dict[int, set[int]] = {number: set() for number in needs}
    for number, needed in needs.items():
        for other in needed:
            turned[other].add(number)
    return turned


def _stuck(numbers: set[int], needs: dict[int, set[int]]) -> set[int]:
    """What is left when everything goes that needs nothing that is left."""
    waiting = {number: needs[number] & numbers for number in numbers}
    readers = _turned({number: waiting.get(number, set()) for number in needs})
    ready = [number for number, needed in waiting.items() if not needed]
    while ready:
        number = ready.pop()
        del waiting[number]
        for reader in readers[number]:
            waiting[reader].discard(number)
            if not waiting[reader]:
                ready.append(reader)
    return set(waiting)


def _reached(number: int, needs: dict[int, set[int]], within: set[int]) -> set[int]:
    seen: set[int] = set()
    open_ones = [number]
    while open_ones:
        for other in needs[open_ones.pop()] & within:
            if other not in seen:
                seen.add(other)
                open_ones.append(other)
    return seen
