"""Numbers that a text puts in for symbols: `W_1 x_1 = 0.3 × 0.1` says that W_1 is 0.3.

Two sides of a chain are laid over each other; where a symbol meets a number, that is its number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from derive.verification.formula.tree import Applied, Chain, Derivative, Negative, Node, Raised, Statement, Symbol
from derive.verification.infer.definitions import number_of
from derive.verification.infer.spelling import base, is_stepped, powers
from derive.verification.spelling import text_of

_TIMES = ("", "*", "·", "×", "⊙", "∘")
Pair = tuple[Symbol, Node]


def numbers_by_name(statements: Iterable[Statement], name_of: Callable[[Symbol], str | None]) -> dict[str, Node]:
    """For each name the number that most often meets it, the first where several do so equally often."""
    found: dict[str, list[Node]] = {}
    for statement in statements:
        for place, left in enumerate(statement.sides):
            for right in statement.sides[place + 1 :]:
                for symbol, number in laid_over(left, right) or ():
                    name = name_of(symbol)
                    if name is not None:
                        found.setdefault(name, []).append(number)
    result = {}
    for name, numbers in found.items():
        counts = Counter(_text(number) for number in numbers)
        most = max(counts.values())
        result[name] = next(number for number in numbers if counts[_text(number)] == most)
    return result


def _text(number: Node) -> str:
    return f"-{text_of(number.of)}" if isinstance(number, Negative) else text_of(number) or ""


def laid_over(left: Node, right: Node) -> list[Pair] | None:
    """The symbols of one formula that meet numbers of the other; None where the two are not built alike."""
    if isinstance(left, Symbol) and number_of(right) is not None:
        if is_stepped(left):
            return []
        return [(left, right)] if not powers(left) else []
    if isinstance(right, Symbol) and number_of(left) is not None:
        return laid_over(right, left)
    if isinstance(left, Chain) and isinstance(right, Chain):
        return _chains(left, right)
    if isinstance(left, Negative) and isinstance(right, Negative):
        return laid_over(left.of, right.of)
    if isinstance(left, Applied) and isinstance(right, Applied):
        if text_of(left.of) == text_of(right.of) and len(left.arguments) == len(right.arguments):
            return _all(zip(left.arguments, right.arguments, strict=True))
        return None
    if isinstance(left, Raised) and isinstance(right, Raised):
        return laid_over(left.of, right.of) if left.upper == right.upper else None
    if isinstance(left, Symbol) and powers(left) and isinstance(right, Raised):
        return laid_over(base(left), right.of) if powers(left) == (right.upper,) else None
    if isinstance(right, Symbol) and powers(right) and isinstance(left, Raised):
        return laid_over(right, left)
    if number_of(left) is not None or number_of(right) is not None:
        # A number may stand for anything, but not for a sum in a sum: `a + b = 3` binds nothing.
        other = right if number_of(left) is not None else left
        return [] if isinstance(other, Derivative | Applied | Raised | Chain) or number_of(other) is not None else None
    return [] if left == right else None


def _all(pairs: Iterable[tuple[Node, Node]]) -> list[Pair] | None:
    found: list[Pair] = []
    for left, right in pairs:
        inner = laid_over(left, right)
        if inner is None:
            return None
        found += inner
    return found


def _chains(left: Chain, right: Chain) -> list[Pair] | None:
    first, second = _flat(left), _flat(right)
    if [sign for sign, _ in first] != [sign for sign, _ in second]:
        return None
    pairs = [(a, b) for (_, a), (_, b) in zip(first, second, strict=True)]
    if first[-1][0] in ("+", "-"):
        # Term by term: one that is built otherwise says nothing, and the others still do.
        found: list[Pair] = []
        for a, b in pairs:
            found += laid_over(a, b) or []
        return found
    return _all(pairs)


def _flat(node: Chain) -> list[tuple[str, Node]]:
    """The operands with the sign before each; products of products as one, whatever their signs are."""
    return list(_operands(node, "+" if set(node.signs) <= {"+", "-"} else "*"))


def _operands(node: Chain, first: str) -> Iterator[tuple[str, Node]]:
    for sign, operand in zip((first, *node.signs), node.operands, strict=True):
        sign = "*" if sign in _TIMES else sign
        inside = isinstance(operand, Chain) and set(operand.signs) <= set(_TIMES)
        if sign == "*" and inside and isinstance(operand, Chain):
            yield from _operands(operand, "*")
        else:
            yield sign, operand
