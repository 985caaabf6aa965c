"""Sums, products and extremes over letters, with the first and last value that a text tells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from sympy import Expr, S

from derive.arrays import Named
from derive.arrays.named import combined
from derive.errors import InputError
from derive.index import Index
from derive.operators import Compare, iverson
from derive.verification.elaborate.cases import holds
from derive.verification.elaborate.node import value_of
from derive.verification.expressed import Expressed, exactly, express
from derive.verification.formula.tree import (
    Big,
    Letter,
    Node,
)
from derive.verification.jacobian_product import jacobian_product
from derive.verification.reductions import extreme
from derive.verification.scope import Scope
from derive.verification.spelling import text_of
from derive.verification.subscripts import size_letters
from derive.verification.value import (
    DoesNotFit,
    Value,
)


@value_of.register
def _(node: Big, scope: Scope) -> Value:
    if not all(isinstance(letter, Letter) for letter in node.letters):
        raise InputError("a sum runs over letters", node.place)
    outside = {letter.name: scope.letters.pop(letter.name, None) for letter in node.letters}
    try:
        return _over_letters(node, scope)
    finally:
        for name, letter in outside.items():
            inside = scope.letters.pop(name, None)
            if inside is not None:
                scope.summed[name] = inside
            if letter is not None:
                scope.letters[name] = letter


def _over_letters(node: Big, scope: Scope) -> Value:
    size_letters(node.body, scope)
    body = _twice(node.body, scope)
    letters: list[Index] = []
    kept: Named = exactly(1)
    for item in node.letters:
        letter = scope.letters.get(item.name) or _sized(item, scope)
        letters.append(letter)
        kept = kept * _within(item, letter, scope)
    for condition in node.conditions:
        kept = kept * holds(condition, scope)
    data = body.data
    missing = [letter for letter in letters if letter not in data.letters]
    for letter in missing:
        data = data * _everywhere(letter, scope)
    names = tuple(dict.fromkeys(letters))
    partly = bool(np.any(kept.array != 1))
    if node.operator == "sum":
        weighted = combined(lambda a, b: np.where(a == 0, 0.0, b), kept, data) if partly else data
        result = express(_inside_of_axes(weighted, names), lambda a, b: a * b, kept, data).reduced(np.sum, names)
    elif node.operator == "prod" and body.path is not None and len(letters) == 1:
        found = jacobian_product(body, letters[0], kept, scope.names.network)
        return replace(found, data=found.data * _forwards(node.letters[0], scope))  # type: ignore[arg-type]
    elif node.operator == "prod" and body.rank:
        raise InputError("a product of matrices over a letter is not read", node.place, "write its factors out")
    elif node.operator == "prod":
        weighted = combined(lambda a, b: np.where(a == 0, 1.0, b), kept, data) if partly else data
        result = weighted.reduced(np.prod, names)
    elif node.operator == "mean":
        result = data.reduced(np.mean, names)
    elif node.operator in ("max", "min"):
        sign = 1.0 if node.operator == "max" else -1.0
        weighted = combined(lambda a, b: np.where(a == 0, -sign * np.inf, b), kept, data) if partly else data
        result = extreme(weighted, names, sign)
    elif node.operator == "argmax" and len(letters) == 1 and not body.rank and letters[0] in data.letters:
        # The letter at which the largest stands, as the text counts it.
        weighted = combined(lambda a, b: np.where(a == 0, -np.inf, np.real(b)), kept, data)
        place = weighted.reduced(lambda array, axis: np.argmax(array, axis=axis[0]), names)
        result = place + exactly(scope.first(letters[0].size))
    else:
        raise InputError(f"{node.operator} is not understood", node.place)
    return Value(body.axes, result, body.row)


def _inside_of_axes(terms: Named, letters: tuple[Index, ...]) -> Named:
    """The terms of a sum, 0 for those outside of an axis where some totals have all of their terms and others do not:
    a sum that leaves its axes says more than what stands at the one place where it does not."""
    untold = np.isnan(terms.array)
    if not np.any(untold):
        return terms
    axes = tuple(place for place, letter in enumerate(terms.letters) if letter in letters)
    lacking = np.any(untold, axis=axes)
    if not axes or np.all(lacking):
        return terms
    some = np.expand_dims(lacking & ~np.all(untold, axis=axes), axes)
    return Named(terms.letters, np.where(untold & some, 0.0, terms.array))


def _twice(body: Node, scope: Scope) -> Value:
    """The body; read again where its letters were only told by what stands behind their first use."""
    try:
        return value_of(body, scope)
    except (DoesNotFit, InputError):
        return value_of(body, scope)


def _sized(item: Letter, scope: Scope) -> Index:
    """A letter that its body does not size: by its last value."""
    last = text_of(item.last) if item.last is not None else None
    for dimension in scope.names.network.dimensions:
        if dimension.symbol.name == last:
            return scope.letter(item.name, dimension.symbol)
    if item.name in scope.summed:
        return scope.letter(item.name, scope.summed[item.name].size)
    if item.name in ("n", "x") and scope.batch_size is not None and scope.reading.batch == "all":
        return scope.letter(item.name, scope.batch_size)
    raise InputError(f"nothing says what {item.name} runs over")


def _everywhere(letter: Index, scope: Scope) -> Named:
    return Expressed((letter,), np.ones(scope.values.size(letter.size)), lambda: S.One)


def _within(item: Letter, letter: Index, scope: Scope) -> Named:
    """1 for the values of a letter between its first and last one, as the text counts."""
    result = _inside(item, letter, scope)
    counts = scope.counting()
    ends = [exactly(0) if bound is None else value_of(bound, counts).data for bound in (item.first, item.last)]

    def make(first: Expr, last: Expr) -> Expr:
        from_zero = scope.first(letter.size) == 0 or (first == 0 and item.first is not None)
        counted = letter if from_zero else letter + 1
        whole = 1 if letter.size == scope.batch_size and scope.reading.batch == "one" else letter.size
        low = S.One if first in (0, counted - letter) else iverson(Compare(">=", counted, first))
        full = item.last is None or last == whole or (counted == letter and last == whole - 1)
        return low if full else low * iverson(Compare("<=", counted, last))

    return express(result, make, *ends)


def _forwards(item: Letter, scope: Scope) -> Named:
    """1 where the last value of a letter is not before its first one, but for nothing at all; else no number."""
    if item.first is None or item.last is None:
        return exactly(1)
    first, last = (value_of(bound, scope.counting()).data for bound in (item.first, item.last))
    return combined(lambda a, b: np.where(np.real(b) < np.real(a) - 1, np.nan, 1.0), first, last)


def _inside(item: Letter, letter: Index, scope: Scope) -> Named:
    size = scope.values.size(letter.size)
    counted = np.arange(size) + scope.first(letter.size)
    inside = Named((letter,), np.ones(size))
    for bound, fits in ((item.first, np.greater_equal), (item.last, np.less_equal)):
        if bound is None:
            continue
        value = value_of(bound, scope.counting())
        if value.data.letters:
            own = Named((letter,), counted)
            inside = inside * combined(lambda a, b, f=fits: f(a, np.real(b)).astype(float), own, value.data)
            continue
        edge = float(np.real(value.data.array))
        if fits is np.greater_equal and edge == 0 and counted[0] == 1:
            counted = counted - 1
        if fits is np.less_equal and counted[0] == 0 and edge == size:
            continue
        inside = inside * Named((letter,), fits(counted, edge).astype(float))
    return inside
