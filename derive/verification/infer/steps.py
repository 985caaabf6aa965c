"""Steps that are written above, h^{(t)} and h^{(t-1)}, as steps below: h_t and h_{t-1}."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from derive.verification.formula.tree import Node, Number, Statement, Symbol, Upper, walk
from derive.verification.infer.spelling import shifted
from derive.verification.rewriting import in_statement
from derive.verification.spelling import text_of

_LETTERS = frozenset("tsnτ")  # l numbers layers


def steps_below(statements: Sequence[Statement]) -> list[Statement]:
    """The statements with their steps below; unchanged where no symbol has another step, h^{(t-1)}, above it."""
    letters = {
        step[0]
        for symbol in _symbols(statements)
        for mark in symbol.upper
        for step in [_step(mark)]
        if step is not None
    }
    if not letters:
        return list(statements)
    names = {symbol.name for symbol in _symbols(statements) if any(_letter(mark) in letters for mark in symbol.upper)}

    def change(node: Node) -> Node | None:
        if not isinstance(node, Symbol) or node.name not in names:
            return None
        above = [mark for mark in node.upper if mark.bracket and _counts(mark, letters)]
        if len(above) != 1:
            return None
        return replace(
            node, lower=(above[0].of, *node.lower), upper=tuple(mark for mark in node.upper if mark is not above[0])
        )

    return [in_statement(statement, change) for statement in statements]


def _symbols(statements: Sequence[Statement]) -> Iterator[Symbol]:
    for statement in statements:
        for side in statement.sides:
            yield from (node for node in walk(side) if isinstance(node, Symbol))


def _step(mark: Upper) -> str | None:
    """`t-1` in brackets."""
    return shifted(mark.of, _LETTERS) if mark.bracket else None


def _letter(mark: Upper) -> str | None:
    step = _step(mark)
    return step[0] if step is not None else text_of(mark.of) if mark.bracket else None


def _counts(mark: Upper, letters: set[str]) -> bool:
    return _letter(mark) in letters or isinstance(mark.of, Number) or text_of(mark.of) in ("T", "τ")
