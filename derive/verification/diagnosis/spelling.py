"""How the author of a claim would write a value of the network: as it stands there, else by its name and letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice, product

from derive.errors import InputError
from derive.index import Index
from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.spots import spots
from derive.verification.elaborate import elaborated
from derive.verification.formula import written
from derive.verification.formula.tree import Big, Derivative, Differential, Node, Number, Symbol
from derive.verification.names import Meaning
from derive.verification.scope import EXAMPLE
from derive.verification.spelling import text_of
from derive.verification.value import DoesNotFit

_MOST = 4


def said(node: Node, bench: Bench) -> str:
    """A formula as a sentence shows it."""
    return written(node, bench.surface)  # type: ignore[arg-type]


def first_meaning(symbol: Symbol, bench: Bench) -> Meaning | None:
    """What a symbol names, at its likeliest; None for a letter and for what nothing explains."""
    if text_of(symbol) in bench.letters:
        return None
    names = bench.judge.names
    meanings = names.meanings(symbol)
    if symbol.name in names.sizes and symbol.name not in names.network.tensors:
        meanings = iter(sorted(meanings, key=lambda meaning: meaning.kind != "size"))  # K is no other case of k
    return next(meanings, None)


def spelled(name: str, bench: Bench, bound: dict[str, Index] | None = None) -> list[Symbol]:
    """A value of the network in the notation of the claim; several ways where subscripts may be chosen.

    bound   letters of the sum in which it is to stand
    """
    found: dict[Symbol, None] = {}
    for side in bench.statement.sides:
        for spot in spots(side):
            if isinstance(spot.node, Symbol) and not spot.inner:
                meaning = first_meaning(spot.node, bench)
                if meaning is not None and meaning.kind == "value" and meaning.name == name and not meaning.updated:
                    marks = tuple(mark for mark in spot.node.upper if text_of(mark.of) not in ("T", "⊤", "2"))
                    found[replace(spot.node, upper=marks)] = None
    return list(found) or list(islice(_subscripted(name, bench, bound or {}), _MOST))


def plain_symbol(name: str, surface: str) -> Symbol:
    """A name of the network as a symbol: z1 is z_1 in LaTeX."""
    parts = re.fullmatch(r"([^\W\d_]+?)_?(\d+)", name)
    if surface == "plain" or parts is None:
        return Symbol(name)
    return Symbol(parts[1], (Number(parts[2]),))


def bound_letters(node: Big, bench: Bench) -> dict[str, Index]:
    """What the letters of a sum run over, as far as its body tells."""
    letters: dict[str, Index] = {}
    for setting in bench.settings[:1]:
        letters = dict(setting.scope.letters)
        with suppress(DoesNotFit, InputError):
            elaborated(node.body, replace(setting.scope, letters=letters))
    names = {letter.name for letter in node.letters}
    return {name: letter for name, letter in letters.items() if name in names}


def stem(name: str) -> str:
    """A name without the number at its end: z of z1 and z2."""
    return name.rstrip("0123456789").rstrip("_")


def _subscripted(name: str, bench: Bench, bound: dict[str, Index]) -> Iterator[Symbol]:
    symbol = plain_symbol(name, bench.surface)
    letters = {key: index for key, index in (bench.letters | bound).items() if key != EXAMPLE}
    if not letters:
        yield symbol
        return
    tensor = bench.judge.names.network.tensors[name]
    options: list[list[str | None]] = []
    for size in tensor.axes:
        running = [key for key, index in letters.items() if index.size == size]
        options.append(list(running) or [None])
    for chosen in product(*options):
        lower = tuple(Symbol(letter) for letter in chosen if letter is not None)
        yield replace(symbol, lower=(*symbol.lower, *lower))
    yield symbol


def entrywise(bench: Bench) -> str:
    """The sign of a product entry by entry, in the notation of the claim."""
    if bench.surface == "plain":
        return "*"
    whole = any(setting.value.rank for setting in bench.settings[:1])
    return "⊙" if whole else ""


def differentiated_by(node: Node, bench: Bench) -> str | None:
    """The value that a side is a derivative by."""
    found = derivative_of(node, bench)
    return None if found is None else found[1]


def derivative_of(node: Node, bench: Bench) -> tuple[str, str] | None:
    """The names u and v where a formula is ∂u/∂v, the loss being "loss"; None for anything else."""
    if isinstance(node, Derivative | Differential):
        of, by = (node.of, node.by) if isinstance(node, Derivative) else (None, node.of)
        if not isinstance(by, Symbol):
            return None
        found = first_meaning(by, bench)
        above = first_meaning(of, bench) if isinstance(of, Symbol) else None
        if found is None or found.kind != "value" or (isinstance(of, Symbol) and above is None):
            return None
        name = "loss" if above is None or above.kind == "loss" else above.name
        return (repr(of) if of is not None and not isinstance(of, Symbol) else name), found.name
    if isinstance(node, Symbol):
        found = first_meaning(node, bench)
        return ("loss", found.name) if found is not None and found.kind == "gradient" else None
    return None
