"""A symbol before round brackets: a function, a derivative of one, a product, or the loss with what it depends on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from sympy import Symbol as SizeSymbol

from derive.errors import InputError
from derive.operators import Delta
from derive.verification.array_functions import array_function
from derive.verification.expressed import Expressed
from derive.verification.formula.tree import Applied, Chain, Node, Symbol, Upper
from derive.verification.functions import (
    ANY_ACTIVATION,
    OnArrays,
    activation_of,
    along_classes,
    function_named,
    slope,
)
from derive.verification.products import product
from derive.verification.reductions import REDUCTIONS, norm, reduction
from derive.verification.scope import Scope
from derive.verification.spelling import text_of
from derive.verification.value import DoesNotFit, Value, applied, axis, transposed

Elaborate = Callable[[Node, Scope], Value]

_NUMBERS = ("1", "𝟙", "𝟏", "π", "∞")  # the vector of ones, and what never is a function
_ALONG = ("softmax", "log_softmax", "logsoftmax", "LogSoftmax", "logsumexp", "LSE", "Softmax")


def call(node: Applied, scope: Scope, value: Elaborate) -> Value:
    """The value of a symbol with arguments."""
    symbol = node.of
    if not isinstance(symbol, Symbol):
        raise InputError("only a symbol is applied to arguments", node.place)
    if not node.arguments:
        raise InputError(f"nothing stands in the brackets behind {symbol.name}", node.place)
    primes = [mark for mark in symbol.upper if text_of(mark.of) in ("'", "′")]
    marks = tuple(mark for mark in symbol.upper if mark not in primes and not _is_layer(mark))
    meanings = list(scope.names.meanings(symbol)) if not primes else []
    if any(meaning.kind == "loss" for meaning in meanings[:1]) and not _is_sum(node):
        return value(symbol, scope)  # E(W): the loss, and what it depends on
    is_value = is_product(node, scope)
    function = None if is_value else _function(symbol, node, scope)
    if function is not None:
        inside = scope.counting() if symbol.name == "sqrt" else scope
        arguments = [value(argument, inside) for argument in node.arguments]
        if primes:
            if len(primes) > 1:
                raise InputError("second derivatives are not read", node.place)
            function = slope(function)
        result = applied(function, *arguments)
        for mark in marks:
            result = _raised(result, mark, scope, value)
        return result
    if not is_value:
        found = _array_function(symbol, node, scope, value)
        if found is not None:
            for mark in marks:
                found = _raised(found, mark, scope, value)
            return found
    if is_value and len(node.arguments) == 1:
        factors = [value(symbol, scope), value(node.arguments[0], scope)]
        return product(factors, [""], scope.surface if scope.surface == "latex" else "latex")
    if is_value:
        raise InputError(f"{symbol.name} is a value, no function of {len(node.arguments)}", node.place)
    raise InputError(f"nothing says what the function {symbol.name} is", node.place, "write its formula")


def _is_sum(node: Applied) -> bool:
    """True where a sum stands in the brackets: y(1 - y) is a product, whatever y is."""
    (only, *more) = node.arguments
    return not more and isinstance(only, Chain) and bool(only.signs) and set(only.signs) <= {"+", "-"}


def is_product(node: Applied, scope: Scope) -> bool:
    """True where a symbol before brackets is a value, which they multiply."""
    if not isinstance(node.of, Symbol):
        return False
    primes = any(text_of(mark.of) in ("'", "′") for mark in node.of.upper)
    if (node.of.name in _NUMBERS or (node.of.name == "e" and node.of.upper and not primes)) and not node.of.lower:
        return True
    first = next(scope.names.meanings(node.of), None)
    known = first is not None and first.kind in ("loss", "value", "gradient", "constant", "size", "defined", "rate")
    return not primes and (known or text_of(node.of) in scope.letters or node.of.name in scope.free)


def _is_layer(mark: Upper) -> bool:
    return bool(mark.bracket)


def _function(symbol: Symbol, node: Applied, scope: Scope) -> OnArrays | None:
    name = symbol.name
    if symbol.name in ("max", "min") and len(node.arguments) == 1:
        return None
    network = scope.names.network
    if name == "σ" and "sigmoid" in scope.options:
        return function_named("sigmoid", network)
    if name in ANY_ACTIVATION and not any(function.name == name for function in network.functions):
        argument = node.arguments[0] if len(node.arguments) == 1 else None
        named = None
        if isinstance(argument, Symbol):
            named = next((m.name for m in scope.names.meanings(argument) if m.kind == "value"), None)
        found = activation_of(network, named)
        if found is not None:
            return found
        return function_named("sigmoid", network) if name == "σ" else None
    return function_named(name, network)


def _array_function(symbol: Symbol, node: Applied, scope: Scope, value: Elaborate) -> Value | None:
    """Functions of whole arrays: softmax along the classes, sums, means, diag, trace."""
    name = symbol.name
    if not node.arguments:
        return None
    if name in _ALONG:
        inner = value(node.arguments[0], scope)
        return along_classes(name.lower() if name == "Softmax" else name, inner, _class_axis(inner, scope))
    found = array_function(node, scope, value)
    if found is not None:
        return found
    if name not in (*REDUCTIONS, "diag", "tr", "trace", "norm"):
        return None
    inner = value(node.arguments[0], scope)
    if name in REDUCTIONS:
        return reduction(node, inner, scope)
    if name == "norm":
        return norm(inner)
    if name == "diag":
        if inner.rank != 1:
            raise DoesNotFit(f"diag of a value of shape {inner.shape}")
        other = axis(inner.axes[0].size)
        size = scope.values.size(inner.axes[0].size)
        unit = Expressed((inner.axes[0], other), np.eye(size), lambda: Delta(inner.axes[0], other))
        return Value((*inner.axes, other), inner.data * unit)
    if name in ("tr", "trace"):
        if inner.rank != 2 or inner.axes[0].size != inner.axes[1].size:
            raise DoesNotFit(f"the trace of a value of shape {inner.shape}")
        return Value((), inner.data.renamed({inner.axes[1]: inner.axes[0]}).reduced(np.sum, (inner.axes[0],)))
    return None


def _class_axis(value: Value, scope: Scope) -> object:
    """The last axis that is not that of the examples."""
    batch = None if scope.names.batch is None else SizeSymbol(scope.names.batch, integer=True, positive=True)
    others = [letter for letter in value.axes if letter.size != batch]
    if not others:
        raise DoesNotFit(f"a softmax of a value of shape {value.shape}")
    return others[-1]


def _raised(result: Value, mark: Upper, scope: Scope, value: Elaborate) -> Value:
    if text_of(mark.of) in ("T", "⊤"):
        return transposed(result)
    exponent = value(mark.of, scope)
    return replace(result, data=result.data**exponent.data)
