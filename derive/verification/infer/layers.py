"""Equations about any layer, `z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}`, as equations of three layers; L is the third."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from derive.verification.formula.tree import Chain, Comparison, Node, Number, Statement, Symbol, walk
from derive.verification.layered import numbered
from derive.verification.rewriting import in_statement
from derive.verification.spelling import text_of

DEPTH = 3
_LETTERS = ("l", "ℓ")
_LAST = "L"


def layer_letter(statement: Statement) -> str | None:
    """The letter of any layer in a statement, on a symbol: `a^{(l-1)}`, `W^l`, `z_l`."""
    for label in _labels(statement):
        for node in (label, *walk(label)):
            if isinstance(node, Symbol) and text_of(node) in _LETTERS:
                return text_of(node)
    return None


def has_layers(statements: Sequence[Statement]) -> bool:
    """True for a text with numbered layers: `W^{(l)}`, `\\delta^{(2)}`, `a^L`."""
    return any(_is_layer(label) for statement in statements for label in _labels(statement, brackets=True))


def highest(statements: Sequence[Statement]) -> int:
    """The highest layer that a text names by a number; 0 where it names none."""
    numbers = [
        int(label.text)
        for statement in statements
        for label in _labels(statement, brackets=True)
        if isinstance(label, Number) and label.text.isdigit() and len(label.text) < 3
    ]
    return max(numbers, default=0)


def _is_layer(label: Node) -> bool:
    if isinstance(label, Chain):
        return _is_layer(label.operands[0])
    return isinstance(label, Number) or text_of(label) in (*_LETTERS, _LAST)


def _labels(statement: Statement, brackets: bool = False) -> Iterator[Node]:
    for side in statement.sides:
        for node in walk(side):
            if isinstance(node, Symbol):
                for mark in node.upper:
                    if mark.bracket or _first(mark.of) in (*_LETTERS, _LAST):
                        yield mark.of
                if not brackets:
                    yield from (item for item in node.lower if _first(item) in (*_LETTERS, _LAST))


def _first(node: Node) -> str | None:
    return _first(node.operands[0]) if isinstance(node, Chain) else text_of(node)


def instances(statement: Statement, depth: int = DEPTH) -> list[Statement]:
    """The statement at each layer where all its symbols have one, 0 to the last; itself where it is about no layer."""
    letter = layer_letter(statement)
    last = _at(statement, _LAST, depth) if _has_last(statement) else statement
    if letter is None:
        return [last]
    found = []
    for layer in range(1, depth + 1):
        instance = _at(last, letter, layer)
        if all(_exists(label, depth) for label in _numbers(instance)):
            conditions = tuple(item for item in instance.conditions if not _is_about(item, letter))
            found.append(replace(instance, conditions=conditions))
    return found


def _at(statement: Statement, letter: str, layer: int) -> Statement:
    """The statement at one layer; the number stands in brackets, so that it is no power."""

    def change(node: Node) -> Node | None:
        new = numbered(node, letter, layer)
        if not isinstance(new, Symbol) or not isinstance(node, Symbol):
            return None
        upper = tuple(
            mark if mark == before else replace(mark, bracket=mark.bracket or "(")
            for mark, before in zip(new.upper, node.upper, strict=True)
        )
        return replace(new, upper=upper)

    return in_statement(statement, change)


def _has_last(statement: Statement) -> bool:
    return any(_first(label) == _LAST for label in _labels(statement))


def _numbers(statement: Statement) -> Iterator[Node]:
    for side in statement.sides:
        for node in walk(side):
            if isinstance(node, Symbol):
                yield from (mark.of for mark in node.upper if mark.bracket)
                yield from (mark.of for mark in node.upper if not mark.bracket and isinstance(mark.of, Number))


def _exists(label: Node, depth: int) -> bool:
    text = text_of(label) or ""
    return not text.lstrip("-").isdigit() or 0 <= int(text) <= depth


def _is_about(condition: Node, letter: str) -> bool:
    return isinstance(condition, Comparison) and text_of(condition.operands[0]) == letter
