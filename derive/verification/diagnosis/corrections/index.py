"""A symbol that should be another one: of the next layer or step, with another subscript, or another value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.correction import LEAF, PIECE, Correction
from derive.verification.diagnosis.spelling import first_meaning, plain_symbol, said, spelled, stem
from derive.verification.diagnosis.spots import Spot, spots
from derive.verification.formula.tree import Chain, Node, Number, Run, Symbol, Upper
from derive.verification.names import text_of
from derive.verification.scope import EXAMPLE
from derive.verification.verdict import Mistake


def corrections(side: Node, bench: Bench) -> Iterator[Correction]:
    """W_2 for W_1, a^{(l-1)} for a^{(l)}, h_{t-1} for h_t, z_k for z_j; p for y."""
    for spot in spots(side):
        if isinstance(spot.node, Symbol):
            for changed in _neighbours(spot.node, bench):
                yield _replaced(spot, changed, Mistake.INDEX, LEAF, bench)
            yield from _others(spot, bench)


def _replaced(spot: Spot, changed: Symbol, mistake: Mistake, size: int, bench: Bench) -> Correction:
    changed = replace(changed, place=spot.node.place)
    sentence = f"{said(changed, bench)} is right, not {said(spot.node, bench)}"
    return Correction(mistake, spot.put(changed), sentence, size, spot.place)


def _neighbours(symbol: Symbol, bench: Bench) -> Iterator[Symbol]:
    """The symbol with one of its subscripts or superscripts one further or one back, or another letter."""
    for number, item in enumerate(symbol.lower):
        for other in _shifted(item, bench):
            yield replace(symbol, lower=(*symbol.lower[:number], other, *symbol.lower[number + 1 :]))
    for number, mark in enumerate(symbol.upper):
        if text_of(mark.of) in ("T", "⊤", "'", "′", "*"):
            continue
        for other in _shifted(mark.of, bench):
            upper = (*symbol.upper[:number], replace(mark, of=other), *symbol.upper[number + 1 :])
            yield replace(symbol, upper=upper)
    found = re.fullmatch(r"(\D+)(\d+)", symbol.name)
    if found:
        for step in (1, -1):
            if int(found[2]) + step >= 0:
                yield replace(symbol, name=f"{found[1]}{int(found[2]) + step}")
    if len(symbol.lower) == 2:
        yield replace(symbol, lower=symbol.lower[::-1])


def _shifted(item: Node, bench: Bench) -> Iterator[Node]:
    text = text_of(item)
    if isinstance(item, Run):
        for number, character in enumerate(item.text):
            before, after = item.text[:number], item.text[number + 1 :]
            for other in _other_characters(character, bench):
                yield replace(item, text=before + other + after)
        if len(item.text) == 2:
            yield replace(item, text=item.text[::-1])
    elif text is not None and text.isdigit():
        for step in (1, -1):
            if int(text) + step >= 0:
                yield Number(str(int(text) + step))
    elif isinstance(item, Symbol) and text is not None:
        yield Chain((item, Number("1")), ("-",))
        yield Chain((item, Number("1")), ("+",))
        for other in _other_characters(text, bench):
            yield Symbol(other)
    elif isinstance(item, Chain) and len(item.operands) == 2 and text_of(item.operands[1]) == "1":
        yield item.operands[0]
        yield replace(item, signs=("+",) if item.signs == ("-",) else ("-",))


def _other_characters(character: str, bench: Bench) -> Iterator[str]:
    if character.isdigit():
        for step in (1, -1):
            if 0 <= int(character) + step <= 9:
                yield str(int(character) + step)
    elif character in bench.letters:
        yield from (name for name in bench.letters if name not in (character, EXAMPLE) and len(name) == 1)


def _others(spot: Spot, bench: Bench) -> Iterator[Correction]:
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
        if not near and not same:
            continue
        mistake = Mistake.INDEX if near else Mistake.SYMBOL
        for other in _in_place_of(symbol, name, meaning.kind, meaning.lower, meaning.upper, bench):
            if other != symbol:
                yield _replaced(spot, other, mistake, LEAF if near else PIECE, bench)


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
