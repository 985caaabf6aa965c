"""The lines of one pass: sizes and parameters it needs, its statements with shapes and equation numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sympy import Expr, Symbol

from codegen.program import (
    Array,
    Axes,
    Elementwise,
    Operation,
    Program,
    Range,
    Scatter,
    Size,
    Statement,
    Stretch,
    names,
    walk,
)
from codegen.targets.numpy.printer import Printer, shape_text, size_text
from derive.network import Dimension

WIDTH = 100
"""The line length aimed at, with the indent."""
REASON = "\t"
"""What stands between shape and number, and the reason, which is left out where the line gets too long."""
COMMENT = 52
"""Where comments stand unless a line is longer."""


@dataclass(frozen=True)
class Pass:
    """A pass as printed: what it needs from its surroundings, and its statements as (code, comment)."""

    preamble: tuple[str, ...]
    statements: tuple[tuple[Statement, str, str], ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines, comments aligned."""
        lengths = [len(code.splitlines()[-1]) for _, code, _ in self.statements]
        column = max([COMMENT - 4, *(length + 2 for length in lengths if length <= 64)])
        lines = list(self.preamble)
        for _, code, comment in self.statements:
            *above, last = code.splitlines()
            start = max(column, len(last) + 2)
            shape_and_number, _, reason = comment.partition(REASON)
            line = f"{last.ljust(start)}# {shape_and_number}"
            if reason and len(line) + len(reason) + 6 <= WIDTH + 10:
                line += f"  {reason}"
            lines += [*above, line]
        return tuple(lines)


def print_pass(
    program: Program,
    statements: Sequence[Statement],
    available: Sequence[Array],
    printer: Printer,
    numbers: Mapping[str, int],
    dimensions: Sequence[Dimension],
    checked: Sequence[Array] = (),
) -> Pass:
    """Print the statements of one pass; `available` are the arrays that it holds before the first of them.

    The arrays in `checked` are given to it too: their shape and type are compared with what is at hand.
    """
    width = max((len(shape_text(statement.axes)) for statement in statements), default=0)
    printed = []
    for statement in statements:
        code = wrapped(statement.result, statement.operation, printer)
        printed.append((statement, code, _comment(statement, numbers, width)))
    read = frozenset().union(*(names(statement.operation) for statement in statements))
    needed = [item.name for item in program.parameters if item.name in read]
    preamble = []
    if needed:
        preamble.append(_parameter_line(needed, [item.name for item in program.parameters]))
    symbols = _sizes(statements, [axis for item in checked for axis in item.axes])
    order = {item.symbol: place for place, item in enumerate(dimensions)}
    symbols.sort(key=lambda symbol: order.get(symbol, len(order)))
    formulas = {item.symbol: item.formula for item in dimensions if item.formula is not None}
    preamble += size_lines(symbols, available, [*program.parameters, *checked], formulas)
    if any("dtype)" in code or "dtype.type" in code for _, code, _ in printed):
        preamble.append(_dtype_line([*available, *checked], needed))
    for item in checked:
        like = next((f"{other.name}.dtype" for other in available if other.axes and other.kind == "real"), "None")
        axes = f'UPSTREAM["{item.name}"]'
        preamble.append(f'_expect("{item.name}", {item.name}, {axes}, {shape_text(item.axes)}, {like})')
    return Pass(tuple(preamble), tuple(printed))


def _parameter_line(needed: Sequence[str], parameters: Sequence[str]) -> str:
    """The line that takes parameters out of their dictionary."""
    names_text = ", ".join(needed)
    plain = f"{names_text} = {', '.join(map(_of_params, needed))}"
    if len(plain) + 4 <= WIDTH:
        return plain
    if list(needed) == list(parameters):
        return f"{names_text} = (params[name] for name in PARAMS)"
    return "\n    ".join(f"{name} = {_of_params(name)}" for name in needed)


def _of_params(name: str) -> str:
    return f'params["{name}"]'


def _comment(statement: Statement, numbers: Mapping[str, int], width: int) -> str:
    """Shape, equation number and reason; shapes as wide as the widest, so that numbers stand below each other."""
    parts = [shape_text(statement.axes)]
    if statement.result == statement.origin and statement.origin in numbers:
        parts = [parts[0].ljust(width), f"({numbers[statement.origin]})"]
    operation = statement.operation
    reason = statement.comment
    if not reason and isinstance(operation, Elementwise) and operation.function == "sigmoid":
        reason = "sigmoid, without overflow"
    return "  ".join(parts) + (f"{REASON}{reason}" if reason else "")


