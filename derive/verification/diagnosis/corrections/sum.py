"""A sum that is missing, over a letter or over the examples, or one that is superfluous."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TypeGuard

from derive.errors import Place
from derive.language.tree import NOWHERE
from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.correction import PAIR, PIECE, SIDE, Correction
from derive.verification.diagnosis.factors import Factor, factors, over, product
from derive.verification.diagnosis.spelling import first_meaning, said
from derive.verification.diagnosis.spots import Spot, is_product, spots
from derive.verification.formula.tree import (
    Big,
    Chain,
    Derivative,
    Letter,
    Negative,
    Node,
    Number,
    Raised,
    Run,
    Symbol,
    Upper,
)
from derive.verification.scope import EXAMPLE
from derive.verification.spelling import text_of
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
    yield from _over_another(side, bench)
    yield from _contracted(side, bench)
    yield from _over_steps(side, bench)
    yield from _over_examples(side, bench)
    yield from _by_ones(side, bench)


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


def _over_another(side: Node, bench: Bench) -> Iterator[Correction]:
    """sum_k a_k b_kj for a_j b_jj: a letter that stands twice where another one is summed over."""
    letter = _unused(bench, "kijlmqs")
    if letter is None:
        return
    counted = Counter(spot.node for spot in spots(side) if isinstance(spot.node, Symbol) and spot.node.lower)
    for symbol in [node for node, count in counted.items() if count > 1]:
        for number, item in enumerate(symbol.lower):
            if text_of(item) not in bench.letters:
                continue
            other = replace(symbol, lower=(*symbol.lower[:number], Symbol(letter), *symbol.lower[number + 1 :]))
            made = side
            while (spot := next((spot for spot in spots(made) if spot.node == symbol), None)) is not None:
                made = spot.put(other)
            sentence = f"the sum over all {said(other, bench)} is missing"
            yield Correction(Mistake.SUM, Big("sum", (Letter(letter),), made), sentence, SIDE, _place(side))


def _contracted(side: Node, bench: Bench) -> Iterator[Correction]:
    """sum_k ∂E/∂p_k ∂p_k/∂a_i for ∂E/∂p_i ∂p_i/∂a_i: all but what is differentiated by runs over its own letter."""
    letter = _unused(bench, "kijlmqs")
    links = [spot.node for spot in spots(side) if isinstance(spot.node, Derivative)]
    ends = [link.by for link in links if link.by not in [other.of for other in links]]
    if letter is None or not ends:
        return
    for name in _letters_inside(side, bench):
        made = side
        for number in range(sum(1 for _ in spots(side))):
            spot = next(islice(spots(made), number, None), None)
            if spot is not None and isinstance(spot.node, Symbol) and not any(spot.node is end for end in ends):
                made = spot.put(_with_letter(spot.node, name, letter))
        if made != side:
            sentence = f"the sum over {letter} is missing, over which all but the last derivative run"
            yield Correction(Mistake.SUM, Big("sum", (Letter(letter),), made), sentence, SIDE, _place(side))


def _with_letter(symbol: Symbol, name: str, letter: str) -> Symbol:
    """The symbol with another letter in its subscripts."""
    lower: list[Node] = []
    for item in symbol.lower:
        if isinstance(item, Run):
            lower.append(replace(item, text=item.text.replace(name, letter)))
        else:
            lower.append(Symbol(letter) if text_of(item) == name else item)
    return replace(symbol, lower=tuple(lower)) if tuple(lower) != symbol.lower else symbol


def _over_steps(side: Node, bench: Bench) -> Iterator[Correction]:
    """sum_t h_{t-1} δ_t for h_{T-2} δ_{T-1}, which is the last step alone."""
    letter = _unused(bench, "tslkm")
    symbols = [spot.node for spot in spots(side) if isinstance(spot.node, Symbol)]
    found = {item.operands[0] for node in symbols for item in node.lower if _is_last(item, bench)}
    if letter is None or len(found) != 1:
        return
    made = side
    for number in range(sum(1 for _ in spots(side))):
        spot = next(islice(spots(made), number, None), None)
        if spot is not None and isinstance(spot.node, Symbol):
            lower = tuple(_step(item, letter) if _is_last(item, bench) else item for item in spot.node.lower)
            made = spot.put(replace(spot.node, lower=lower)) if lower != spot.node.lower else made
    sentence = f"the sum over {letter} is missing: this is the last step alone"
    yield Correction(Mistake.SUM, Big("sum", (Letter(letter),), made), sentence, SIDE, _place(side))


def _is_last(item: Node, bench: Bench) -> TypeGuard[Chain]:
    """True for T - 1 and T - 2."""
    if not isinstance(item, Chain) or item.signs != ("-",) or not isinstance(item.operands[1], Number):
        return False
    return text_of(item.operands[0]) in bench.judge.names.sizes and item.operands[1].text.isdigit()


def _step(item: Chain, letter: str) -> Node:
    """t for T - 1, t - 1 for T - 2"""
    back = int(text_of(item.operands[1]) or 1) - 1
    return Chain((Symbol(letter), Number(str(back))), ("-",)) if back > 0 else Symbol(letter)


def _unused(bench: Bench, letters: str) -> str | None:
    taken = {*bench.letters, *bench.judge.names.network.tensors, *bench.judge.names.sizes}
    return next((name for name in letters if name not in taken), None)


def _over_examples(side: Node, bench: Bench) -> Iterator[Correction]:
    """The sum over the examples, where values have their axis: by a letter on all that have it."""
    names = bench.judge.names
    if names.batch is None or bench.judge.reading.batch == "one":
        return
    letter = _unused(bench, "nmisq")
    indexed = side if letter is None else _indexed(side, letter, bench)
    if letter is None or indexed == side:
        return
    made = Big("sum", (Letter(letter),), indexed)
    yield Correction(Mistake.SUM, made, "the sum over the examples is missing", SIDE, _place(side))
    mean = over(made, Symbol(names.batch), bench.surface)
    yield Correction(Mistake.MEAN, mean, "the mean over the examples is missing", SIDE + 1, _place(side))


def _by_ones(side: Node, bench: Bench) -> Iterator[Correction]:
    """1^T a and a 1: the sum over an axis of a whole array."""
    value = next((bench.value(side, setting) for setting in bench.settings), None)
    if value is None or not value.rank or EXAMPLE in bench.letters:
        return
    names, sign = bench.judge.names, "@" if bench.surface == "plain" else ""
    row = Raised(Number("1"), Upper(Symbol("T")))
    for number, letter in enumerate((value.axes[0], value.axes[-1])):
        axis = "the examples" if str(letter.size) == names.batch else f"the axis {letter.size}"
        inner = side.of if isinstance(side, Negative) else side
        made = product([("", inner), (sign, Symbol("1"))] if number else [("", row), (sign, inner)])
        node = Negative(made) if isinstance(side, Negative) else made
        yield Correction(Mistake.SUM, node, f"the sum over {axis} is missing", SIDE + 1, _place(side))


def _place(side: Node) -> Place | None:
    return None if side.place is NOWHERE else side.place


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
