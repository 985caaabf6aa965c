"""Bring operations to common axes, with as few transpositions as possible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations

from codegen.lower.lowered import Letters, Lowered
from codegen.program import Elementwise, Insert, Number, Operation, Reduce, Size, Transpose
from derive.index import Index

_ENOUGH = 5  # letters whose orders are all tried


def union(items: Iterable[Lowered]) -> Letters:
    """All letters of the items, in order of appearance."""
    return tuple(dict.fromkeys(letter for item in items for letter in item.letters))


def restricted(order: Sequence[Index], letters: Iterable[Index]) -> Letters:
    """The part of `order` that `letters` has."""
    kept = set(letters)
    return tuple(letter for letter in order if letter in kept)


def common_order(items: Sequence[Lowered], want: Letters) -> Letters:
    """The order of all letters that needs the fewest transpositions, now and when the result must read `want`."""
    letters = union(items)
    orders: Iterable[Letters] = permutations(letters)
    if len(letters) > _ENOUGH:
        orders = [restricted(want, letters) + tuple(v for v in letters if v not in want), letters]

    def price(order: Letters) -> tuple[int, int]:
        turned = sum(restricted(order, item.letters) != item.letters for item in items)
        turned += restricted(order, want) != restricted(want, letters)
        inserted = sum(len(_missing_after_first(item.letters, order)) for item in items)
        return turned, inserted

    return min(orders, key=price)


def _missing_after_first(letters: Letters, order: Letters) -> tuple[int, ...]:
    """Places of `order` that need an axis of size 1: those behind the first letter that is there."""
    places = [place for place, letter in enumerate(order) if letter in letters]
    if not places:
        return ()
    return tuple(place - places[0] for place in range(places[0], len(order)) if order[place] not in letters)


def turned(item: Lowered, order: Letters) -> Lowered:
    """The item with its letters in this order (the same letters)."""
    if item.letters == order:
        return item
    places = tuple(item.letters.index(letter) for letter in order)
    return Lowered(Transpose(item.operation, places), order, item.kind)


def aligned(item: Lowered, order: Letters) -> Operation:
    """The operation so that it broadcasts against an array with axes `order`."""
    operation = turned(item, restricted(order, item.letters)).operation
    places = _missing_after_first(item.letters, order)
    if not places:
        return operation
    return _keeping(operation, places) or Insert(operation, places)


def _keeping(operation: Operation, places: tuple[int, ...]) -> Operation | None:
    """The operation with its reduced axes kept, where that says the same as inserting them afterwards."""
    if isinstance(operation, Reduce) and operation.axes == places and not operation.keepdims:
        if operation.function.startswith("arg"):
            return None
        return Reduce(operation.function, operation.operand, operation.axes, keepdims=True)
    if isinstance(operation, Elementwise):
        arrays = [argument for argument in operation.arguments if not isinstance(argument, (Number, Size))]
        kept = _keeping(arrays[0], places) if len(arrays) == 1 else None
        if kept is not None:
            arguments = tuple(kept if argument is arrays[0] else argument for argument in operation.arguments)
            return Elementwise(operation.function, arguments)
    return None


def elementwise(function: str, items: Sequence[Lowered], want: Letters, kind: str = "real") -> Lowered:
    """A function of items at the same place."""
    order = common_order(items, want)
    operations = tuple(aligned(item, order) for item in items)
    weak = all(item.weak for item in items)
    return Lowered(Elementwise(function, operations), order, kind, weak)  # type: ignore[arg-type]


def as_real(item: Lowered) -> Lowered:
    """Truth values and whole numbers as numbers of the type that the program computes in."""
    if item.kind == "real" or isinstance(item.operation, (Number, Size)):
        return item
    return Lowered(Elementwise("real", (item.operation,)), item.letters, "real")
