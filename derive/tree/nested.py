"""Anything the engine hands out, as nested lists that JSON can hold, and back; what is read is never executed.

    to_data(expr)      ["Sum", ["Entry", ["Tensor", "x", ...], ["Bound", 1, ["Size", "N"]]], ...]
    from_data(data)    the same thing again, exactly; a product that was kept as it was written stays so

A list begins with the name of its kind. The table of kinds is closed: whatever is not in it is refused.
"""

from __future__ import annotations

from typing import Any

from derive.errors import InputError
from derive.tree.expressions import EXPRESSIONS
from derive.tree.kind import Kind, short
from derive.tree.records import RECORDS

DEEPEST = 200

KINDS: dict[str, Kind] = {kind.name: kind for kind in (*EXPRESSIONS, *RECORDS)}


def to_data(thing: Any) -> Any:
    """Nested lists, strings, whole numbers, true, false and null that say all there is to say about `thing`.

    TypeError where a kind is missing, InputError where `thing` is nested too deeply to be read again.
    """
    return _written(thing, 0)


def from_data(data: Any) -> Any:
    """What `to_data` was given. InputError where `data` is anything that `to_data` does not make."""
    return _read(data, 0)


def _check_depth(depth: int) -> None:
    if depth > DEEPEST:
        raise InputError(f"this tree is nested more than {DEEPEST} levels deep")


def _written(thing: Any, depth: int) -> Any:
    _check_depth(depth)
    if thing is None or isinstance(thing, bool | int | str):
        return thing
    if isinstance(thing, float):
        return ["float", thing.hex()]
    if isinstance(thing, tuple):
        return ["tuple", *(_written(item, depth + 1) for item in thing)]
    kind = _kind_of(thing)
    return [kind.name, *(_written(part, depth + 1) for part in kind.parts(thing))]


def _kind_of(thing: Any) -> Kind:
    for ancestor in type(thing).__mro__:
        for kind in KINDS.values():
            if kind.type is ancestor and kind.fits(thing):
                return kind
    raise TypeError(f"a tree has no kind for {type(thing).__name__}: {thing}")


def _read(data: Any, depth: int) -> Any:
    _check_depth(depth)
    if data is None or isinstance(data, bool | int | str):
        return data
    if not isinstance(data, list) or not data or not isinstance(data[0], str):
        raise InputError(f"a node is a list that begins with its kind, not {short(data)}")
    label, *inside = data
    parts = tuple(_read(part, depth + 1) for part in inside)
    if label == "tuple":
        return parts
    if label == "float":
        return _float(parts)
    if label not in KINDS:
        raise InputError(f"there is no kind of node called {short(label)}")
    try:
        return KINDS[label].build(*parts)
    except InputError:
        raise
    except (TypeError, ValueError, ArithmeticError) as error:
        # Their number is wrong, or they have no value together: a remainder by zero.
        raise InputError(f"these are no parts of a {label}: {short(inside)}") from error


def _float(parts: tuple[Any, ...]) -> float:
    try:
        (text,) = parts
        return float.fromhex(text)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"a number was expected, not {short(parts)}") from error
