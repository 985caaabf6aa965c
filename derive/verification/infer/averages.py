"""An average tells how far its letter runs: `\\frac1N \\sum_i x_i` is the mean of N values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from derive.verification.formula.tree import Big, Chain, Node, Number, Statement, Symbol, walk
from derive.verification.rewriting import in_statement
from derive.verification.spelling import text_of


def averages_with_ends(statements: Sequence[Statement]) -> list[Statement]:
    """The statements with `\\sum_i` behind 1/N as `\\sum_{i=1}^N`, where no other sum says how far i runs, none over
    another letter ends at N, and nothing sets N equal to something."""
    nodes = [node for statement in statements for side in statement.sides for node in walk(side)]
    sums = [letter for node in nodes if isinstance(node, Big) for letter in node.letters if letter.last is not None]
    ended = {letter.name for letter in sums}
    ends = {text_of(letter.last) for letter in sums if letter.last is not None}
    ends |= {text_of(side) for statement in statements if statement.relations for side in statement.sides}
    found = [pair for node in nodes if isinstance(node, Chain) for pair in _averages(node)]
    letter_of: dict[str, set[str]] = {}
    for size, total in found:
        letter_of.setdefault(size.name, set()).add(total.letters[0].name)
    counted = {
        id(total): size
        for size, total in found
        if size.name not in ends and total.letters[0].name not in ended and len(letter_of[size.name]) == 1
    }
    if not counted:
        return list(statements)

    def change(node: Node) -> Node | None:
        size = counted.get(id(node))
        if size is None or not isinstance(node, Big):
            return None
        letter = replace(node.letters[0], first=Number("1", place=node.place), last=size)
        return replace(node, letters=(letter,))

    return [in_statement(statement, change) for statement in statements]


def _averages(product: Chain) -> Iterator[tuple[Symbol, Big]]:
    """N and the sum of each 1/N that stands directly before a sum over one letter without an end."""
    for size, total in zip(product.operands, product.operands[1:], strict=False):
        if isinstance(size, Chain) and size.signs == ("/",) and text_of(size.operands[0]) == "1":
            size = size.operands[1]
        else:
            continue
        is_sum = isinstance(total, Big) and total.operator == "sum" and len(total.letters) == 1
        if not is_sum or not isinstance(total, Big) or total.letters[0].last is not None or total.conditions:
            continue
        if isinstance(size, Symbol) and text_of(size) is not None and len(size.name) == 1 and size.name.isupper():
            yield size, total
