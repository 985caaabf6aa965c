"""Sums of blocks: delta(0, g) a + delta(1, g) b is a and b side by side along g."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sympy import Add, Expr, Integer, Mul

from codegen.lower.align import as_real, restricted, turned, union
from codegen.lower.lowered import Letters, Lowered
from codegen.program import Operation, Stack, Stretch, Zeros
from derive.binding import free_letters
from derive.index import Index
from derive.operators import Delta

Lower = Callable[[Expr], Lowered]


def lower_blocks(terms: Sequence[Expr], want: Letters, lower: Lower) -> Lowered | None:
    """The terms side by side, where each belongs to one value of one letter."""
    found = _blocks([part for term in terms for part in _distributed(term)])
    if found is None:
        return None
    letter, blocks = found
    items = {number: as_real(lower(block)) for number, block in blocks.items()}
    letters = union(items.values())
    order = restricted((*want, *(v for v in letters if v not in want)), letters)
    axes = tuple(v.size for v in order)
    arrays: list[Operation] = []
    for number in range(int(letter.size)):
        item = items.get(number)
        if item is None:
            arrays.append(Zeros(axes))
        elif set(item.letters) == set(order):
            arrays.append(turned(item, order).operation)
        else:
            arrays.append(Stretch(turned(item, restricted(order, item.letters)).operation, axes))
    before = [v for v in order if letter in want and v in want and want.index(v) < want.index(letter)]
    place = len(before) if letter in want else len(order)
    return Lowered(Stack(tuple(arrays), place), (*order[:place], letter, *order[place:]))


def _distributed(term: Expr) -> Sequence[Expr]:
    """a (delta b + c) as a delta b and a c: every block by itself."""
    factors = Mul.make_args(term)
    inner = next((factor for factor in factors if isinstance(factor, Add) and factor.has(Delta)), None)
    if inner is None:
        return (term,)
    others = Mul(*(factor for factor in factors if factor is not inner))
    return [part for piece in inner.args for part in _distributed(others * piece)]


def _blocks(terms: Sequence[Expr]) -> tuple[Index, dict[int, Expr]] | None:
    """The letter over a known number of blocks, and the expression of each block."""
    candidates = {
        side for term in terms for factor in Mul.make_args(term) if isinstance(factor, Delta)
        for side in factor.args if isinstance(side, Index) and isinstance(side.size, Integer)
    }  # fmt: skip
    for letter in sorted(candidates, key=lambda item: item.name):
        blocks: dict[int, Expr] = {}
        for term in terms:
            numbers = [
                (int(number), factor) for factor in Mul.make_args(term) if isinstance(factor, Delta)
                for number, other in (factor.args, factor.args[::-1]) if other == letter and number.is_Integer
            ]  # fmt: skip
            if len(numbers) != 1 or letter in free_letters(term / numbers[0][1]):
                break
            number, factor = numbers[0]
            blocks[number] = blocks.get(number, Integer(0)) + term / factor
        else:
            return letter, blocks
    return None
