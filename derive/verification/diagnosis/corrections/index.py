"""A symbol that should be another one: of the next layer or step, with another subscript, or another value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, islice

from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.correction import LEAF, PAIR, PIECE, SIDE, Correction
from derive.verification.diagnosis.neighbours import neighbours, other_steps
from derive.verification.diagnosis.situation import elementwise, in_situation
from derive.verification.diagnosis.spelling import first_meaning, plain_symbol, said, spelled, stem
from derive.verification.diagnosis.spots import Spot, in_place_of_all, spots
from derive.verification.formula.tree import (
    Big,
    Chain,
    Derivative,
    Differential,
    Letter,
    Node,
    Number,
    Symbol,
    Upper,
    children,
)
from derive.verification.spelling import text_of
from derive.verification.verdict import Mistake

_MOST_SYMBOLS = 6


def corrections(side: Node, bench: Bench) -> Iterator[Correction]:
    """W_2 for W_1, a^{(l-1)} for a^{(l)}, h_{t-1} for h_t, z_k for z_j; p for y."""
    derivatives = [spot for spot in spots(side) if isinstance(spot.node, Differential | Derivative)]
    around = {id(part): spot for spot in derivatives for part in children(spot.node)}
    for spot in spots(side):
        if isinstance(spot.node, Symbol):
            outer = around.get(id(spot.node))
            for changed in sorted(neighbours(spot.node, bench), key=lambda other: not _is_exact(other, bench)):
                yield _replaced(spot, changed, Mistake.INDEX, LEAF, outer, bench)
            yield from _others(spot, outer, bench)
    yield from _complements(side, bench)
    yield from _gradients(side, bench)
    yield from _shifted_everywhere(side)
    yield from _over_the_other(side, bench)
    yield from _everywhere(side, bench)
    yield from _exchanged(side, bench)


def _is_exact(symbol: Symbol, bench: Bench) -> bool:
    """True for what is spelled like a name of the network, not only read as one by convention."""
    label = text_of(symbol.lower[0]) if symbol.lower else None
    return label is None or not label.isdigit() or bench.judge.names.tensor(symbol.name + label) is not None


def _everywhere(side: Node, bench: Bench) -> Iterator[Correction]:
    """Another symbol at every place where one stands several times."""
    counted = Counter(spot.node for spot in spots(side) if isinstance(spot.node, Symbol))
    for symbol in [node for node, count in counted.items() if count > 1]:
        alone = Spot(symbol, lambda node: node, all(spot.inner for spot in spots(side) if spot.node == symbol))
        others: list[tuple[Mistake, Node]] = [(Mistake.INDEX, changed) for changed in neighbours(symbol, bench)]
        others += [(found.mistake, found.node) for found in _others(alone, None, bench)]
        for mistake, changed in others:
            made = in_place_of_all(side, symbol, changed)
            sentence = f"{said(changed, bench)} is right, not {said(symbol, bench)}"
            yield Correction(mistake, made, sentence, PAIR, alone.place)


def _complements(side: Node, bench: Bench) -> Iterator[Correction]:
    """a for 1 - a, and 1 - a for a: the gate of the other branch."""
    one = Number("1")
    for spot in spots(side):
        node = spot.node
        if spot.inner:
            continue
        made: Node | None = None
        if isinstance(node, Chain) and node.signs == ("-",) and node.operands[0] == one:
            made = node.operands[1]
        elif isinstance(node, Symbol):
            meaning = first_meaning(node, bench)
            if meaning is not None and meaning.kind == "value" and not meaning.upper:
                made = Chain((one, node), ("-",))
        if made is not None:
            sentence = f"{said(made, bench)} is right, not {said(node, bench)}"
            yield Correction(in_situation(Mistake.SYMBOL, bench), spot.put(made), sentence, PAIR, spot.place)


def _gradients(side: Node, bench: Bench) -> Iterator[Correction]:
    """∂E/∂z for z: the gradient by a value, not the value."""
    loss = bench.judge.names.loss
    if bench.surface != "plain" and loss is None:
        return
    for spot in spots(side):
        meaning = first_meaning(spot.node, bench) if isinstance(spot.node, Symbol) and not spot.inner else None
        if isinstance(spot.node, Symbol) and meaning is not None and meaning.kind == "value" and not meaning.upper:
            made = Derivative(Symbol(loss), spot.node) if bench.surface != "plain" and loss else Differential(spot.node)
            sentence = f"{said(made, bench)} is right, not {said(spot.node, bench)}: the gradient by it is meant"
            yield Correction(in_situation(Mistake.SYMBOL, bench), spot.put(made), sentence, SIDE + 1, spot.place)


def _shifted_everywhere(side: Node) -> Iterator[Correction]:
    """l + 1 for l - 1, wherever it stands."""
    symbols = [spot.node for spot in spots(side) if isinstance(spot.node, Symbol)]
    parts = [item for node in symbols for item in (*node.lower, *(mark.of for mark in node.upper))]
    steps = [
        item
        for item in parts
        if isinstance(item, Chain) and len(item.operands) == 2 and item.operands[1] == Number("1")
    ]
    for step, count in Counter(steps).items():
        if count < 2:
            continue
        turned = replace(step, signs=("+",) if step.signs == ("-",) else ("-",))
        for other in (turned, step.operands[0]):
            sign, letter = turned.signs[0], text_of(step.operands[0])
            told = f"{letter} {sign} 1" if other is turned else letter
            sentence = f"{told} is right, not {letter} {step.signs[0]} 1"
            yield Correction(Mistake.INDEX, _with_step(side, step, other), sentence, PIECE)


def _with_step(side: Node, step: Node, other: Node) -> Node:
    made = side
    for number in range(sum(1 for _ in spots(side))):
        spot = next(islice(spots(made), number, None), None)
        if spot is not None and isinstance(spot.node, Symbol):
            lower = tuple(other if item == step else item for item in spot.node.lower)
            upper = tuple(replace(mark, of=other) if mark.of == step else mark for mark in spot.node.upper)
            if (lower, upper) != (spot.node.lower, spot.node.upper):
                made = spot.put(replace(spot.node, lower=lower, upper=upper))
    return made


def _over_the_other(side: Node, bench: Bench) -> Iterator[Correction]:
    """Σ_u a_tu for Σ_t a_tu"""
    for spot in spots(side):
        if not isinstance(spot.node, Big):
            continue
        for number, letter in enumerate(spot.node.letters):
            for other in bench.letter_names:
                if other not in [item.name for item in spot.node.letters]:
                    letters = (*spot.node.letters[:number], Letter(other), *spot.node.letters[number + 1 :])
                    sentence = f"the sum runs over {other}, not over {letter.name}"
                    yield Correction(
                        Mistake.INDEX, spot.put(replace(spot.node, letters=letters)), sentence, PIECE, spot.place
                    )


def _exchanged(side: Node, bench: Bench) -> Iterator[Correction]:
    """Two symbols in each other's place: y log p for p log y."""
    symbols = list(dict.fromkeys(spot.node for spot in spots(side) if isinstance(spot.node, Symbol)))
    for first, second in combinations(symbols[:_MOST_SYMBOLS], 2):
        swap = {first: second, second: first}
        made = side
        for number in range(sum(1 for _ in spots(side))):
            spot = next(islice(spots(made), number, None), None)
            if spot is not None and isinstance(spot.node, Symbol) and spot.node in swap:
                made = spot.put(swap[spot.node])
        sentence = f"{said(first, bench)} and {said(second, bench)} are exchanged"
        yield Correction(Mistake.SYMBOL, made, sentence, PAIR)


