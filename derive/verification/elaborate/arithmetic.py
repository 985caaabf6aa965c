"""Numbers, sums and products, powers, functions, norms, matrices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np

from derive.arrays import Named
from derive.arrays.named import combined
from derive.errors import InputError
from derive.operators import Delta
from derive.verification.calls import call, is_product
from derive.verification.elaborate.node import value_of
from derive.verification.elaborate.symbols import raised
from derive.verification.expressed import Expressed, exactly, express, fraction, mapped, modulus
from derive.verification.formula.tree import (
    Applied,
    At,
    Chain,
    Derivative,
    Indicator,
    Matrix,
    Negative,
    Node,
    Norm,
    Number,
    Raised,
    Symbol,
)
from derive.verification.products import product
from derive.verification.scope import Scope
from derive.verification.spelling import text_of
from derive.verification.value import (
    DoesNotFit,
    Value,
    added,
    applied,
    axis,
    negative,
    number,
)


@value_of.register
def _(node: Number, scope: Scope) -> Value:
    if node.place in scope.numbers:
        return number(scope.numbers[node.place])
    value = Fraction(node.text)
    return number(fraction(float(value), value.numerator, value.denominator))


@value_of.register
def _(node: Negative, scope: Scope) -> Value:
    return negative(value_of(node.of, scope))


@value_of.register
def _(node: Chain, scope: Scope) -> Value:
    return chain(node, scope, value_of)


def chain(node: Chain, scope: Scope, read: Callable[[Node, Scope], Value]) -> Value:
    """A sum or a product of what `read` gives for its operands; below a fraction in a scope where sizes come first."""
    if node.signs and set(node.signs) <= {"+", "-"}:
        total = read(node.operands[0], scope)
        for sign, operand in zip(node.signs, node.operands[1:], strict=True):
            total = added(total, read(operand, scope), 1 if sign == "+" else -1)
        return total
    if any(sign == "/" and _is_change(below) for sign, below in zip(node.signs, node.operands[1:], strict=True)):
        raise InputError("a small change δx is not read", node.place, "the derivative, with ∂ or d")
    divided_by = scope.counting()
    factors = [
        read(operand, divided_by if sign == "/" else scope)
        for sign, operand in zip(("", *node.signs), node.operands, strict=True)
    ]
    factors = _with_sizes(node, factors, scope, read)
    if any(isinstance(operand, Indicator) for operand in node.operands):
        factors = _masked(node, factors)
    return product(factors, list(node.signs), scope.surface, "dots" in scope.options)


def _with_sizes(node: Chain, factors: list[Value], scope: Scope, read: Callable[[Node, Scope], Value]) -> list[Value]:
    """M H m_{nk}: beside an entry a capital without subscripts is the size M, though there is an array m as well."""
    if not any(factor.rank == 0 and factor.data.letters for factor in factors):
        return factors
    return [
        read(operand, scope.counting())
        if factor.rank and isinstance(operand, Symbol) and text_of(operand) in scope.names.sizes
        else factor
        for operand, factor in zip(node.operands, factors, strict=True)
    ]


def _masked(node: Chain, factors: list[Value]) -> list[Value]:
    """[t < T] h_{t+1}: where the condition does not hold there is 0, whether or not there is an h_{t+1}."""
    found = []
    for place, factor in enumerate(factors):
        data = factor.data
        for operand, mask in zip(node.operands, factors, strict=True):
            is_mask = isinstance(operand, Indicator) and mask.rank == 0 and operand is not node.operands[place]
            if is_mask and np.any(np.isnan(data.array)):
                kept = combined(lambda m, x: np.where(m == 0, 0.0, x), mask.data, data)
                data = express(kept, lambda _, x: x, mask.data, data)
        found.append(replace(factor, data=data) if data is not factor.data else factor)
    return found


def _is_change(node: Node) -> bool:
    """True for δx below a fraction, where δ is no error of a layer but a small change."""
    if isinstance(node, Symbol):
        return node.name.startswith(("δ", "Δ")) and len(node.name) > 1 and node.name[1:].isalpha()
    if not isinstance(node, Chain) or node.signs[:1] != ("",):
        return False
    return text_of(node.operands[0]) == "δ" and isinstance(node.operands[1], Symbol)


@value_of.register
def _(node: At, scope: Scope) -> Value:
    if node.settings or not isinstance(node.of, Derivative):
        raise InputError("a value at a point is not read", node.place, "put the numbers in")
    return value_of(node.of, replace(scope, options=scope.options | {"direct"}))


@value_of.register
def _(node: Raised, scope: Scope) -> Value:
    if isinstance(node.of, Number) and node.of.text == "1" and text_of(node.upper.of) in ("T", "⊤"):
        return Value((), exactly(1), row=True, ones=True)
    if isinstance(node.of, Applied) and len(node.of.arguments) == 1 and is_product(node.of, scope):
        # h (1 - h)^2 and W (a)^T: the mark belongs to the bracket alone.
        (inner,) = node.of.arguments
        pair = (node.of.of, Raised(inner, node.upper, place=node.place))
        return value_of(Chain(pair, ("",), place=node.place), scope)
    return raised(value_of(node.of, scope), node.upper, scope)


@value_of.register
def _(node: Applied, scope: Scope) -> Value:
    return call(node, scope, value_of)


@value_of.register
def _(node: Norm, scope: Scope) -> Value:
    value = value_of(node.of, scope)
    if node.kind == "abs":
        return applied(np.abs, value) if not np.iscomplexobj(value.data.array) else applied(modulus, value)
    order = text_of(node.order) if node.order is not None else "2"
    if order == "1":
        return Value((), applied(modulus, value).data.reduced(np.sum, value.axes))
    if order not in ("2", "F"):
        raise InputError("only the norms 1, 2 and F are read", node.place)
    square = (value.data * value.data).reduced(np.sum, value.axes)
    return Value((), mapped(np.sqrt, square))


@value_of.register
def _(node: Matrix, scope: Scope) -> Value:
    rows = [[value_of(item, scope) for item in row] for row in node.rows]
    if any(item.rank for row in rows for item in row) or len({len(row) for row in rows}) != 1:
        raise DoesNotFit("the entries of a matrix are numbers, as many in each row")
    down, across = axis(_whole(len(rows))), axis(_whole(len(rows[0])))
    total: Named | None = None
    for i, row in enumerate(rows):
        for j, item in enumerate(row):
            unit = np.zeros((len(rows), len(row)))
            unit[i, j] = 1.0
            place = (_whole(i), _whole(j))
            here = Expressed((down, across), unit, lambda at=place: Delta(down, at[0]) * Delta(across, at[1]))  # type: ignore[misc]
            part = item.data * here
            total = part if total is None else total + part
    assert total is not None
    if len(rows[0]) == 1:
        return Value((down,), total.at(across, 0))
    if len(rows) == 1:
        return Value((across,), total.at(down, 0), row=True)
    return Value((down, across), total)


def _whole(size: int):  # type: ignore[no-untyped-def]
    from sympy import Integer

    return Integer(size)
