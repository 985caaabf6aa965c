"""A vector named without its letter has that of its other uses: `σ = \\exp(s/2)` beside σ_j and s_j defines σ_j."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.verification.formula.tree import (
    Applied,
    Chain,
    Negative,
    Node,
    Number,
    Raised,
    Statement,
    Symbol,
    Upper,
    walk,
)
from derive.verification.infer.definitions import DEFINING, symbols_of
from derive.verification.infer.evidence import evidence_of
from derive.verification.infer.vocabulary import is_loss
from derive.verification.rewriting import changed, in_statement
from derive.verification.spelling import text_of

_ENTRYWISE = (Symbol, Number, Negative, Chain, Applied, Raised, Upper)  # what can be said of each entry alone
_OF_ALL = ("softmax", "Softmax", "sum", "mean", "max", "min", "norm")


def with_letters(statements: Sequence[Statement]) -> list[Statement]:
    """The statements, with a letter below each vector in those that set one equal to something without its letter."""
    evidence = evidence_of(statements, False)
    if evidence.matrices:
        return list(statements)  # there letters without subscripts are arrays
    letters = _letters(statements)
    counting = evidence.indices - {"l"}  # l numbers layers
    vectors = {name for name, found in letters.items() if found <= counting and not is_loss(name)}

    def lettered(statement: Statement) -> Statement:
        left = statement.sides[0]
        if statement.relations[:1] not in {(sign,) for sign in DEFINING}:
            return statement  # z ∈ R^K is said of all of z
        if not isinstance(left, Symbol) or left.name not in vectors:
            return statement
        nodes = [node for side in statement.sides for node in walk(side)]
        bare = not any(isinstance(node, Symbol) and (node.lower or node.accents) for node in nodes)
        if not bare or left.upper or not all(_is_entrywise(node) for node in nodes):
            return statement
        letter = Symbol(min(letters[left.name]), place=left.place)

        def change(node: Node) -> Node | None:
            if isinstance(node, Applied):  # f(x) says nothing of an entry of f
                return replace(node, arguments=tuple(changed(argument, change) for argument in node.arguments))
            return replace(node, lower=(letter,)) if isinstance(node, Symbol) and node.name in vectors else None

        return in_statement(statement, change)

    return [lettered(statement) for statement in statements]


def _letters(statements: Sequence[Statement]) -> dict[str, set[str]]:
    """What stands below each name, wherever something does; "?" for what is no letter."""
    found: dict[str, set[str]] = {}
    for statement in statements:
        for side in statement.sides:
            for symbol in symbols_of(side):
                if symbol.lower:
                    texts = [text_of(item) or "?" for item in symbol.lower]
                    found.setdefault(symbol.name, set()).add(texts[0] if len(texts) == 1 else "?")
    return found


def _is_entrywise(node: Node) -> bool:
    return isinstance(node, _ENTRYWISE) and not (isinstance(node, Applied) and node.of.name in _OF_ALL)