def _replaced(spot: Spot, changed: Symbol, mistake: Mistake, size: int, outer: Spot | None, bench: Bench) -> Correction:
    """The side with another symbol; a reader is told of the whole derivative that it stands in."""
    changed = replace(changed, place=spot.node.place)
    right: Node = changed
    wrong = spot.node
    if outer is not None:
        wrong = outer.node
        right = next((inner.put(changed) for inner in spots(outer.node) if inner.node is spot.node), changed)
    sentence = f"{said(right, bench)} is right, not {said(wrong, bench)}"
    return Correction(mistake, spot.put(changed), sentence, size, spot.place)


def _others(spot: Spot, outer: Spot | None, bench: Bench) -> Iterator[Correction]:
    """Another value of the network, with the marks of this one."""
    symbol = spot.node
    assert isinstance(symbol, Symbol)
    meaning = first_meaning(symbol, bench)
    if meaning is None or meaning.kind not in ("value", "gradient"):
        return
    network = bench.judge.names.network
    own = network.tensors.get(meaning.name)
    if own is None:
        return
    for name, tensor in network.tensors.items():
        if name == meaning.name or tensor.within is not None or name in network.results:
            continue
        if meaning.kind == "gradient" and not symbol.name.startswith("d"):
            continue
        near = stem(name) == stem(meaning.name)
        same = len(tensor.axes) == len(own.axes)
        running = {index.size for index in bench.letters.values()}
        if not near and not same and not (tensor.axes and running.issuperset(tensor.axes)):
            continue
        mistake = Mistake.INDEX if near else in_situation(Mistake.SYMBOL, bench)
        by = meaning.kind == "gradient" or (outer is not None and list(children(outer.node))[-1] is symbol)
        if by and elementwise(network, meaning.name, name) is not None:  # ∂E/∂h for ∂E/∂z: they differ by a slope
            mistake = Mistake.ACTIVATION
        # In ∂u/∂v another v is less likely than a factor of the chain rule that was lost.
        chained = outer is not None and isinstance(outer.node, Derivative) and outer.node is not outer.put(outer.node)
        size = LEAF if near else SIDE + 2 if chained else PIECE if same else SIDE
        for other in _in_place_of(symbol, name, meaning.kind, meaning.lower, meaning.upper, bench):
            if other != symbol:
                yield _replaced(spot, other, mistake, size, outer, bench)
                for stepped in other_steps(other, name, bench):
                    yield _replaced(spot, stepped, mistake, SIDE, outer, bench)


def _in_place_of(
    symbol: Symbol, name: str, kind: str, lower: tuple[Node, ...], upper: tuple[Upper, ...], bench: Bench
) -> Iterator[Symbol]:
    if kind == "gradient":
        yield Symbol(f"d{name}", lower, upper)
        return
    plain = plain_symbol(name, bench.surface)
    made = replace(plain, lower=(*plain.lower, *lower), upper=upper)
    yield made
    for other in spelled(name, bench):
        if other.lower != made.lower or other.name != made.name:
            yield replace(other, upper=(*other.upper, *(mark for mark in upper if mark not in other.upper)))
