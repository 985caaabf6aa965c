"""Derivatives: by moving what is differentiated by, and looking at what follows."""

from __future__ import annotations

from dataclasses import replace

from derive.dependence import tensors
from derive.errors import InputError
from derive.verification.elaborate.node import Unknown, value_of
from derive.verification.elaborate.symbols import of_examples, shown
from derive.verification.formula.tree import (
    Derivative,
    Differential,
    Node,
    Symbol,
    walk,
)
from derive.verification.scope import LOSS, Scope
from derive.verification.spelling import key_of, text_of
from derive.verification.subscripts import is_subscript, located
from derive.verification.value import (
    DoesNotFit,
    Value,
    transposed,
)


@value_of.register
def _(node: Derivative, scope: Scope) -> Value:
    by = node.by
    if not isinstance(by, Symbol):
        raise InputError("a derivative is taken by a symbol", by.place)
    of = node.of
    if text_of(by) in scope.free:
        return scope.slope_by(function_of(of), by.name)
    problem: Exception | None = None
    for meaning in scope.names.meanings(by):
        if meaning.kind == "defined":
            raise InputError(f"{shown(by)} is defined by the text: derivatives by it are not read", by.place)
        if meaning.kind not in ("value", "loss"):
            continue
        if not meaning.name or scope.names.network.tensors[meaning.name].within is not None:
            continue
        try:
            extra = tuple(mark for mark in meaning.upper if is_subscript(mark, scope))
            rest = tuple(mark for mark in meaning.upper if mark not in extra)
            places, implied = located(meaning.name, meaning.lower, extra, scope)
            alone = _alone(of, meaning.name, scope) if scope.options & {"local", "direct"} else None
            value = scope.derivative(function_of(of), _key(of, scope), meaning.name, places, implied, alone)
            for mark in rest:
                if text_of(mark.of) not in ("T", "⊤"):
                    raise InputError("a derivative is taken by a plain symbol", by.place)
                value = transposed(value)
            return value
        except (DoesNotFit, InputError) as error:
            problem = problem or error
    if problem is not None:
        raise problem
    raise Unknown(f"nothing says what {shown(by)} is", by.place, "define it before, or name it in a table of symbols")


def function_of(of: Node | None):  # type: ignore[no-untyped-def]
    """What is differentiated, as a function of the scope; the loss where a text names nothing."""

    def value(scope: Scope) -> Value:
        return scope.loss() if of is None else value_of(of, scope)

    return value


def _alone(of: Node | None, by: str, scope: Scope) -> tuple[str | None] | None:
    """The only value that follows `by` in a local derivative: `of`, where its equation reads `by`; none where `of` is a
    formula with `by` in it. None where there is no local derivative: of the loss, or of what does not read `by`."""
    if isinstance(of, Symbol):
        meaning = next(scope.names.meanings(of), None)
        if meaning is not None and meaning.kind == "loss" and meaning.name and "direct" in scope.options:
            return (meaning.name,)
        if meaning is not None and meaning.kind == "value":
            equation = scope.names.network.equation(meaning.name)
            rules = [equation, *(end for item in scope.names.network.recurrences for end in item.boundaries)]
            read = {
                tensor.name
                for rule in rules
                if rule is not None and rule.tensor.name == meaning.name
                for tensor in tensors(rule.right)
            }
            return (meaning.name,) if equation is not None and by in read else None
        return None
    if of is None:
        return None
    names = {
        meaning.name
        for node in walk(of)
        if isinstance(node, Symbol)
        for meaning in [next(scope.names.meanings(node), None)]
        if meaning is not None and meaning.kind == "value"
    }
    return (None,) if by in names else None


def _key(of: Node | None, scope: Scope) -> str:
    """The name of what is differentiated, where it is a whole value of the network."""
    if isinstance(of, Symbol):
        for meaning in scope.names.meanings(of):
            if meaning.kind == "loss":
                return LOSS
            return meaning.name if not meaning.lower else key_of(of)
    return LOSS if of is None else repr(of)


@value_of.register
def _(node: Differential, scope: Scope) -> Value:
    named = replace(node.of, name="d" + node.of.name)
    if scope.names.speaks_of(named):
        return value_of(named, scope)
    value = value_of(Derivative(None, node.of, place=node.place), scope)
    if scope.reading.errors == "example" and value.path is not None:
        return of_examples(value, value.path.by, scope)
    return value
