"""Symbols: what their meaning is, with what is left of their subscripts and superscripts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from sympy import pi

from derive.arrays import Named
from derive.arrays.named import combined
from derive.errors import InputError
from derive.functions import apply
from derive.operators import Delta
from derive.verification.elaborate.labels import one_hot
from derive.verification.elaborate.node import Unknown, value_of
from derive.verification.elaborate.primes import SLOPES, has_prime, slope_of
from derive.verification.expressed import along, exactly, express
from derive.verification.formula.tree import (
    Big,
    Chain,
    Node,
    Number,
    Symbol,
    Upper,
)
from derive.verification.names import Meaning
from derive.verification.scope import LOSS, Scope
from derive.verification.spelling import is_power_of_e, text_of
from derive.verification.subscripts import is_letter, is_subscript, items_of, located, size_of, subscript
from derive.verification.value import (
    DoesNotFit,
    Value,
    applied,
    number,
    transposed,
)


@value_of.register
def _(node: Symbol, scope: Scope) -> Value:
    text = text_of(node)
    if text in scope.letters and text is not None:
        letter = scope.letters[text]
        return Value((), along(letter, scope.values.size(letter.size), first=scope.first(letter.size)))
    if node.name in scope.free and not node.lower:
        return marked(number(scope.free[node.name]), node.upper, scope)
    kronecker = _kronecker(node, scope)
    if kronecker is not None:
        return kronecker
    exponential = _constant(node, scope) if is_power_of_e(node) else None
    if exponential is not None:
        return exponential
    problem: Exception | None = None
    meanings = list(scope.names.meanings(node))
    if "sizes" in scope.options:
        meanings.sort(key=lambda meaning: meaning.kind != "size")
    for meaning in meanings:
        try:
            is_primed = has_prime(replace(node, upper=meaning.upper)) and meaning.kind in ("value", "loss")
            slope = slope_of(node, meaning, scope) if is_primed and SLOPES in scope.options else None
            return slope if slope is not None else _named(meaning, scope)
        except (DoesNotFit, InputError) as error:
            problem = problem or error
    constant = _constant(node, scope) or _kronecker_at(node, scope)
    if constant is not None:
        return constant
    if isinstance(problem, DoesNotFit):
        raise problem
    if problem is not None and not isinstance(problem, Unknown):
        raise problem
    raise Unknown(
        f"nothing says what {shown(node)} is",
        node.place,
        "define it before, or name it in a table with the columns symbol | means",
    )


def shown(node: Symbol) -> str:
    """A symbol as a message names it."""
    lower = ",".join(text_of(item) or "…" for item in node.lower)
    upper = ",".join(text_of(mark.of) or "…" for mark in node.upper)
    return node.name + (f"_{lower}" if lower else "") + (f"^{upper}" if upper else "")


def _named(meaning: Meaning, scope: Scope) -> Value:
    """The value that a meaning has, with what is left of its subscripts and superscripts."""
    if meaning.kind == "size":
        if meaning.name == scope.names.batch and scope.reading.batch == "one":
            return marked(number(exactly(1)), meaning.upper, scope)
        size = exactly(scope.values.sizes[meaning.name], scope.names.size(meaning.name))
        return marked(number(size), meaning.upper, scope)
    if meaning.kind == "constant":
        constant = exactly(scope.values.constants[meaning.name], scope.names.constant(meaning.name))
        return marked(number(constant), meaning.upper, scope)
    if meaning.kind == "rate":
        return marked(number(exactly(scope.rate, scope.learning_rate)), meaning.upper, scope)
    if meaning.kind == "defined":
        return marked(_defined(meaning, scope), meaning.upper, scope)
    if meaning.kind == "loss":
        if meaning.lower and scope.reading.batch == "all" and scope.names.batch is not None:
            raise InputError("the loss is that of all examples: the one of a single example is not read")
        return marked(updated(scope).loss() if meaning.updated else scope.loss(), meaning.upper, scope)
    extra = tuple(mark for mark in meaning.upper if is_subscript(mark, scope))
    upper = tuple(mark for mark in meaning.upper if mark not in extra)
    if meaning.updated:
        scope = updated(scope)
    tensor = scope.names.network.tensors[meaning.name]
    if meaning.kind == "value" and tensor.within is not None and scope.reading.labels == "one_hot":
        return marked(one_hot(tensor, meaning, extra, scope), upper, scope)
    scope = _with_largest(meaning.lower, scope)
    places, implied = located(meaning.name, meaning.lower, extra, scope)
    if meaning.kind == "gradient":
        value = scope.derivative(lambda moved: moved.loss(), LOSS, meaning.name, places, implied)
        if scope.reading.errors == "example":
            value = of_examples(value, meaning.name, scope)
    else:
        value = scope.entries(meaning.name, places, implied)
    return marked(value, upper, scope)


def _with_largest(lower: tuple[Node, ...], scope: Scope) -> Scope:
    """The scope with the places that an argmax in subscripts tells: p_{n,argmax_k z_{nk}}, x_{2 r + argmax_q z_q}."""
    parts = [part for item in lower for part in (item.operands if isinstance(item, Chain) else (item,))]
    found: dict[Node, Named] = {}
    for part in parts:
        if isinstance(part, Big) and _is_argmax(part):
            value = value_of(part, scope)
            if value.rank:
                raise DoesNotFit("a subscript that is no number")
            found[part] = value.data - exactly(scope.first(scope.summed[part.letters[0].name].size))
    return replace(scope, largest={**scope.largest, **found}) if found else scope


def of_examples(value: Value, name: str, scope: Scope) -> Value:
    """The gradient that every example has by itself: N times that of the mean over all."""
    batch = scope.names.batch
    if batch is None or scope.reading.batch == "one" or scope.axes(name).examples is None:
        return value
    return replace(value, data=value.data * Named.number(scope.values.sizes[batch]), path=None)


def updated(scope: Scope) -> Scope:
    """The scope with the values after one step of gradient descent."""
    if scope.after is None:
        raise InputError("values after the update are not known here")
    return replace(scope.with_values(scope.after()), later=True)


def marked(value: Value, upper: tuple[Upper, ...], scope: Scope) -> Value:
    """A value with all of its superscripts."""
    for mark in upper:
        value = raised(value, mark, scope)
    return value


def raised(value: Value, mark: Upper, scope: Scope) -> Value:
    """A value with a superscript: transposed, or raised to a power entry by entry."""
    text = text_of(mark.of)
    if text in ("T", "⊤") and not mark.bracket:
        return transposed(value)
    if text == "'" and value.rank == 2:
        return transposed(value)  # X'X, as statisticians write it
    if text in ("*", "+", "'"):
        raise InputError(f"the mark {text} is not understood here", mark.place)
    exponent = value_of(mark.of, scope)
    if exponent.rank:
        raise DoesNotFit("an exponent that is no number")
    return Value(value.axes, value.data**exponent.data, value.row)


def _defined(meaning: Meaning, scope: Scope) -> Value:
    """The value of what the text has defined; a number is worked out once: each of a hundred definitions may read the
    one before it twice."""
    names, values = scope.names, (scope.values, scope.numbers, scope.free)
    letters = (*scope.letters.items(), None, *scope.summed.items())
    version = (len(names.definitions), len(names.found))
    key = (meaning.name, *map(id, values), scope.options, scope.later, scope.rate, letters, version)
    if key not in scope.known:
        value = value_of(names.definitions[meaning.name].body, scope)
        if value.rank or value.path is not None or (*scope.letters.items(), None, *scope.summed.items()) != letters:
            return value
        scope.known[key] = (value, values)  # as long as these are remembered, no others get their ids
    return scope.known[key][0]


def _constant(node: Symbol, scope: Scope) -> Value | None:
    """e, π, ∞, the identity matrix and the vector of ones."""
    if node.name == "e" and not node.lower:
        base = number(exactly(np.e, apply("exp", 1)))
        if not node.upper:
            return base
        exponent = value_of(node.upper[0].of, scope)
        power = applied(np.exp, exponent)
        return marked(power, node.upper[1:], scope)
    if node.name == "π" and not node.lower:
        return marked(number(exactly(np.pi, pi)), node.upper, scope)
    if node.name == "∞":
        return number(float(np.inf))
    if node.name in ("1", "𝟙", "𝟏") and not node.lower:
        return marked(Value((), exactly(1), ones=True), node.upper, scope)
    return None


def _kronecker_at(node: Symbol, scope: Scope) -> Value | None:
    """δ_{1k}, where it can be no error of layer 1: 1 where k is 1, whatever k runs over beside it."""
    if node.name not in ("δ", "delta") or node.upper or node.accents:
        return None
    items = items_of(node.lower)
    letters = [scope.letters.get(text_of(item) or "") for item in items if isinstance(item, Symbol)]
    if len(items) != 2 or len(letters) != 1 or letters[0] is None:
        return None
    places = [subscript(item, letters[0].size, scope) for item in items]
    return Value((), express(combined(lambda a, b: (a == b).astype(float), *places), Delta, *places))


def _kronecker(node: Symbol, scope: Scope) -> Value | None:
    """δ_{ij}, δ_{t,u+1}, δ_{k,y_n}: 1 where the two are equal, which run over one size."""
    if node.name not in ("δ", "delta") or node.upper or node.accents:
        return None
    items = items_of(node.lower)
    fixed = [isinstance(item, Number) or (text_of(item) or "") in scope.names.sizes for item in items]
    if len(items) != 2 or items[0] == items[1] or (any(isinstance(item, Number) for item in items) and not all(fixed)):
        return None
    if all(fixed):
        first, second = (value_of(item, scope.counting()).data for item in items)
        return Value((), express(combined(lambda a, b: (a == b).astype(float), first, second), Delta, first, second))
    found = [value_of(item, scope).data if _is_argmax(item) else None for item in items]
    sizes = [
        scope.summed[item.letters[0].name].size if isinstance(item, Big) and _is_argmax(item) else size_of(item, scope)
        for item in items
    ]
    known = next((size for size in sizes if size is not None), None)
    if known is None or any(size not in (None, known) for size in sizes):
        return None
    if any(
        size is None and not is_fixed and not isinstance(item, Chain) and not is_letter(text_of(item) or "", scope)
        for size, item, is_fixed in zip(sizes, items, fixed, strict=True)
    ):
        return None
    places = [
        subscript(item, known, scope) if place is None else place - exactly(scope.first(known))
        for item, place in zip(items, found, strict=True)
    ]
    return Value((), express(combined(lambda a, b: (a == b).astype(float), *places), Delta, *places))


def _is_argmax(item: Node) -> bool:
    """True for the place of the largest, below a δ."""
    return isinstance(item, Big) and item.operator == "argmax" and len(item.letters) == 1
