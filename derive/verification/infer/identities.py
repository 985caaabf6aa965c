"""Symbols that stand only in claims about nothing that is defined: such claims hold for all values, or fail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from derive.verification.formula.tree import Applied, Chain, Node, Statement, Symbol, walk
from derive.verification.infer.definitions import is_constant, symbols_of
from derive.verification.infer.equations import Equations
from derive.verification.infer.layers import has_layers
from derive.verification.infer.sizes import Unfit
from derive.verification.infer.spelling import letters_below
from derive.verification.infer.vocabulary import RATES, is_generic, is_gradient_name, is_loss, known_function
from derive.verification.infer.writing import Writing
from derive.verification.spelling import text_of


def free_identities(statements: Sequence[Statement], written: Equations) -> list[str]:
    """Names that stand only in statements about nothing that is defined: they hold for all values, or fail."""
    defined, writing = written.writing.defined, written.writing
    found: dict[str, None] = {}
    for statement in statements:
        symbols = [
            symbol
            for side in statement.sides
            for symbol in symbols_of(side)
            if symbol.name in writing.plain and not is_constant(symbol, defined)
        ]
        shifted = any(isinstance(item, Chain) for symbol in symbols for item in symbol.lower)
        if len(statement.sides) < 2 or shifted or has_layers([statement]):
            continue
        names = [defined.name(symbol) for symbol in symbols]
        known = {*defined.definitions, *defined.lost, *defined.functions}
        if any(name is None or name in known for name in names):
            continue
        if any(is_gradient_name(symbol) or is_loss(symbol.name) or text_of(symbol) in RATES for symbol in symbols):
            continue
        try:
            writing.letters = {}
            for symbol in symbols:
                _declare(symbol, writing)
        except Unfit:
            continue
        found.update(dict.fromkeys(name for name in names if name is not None))
        _functions(statement.sides, writing)
    return list(found)


def _declare(symbol: Symbol, writing: Writing) -> None:
    name = writing.name(symbol)
    sizes = writing.shape(name, symbol)
    for letter, size in zip(letters_below(symbol, writing.indices), sizes, strict=False):
        writing.sizes.same(writing.letters.setdefault(letter, size), size)


def _functions(sides: Iterable[Node], writing: Writing) -> None:
    """Functions that only claims mention: any smooth function stands for f in f'(x)."""
    for side in sides:
        for node in walk(side):
            if isinstance(node, Applied) and len(node.arguments) == 1:
                name = node.of.name
                if (
                    name in writing.plain
                    or name in writing.defined.functions
                    or known_function(name)
                    or not is_generic(name)
                ):
                    continue
                if name != "σ":
                    writing.generic[name] = None
