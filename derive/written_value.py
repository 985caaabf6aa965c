"""Values as a network's text writes them: exact numbers in tuples, as deep as there are axes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sympy import Expr


def numbers(value: object) -> Iterator[Expr]:
    """All numbers of a value."""
    if isinstance(value, tuple):
        for part in value:
            yield from numbers(part)
    elif isinstance(value, Expr):
        yield value


def rows(value: object) -> Iterator[tuple[Expr, ...]]:
    """The innermost rows."""
    if isinstance(value, tuple) and value and not isinstance(value[0], tuple):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from rows(part)


def matrices(value: object) -> Iterator[tuple[tuple[Expr, ...], ...]]:
    """The innermost matrices."""
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        if isinstance(value[0][0], tuple):
            for part in value:
                yield from matrices(part)
        else:
            yield value


def shown(number: Expr) -> str:
    """A number for a message."""
    return str(number) if number.is_Integer else f"{float(number):.6g}"


def shown_row(row: tuple[Expr, ...]) -> str:
    """A row for a message."""
    return f"[{', '.join(map(shown, row))}]"


def not_every(holds: Callable[[Expr], bool], what: str) -> Callable[[object], str | None]:
    """What is wrong with the first number that a predicate does not hold of; None where it holds of all."""

    def broken(value: object) -> str | None:
        return next((f"{shown(number)} is {what}" for number in numbers(value) if not holds(number)), None)

    return broken
