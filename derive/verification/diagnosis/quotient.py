"""By what two sides differ: a factor or a term that can be named, the same at every entry of every point."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

import numpy as np

from derive.arrays.named import union
from derive.verification.compare import on_common_axes
from derive.verification.diagnosis.bench import Bench, Setting
from derive.verification.diagnosis.factors import before, over
from derive.verification.diagnosis.spelling import spelled
from derive.verification.formula.tree import Applied, Chain, Derivative, Differential, Negative, Node, Number, Symbol
from derive.verification.value import DoesNotFit, Value

_SIMPLE = (Fraction(1), Fraction(2), Fraction(1, 2), Fraction(3), Fraction(1, 3), Fraction(4), Fraction(1, 4))
# Values and gradients of a network that may be the term which a claim lacks: each is read at every point.
_MOST_TERMS = 120
_RATIOS = tuple(sign * size for size in (*_SIMPLE, Fraction(3, 2), Fraction(2, 3)) for sign in (1, -1))


@dataclass(frozen=True)
class Multiple:
    """number · sizes and constants above and below a fraction bar."""

    number: Fraction
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()

    def __str__(self) -> str:
        sign = "-" if self.number < 0 else ""
        top = [str(abs(self.number.numerator))] if abs(self.number.numerator) != 1 else []
        bottom = [str(self.number.denominator)] if self.number.denominator != 1 else []
        top += self.above
        bottom += self.below
        if not bottom:
            return sign + (" ".join(top) or "1")
        under = " ".join(bottom)
        return f"{sign}{' '.join(top) or '1'}/{under if len(bottom) == 1 else f'({under})'}"

    def of(self, node: Node, surface: str) -> Node:
        """This multiple of a formula."""
        if node == Number("1") and abs(self.number.numerator) != 1:
            number = Number(str(abs(self.number.numerator)))
            return replace(self, number=self.number / abs(self.number.numerator)).of(number, surface)
        for name in reversed(self.above):
            node = before(_named_number(name), node, surface)
        if abs(self.number.numerator) != 1:
            node = before(Number(str(abs(self.number.numerator))), node, surface)
        for name in (*self.below, *((str(self.number.denominator),) if self.number.denominator != 1 else ())):
            node = over(node, _named_number(name), surface)
        return Negative(node) if self.number < 0 else node


def _named_number(name: str) -> Node:
    """2, N or √N as a formula."""
    if name.startswith("√"):
        return Applied(Symbol("sqrt"), (Symbol(name[1:]),))
    return Number(name) if name.isdigit() else Symbol(name)


def quotient(bench: Bench, claimed: list[Value]) -> Multiple | None:
    """What the claimed side must be multiplied by; None where that is no such multiple."""
    ratios = [_multiple(setting, value) for setting, value in zip(bench.settings, claimed, strict=True)]
    if any(ratio is None for ratio in ratios):
        return None
    return _named([ratio for ratio in ratios if ratio is not None], bench)


def _multiple(setting: Setting, value: Value) -> float | None:
    """The number c for which the side that stays is c times a value, at all entries of a point."""
    try:
        a, b = on_common_axes(setting.value, value)
    except DoesNotFit:
        return None
    letters = union(a, b, setting.mask)
    with np.errstate(all="ignore"):
        left, right, mask = np.broadcast_arrays(*(np.real(item.along(letters)) for item in (a, b, setting.mask)))
        if not np.all(np.isfinite(left[mask > 0])) or not np.all(np.isfinite(right[mask > 0])):
            return None
        square = float(np.sum(right[mask > 0] ** 2))
        if not square:
            return None
        found = float(np.sum((left * right)[mask > 0])) / square
        apart = np.max(np.abs(left - found * right)[mask > 0], initial=0.0)
        return found if found and apart <= 1e-8 * np.max(np.abs(left[mask > 0])) else None


def constant_value(setting: Setting) -> float | None:
    """The one number that the side that stays is at all entries of a point."""
    array = np.real(setting.value.data.array)
    first = float(array.reshape(-1)[0])
    return first if np.all(np.abs(array - first) <= 1e-9 * max(1.0, abs(first))) else None


def _named(numbers: list[float], bench: Bench) -> Multiple | None:
    for above, below, values in _monomials(bench):
        for ratio in _RATIOS:
            if all(
                abs(number - float(ratio) * value) <= 1e-8 * abs(number)
                for number, value in zip(numbers, values, strict=True)
            ):
                return Multiple(ratio, above, below)
    return None


def _monomials(bench: Bench) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], list[float]]]:
    network = bench.judge.names.network
    settings = bench.settings
    known: dict[str, list[float]] = {}
    for dimension in network.dimensions:
        name = dimension.symbol.name
        if not (name == bench.judge.names.batch and bench.judge.reading.batch == "one"):
            known[name] = [float(setting.scope.values.sizes[name]) for setting in settings]
    for constant in network.constants:
        known[constant.symbol.name] = [setting.scope.values.constants[constant.symbol.name] for setting in settings]
    known["η"] = [setting.scope.rate for setting in settings]
    for name in [name for name in known if name in bench.judge.names.sizes]:
        known[f"√{name}"] = [float(np.sqrt(value)) for value in known[name]]
    yield (), (), [1.0] * len(settings)
    for name, values in known.items():
        yield (), (name,), [1 / value for value in values]
        yield (name,), (), values
    for first, second in combinations(known, 2):
        both = [a * b for a, b in zip(known[first], known[second], strict=True)]
        yield (), (first, second), [1 / value for value in both]
        yield (first, second), (), both
        yield (first,), (second,), [a / b for a, b in zip(known[first], known[second], strict=True)]
        yield (second,), (first,), [b / a for a, b in zip(known[first], known[second], strict=True)]


def difference(bench: Bench, claimed: list[Value]) -> tuple[Multiple, Node] | None:
    """The multiple of a value of the network or of its gradient that is missing on the claimed side."""
    network = bench.judge.names.network
    rests: list[Value] = []
    for setting, value in zip(bench.settings, claimed, strict=True):
        try:
            a, b = on_common_axes(setting.value, value)
        except DoesNotFit:
            return None
        rests.append(Value(setting.value.axes, a - b, setting.value.row))
    one: Node = Number("1")
    candidates = (one, *(node for name in network.tensors for node in _ways(name, bench)))
    for node in candidates[:_MOST_TERMS]:
        if node == bench.fixed:
            continue
        ratios = []
        for setting, rest in zip(bench.settings, rests, strict=True):
            found = bench.value(node, setting)
            ratio = None if found is None else _multiple(replace(setting, value=rest), found)
            if ratio is None:
                break
            ratios.append(ratio)
        else:
            multiple = _named(ratios, bench)
            if multiple is not None:
                return multiple, node
    return None


def _ways(name: str, bench: Bench) -> Iterator[Node]:
    network = bench.judge.names.network
    if network.tensors[name].within is not None:
        return
    for symbol in spelled(name, bench):
        yield symbol
        if name in network.results:
            continue
        if bench.surface == "plain":
            yield Differential(symbol)
        elif bench.judge.names.loss is not None:
            yield Derivative(Symbol(bench.judge.names.loss), symbol)


def with_term(node: Node, multiple: Multiple, term: Node, surface: str) -> Node:
    """node + multiple · term"""
    sign = "-" if multiple.number < 0 else "+"
    added = Multiple(abs(multiple.number), multiple.above, multiple.below).of(term, surface)
    if isinstance(node, Chain) and node.signs and set(node.signs) <= {"+", "-"}:
        return Chain((*node.operands, added), (*node.signs, sign))
    return Chain((node, added), (sign,))
