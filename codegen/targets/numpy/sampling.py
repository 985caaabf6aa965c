"""The values that the self-check of a module draws, true to what is declared of them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, product
from typing import Any

from sympy import Basic, Expr, Integer, Symbol

from codegen.program import Array
from codegen.targets.numpy.printer import shape_text, size_text
from codegen.targets.numpy.signatures import mapping
from codegen.targets.numpy.sizes import sources
from derive.facts import declared_facts
from derive.network import Network


def sampling(network: Network) -> dict[str, Any]:
    """A line for each array that the self-check draws, true to what is declared of it."""
    lines = []
    symbols: set[Symbol] = set()
    for item in network.declarations:
        name, axes = item.tensor.name, item.tensor.axes
        symbols |= {s for axis in axes for s in axis.free_symbols}
        shape = shape_text(axes)
        target = f'params["{name}"]' if item.role == "param" else f'arrays["{name}"]'
        if item.tensor.within is not None:
            symbols |= item.tensor.within.free_symbols
            lines.append(f"{target} = rng.integers({size_text(item.tensor.within)[0]}, size={shape})")
            continue
        rest, last = (shape_text(axes[:-1]), size_text(axes[-1])[0]) if axes else ("()", "1")
        drawn = [f"draw({shape})"]
        for fact in declared_facts(item):
            text = fact.numpy.format(shape=shape, rest=rest, last=last, values=target)
            drawn = [*drawn, text] if "{values}" in fact.numpy else [text]
        lines += [f"{target} = {text}" for text in drawn]
    formulas = {item.symbol: item.formula for item in network.dimensions if item.formula is not None}
    for symbol, formula in reversed(formulas.items()):  # a formula has sizes in it that were declared before it
        if symbol in symbols:
            symbols |= formula.free_symbols
    sizes = {symbol.name: str(size) for symbol, size in small_sizes(network).items()}
    ordered = [item.symbol for item in network.dimensions if item.symbol in symbols]
    size_lines = [
        f"{s.name} = {size_text(formulas[s])[0]}" if s in formulas else f'{s.name} = sizes["{s.name}"]' for s in ordered
    ]
    return {"sample_lines": size_lines + lines, "small_sizes": mapping(sizes.items())}


def small_sizes(network: Network) -> dict[Symbol, int]:
    """A small number for every dimension without a formula, such that no formula gives less than 1.

    The numbers differ where they can; a size that no array tells keeps its default.
    """
    base = [item.symbol for item in network.dimensions if item.formula is None]
    arrays = [Array(item.tensor.name, item.tensor.axes) for item in network.declarations]
    told = sources(arrays, network.dimensions)
    within = {symbol for item in network.declarations if item.tensor.within is not None
              for symbol in item.tensor.within.free_symbols}  # fmt: skip
    fixed = {item.symbol: item.default for item in network.dimensions
             if item.default is not None and item.symbol not in told and item.symbol not in within}  # fmt: skip
    sizes = {symbol: fixed.get(symbol) or _SMALL[place % len(_SMALL)] for place, symbol in enumerate(base)}
    formulas = {item.symbol: item.formula for item in network.dimensions if item.formula is not None}
    involved = [
        symbol
        for symbol in base
        if symbol not in fixed and any(symbol in formula.free_symbols for formula in formulas.values())
    ]
    tried = (dict(zip(involved, numbers, strict=True)) for numbers in product((0, *_SMALL), repeat=len(involved)))
    few = (sizes | {symbol: number for symbol, number in some.items() if number} for some in tried)
    more = (sizes | {symbol: factor * sizes[symbol] for symbol in involved} for factor in range(2, 33))
    defaults = {item.symbol: item.default for item in network.dimensions if item.default is not None}
    choices = chain(few, more, [sizes | defaults])
    return next((chosen for chosen in choices if _all_positive(chosen, formulas)), sizes)


def _all_positive(sizes: Mapping[Symbol, int], formulas: Mapping[Symbol, Expr]) -> bool:
    """Whether every formula gives at least 1 for these sizes."""
    found: dict[Basic, Expr] = {symbol: Integer(size) for symbol, size in sizes.items()}
    for symbol, formula in formulas.items():
        found[symbol] = formula.subs(found)
    return all(value >= 1 for value in found.values())


_SMALL = (3, 4, 5, 2, 6, 7)
