"""The lines that give a pass its sizes: read from the shape of an array, worked out, or a default."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from sympy import Expr, S, Symbol

from codegen.program import (
    Array,
    Axes,
    Band,
    Operation,
    Overlap,
    Range,
    Reshape,
    Scatter,
    Size,
    Slice,
    Statement,
    Stretch,
    Windows,
    Zeros,
    walk,
)
from codegen.targets.numpy.printer import PRODUCT, size_text
from derive.errors import InputError
from derive.network import Dimension


@dataclass(frozen=True)
class Source:
    """Where a size is read: the length of an array's axis, divided by a number or by other sizes."""

    array: Array
    place: int
    divisor: Expr = S.One


def named(axes: Axes, dimensions: Sequence[Dimension]) -> Axes:
    """The axes with the author's name for each product that has one: D for H*K."""
    names = {item.formula: item.symbol for item in dimensions if item.formula is not None and item.formula.is_Mul}
    return tuple(names.get(axis, axis) for axis in axes)


def sizes_in(statements: Iterable[Statement], axes: Iterable[Expr] = ()) -> set[Symbol]:
    """The sizes that statements compute with, and those in some axes."""
    exprs = list(axes)
    for statement in statements:
        exprs += [size for node in walk(statement.operation) for size in _sizes_of(node)]
        exprs += [place.value for place in statement.at or () if isinstance(place, Size)]
    return {symbol for expr in exprs for symbol in expr.free_symbols if isinstance(symbol, Symbol)}


def _sizes_of(node: Operation) -> tuple[Expr, ...]:
    if isinstance(node, Size):
        return (node.value,)
    if isinstance(node, (Range, Scatter)):
        return (node.size,)
    if isinstance(node, Slice):
        return tuple(bound for part in node.parts if part is not None for bound in part)
    if isinstance(node, (Band, Windows, Overlap)):
        return tuple(value for item in fields(node) if isinstance(value := getattr(node, item.name), Expr))
    return tuple(node.axes) if isinstance(node, (Stretch, Reshape, Zeros)) else ()


def sources(arrays: Sequence[Array], dimensions: Sequence[Dimension]) -> dict[Symbol, Source]:
    """Where each size is read: from an axis, a multiple of it (`4*H`), or a product with sizes known before it.

    Of `H*K` where nothing else tells H or K, the first keeps its default, and the second is read.
    """
    found: dict[Symbol, Source] = {}
    symbols = sorted({s for item in arrays for axis in item.axes for s in _symbols(axis)}, key=str)
    order = [item.symbol for item in dimensions if item.formula is None]
    symbols.sort(key=lambda symbol: order.index(symbol) if symbol in order else len(order))
    for symbol in symbols:
        source = _plain_source(symbol, arrays, set())
        if source is not None:
            found[symbol] = source
    known = set(found)
    for symbol in order:
        if symbol not in known:
            source = _plain_source(symbol, arrays, known)
            if source is not None:
                found[symbol] = source
            known.add(symbol)
    return found


def _plain_source(symbol: Symbol, arrays: Sequence[Array], known: set[Symbol]) -> Source | None:
    """The first array with this axis, or with a multiple of it by a number or by known sizes."""
    for array in arrays:
        if symbol in array.axes:
            return Source(array, array.axes.index(symbol))
    for array in arrays:
        for place, axis in enumerate(array.axes):
            divisor = axis / symbol
            if divisor.is_Integer or (divisor.is_integer and divisor.is_Mul | divisor.is_Symbol
                                      and divisor.free_symbols <= known):  # fmt: skip
                return Source(array, place, divisor)
    return None


def missing(symbols: Iterable[Symbol], arrays: Sequence[Array], dimensions: Sequence[Dimension]) -> list[Symbol]:
    """The sizes that no array at hand tells, nor a formula in sizes that are told."""
    formulas = {item.symbol: item.formula for item in dimensions if item.formula is not None}
    told = sources(arrays, dimensions)
    found: list[Symbol] = []
    for symbol in sorted(symbols, key=lambda symbol: symbol.name):
        if symbol in told:
            parts = missing(_symbols(told[symbol].divisor), arrays, dimensions)
        else:
            formula = formulas.get(symbol)
            parts = [symbol] if formula is None else missing(_symbols(formula), arrays, dimensions)
        found += [part for part in parts if part not in found]
    return found


def _symbols(expr: Expr) -> set[Symbol]:
    return {symbol for symbol in expr.free_symbols if isinstance(symbol, Symbol)}


def size_lines(
    symbols: Iterable[Symbol],
    known: Container[Symbol],
    arrays: Sequence[Array],
    dimensions: Sequence[Dimension],
    spell: Callable[[str], str],
) -> list[str]:
    """A line for each size (or for several of one array) that is not known; `spell` gives the source of an array.

    Raises InputError for a size that stands in no array and has no default.
    """
    formulas = {item.symbol: item.formula for item in dimensions if item.formula is not None}
    defaults = {item.symbol: item.default for item in dimensions}
    told = sources(arrays, dimensions)
    order = {item.symbol: place for place, item in enumerate(dimensions)}
    read: dict[Symbol, Source] = {}
    computed: list[str] = []

    def give(symbol: Symbol) -> None:
        if symbol in known:
            return
        if symbol in told and told[symbol].divisor.is_Integer:
            read.setdefault(symbol, told[symbol])
        elif symbol in told:
            source = told[symbol]
            for part in sorted(_symbols(source.divisor), key=str):
                give(part)
            divisor, precedence = size_text(source.divisor)
            divisor = divisor if precedence > PRODUCT else f"({divisor})"
            computed.append(f"{symbol.name} = {spell(source.array.name)}.shape[{source.place}] // {divisor}")
        elif symbol in formulas:
            for part in sorted(_symbols(formulas[symbol]), key=str):
                give(part)
            computed.append(f"{symbol.name} = {size_text(formulas[symbol])[0]}")
        elif defaults.get(symbol) is None:
            raise InputError(f"nothing tells the size {symbol}: it is no axis of an array", remedy="give it a default")
        else:
            computed.append(f'{symbol.name} = DIMS["{symbol.name}"]')

    for symbol in sorted(symbols, key=lambda symbol: (order.get(symbol, len(order)), symbol.name)):
        give(symbol)
    return [*_reading(read, spell), *dict.fromkeys(computed)]


def _reading(read: Mapping[Symbol, Source], spell: Callable[[str], str]) -> list[str]:
    """`N, T = tok.shape` where all axes of an array are asked for, else `N = x.shape[0]`."""
    lines: list[str] = []
    done: set[Symbol] = set()
    for symbol, source in read.items():
        if symbol in done:
            continue
        item, name = source.array, spell(source.array.name)
        first = _leading(item, read)
        if symbol in first and len(first) > 1 and not done & set(first):
            part = "" if len(first) == len(item.axes) else f"[:{len(first)}]"
            lines.append(f"{', '.join(axis.name for axis in first)} = {name}.shape{part}")
            done |= set(first)
        else:
            divided = f" // {source.divisor}" if source.divisor != 1 else ""
            lines.append(f"{symbol.name} = {name}.shape[{source.place}]{divided}")
            done.add(symbol)
    return lines


def _leading(array: Array, read: Mapping[Symbol, Source]) -> list[Symbol]:
    """The sizes of the first axes of an array, as far as they are all asked for and read there."""
    found: list[Symbol] = []
    for axis in array.axes:
        if not isinstance(axis, Symbol) or axis in found or axis not in read or read[axis].array != array:
            break
        found.append(axis)
    return found
