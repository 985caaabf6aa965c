"""Statements about any layer, `\\delta^{(l)} = ...`, as statements about each layer of a network that names them.

Where depth is an axis of the network, the letter of a layer is a letter like any other and nothing is done here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from derive.verification.formula.tree import Big, Chain, Negative, Node, Number, Statement, Symbol, Upper, walk
from derive.verification.names import Names
from derive.verification.rewriting import changed, in_statement
from derive.verification.spelling import text_of
from derive.verification.subscripts import items_of

_LETTERS = ("l", "ℓ", "k", "j", "i")


def layer_letter(statement: Statement, names: Names) -> str | None:
    """The letter that numbers layers in a statement: it stands above symbols, and is summed over nowhere."""
    if names.network.recurrences:
        return None
    bound = {
        letter.name
        for side in statement.sides
        for node in walk(side)
        if isinstance(node, Big)
        for letter in node.letters
    }
    found: list[str] = []
    for side in statement.sides:
        for node in walk(side):
            if isinstance(node, Upper):
                letter = _letter(node.of)
                if letter in _LETTERS and letter not in bound and (node.bracket or letter in ("l", "ℓ")):
                    found.append(letter)
    if found:
        return found[0]
    # W_l, \\delta_{l+1}: below symbols only where the letter is l, and runs over nothing else, as it does in p_{nl}.
    below = [node for side in statement.sides for node in walk(side) if isinstance(node, Symbol) and node.lower]
    bound |= {letter for node in below for letter in _running(node, names)}
    for node in below:
        letter = _letter(node.lower[0])
        is_bare = not any(mark.bracket for mark in node.upper)
        if letter in ("l", "ℓ") and letter not in bound and is_bare and not _is_at_a_label(node, names):
            return letter
    return None


def _running(node: Symbol, names: Names) -> set[str]:
    """The letters on the axes of a value behind its first one: the l of p_{nl}, not those of the word in E_{total}."""
    meant = next(names.meanings(node), None)
    if meant is None or meant.kind not in ("value", "gradient"):
        return set()
    return {_letter(item) for item in items_of(meant.lower)[1:]}


def _is_at_a_label(node: Symbol, names: Names) -> bool:
    """True for δ_{l,y_n}, where y_n is a class: Kronecker's, not the error of layer l."""
    items = items_of(node.lower)
    if node.name not in ("δ", "delta") or len(items) != 2 or not isinstance(items[1], Symbol):
        return False
    read = (names.network.tensors.get(meaning.name) for meaning in names.meanings(items[1]) if meaning.kind == "value")
    return any(tensor is not None and tensor.within is not None for tensor in read)


def _letter(node: Node) -> str:
    if isinstance(node, Chain) and node.signs and set(node.signs) <= {"+", "-"}:
        return _letter(node.operands[0])
    return text_of(node) or "" if isinstance(node, Symbol) else ""


def at_each_layer(statement: Statement, letter: str, names: Names) -> Iterator[tuple[int, Statement]]:
    """The statement at layer 1, 2, ...; a layer that its symbols do not have is the caller's to skip."""
    for layer in range(1, names.depth + 1):
        yield layer, in_statement(statement, partial(numbered, letter=letter, layer=layer))


def last_layer(statement: Statement, names: Names) -> Statement:
    """The statement with L as the number of the last layer."""
    if names.network.recurrences or not names.layers:
        return statement
    return in_statement(statement, lambda node: numbered(node, "L", names.depth))


def numbered(node: Node, letter: str, layer: int) -> Node | None:
    """Marks of a symbol with the letter replaced by a number."""
    if not isinstance(node, Symbol):
        return None
    lower = tuple(_with_number(item, letter, layer) for item in node.lower)
    upper = tuple(Upper(_with_number(mark.of, letter, layer), mark.bracket, place=mark.place) for mark in node.upper)
    if lower == node.lower and upper == node.upper:
        return None
    return Symbol(node.name, lower, upper, node.accents, place=node.place)


def _with_number(item: Node, letter: str, layer: int) -> Node:
    if text_of(item) == letter and isinstance(item, Symbol):
        return Number(str(layer), place=item.place)
    new = changed(item, lambda part: Number(str(layer), place=part.place) if _is(part, letter) else None)
    return item if new is item else _folded(new)


def _is(node: Node, letter: str) -> bool:
    return isinstance(node, Symbol) and text_of(node) == letter


def _folded(node: Node) -> Node:
    """2 - 1 is 1."""
    if isinstance(node, Chain) and set(node.signs) <= {"+", "-"}:
        numbers = [_folded(operand) for operand in node.operands]
        if all(isinstance(number, Number) and number.text.lstrip("-").isdigit() for number in numbers):
            total = 0
            for sign, number in zip(("+", *node.signs), numbers, strict=True):
                total += int(number.text) * (1 if sign == "+" else -1)  # type: ignore[attr-defined]
            return Number(str(total), place=node.place)
    if isinstance(node, Negative) and isinstance(node.of, Number):
        return Number(f"-{node.of.text}", place=node.place)
    return node
