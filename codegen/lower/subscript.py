"""Entries of arrays: plain axes, slices, blocks and parts of product axes, windows, single places, picked entries.

An entry is read in three stages: `_prepared` gives every axis of a product its own axis and slices what is a range;
windows take an axis apart in two; what is left over (`p[n, y[n]]`, diagonals) is picked by index arrays.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Add, Expr, Mul, S, expand

from codegen.lower.align import aligned, elementwise, union
from codegen.lower.lowered import Lowered, Surroundings
from codegen.program import Elementwise, Kind, Name, Operation, Range, Reshape, Size, Slice, Take, Windows
from derive.entry import Entry
from derive.index import Index, is_letter
from derive.subscript import coefficients, never_negative, outside, parts

Lower = Callable[[Expr], Lowered]


def lower_entry(entry: Entry, lower: Lower, where: Surroundings, fill: Expr | None = None) -> Lowered:
    """An entry as an array with the letters of its subscripts; `lower` answers for subscripts that are data.

    With `fill`, what lies outside an axis has this value.
    """
    whole = entry.tensor.within is not None or entry.tensor.name in where.whole
    kind: Kind = "whole" if whole else "real"
    operation, subscripts, sizes = _prepared(Name(where.array(entry.tensor.name)), entry, where.axes(entry.tensor))
    operation, subscripts, sizes = _windowed(operation, subscripts, sizes, fill, where)
    return _picked_entries(operation, subscripts, sizes, kind, lower, entry.tensor.name in where.ends)


def _prepared(operation: Operation, entry: Entry, axes: tuple[Expr, ...]) -> tuple[Operation, list[Expr], list[Expr]]:
    """The array with product axes taken apart and ranges sliced, its subscripts and the sizes of its axes."""
    slices: list[tuple[Expr, Expr] | None] = []
    groups: list[tuple[tuple[Expr, Expr], ...]] = []
    for subscript, declared, size in zip(entry.subscripts, entry.tensor.axes, axes, strict=True):
        piece = parts(subscript, declared) if size == declared else ((subscript, size),)
        block = _block(subscript, size, piece)
        slices.append(block)
        groups.append(((next(iter(_letters(subscript))), block[1] - block[0]),) if block is not None else piece)
    if any(part is not None for part in slices) or any(len(group) > 1 for group in groups):
        # one step of an array is taken before what remains is taken apart
        places = [len(group) == 1 and _is_number(group[0][0]) for group in groups]
        if any(places):
            taken = [Size(group[0][0]) if place else None for group, place in zip(groups, places, strict=True)]
            operation = Take(operation, tuple(_without_end(taken)))  # type: ignore[arg-type]
            slices = [part for part, place in zip(slices, places, strict=True) if not place]
            groups = [group for group, place in zip(groups, places, strict=True) if not place]
    if any(part is not None for part in slices):
        operation = Slice(operation, tuple(slices))
    subscripts = [subscript for group in groups for subscript, _ in group]
    sizes = [size for group in groups for _, size in group]
    if any(len(group) > 1 for group in groups):
        operation = Reshape(operation, tuple(sizes))
    return operation, subscripts, sizes


def _block(subscript: Expr, size: Expr, piece: tuple[tuple[Expr, Expr], ...]) -> tuple[Expr, Expr] | None:
    """The range of places that a subscript such as H+j, t+1 or j over a longer axis runs through."""
    form = coefficients(subscript)
    if form is None or len(form[0]) != 1 or any(_letters(part) for part, _ in piece[:-1]):
        return None
    ((letter, coefficient),) = form[0].items()
    start = form[1]
    if coefficient != 1 or not isinstance(letter, Index) or (start == 0 and letter.size == size):
        return None
    inside = never_negative(start) and never_negative(size - start - letter.size)
    return (start, expand(start + letter.size)) if inside else None


def _windowed(
    operation: Operation, subscripts: list[Expr], sizes: list[Expr], fill: Expr | None, where: Surroundings
) -> tuple[Operation, list[Expr], list[Expr]]:
    """The array with an axis for each of two letters r, u where its subscript was step*r + spread*u + start."""
    place = 0
    while place < len(subscripts):
        form = coefficients(subscripts[place])
        affine = form is not None and not is_letter(subscripts[place]) and 0 < len(form[0]) <= 2
        if form is None or not affine or (len(form[0]) == 1 and fill is None):
            place += 1
            continue
        # windows that start further apart are counted by the outer letter, else the one with more places
        steps = sorted(form[0].items(), key=lambda item: (-_rank(item[1]), -where.typical(item[0].size), str(item[0])))
        (outer, step), (inner, spread) = steps if len(steps) == 2 else (steps[0], (None, S.One))
        width = S.One if inner is None else inner.size
        if not never_negative(step - 1):
            place += 1
            continue
        operation = Windows(operation, place, outer.size, width, step, spread, form[1], fill or S.Zero)
        subscripts = [*subscripts[:place], outer, S.Zero if inner is None else inner, *subscripts[place + 1 :]]
        sizes = [*sizes[:place], outer.size, width, *sizes[place + 1 :]]
        place += 2
    return operation, subscripts, sizes


def _rank(coefficient: Expr) -> int:
    """Larger steps first: windows r that start `step` apart, places u inside them."""
    return int(coefficient) if coefficient.is_Integer else 2


def _picked_entries(
    operation: Operation, subscripts: list[Expr], sizes: list[Expr], kind: Kind, lower: Lower, wraps: bool
) -> Lowered:
    letters = tuple(subscript for subscript in subscripts if is_letter(subscript))
    if len(letters) == len(subscripts) == len(set(letters)):
        return Lowered(operation, letters, kind)
    picked = _picked(tuple(subscripts))
    first, last = min(picked), max(picked)
    if all(_is_number(subscripts[place]) for place in picked):
        taken: list[Operation | None] = [Size(s) if _is_number(s) else None for s in subscripts]
        return Lowered(Take(operation, tuple(_without_end(taken))), letters, kind)
    block = [_subscript(subscripts[place], sizes[place], lower, wraps) for place in range(first, last + 1)]
    order = union(block)
    arrays = iter([aligned(item, order) for item in block])
    taken = [next(arrays) if first <= place <= last else None for place in range(len(subscripts))]
    before, after = subscripts[:first], subscripts[last + 1 :]
    return Lowered(Take(operation, tuple(_without_end(taken))), (*before, *order, *after), kind)  # type: ignore[arg-type]


def _without_end(taken: list[Operation | None]) -> list[Operation | None]:
    while taken and taken[-1] is None:
        taken = taken[:-1]
    return taken


def _is_number(subscript: Expr) -> bool:
    return not subscript.atoms(Index, Entry) and not is_letter(subscript) and coefficients(subscript) is not None


def _picked(subscripts: tuple[Expr, ...]) -> set[int]:
    """Places that need an index array: what is no letter, and every letter that stands at more than one place."""
    picked = {place for place, subscript in enumerate(subscripts) if not is_letter(subscript)}
    picked |= {place for place, subscript in enumerate(subscripts) if subscripts.count(subscript) > 1}
    if all(_is_number(subscripts[place]) for place in picked):
        return picked
    while True:
        block = range(min(picked), max(picked) + 1) if picked else range(0)
        inside = {letter for place in block for letter in _letters(subscripts[place])}
        more = {
            place
            for place, subscript in enumerate(subscripts)
            if place in block or subscript in inside or (is_letter(subscript) and subscripts.count(subscript) > 1)
        }
        if more == picked:
            return picked
        picked = more


def _letters(subscript: Expr) -> set[Expr]:
    return set(subscript.atoms(Index))


def _subscript(subscript: Expr, size: Expr, lower: Lower, wraps: bool) -> Lowered:
    """A subscript as whole numbers; what may lie outside is kept inside, as a condition leaves it out anyway.

    An array that holds the slice before its first one at its end `wraps`: there -1 is meant.
    """
    if coefficients(subscript) is None:
        return lower_integer(subscript, lower)
    item = lower_whole(subscript)
    if not item.letters or wraps or not outside(subscript, size):
        return item
    return Lowered(Elementwise("clip", (item.operation, Size(size - 1))), item.letters, "whole")


def lower_integer(expr: Expr, lower: Lower) -> Lowered:
    """A whole number that is computed, such as 2*r + argmax(...) - 1; `lower` answers for what is no sum or product."""
    if coefficients(expr) is not None:
        return lower_whole(expr)
    if isinstance(expr, Add | Mul):
        function = "+" if isinstance(expr, Add) else "*"
        forms = [part for part in expr.args if coefficients(part) is not None]
        others = [part for part in expr.args if coefficients(part) is None]
        form = expr.func(*forms) if forms else None
        items = [lower_integer(part, lower) for part in others] + ([lower_whole(form)] if form is not None else [])
        result = items[0]
        for item in items[1:]:
            result = elementwise(function, [result, item], (), "whole")
        return result
    item = lower(expr)
    if item.kind != "whole":
        raise TypeError(f"the subscript {expr} is no whole number")
    return item


def lower_whole(form: Expr) -> Lowered:
    """A form in letters, whole numbers and sizes, such as 2*r+u-1, as whole numbers."""
    found = coefficients(form)
    if found is None:
        raise TypeError(f"{form} is no form in letters and sizes")
    terms: list[tuple[bool, Lowered]] = []
    for letter, coefficient in sorted(found[0].items(), key=lambda item: str(item[0])):
        negative = bool(coefficient.could_extract_minus_sign())
        factor = -coefficient if negative else coefficient
        operation: Operation = Range(letter.size)
        if factor != 1:
            operation = Elementwise("*", (Size(factor), operation))
        terms.append((negative, Lowered(operation, (letter,), "whole")))
    rest = found[1]
    if rest != 0 or not terms:
        negative = bool(rest.could_extract_minus_sign()) and bool(terms)
        terms.append((negative, Lowered(Size(-rest if negative else rest), (), "whole", weak=True)))
    terms.sort(key=lambda item: item[0])
    order = union(item for _, item in terms)
    negative, first = terms[0]
    operation = aligned(first, order)
    if negative:
        operation = Elementwise("negative", (operation,))
    for negative, item in terms[1:]:
        operation = Elementwise("-" if negative else "+", (operation, aligned(item, order)))
    return Lowered(operation, order, "whole", weak=not order)
