"""One change in an expression: a factor or a term that is lost, a sign, a step too far, another tensor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from sympy import Add, Basic, Expr, Mod, Mul, Pow, S

from derive.binding import free_letters, rebind, substitute, unbind
from derive.dependence import entries
from derive.entry import Entry, Tensor
from derive.index import Index, is_letter
from derive.letters import Letters
from derive.operators import Apply, Binder, Condition, Delta, Logic, Sum, Where
from derive.rules.conditions import guarded
from derive.subscript import coefficients, outside
from derive.verification.verdict import Mistake

_MOST_FACTORS = 6


@dataclass(frozen=True)
class Change:
    """An expression with one change: the kind of mistake, the node that was changed, and what a reader is told."""

    expr: Expr
    mistake: Mistake
    node: Basic
    sentence: str


@dataclass(frozen=True)
class Surroundings:
    """What a change may draw on.

    letters   those of the equation
    names     what letters to write for bound ones
    tensors   what may stand for another tensor of the same axes
    steps     sizes that a recurrence runs over
    ends      tensors with slices outside their axes, such as h[-1]
    """

    letters: tuple[Index, ...]
    names: Letters
    tensors: Sequence[Tensor] = ()
    steps: frozenset[Expr] = frozenset()
    ends: frozenset[str] = frozenset()

    def opened(self, node: Binder) -> tuple[tuple[Index, ...], Expr]:
        """The letters of a sum, as a reader expects them, and its body."""
        letters, body = unbind(node, self.letters)
        chosen: list[Index] = []
        for letter in letters:
            chosen.append(self.names.over(letter.size, (*self.letters, *letters, *chosen)))
        return tuple(chosen), substitute(body, dict(zip(letters, chosen, strict=True)))


def changes(expr: Expr, around: Surroundings) -> Iterator[Change]:
    """Every expression with one change at one place."""
    yield from _own(expr, around)
    if isinstance(expr, Entry | Condition | Delta):
        return
    if isinstance(expr, Binder):
        letters, body = around.opened(expr)
        inner = replace(around, letters=(*around.letters, *letters))
        for change in changes(body, inner):
            yield replace(change, expr=rebind(expr, change.expr, letters))
        return
    for place, argument in enumerate(expr.args):
        if isinstance(argument, Expr) and not argument.is_number and not isinstance(argument, Condition):
            for change in changes(argument, around):
                yield replace(change, expr=expr.func(*expr.args[:place], change.expr, *expr.args[place + 1 :]))


def _own(expr: Expr, around: Surroundings) -> Iterator[Change]:
    """The changes of the outermost node."""
    if isinstance(expr, Add):
        yield from _of_terms(expr)
    elif isinstance(expr, Mul):
        yield from _of_factors(expr)
    elif isinstance(expr, Pow):
        yield from _of_powers(expr)
    elif isinstance(expr, Sum):
        yield from _of_sums(expr, around)
    elif isinstance(expr, Where) and expr.otherwise == 0 and not expr.then.is_number:
        yield Change(expr.then, Mistake.VALUE, expr, f"the condition {expr.condition} is missing")
    elif isinstance(expr, Apply) and len(expr.arguments) == 1:
        yield Change(
            expr.arguments[0], Mistake.ACTIVATION, expr, f"{expr.arguments[0]} stands there without {expr.name}"
        )
    elif isinstance(expr, Entry):
        yield from _of_entries(expr, around)


def _of_terms(expr: Add) -> Iterator[Change]:
    for term in expr.args:
        kind = Mistake.DELTA if term.has(Delta) else Mistake.PATH
        yield Change(expr - term, kind, term, f"the term {term} is missing")
        yield Change(expr - 2 * term, Mistake.SIGN, term, f"the sign of the term {term} is wrong")
    if len(expr.args) > 2:
        for term in expr.args:
            yield Change(term, Mistake.PATH, expr - term, f"all terms but {term} are missing")


def _of_factors(expr: Mul) -> Iterator[Change]:
    for place, factor in enumerate(expr.args):
        rest = Mul(*expr.args[:place], *expr.args[place + 1 :])
        if factor == -1:
            yield Change(rest, Mistake.SIGN, factor, f"the sign of {rest} is wrong")
            continue
        kind = kind_of_factor(factor)
        yield Change(rest, kind, factor, f"the factor {factor} is missing")
        if isinstance(factor, Pow) and factor.exp.is_number and factor.exp < 0:
            yield Change(rest / factor, kind, factor, f"multiplied by {1 / factor}, not divided")
        elif kind is not Mistake.FACTOR:
            continue
        elif entries(factor) and not factor.has(Delta):
            yield Change(rest / factor, kind, factor, f"divided by {factor}, not multiplied")
        elif factor.is_number:
            yield Change(rest / factor, kind, factor, f"{1 / factor} stands for {factor}")
    yield from _of_groups(expr)


def _of_groups(expr: Mul) -> Iterator[Change]:
    """Several factors at once: a pair of them, or all that stand below the line."""
    below = [factor for factor in expr.args if isinstance(factor, Pow) and factor.exp.could_extract_minus_sign()]
    if len(below) > 1:
        divisor = 1 / Mul(*below)
        kind = kind_of_factor(divisor)
        yield Change(expr * divisor, kind, divisor, f"the division by {divisor} is missing")
        yield Change(expr * divisor**2, kind, divisor, f"multiplied by {divisor}, not divided")
    if 2 < len(expr.args) <= _MOST_FACTORS:
        for pair in combinations(expr.args, 2):
            rest = Mul(*(factor for factor in expr.args if factor not in pair))
            yield Change(
                rest, kind_of_factor(Mul(*pair)), Mul(*pair), f"the factors {pair[0]} and {pair[1]} are missing"
            )


def _of_powers(expr: Pow) -> Iterator[Change]:
    if expr.exp.is_number and entries(expr.base):
        for other in (expr.exp - 1, expr.exp + 1):
            changed = Pow(expr.base, other)
            yield Change(changed, Mistake.FACTOR, expr, f"{changed} stands for {expr}")


def _of_sums(expr: Sum, around: Surroundings) -> Iterator[Change]:
    letters, body = around.opened(expr)
    for letter in letters:
        size = letter.size
        yield Change(expr / size, Mistake.MEAN, expr, f"a mean over {size} instead of the sum {expr}")
        rest = [other for other in letters if other != letter]
        for place, word in ((S.Zero, "first"), (size - 1, "last")):
            alone = rebind(expr, substitute(body, {letter: place}), rest) if rest else substitute(body, {letter: place})
            why = f"the sum over {size} is missing: only the {word} {letter.name} is counted"
            yield Change(alone, Mistake.SUM, expr, why)
        # dS - sum over rows where the sum over columns is meant, kept as an axis of size 1.
        for letter_now in around.letters:
            if letter_now.size != size or letter_now in free_letters(body):
                continue
            for other in around.letters:
                if other in free_letters(body) and other != letter_now:
                    bound = Index(f"{other.name}_", other.size)
                    moved = substitute(body, {letter: letter_now, other: bound})
                    summed = rebind(expr, moved, [*rest, bound])
                    yield Change(
                        summed, Mistake.SUM, expr, f"summed over {other.name}, not over {letter_now.name}, in {expr}"
                    )


def _of_entries(expr: Entry, around: Surroundings) -> Iterator[Change]:
    tensor = expr.tensor
    for place, subscript in enumerate(expr.subscripts):
        size = tensor.axes[place]
        if not free_letters(subscript) or coefficients(subscript) is None:
            continue
        if is_letter(subscript) and size not in around.steps:
            continue
        offset = coefficients(subscript)[1]  # type: ignore[index]
        for step in dict.fromkeys((1, -1, *((-2 * offset,) if offset.is_Integer and offset != 0 else ()))):
            subscripts = [*expr.subscripts]
            subscripts[place] = subscript + step
            moved = Entry(tensor, *subscripts)
            bounds = () if tensor.name in around.ends else outside(subscript + step, size) or ()
            yield Change(guarded(bounds, moved), Mistake.INDEX, expr, f"{moved} stands for {expr}")
        yield from _at_the_ends(expr, place, tensor.name in around.ends)
    for first in range(len(tensor.axes)):
        for second in range(first + 1, len(tensor.axes)):
            if tensor.axes[first] == tensor.axes[second]:
                order = list(expr.subscripts)
                order[first], order[second] = order[second], order[first]
                swapped = Entry(tensor, *order)
                if swapped != expr:
                    yield Change(swapped, Mistake.TRANSPOSE, expr, f"{tensor.name} is transposed: {swapped} for {expr}")
    for other in around.tensors:
        if other != tensor and other.axes == tensor.axes and other.within == tensor.within:
            yield Change(Entry(other, *expr.subscripts), Mistake.SYMBOL, expr, f"{other.name} stands for {tensor.name}")


def _at_the_ends(expr: Entry, place: int, has_ends: bool) -> Iterator[Change]:
    """A negative subscript counts from the end in Python: x[t-1] at t = 0 is the last one."""
    tensor, subscript, size = expr.tensor, expr.subscripts[place], expr.tensor.axes[place]
    for step in (0, -1):
        bounds = outside(subscript + step, size)
        if not bounds or (step == 0 and not has_ends):
            continue
        around = [*expr.subscripts]
        around[place] = Mod(subscript + step, size)
        why = f"below 0 the subscript {subscript + step} of {tensor.name} counts from the end"
        yield Change(Entry(tensor, *around), Mistake.INDEX, expr, why)
        if step == 0:
            yield Change(
                guarded(bounds, expr), Mistake.INDEX, expr, f"{expr} is left out where {bounds[0]} does not hold"
            )


def kind_of_factor(factor: Expr) -> Mistake:
    """1/N and N are of a mean; any other factor is just one."""
    sizes = factor.free_symbols
    rational = all(power.is_Integer for _, power in (item.as_base_exp() for item in Mul.make_args(factor)))
    of_sizes = bool(sizes) and not entries(factor) and all(size.is_integer for size in sizes)
    return Mistake.MEAN if of_sizes and rational and not factor.has(Logic) else Mistake.FACTOR
