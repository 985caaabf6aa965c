"""Sums, products and extremes over letters, with the first and last value that a text tells."""

from __future__ import annotations

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
    names = tuple(letters)
    partly = bool(np.any(kept.array != 1))
    if node.operator == "sum":
        weighted = combined(lambda a, b: np.where(a == 0, 0.0, b), kept, data) if partly else data
        result = express(weighted, lambda a, b: a * b, kept, data).reduced(np.sum, names)
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
    else:
        raise InputError(f"{node.operator} is not understood", node.place)
    return Value(body.axes, result, body.row)


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


def _inside(item: Letter, letter: Index, scope: Scope) -> Named:
    size = scope.values.size(letter.size)
    counted = np.arange(size) + scope.first(letter.size)
    inside = np.ones(size)
    for bound, fits in ((item.first, np.greater_equal), (item.last, np.less_equal)):
        if bound is None:
            continue
        value = value_of(bound, scope.counting())
        if value.data.letters:
            return combined(lambda a, b, f=fits: f(a, b).astype(float), Named((letter,), counted), value.data) * Named(
                (letter,), inside
            )
        edge = float(np.real(value.data.array))
        if fits is np.greater_equal and edge == 0 and counted[0] == 1:
            counted = counted - 1
        if fits is np.less_equal and counted[0] == 0 and edge == size:
            continue
        inside = inside * fits(counted, edge)
    return Named((letter,), inside)
