"""Reductions: sum, mean, max, min, prod, var, argmax over letters, over named axes, or over all axes."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, Integer, Mul, oo

from derive.binding import bind
from derive.errors import InputError
from derive.index import Index
from derive.language.axes import mask, named_axes
from derive.language.context import Context
from derive.language.letters import introduce
from derive.language.tree import Call
from derive.language.value import Value
from derive.operators import ArgMax, ArgMin, Condition, Maximum, Minimum, Product, Sum, Where

NESTED = {"max": Maximum, "min": Minimum, "prod": Product}
POSITION = {"argmax": ArgMax, "argmin": ArgMin}
OF_NOTHING: dict[str, Expr] = {
    "sum": Integer(0),
    "max": -oo,
    "min": oo,
    "prod": Integer(1),
    "argmax": -oo,
    "argmin": oo,
}


def reduce(node: Call, context: Context) -> Value:
    """The value of a reduction."""
    name = node.function
    if node.settings:
        raise InputError(
            f"{name} has no setting {node.settings[0][0]}", node.settings[0][1].place, f"{name}(e, over=N)"
        )
    if len(node.arguments) != 1:
        raise InputError(f"{name} takes one expression, but {len(node.arguments)} came", node.place, _example(name))
    if node.letters is not None:
        return _over_letters(node, context)
    if node.condition is not None and node.over is None:
        what = "which axes the condition is about is not said"
        raise InputError(what, node.condition.place, f"{name}(e for i if c), or {name}(e, over=i if c)")
    body = context.number(node.arguments[0])
    axes = body.axes if node.over is None else named_axes(node.over, body, context)
    if not axes:
        raise InputError(f"there is no axis to take the {name} over", node.place, _example(name))
    rest = tuple(axis for axis in body.axes if axis not in axes)
    letters = [axis.letter for axis in axes]
    if node.condition is None:
        return Value(_reduced(node, body.expr, letters, None), rest)
    (expr, condition), everything = context.align([body, mask(node.condition, body, context)], node.place)
    if len(everything) != len(body.axes):
        raise InputError("the condition has more axes than what is reduced", node.condition.place, "index form")
    return Value(_reduced(node, expr, letters, condition), rest)


def _example(name: str) -> str:
    if name in ("max", "min"):
        return f"{name}(a, b), {name}(x[i] for i) or {name}(x, over=N)"
    return f"{name}(x[i] for i) or {name}(x, over=N)"


def _over_letters(node: Call, context: Context) -> Value:
    assert node.letters is not None
    if node.over is not None:
        raise InputError("`for` and `over` do not go together", node.place, "one of them")
    nodes = [*node.arguments, *([node.condition] if node.condition is not None else [])]
    letters = introduce(node.letters, nodes, context, "for {0} in N")
    inner = context.with_letters(letters)
    if node.condition is None:
        body = inner.number(node.arguments[0])
        return Value(_reduced(node, body.expr, list(letters.values()), None), body.axes)
    test = inner.condition(node.condition)
    body = inner.assuming(test.expr).number(node.arguments[0])
    (expr, condition), axes = context.align([body, test], node.place)
    return Value(_reduced(node, expr, list(letters.values()), condition), axes)


def _reduced(node: Call, body: Expr, letters: Sequence[Index], condition: Condition | None) -> Expr:
    name = node.function
    if name in POSITION:
        if len(letters) != 1:
            raise InputError(f"{name} runs over one letter", node.place, f"{name}(z, over=K)")
        return bind(POSITION[name], body if condition is None else Where(condition, body, OF_NOTHING[name]), letters)
    if name == "mean":
        return _mean(body, letters, condition)
    if name == "var":
        return _mean((body - _mean(body, letters, condition)) ** 2, letters, condition)
    taken = body if condition is None else Where(condition, body, OF_NOTHING[name])
    if name == "sum":
        return bind(Sum, taken, letters)
    for letter in reversed(letters):
        taken = bind(NESTED[name], taken, [letter])
    return taken


def _mean(body: Expr, letters: Sequence[Index], condition: Condition | None) -> Expr:
    """The sum divided by the number of entries that were taken."""
    if condition is None:
        return bind(Sum, body, letters) / Mul(*(letter.size for letter in letters))
    count = bind(Sum, Where(condition, Integer(1), Integer(0)), letters)
    return bind(Sum, Where(condition, body, Integer(0)), letters) / count