def _sizes(statements: Iterable[Statement], axes: Iterable[Expr]) -> list[Symbol]:
    """The sizes that statements compute with, and those in some axes, in alphabetical order."""
    found = {symbol for axis in axes for symbol in axis.free_symbols if isinstance(symbol, Symbol)}
    for statement in statements:
        for node in walk(statement.operation):
            for size in _sizes_of(node):
                found |= {symbol for symbol in size.free_symbols if isinstance(symbol, Symbol)}
    return sorted(found, key=lambda symbol: symbol.name)


def _sizes_of(node: Operation) -> tuple[Expr, ...]:
    if isinstance(node, Size):
        return (node.value,)
    if isinstance(node, (Range, Scatter)):
        return (node.size,)
    return tuple(node.axes) if isinstance(node, Stretch) else ()


def size_lines(
    symbols: Iterable[Symbol], available: Sequence[Array], parameters: Sequence[Array], formulas: Mapping[Symbol, Expr]
) -> list[str]:
    """Lines that give sizes their values: read from an array, computed, or a default."""
    read: dict[Symbol, tuple[Array, int]] = {}
    computed: list[str] = []

    def give(symbol: Symbol) -> None:
        source = _shape_of(symbol, available) or _shape_of(symbol, parameters)
        if source is not None:
            read.setdefault(symbol, source)
        elif symbol in formulas:
            for part in sorted(formulas[symbol].free_symbols, key=str):
                give(part)
            computed.append(f"{symbol.name} = {size_text(formulas[symbol])[0]}")
        else:
            computed.append(f'{symbol.name} = DIMS["{symbol.name}"]')

    for symbol in symbols:
        give(symbol)
    at_hand = {item.name for item in available}
    return [*_reading(read, at_hand), *dict.fromkeys(computed)]


def _shape_of(symbol: Symbol, arrays: Iterable[Array]) -> tuple[Array, int] | None:
    """The first array with this axis, and its place there."""
    return next(((item, item.axes.index(symbol)) for item in arrays if symbol in item.axes), None)


def _reading(read: Mapping[Symbol, tuple[Array, int]], at_hand: set[str]) -> list[str]:
    """`N, T = tok.shape` where all axes of an array are asked for, else `N = x.shape[0]`."""
    lines: list[str] = []
    done: set[Symbol] = set()
    for symbol, (item, place) in read.items():
        if symbol in done:
            continue
        name = item.name if item.name in at_hand else f'params["{item.name}"]'
        whole = [axis for axis in item.axes if isinstance(axis, Symbol) and read.get(axis, (None, 0))[0] is item]
        if len(set(whole)) == len(item.axes) > 1:
            lines.append(f"{', '.join(axis.name for axis in whole)} = {name}.shape")
            done |= set(whole)
        else:
            lines.append(f"{symbol.name} = {name}.shape[{place}]")
            done.add(symbol)
    return lines


def _dtype_line(available: Sequence[Array], parameters: Sequence[str]) -> str:
    """The type that the pass computes in, taken from an array of reals at hand."""
    arrays = [item for item in available if item.kind == "real"]
    with_axes = [item for item in arrays if item.axes]
    if with_axes:
        return f"dtype = {with_axes[0].name}.dtype"
    return f"dtype = np.result_type({', '.join(item.name for item in arrays) or 'float'})"


def wrapped(result: str, operation: Operation, printer: Printer) -> str:
    """`result = operation`, broken at its outermost sums and products where it is too long."""
    line = f"{result} = {printer.text(operation)}"
    if (
        len(line) + 4 <= WIDTH
        or not isinstance(operation, Elementwise)
        or operation.function not in ("+", "-", "*", "/")
    ):
        return line
    parts = [f"    {part}" for part in _broken(operation, printer, WIDTH - 8)]
    return "\n".join([f"{result} = (", *parts, ")"])


def _broken(operation: Operation, printer: Printer, width: int) -> list[str]:
    """Lines that together are the operation, each beginning with its operator."""
    text = printer.text(operation)
    if len(text) <= width or not isinstance(operation, Elementwise) or operation.function not in ("+", "-"):
        if isinstance(operation, Elementwise) and operation.function in ("*", "/") and len(text) > width:
            left = operation.arguments[0]
            head = printer.text(left)
            if text.startswith(f"{head} {operation.function} ") and operation.function == "/":
                return [*_broken(left, printer, width), text[len(head) + 1 :]]
        return [text]
    left, _ = operation.arguments
    head = printer.text(left)
    return [*_broken(left, printer, width), text[len(head) + 1 :]]


def at_hand(program: Program, shapes: Mapping[str, Axes], which: Iterable[str]) -> list[Array]:
    """The arrays with these names, as a pass finds them before its first statement."""
    kinds = {item.name: item.kind for item in (*program.parameters, *program.inputs, *program.upstream)}
    return [Array(name, shapes[name], kinds.get(name, "real")) for name in which]
