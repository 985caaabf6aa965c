"""Aliases: a row of the author's table, `w^l` means W[l], and the symbols that it speaks of."""

from __future__ import annotations

from collections.abc import Iterator

from derive.verification.formula.tree import Chain, Node, Number, Run, Symbol, Upper, walk
from derive.verification.spelling import text_of

Rest = tuple[tuple[Node, ...], tuple[Upper, ...], dict[str, Node]]


def rest_of(symbol: Symbol, written: Symbol, meant: Symbol) -> Rest | None:
    """What a symbol has beyond the one of an alias, and what its letters stand for; None where it is another.

    A letter in the alias, the l of `w^l`, stands for whatever is in its place: `w^{l+1}`.
    """
    if (symbol.name, symbol.accents) != (written.name, written.accents):
        return None
    letters: dict[str, Node] = {}
    variables = {name for item in (*meant.lower, *(mark.of for mark in meant.upper)) for name in _letters_in(item)}
    lower, patterns = single(symbol.lower, variables), single(written.lower, variables)
    count = len(patterns)
    if len(lower) < count:
        return None
    for item, pattern in zip(lower, patterns, strict=False):
        if not _matches(item, pattern, letters, variables):
            return None
    upper = list(symbol.upper)
    for pattern_mark in written.upper:
        found = next(
            (
                mark
                for mark in upper
                if mark.bracket == pattern_mark.bracket and _matches(mark.of, pattern_mark.of, letters, variables)
            ),
            None,
        )
        if found is None:
            return None
        upper.remove(found)
    return lower[count:], tuple(upper), letters


def _letters_in(node: Node) -> Iterator[str]:
    """The single letters of a subscript."""
    for item in walk(node):
        text = text_of(item)
        if text is not None and text.isalpha():
            yield from text if isinstance(item, Run) else ([text] if len(text) == 1 else [])


def single(items: tuple[Node, ...], variables: set[str]) -> tuple[Node, ...]:
    """Subscripts one by one, where they are letters that an alias may stand for anything with."""
    found: list[Node] = []
    for item in items:
        if isinstance(item, Run) and variables and item.text.isalpha() and len(item.text) <= 4:
            found += [Symbol(letter, place=item.place) for letter in item.text]
        else:
            found.append(item)
    return tuple(found)


def _matches(item: Node, pattern: Node, letters: dict[str, Node], variables: set[str]) -> bool:
    if item == pattern:
        if isinstance(pattern, Symbol):
            letters[pattern.name] = item
        return True
    text = text_of(pattern)
    is_variable = isinstance(pattern, Symbol) and text in variables and text != "T"
    if not is_variable or text is None or text_of(item) in ("T", "⊤", "'", "+", "*"):
        return False
    if isinstance(item, Symbol) and (text_of(item) or "")[:1].isupper():
        letters[text] = item
        return True
    if isinstance(item, Number | Chain) or (isinstance(item, Symbol) and text_of(item) is not None):
        letters[text] = item
        return True
    return False


def put(node: Node, letters: dict[str, Node]) -> Node:
    """The node with letters of an alias replaced by what they stand for."""
    text = text_of(node)
    if isinstance(node, Symbol) and text in letters:
        return letters[text]
    if isinstance(node, Chain):
        return Chain(tuple(put(operand, letters) for operand in node.operands), node.signs, place=node.place)
    return node
