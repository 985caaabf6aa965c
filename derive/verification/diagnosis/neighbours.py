"""The symbols one step from another one: the next layer or step, another letter, two subscripts exchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from derive.index import Index
from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.spelling import spelled
from derive.verification.formula.tree import Chain, Node, Number, Run, Symbol
from derive.verification.spelling import text_of


def neighbours(symbol: Symbol, bench: Bench) -> Iterator[Symbol]:
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
    for first, second in combinations(range(len(symbol.lower)), 2):
        lower = list(symbol.lower)
        lower[first], lower[second] = lower[second], lower[first]
        yield replace(symbol, lower=tuple(lower))


def _shifted(item: Node, bench: Bench) -> Iterator[Node]:
    text = text_of(item)
    if isinstance(item, Run):
        for number, character in enumerate(item.text):
            before, after = item.text[:number], item.text[number + 1 :]
            for other in _other_characters(character, bench):
                yield replace(item, text=before + other + after)
        for first, second in combinations(range(len(item.text)), 2):
            characters = list(item.text)
            characters[first], characters[second] = characters[second], characters[first]
            yield replace(item, text="".join(characters))
    elif text is not None and text.isdigit():
        for step in (1, -1):
            if int(text) + step >= 0:
                yield Number(str(int(text) + step))
    elif isinstance(item, Symbol) and text is not None:
        yield Chain((item, Number("1")), ("-",))
        yield Chain((item, Number("1")), ("+",))
        for other in _other_characters(text, bench):
            yield Symbol(other)
        if text in bench.letters:
            yield from _labels(bench.letters[text], bench)
        if text in bench.letter_names:
            for other in _other_characters(text, bench):
                yield Chain((item, Symbol(other)), ("+",))
    elif (
        isinstance(item, Chain)
        and len(item.operands) == 2
        and all(text_of(part) in bench.letter_names for part in item.operands)
    ):
        yield item.operands[0]
        yield Chain(item.operands, ("+",) if item.signs == ("-",) else ("-",))
    elif isinstance(item, Chain) and len(item.operands) == 2 and text_of(item.operands[1]) == "1":
        yield item.operands[0]
        yield replace(item, signs=("+",) if item.signs == ("-",) else ("-",))


def _labels(letter: Index, bench: Bench) -> Iterator[Node]:
    """The entry that a label picks: y_n where the letter runs over the classes of y."""
    for name, tensor in bench.judge.names.network.tensors.items():
        if tensor.within == letter.size:
            yield from spelled(name, bench)


def _other_characters(character: str, bench: Bench) -> Iterator[str]:
    if character.isdigit():
        for step in (1, -1):
            if 0 <= int(character) + step <= 9:
                yield str(int(character) + step)
    elif character in bench.letter_names:
        yield from (name for name in bench.letter_names if name != character and len(name) == 1)


def other_steps(symbol: Symbol, name: str, bench: Bench) -> Iterator[Symbol]:
    """h_{t-1} and h_{t+1} for h_t, where h is a member of a recurrence."""
    for item in bench.judge.names.network.recurrences:
        for number, part in enumerate(symbol.lower if name in item.members else ()):
            letter = bench.letters.get(text_of(part) or "")
            for sign in ("-", "+") if letter is not None and letter.size == item.size else ():
                other = Chain((part, Number("1")), (sign,))
                yield replace(symbol, lower=(*symbol.lower[:number], other, *symbol.lower[number + 1 :]))
