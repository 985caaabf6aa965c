"""Values for worked examples: together they must fit the dimensions."""

from __future__ import annotations

from sympy import Expr, Integer

from derive.errors import InputError
from derive.facts import FACTS
from derive.language.scope import Scope
from derive.written_value import numbers


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
    broken = FACTS[fact].broken(value)
    if broken is not None:
        what = f"{name} is declared {fact}, but its value is not: {broken}"
        raise InputError(what, scope.places[name], f"another value, or {name} without {fact}")


def _numbers_of(sizes: dict[Expr, tuple[int, str]]) -> dict[Expr, Expr]:
    return {size: Integer(number) for size, (number, _) in sizes.items()}
