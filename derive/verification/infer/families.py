"""Sums over symbols that a text numbers: with o_1 and o_2 in the text, `\\sum_i (t_i - o_i)^2` has two terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from derive.verification.formula.tree import Big, Chain, Node, Number, Run, Statement, Symbol, walk
from derive.verification.rewriting import changed, in_statement
from derive.verification.spelling import text_of

_MOST_TERMS = 20


def written_out(statements: Sequence[Statement]) -> list[Statement]:
    """The statements with every sum over numbered symbols as its terms."""
    families = _families(statements)

    def change(node: Node) -> Node | None:
        if not isinstance(node, Big) or node.operator != "sum" or len(node.letters) != 1 or node.conditions:
            return None
        letter = node.letters[0].name
        numbers = _numbers(node, letter, families)
        if not numbers:
            return None
        body = changed(node.body, change)
        terms = tuple(_term(body, letter, number) for number in numbers)
        return terms[0] if len(terms) == 1 else Chain(terms, ("+",) * (len(terms) - 1), place=node.place)

    return [in_statement(statement, change) for statement in statements] if families else list(statements)


def _families(statements: Sequence[Statement]) -> dict[str, set[int]]:
    """The numbers below each symbol that stands with one: 1 and 2 for o."""
    found: dict[str, set[int]] = {}
    recurrent: set[str] = set()
    for statement in statements:
        if len(statement.sides) < 2:
            continue
        for side in statement.sides:
            for node in walk(side):
                if isinstance(node, Symbol) and len(node.lower) == 1:
                    text = text_of(node.lower[0]) or ""
                    if isinstance(node.lower[0], Chain):
                        recurrent.add(node.name)  # the h_0 of h_{t-1} is one of many
                    if text.isdigit() and len(text) < 3:
                        found.setdefault(node.name, set()).add(int(text))
    return {name: numbers for name, numbers in found.items() if name not in recurrent}


def _numbers(node: Big, letter: str, families: Mapping[str, set[int]]) -> list[int]:
    """What a letter counts: the numbers between its bounds, else those that the symbols with it below have."""
    named = {
        item.name
        for item in walk(node.body)
        if isinstance(item, Symbol) and [text_of(part) for part in item.lower] == [letter]
    } & families.keys()
    if not named:
        return []
    first, last = node.letters[0].first, node.letters[0].last
    if isinstance(first, Number) and isinstance(last, Number) and first.text.isdigit() and last.text.isdigit():
        return list(range(int(first.text), int(last.text) + 1))[:_MOST_TERMS]
    return sorted(set.intersection(*(families[name] for name in named)))[:_MOST_TERMS]


def _term(body: Node, letter: str, number: int) -> Node:
    return changed(body, lambda part: _numbered(part, letter, number))


def _numbered(node: Node, letter: str, number: int) -> Node | None:
    if not isinstance(node, Symbol):
        return None
    if text_of(node) == letter:
        return Number(str(number), place=node.place)
    lower = tuple(_in_subscript(item, letter, number) for item in node.lower)
    return replace(node, lower=lower) if lower != node.lower else None


def _in_subscript(item: Node, letter: str, number: int) -> Node:
    text = text_of(item) or ""
    if text == letter:
        return Number(str(number), place=item.place)
    if isinstance(item, Run) and text.isalnum() and letter in text and len(text) < 4:
        return Run(text.replace(letter, str(number)), place=item.place)
    return item
