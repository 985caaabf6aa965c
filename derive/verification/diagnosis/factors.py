"""Products taken apart and put together: factors with the sign before each."""

from __future__ import annotations

from dataclasses import replace

from derive.verification.diagnosis.spots import is_product, is_sum, spots
from derive.verification.formula.tree import (
    Applied,
    Big,
    Chain,
    Differential,
    Negative,
    Node,
    Number,
    Raised,
    Symbol,
    Upper,
)
from derive.verification.names import Names
from derive.verification.spelling import text_of

Factor = tuple[str, Node]
VALUES = ("value", "gradient", "constant", "size", "defined", "rate")


def factors(node: Node) -> list[Factor]:
    """The factors of a product with the sign before each; of anything else, itself."""
    if isinstance(node, Chain) and is_product(node):
        return list(zip(("", *node.signs), node.operands, strict=True))
    return [("", node)]


def product(parts: list[Factor], like: Node | None = None) -> Node:
    """The product of factors; the sign before the first one is dropped, a division there is kept as 1/x."""
    if not parts:
        return Number("1")
    if parts[0][0] == "/":
        parts = [("", Number("1")), *parts]
    if len(parts) == 1:
        return parts[0][1]
    made = Chain(tuple(node for _, node in parts), tuple(sign for sign, _ in parts[1:]))
    return made if like is None else replace(made, place=like.place)


def times(node: Node, factor: Node, sign: str) -> Node:
    """node · factor; in front of a big sum, whose body would take it in, and inside of a minus."""
    if isinstance(node, Negative):
        return replace(node, of=times(node.of, factor, sign))
    parts = [("", node)] if is_sum(node) else factors(node)
    more = factors(factor)
    if any(inner != sign for inner, _ in more[1:]):
        more = [("", factor)]
    if isinstance(parts[-1][1], Big):
        return product([*more, (sign, parts[0][1]), *parts[1:]], node)
    return product([*parts, (sign, more[0][1]), *more[1:]], node)


def over(node: Node, divisor: Node, surface: str) -> Node:
    """node / divisor, as a fraction before it in LaTeX."""
    if surface == "plain":
        return Chain((node, divisor), ("/",))
    if is_sum(node):
        return Chain((node, divisor), ("/",))
    return before(Chain((Number("1"), divisor), ("/",)), node, surface)


def before(number: Node, node: Node, surface: str) -> Node:
    """A number before a product."""
    if isinstance(node, Negative):
        return replace(node, of=before(number, node.of, surface))
    parts = [("", node)] if is_sum(node) else factors(node)
    sign = "*" if surface == "plain" else ""
    if surface == "plain" and len(parts) > 1:
        parts = [("", node)]
    return product([("", number), (sign, parts[0][1]), *parts[1:]])


def opened(node: Node, names: Names, letters: frozenset[str]) -> Node:
    """The same formula with `h(1 - h)`, where h is a value, as a product."""
    for _ in range(40):
        for spot in spots(node):
            if isinstance(spot.node, Chain) and is_product(spot.node):
                parts: list[Factor] = []
                for sign, part in factors(spot.node):
                    parts += [(sign, part)] if sign == "/" else _flat(sign, part, names, letters)
                if len(parts) > len(spot.node.operands):
                    node = spot.put(product(parts, spot.node))
                    break
            elif len(flat := _flat("", spot.node, names, letters)) > 1:
                node = spot.put(product(flat, spot.node))
                break
        else:
            return node
    return node


def _flat(sign: str, node: Node, names: Names, letters: frozenset[str]) -> list[Factor]:
    called, marks = (node.of, node.upper) if isinstance(node, Raised) else (node, None)
    if isinstance(called, Applied) and len(called.arguments) == 1 and _is_factor(called, names, letters):
        argument = called.arguments[0]
        if isinstance(argument, Symbol) and marks is not None:
            argument = replace(argument, upper=(*argument.upper, marks))
        elif marks is not None:
            argument = Raised(argument, marks, place=node.place)
        return [(sign, called.of), ("", argument)]
    return [(sign, node)]


def _is_factor(called: Applied, names: Names, letters: frozenset[str]) -> bool:
    """True for h(1 - h) of a value h; of the loss too, unless it is shown with what it depends on, as in E(W)."""
    symbol = called.of
    if any(text_of(mark.of) in ("'", "′") for mark in symbol.upper):
        return False
    if text_of(symbol) in letters:
        return True
    first = next(iter(names.meanings(symbol)), None)
    if first is not None and first.kind == "loss":
        return is_sum(called.arguments[0])
    return first is not None and first.kind in VALUES


def is_transposed(node: Node) -> bool:
    """True for W^T and for the gradient by it, dW^T."""
    if isinstance(node, Differential):
        return is_transposed(node.of)
    marks = node.upper if isinstance(node, Symbol) else (node.upper,) if isinstance(node, Raised) else ()
    return bool(marks) and text_of(marks[-1].of) in ("T", "⊤") and not marks[-1].bracket


def turned(node: Node) -> Node:
    """W -> W^T, W^T -> W"""
    if isinstance(node, Differential) and is_transposed(node.of):
        return replace(node, of=turned(node.of))  # type: ignore[arg-type]
    if is_transposed(node):
        if isinstance(node, Raised):
            return node.of
        assert isinstance(node, Symbol)
        return replace(node, upper=node.upper[:-1])
    mark = Upper(Symbol("T"))
    if isinstance(node, Symbol):
        return replace(node, upper=(*node.upper, mark))
    return Raised(node, mark, place=node.place)
