"""A sum over letters of a product of arrays: matrix products where there are two groups, reductions where there is one.

More than two groups are taken pairwise, in the order that needs the fewest multiplications.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from math import prod

from sympy import Expr, Mul, S

from codegen.lower.align import as_real, restricted, turned, union
from codegen.lower.lowered import Letters, Lowered, Surroundings
from codegen.lower.product import Factor, product
from codegen.program import Matmul, Name, Operation, Reduce, Reshape, Tensordot, Transpose
from derive.index import Index

_ALL_ORDERS = 5
"""Groups whose orders are all tried: their number grows faster than exponentially."""


def contract(factors: Sequence[Factor], summed: Sequence[Index], want: Letters, where: Surroundings) -> Lowered:
    """sum over `summed` of the product; every summed letter is in some factor."""
    if _is_dot(factors, summed):
        return Lowered(Matmul(*_real_pair(factors[0].item, factors[1].item)))
    groups = [_group(group, want) for group in _by_letters(factors)]
    while len(groups) > 1:
        groups = [_reduce_private(place, groups, summed, want) for place in range(len(groups))]
        first, second = _cheapest_pair(groups, summed, where)
        others = [group for place, group in enumerate(groups) if place not in (first, second)]
        gone = _only_in_pair(groups, (first, second), summed)
        # what it is combined with next decides the order of its axes where the result does not
        hint = (*want, *(letter for letter in union(group.item for group in others) if letter not in want))
        pair = _pair(groups[first], groups[second], gone, hint, where)
        groups = (
            [Factor(pair) if place == first else group for place, group in enumerate(groups) if place != second]
            if others
            else [Factor(pair)]
        )
    item = product(S.One, groups, want) if groups[0].divides else groups[0].item
    return reduce("sum", item, restricted(tuple(summed), item.letters))


def reduce(function: str, item: Lowered, letters: Sequence[Index]) -> Lowered:
    """sum, max, ... of an array over some of its letters."""
    if not letters:
        return item
    axes = tuple(sorted(item.letters.index(letter) for letter in letters))
    rest = tuple(letter for letter in item.letters if letter not in letters)
    if function.startswith("arg"):
        return Lowered(Reduce(function, item.operation, axes), rest, "whole")
    return Lowered(Reduce(function, as_real(item).operation, axes), rest)


def _is_dot(factors: Sequence[Factor], summed: Sequence[Index]) -> bool:
    return (
        len(factors) == 2
        and len(summed) == 1
        and all(factor.item.letters == tuple(summed) and not factor.divides for factor in factors)
    )


def _by_letters(factors: Sequence[Factor]) -> list[list[Factor]]:
    """Factors with the same letters together, in order of appearance."""
    groups: dict[frozenset[Index], list[Factor]] = {}
    for factor in factors:
        groups.setdefault(frozenset(factor.item.letters), []).append(factor)
    return list(groups.values())


def _group(group: list[Factor], want: Letters) -> Factor:
    return group[0] if len(group) == 1 else Factor(product(S.One, group, want))


def _reduce_private(place: int, groups: list[Factor], summed: Sequence[Index], want: Letters) -> Factor:
    """Sum over the letters that no other group has."""
    mine = groups[place]
    others = union(group.item for other, group in enumerate(groups) if other != place)
    private = [letter for letter in mine.item.letters if letter in summed and letter not in others]
    if not private:
        return mine
    item = product(S.One, [mine], want) if mine.divides else mine.item
    return Factor(reduce("sum", item, private))


def _only_in_pair(groups: list[Factor], pair: tuple[int, int], summed: Sequence[Index]) -> Letters:
    inside = union(groups[place].item for place in pair)
    outside = union(group.item for place, group in enumerate(groups) if place not in pair)
    return tuple(letter for letter in inside if letter in summed and letter not in outside)


def _cheapest_pair(groups: list[Factor], summed: Sequence[Index], where: Surroundings) -> tuple[int, int]:
    """The first pair of the cheapest order of contractions; of many groups, the pair that is cheapest by itself."""

    def size(letters: frozenset[Index]) -> int:
        return prod(where.typical(letter.size) for letter in letters)

    def best(sets: tuple[frozenset[Index], ...]) -> tuple[int, tuple[int, int]]:
        choices = []
        for first in range(len(sets)):
            for second in range(first + 1, len(sets)):
                rest = tuple(sets[place] for place in range(len(sets)) if place not in (first, second))
                both = sets[first] | sets[second]
                needed = frozenset().union(*rest)
                left = frozenset(letter for letter in both if letter in needed or letter not in summed)
                price = size(both) + (best((left, *rest))[0] if rest and len(sets) <= _ALL_ORDERS else 0)
                choices.append((price, (first, second)))
        return min(choices)

    return best(tuple(frozenset(group.item.letters) for group in groups))[1]


def _pair(one: Factor, other: Factor, gone: Letters, want: Letters, where: Surroundings) -> Lowered:
    """The product of two groups, summed over the letters in `gone`."""
    if not gone:
        return product(S.One, [one, other], want)
    if one.divides or other.divides:
        one, other = (Factor(product(S.One, [factor], want)) if factor.divides else factor for factor in (one, other))
    left, right = one.item, other.item
    batch = tuple(letter for letter in left.letters if letter in right.letters and letter not in gone)
    free_left = tuple(letter for letter in left.letters if letter not in right.letters)
    free_right = tuple(letter for letter in right.letters if letter not in left.letters)
    if (batch and not (free_left and free_right)) or (len(gone) > 1 and not free_left and not free_right):
        return reduce("sum", product(S.One, [one, other], want), gone)
    left, right = (
        Lowered(operation, item.letters) for operation, item in zip(_real_pair(left, right), (left, right), strict=True)
    )
    if _comes_later(left, right, free_left, free_right, want, where):
        left, right, free_left, free_right = right, left, free_right, free_left
    if len(gone) == 1 and len(free_right) <= 1 and (not batch or len(free_left) == len(free_right) == 1):
        batch = restricted(want, batch) + tuple(letter for letter in batch if letter not in want)
        operation = Matmul(
            turned(left, batch + free_left + gone).operation, turned(right, batch + gone + free_right).operation
        )
        return Lowered(operation, batch + free_left + free_right)
    if not batch:
        axes = [tuple(item.letters.index(letter) for letter in gone) for item in (left, right)]
        return Lowered(Tensordot(left.operation, right.operation, *axes), free_left + free_right)
    return _batched(left, right, (batch, free_left, gone, free_right))


def _real_pair(left: Lowered, right: Lowered) -> tuple[Operation, Operation]:
    """Both operations; a truth value may stay one beside reals, whole numbers may not."""
    if left.kind == "truth" and right.kind == "real":
        return left.operation, right.operation
    if left.kind == "real" and right.kind == "truth":
        return left.operation, right.operation
    return as_real(left).operation, as_real(right).operation


def _comes_later(
    left: Lowered, right: Lowered, free_left: Letters, free_right: Letters, want: Letters, where: Surroundings
) -> bool:
    """Whether the two should change places: the result's axes decide; with a vector, whether the matrix is a parameter.

    `x @ W` and `dz @ W.T` for one row, like for many; `x.T @ dz` for a weight vector.
    """
    if len(free_left) <= 1 < len(free_right):
        return True
    if free_left and free_right:
        places = {letter: place for place, letter in enumerate(want)}
        first, second = (places.get(free[0], len(want)) for free in (free_left, free_right))
        if first == second:  # nobody asks: the order that turns fewer of the two
            return _turned(right, left) < _turned(left, right)
        return first > second
    if not free_left and not free_right:
        return False
    matrix = left if free_left else right
    parameter = bool(_plain_names(matrix.operation) & where.parameters)
    return parameter == (matrix is left)


def _turned(left: Lowered, right: Lowered) -> int:
    """How many of two matrices `left @ right` would have to transpose."""
    return int(left.letters[-1] not in right.letters) + int(right.letters[0] not in left.letters)


def _plain_names(operation: Operation) -> frozenset[str]:
    """The name of an array, perhaps transposed."""
    while isinstance(operation, Transpose):
        operation = operation.operand
    return frozenset((operation.name,)) if isinstance(operation, Name) else frozenset()


def _batched(left: Lowered, right: Lowered, letters: tuple[Letters, Letters, Letters, Letters]) -> Lowered:
    """A matrix product for every place of the batch; several letters on one side are taken as one axis."""
    batch, free_left, gone, free_right = letters
    operation: Operation = Matmul(
        _merged(left, (*batch, *free_left, *gone), (batch, free_left, gone)),
        _merged(right, (*batch, *gone, *free_right), (batch, gone, free_right)),
    )
    result = batch + free_left + free_right
    if len(free_left) != 1 or len(free_right) != 1:
        operation = Reshape(operation, tuple(letter.size for letter in result))
    return Lowered(operation, result)


def _merged(item: Lowered, order: Letters, groups: tuple[Letters, Letters, Letters]) -> Operation:
    """The item turned to `order`, each of the last two groups one axis."""
    if all(len(group) == 1 for group in groups[1:]):
        return turned(item, order).operation

    def sizes(parts: Sequence[Letters]) -> tuple[Expr, ...]:
        return tuple(Mul(*(letter.size for letter in part)) for part in parts)

    single: list[Letters] = [(letter,) for letter in groups[0]] + list(groups[1:])
    for places in permutations(range(len(single))):
        if tuple(letter for place in places for letter in single[place]) == item.letters:
            # the letters of each group stand together already: turning afterwards copies nothing
            merged = Reshape(item.operation, sizes([single[place] for place in places]))
            back = tuple(places.index(place) for place in range(len(single)))
            return merged if back == tuple(range(len(back))) else Transpose(merged, back)
    return Reshape(turned(item, order).operation, sizes(single))
