"""Long lines broken where a person would break them."""

from __future__ import annotations

from collections.abc import Sequence

from codegen.program import Concatenate, Elementwise, Matmul, Operation, Stack
from codegen.targets.numpy.printer import NEGATION, PRODUCT, SUM, Printer

WIDTH = 100
"""The line length aimed at, with the indent."""
_TERMS, _FACTORS = ("+", "-"), ("*", "/")


def filled(opening: str, items: Sequence[str], closing: str, indent: int = 4) -> list[str]:
    """`opening item, item closing` in one line where it fits, else the items in lines of their own."""
    line = f"{opening}{', '.join(items)}{closing}"
    if len(line) + indent <= WIDTH:
        return [line]
    lines, current = [opening], "   "
    for item in items:
        if len(current) + len(item) + 2 + indent > WIDTH:
            lines.append(current)
            current = "   "
        current += f" {item},"
    return [*lines, current, closing]


def assignment(target: str, operation: Operation, printer: Printer, indent: int = 4) -> str:
    """`target = operation`, broken at its outermost sums, then at its products, where it is too long."""
    line = f"{target} = {printer.text(operation)}"
    if len(line) + indent > WIDTH and isinstance(operation, (Concatenate, Stack)):
        function = "concatenate" if isinstance(operation, Concatenate) else "stack"
        arrays = (f"    {printer.text(array)}," for array in operation.arrays)
        return "\n".join([f"{target} = np.{function}((", *arrays, f"), axis={operation.place})"])
    breaks = isinstance(operation, Matmul) or _is_chain(operation, (*_TERMS, *_FACTORS))
    if len(line) + indent <= WIDTH or not breaks:
        return line
    parts = _broken(operation, printer, WIDTH - indent - 4)
    return "\n".join([f"{target} = (", *(f"    {part}" for part in parts), ")"])


def _is_chain(operation: Operation, symbols: tuple[str, ...]) -> bool:
    return isinstance(operation, Elementwise) and operation.function in symbols


def _broken(operation: Operation, printer: Printer, width: int) -> list[str]:
    """Lines that together are the operation, each but the first beginning with its operator."""
    text = printer.text(operation)
    if len(text) > width and isinstance(operation, Matmul):
        left = NEGATION if isinstance(operation.left, Elementwise) else PRODUCT
        return [printer.inside(operation.left, left), f"@ {printer.inside(operation.right, NEGATION)}"]
    if len(text) <= width or not isinstance(operation, Elementwise):
        return [text]
    if operation.function in _TERMS:
        lines = [_broken(term, printer, width) if not symbol else _follow(symbol, term, printer, width)
                 for symbol, term in _chain(operation, _TERMS)]  # fmt: skip
        return [line for part in lines for line in part]
    if operation.function in _FACTORS:
        return _products(operation, printer, width)
    return [text]


def _follow(symbol: str, term: Operation, printer: Printer, width: int) -> list[str]:
    """The lines of a term behind its operator."""
    text = printer.inside(term, SUM + (symbol == "-"))
    if len(text) + 2 <= width or not _is_chain(term, _FACTORS):
        return [f"{symbol} {text}"]
    first, *rest = _products(term, printer, width - 4)
    return [f"{symbol} {first}", *(f"  {line}" for line in rest)]


def _products(operation: Operation, printer: Printer, width: int) -> list[str]:
    """As many factors in a line as fit."""
    lines: list[str] = []
    chain = _chain(operation, _FACTORS)
    for symbol, factor in chain:
        bare = NEGATION if isinstance(factor, Matmul) and chain[1][0] == "*" else PRODUCT
        text = printer.inside(factor, PRODUCT + 1 if symbol else bare)
        piece = f"{symbol} {text}" if symbol else text
        if len(piece) > width and _is_chain(factor, _TERMS):
            inner = _broken(factor, printer, width - 4)
            lines += [f"{symbol} (" if symbol else "(", *(f"    {line}" for line in inner), ")"]
            continue
        if lines and len(lines[-1]) + len(piece) + 1 <= width:
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
    return lines


def _chain(operation: Operation, symbols: tuple[str, ...]) -> list[tuple[str, Operation]]:
    """The operands of a chain a + b - c with the operator before each, empty before the first."""
    if isinstance(operation, Elementwise) and operation.function in symbols:
        left, right = operation.arguments
        return [*_chain(left, symbols), (operation.function, right)]
    return [("", operation)]
