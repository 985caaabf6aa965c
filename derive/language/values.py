"""Values for worked examples: together they must fit the dimensions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sympy import Expr, Integer, Rational

from derive.errors import InputError
from derive.language.scope import Scope


def check_values(scope: Scope) -> None:
    """Every value has the sizes that its axes were given or that another value gave them; facts hold of it."""
    sizes: dict[Expr, tuple[int, str]] = {
        dimension.symbol: (dimension.default, f"{dimension.symbol} = {dimension.default}")
        for dimension in scope.dimensions.values()
        if dimension.default is not None
    }
    for name, declaration in scope.declarations.items():
        if declaration.value is None:
            continue
        rows: tuple[object, ...] = (declaration.value,)
        for axis in declaration.tensor.axes:
            lengths = {len(row) for row in rows if isinstance(row, tuple)}
            if len(lengths) != 1:
                raise InputError(f"the rows of the value of {name} differ in length", scope.places[name], "equal rows")
            length = lengths.pop()
            known = scope.explicit(axis).xreplace(_numbers_of(sizes))
            if known.is_Integer and int(known) != length:
                reason = sizes[axis][1] if axis in sizes else f"{axis} = {known}"
                what = f"the value of {name} has the wrong shape: {length} entries along {axis}, but {reason}"
                raise InputError(what, scope.places[name], f"{known} entries")
            if not known.is_Integer and axis in scope.explicit(axis).free_symbols:
                sizes[axis] = (length, f"{name} gives {axis} = {length}")
            rows = tuple(part for row in rows if isinstance(row, tuple) for part in row)
        within = declaration.tensor.within
        if within is not None:
            size = scope.explicit(within).xreplace(_numbers_of(sizes))
            outside = [number for number in numbers(declaration.value) if size.is_Integer and not number < size]
            if outside:
                raise InputError(
                    f"the value of {name} holds {outside[0]}, but its whole numbers run from 0 to {size - 1}",
                    scope.places[name],
                    f"numbers from 0 to {size - 1}, or a larger {within}",
                )
        for fact in declaration.facts:
            _check_fact(fact, name, declaration.value, scope)


def _check_fact(fact: str, name: str, value: object, scope: Scope) -> None:
    """What is declared of a tensor holds of its value too: every gradient relies on it."""
    broken = BROKEN[fact](value)
    if broken is not None:
        what = f"{name} is declared {fact}, but its value is not: {broken}"
        raise InputError(what, scope.places[name], f"another value, or {name} without {fact}")


def _not_one_hot(value: object) -> str | None:
    for row in _rows(value):
        if sorted(row, key=float) != [Integer(0)] * (len(row) - 1) + [Integer(1)]:
            return f"[{', '.join(map(_shown, row))}] is not a single 1 among zeros"
    return None


def _not_summing_to_one(value: object) -> str | None:
    for row in _rows(value):
        total = sum(row, start=Integer(0))
        if abs(total - 1) > ROUNDED:
            return f"[{', '.join(map(_shown, row))}] sums to {_shown(total)}"
    return None


def _not_all(holds: Callable[[Expr], bool], what: str) -> Callable[[object], str | None]:
    def broken(value: object) -> str | None:
        return next((f"{_shown(number)} is {what}" for number in numbers(value) if not holds(number)), None)

    return broken


def _not_symmetric(value: object) -> str | None:
    for matrix in _matrices(value):
        for i, row in enumerate(matrix):
            for j, number in enumerate(row):
                if number != matrix[j][i]:
                    return f"entry {i},{j} is {_shown(number)}, but entry {j},{i} is {_shown(matrix[j][i])}"
    return None


# A row such as 0.3333333, 0.3333333, 0.3333334 is meant to sum to one; so is one that lacks its last digit.
ROUNDED = Rational(1, 10**6)
BROKEN: dict[str, Callable[[object], str | None]] = {
    "one_hot": _not_one_hot,
    "sums_to_one": _not_summing_to_one,
    "binary": _not_all(lambda number: number in (0, 1), "neither 0 nor 1"),
    "signs": _not_all(lambda number: number in (-1, 1), "neither -1 nor 1"),
    "positive": _not_all(lambda number: bool(number > 0), "not above 0"),
    "symmetric": _not_symmetric,
}


def _shown(number: Expr) -> str:
    return str(number) if number.is_Integer else f"{float(number):.6g}"


def _rows(value: object) -> Iterator[tuple[Expr, ...]]:
    """The innermost rows of a nested value."""
    if isinstance(value, tuple) and value and not isinstance(value[0], tuple):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _rows(part)


def _matrices(value: object) -> Iterator[tuple[tuple[Expr, ...], ...]]:
    """The innermost matrices of a nested value."""
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        if isinstance(value[0][0], tuple):
            for part in value:
                yield from _matrices(part)
        else:
            yield value


def _numbers_of(sizes: dict[Expr, tuple[int, str]]) -> dict[Expr, Expr]:
    return {size: Integer(number) for size, (number, _) in sizes.items()}


def numbers(value: object) -> Iterator[Expr]:
    """All numbers of a nested value."""
    if isinstance(value, tuple):
        for part in value:
            yield from numbers(part)
    elif isinstance(value, Expr):
        yield value
