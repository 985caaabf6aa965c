"""What looks like the slope of an activation: a(1 - a), 1 - a², a step, 1 - a, a itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.verification.diagnosis.factors import factors
from derive.verification.diagnosis.spots import is_product, is_sum
from derive.verification.formula.tree import Applied, Chain, Comparison, Indicator, Node, Number, Raised, Symbol
from derive.verification.spelling import text_of

FORMS = {"sigmoid": "a(1 - a)", "tanh": "1 - a²", "relu": "1 where z > 0, else 0"}


def looks_like_slope(node: Node) -> Iterator[tuple[tuple[int, ...], Symbol | Applied, str]]:
    """Which factors of a node look like the slope of an activation, in which symbol, and of what form."""
    if is_product(node):
        parts = factors(node)
        for number in range(len(parts) - 1):
            (_, a), (sign, rest) = parts[number], parts[number + 1]
            if sign != "/" and isinstance(a, Symbol | Applied) and _one_minus(rest) == a:
                yield (number, number + 1), a, FORMS["sigmoid"]
            if sign != "/" and isinstance(rest, Symbol | Applied) and _one_minus(a) == rest:
                yield (number, number + 1), rest, FORMS["sigmoid"]
    if isinstance(node, Chain) and is_sum(node):
        square, single = _one_minus_square(node), _one_minus(node)
        if square is not None:
            yield (), square, FORMS["tanh"]
        elif isinstance(single, Symbol):
            yield (), single, "1 - a"
    if isinstance(node, Indicator) and len(node.conditions) == 1:
        (condition,) = node.conditions
        if isinstance(condition, Comparison) and isinstance(condition.operands[0], Symbol):
            yield (), condition.operands[0], FORMS["relu"]
    if isinstance(node, Symbol) and not any(text_of(mark.of) in ("T", "⊤") for mark in node.upper):
        yield (), node, "a"


def _one_minus(node: Node) -> Symbol | Applied | None:
    if isinstance(node, Chain) and node.signs == ("-",) and node.operands[0] == Number("1"):
        other = node.operands[1]
        return other if isinstance(other, Symbol | Applied) else None
    return None


def _one_minus_square(node: Node) -> Symbol | Applied | None:
    if not isinstance(node, Chain) or node.signs != ("-",) or node.operands[0] != Number("1"):
        return None
    other = node.operands[1]
    if isinstance(other, Chain) and len(other.operands) == 2 and other.signs[0] in ("", "*", "·", "⊙"):
        first, second = other.operands
        return first if isinstance(first, Symbol) and first == second else None
    if isinstance(other, Raised) and text_of(other.upper.of) == "2" and isinstance(other.of, Symbol | Applied):
        return other.of
    if isinstance(other, Symbol) and other.upper and text_of(other.upper[-1].of) == "2" and not other.upper[-1].bracket:
        return replace(other, upper=other.upper[:-1])
    return None
