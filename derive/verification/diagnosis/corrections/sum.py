"""A sum that is missing, over a letter or over the examples, or one that is superfluous."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.correction import PAIR, PIECE, SIDE, Correction
from derive.verification.diagnosis.factors import Factor, factors, product
from derive.verification.diagnosis.spelling import first_meaning
from derive.verification.diagnosis.spots import Spot, is_product, spots
from derive.verification.formula.tree import Big, Letter, Negative, Node, Number, Raised, Symbol, Upper
from derive.verification.names import text_of
from derive.verification.scope import EXAMPLE
from derive.verification.verdict import Mistake

_MOST = 20


def corrections(side: Node, bench: Bench) -> Iterator[Correction]:
    """sum_k a_k for a_k; db = sum_n dz_n for dz; a for sum_n a."""
    for spot in spots(side):
        if isinstance(spot.node, Big) and spot.node.operator == "sum" and not spot.inner:
            yield from _without(spot, spot.node, bench)
    for spot in spots(side):
        if (not spot.inner and not isinstance(spot.node, Number | Symbol | Upper | Letter)) or spot.node is side:
            size = SIDE if spot.node is side else PIECE
            yield from _over_letters(spot, bench, size)
            if is_product(spot.node):
                yield from _over_tails(spot, bench)
    yield from _over_examples(side, bench)


def _without(spot: Spot, node: Big, bench: Bench) -> Iterator[Correction]:
    for number, letter in enumerate(node.letters):
        left = (*node.letters[:number], *node.letters[number + 1 :])
        body: Node = replace(node, letters=left) if left else node.body
        sentence = f"the sum over {letter.name} is superfluous"
        yield Correction(Mistake.SUM, spot.put(body), sentence, PIECE, spot.place)


def _letters_inside(node: Node, bench: Bench) -> list[str]:
    """The letters that stand in subscripts of a formula and are not summed over there."""
    found: dict[str, None] = {}
    bound: set[str] = set()
    for spot in spots(node):
        if isinstance(spot.node, Big):
            bound |= {letter.name for letter in spot.node.letters}
        if isinstance(spot.node, Symbol):
            for item in (*spot.node.lower, *(mark.of for mark in spot.node.upper)):
                for name in text_of(item) or "":
                    if name in bench.letters:
                        found[name] = None
    return [name for name in found if name not in bound]


def _over_letters(spot: Spot, bench: Bench, size: int) -> Iterator[Correction]:
    for name in _letters_inside(spot.node, bench):
        made = Big("sum", (Letter(name),), spot.node)
        sentence = f"the sum over {name} is missing"
        yield Correction(Mistake.SUM, spot.put(made), sentence, size, spot.place)


def _over_tails(spot: Spot, bench: Bench) -> Iterator[Correction]:
    """a sum_k b_k c_k for a b_k c_k"""
    parts = factors(spot.node)
    for number in range(1, len(parts)):
        if parts[number][0] == "/":
            continue
        tail = product([("", parts[number][1]), *parts[number + 1 :]])
        for name in _letters_inside(tail, bench):
            made: list[Factor] = [*parts[:number], (parts[number][0], Big("sum", (Letter(name),), tail))]
            sentence = f"the sum over {name} is missing"
            yield Correction(Mistake.SUM, spot.put(product(made, spot.node)), sentence, PAIR, spot.place)


def _over_examples(side: Node, bench: Bench) -> Iterator[Correction]:
    """The sum over the examples, where values have their axis: letter by letter, else by a vector of ones."""
    names = bench.judge.names
    if names.batch is None or bench.judge.reading.batch == "one":
        return
    taken = {*bench.letters, *names.network.tensors, *names.sizes}
    letter = next((name for name in "nmisq" if name not in taken), None)
    if letter is None:
        return
    sentence = "the sum over the examples is missing"
    indexed = _indexed(side, letter, bench)
    if indexed != side:
        yield Correction(Mistake.SUM, Big("sum", (Letter(letter),), indexed), sentence, SIDE, None)
    if EXAMPLE in bench.letters:
        return
    one = Number("1")
    row = Raised(one, Upper(Symbol("T")))
    sign = "@" if bench.surface == "plain" else ""
    if isinstance(side, Negative):
        yield Correction(Mistake.SUM, Negative(product([("", row), (sign, side.of)])), sentence, SIDE + 1, None)
    else:
        yield Correction(Mistake.SUM, product([("", row), (sign, side)]), sentence, SIDE + 1, None)
    yield Correction(Mistake.SUM, product([("", side), (sign, Symbol("1"))]), sentence, SIDE + 1, None)


def _indexed(side: Node, letter: str, bench: Bench) -> Node:
    """The side with the letter of the examples on every symbol that has their axis."""
    network, batch = bench.judge.names.network, bench.judge.names.batch
    for _ in range(_MOST):
        for spot in spots(side):
            if not isinstance(spot.node, Symbol) or any(text_of(item) == letter for item in spot.node.lower):
                continue
            meaning = first_meaning(spot.node, bench)
            if meaning is None or meaning.name not in network.tensors:
                continue
            if any(str(size) == batch for size in network.tensors[meaning.name].axes):
                side = spot.put(replace(spot.node, lower=(*spot.node.lower, Symbol(letter))))
                break
        else:
            return side
    return side
