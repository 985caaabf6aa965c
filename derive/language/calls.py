"""Functions applied: own ones, elementwise ones, those along an axis, and reductions."""

from __future__ import annotations

import difflib

from sympy import Expr, Integer

from derive.binding import substitute
from derive.errors import InputError
from derive.functions import log
from derive.language.axes import mask, named_axes
from derive.language.context import Context
from derive.language.own import apply_own
from derive.language.reductions import reduce
from derive.language.scope import shape
from derive.language.subscripts import range_of
from derive.language.tree import Call, Node
from derive.language.value import Axis, Value
from derive.operators import Where
from derive.vocabulary import ALONG_AN_AXIS, ELEMENTWISE, FUNCTIONS, REDUCTIONS, AlongAnAxis, Elementwise


def call(node: Call, context: Context) -> Value:
    """The value of a function applied to arguments."""
    name = node.function
    if name in context.scope.functions:
        return apply_own(node, context)
    if name in REDUCTIONS and not (name in ("max", "min") and len(node.arguments) == 2):
        return reduce(node, context)
    if name == "where":
        return _where(node, context)
    if name in ELEMENTWISE:
        return _elementwise(ELEMENTWISE[name], node, context)
    if name in ALONG_AN_AXIS:
        return _along(ALONG_AN_AXIS[name], node, context)
    raise _unknown(node, context)


def _unknown(node: Call, context: Context) -> InputError:
    name = node.function
    if context.scope.what_is(name) is not None:
        what = f"{name} is {context.scope.what_is(name)}, not a function; there is no product by juxtaposition"
        return InputError(what, node.place, f"{name} * (...)")
    similar = difflib.get_close_matches(name, [*context.scope.functions, *FUNCTIONS], 1, 0.8)
    remedy = f"{similar[0]}?" if similar else f"define it in a line of its own: {name}(u) = ..."
    return InputError(f"there is no function {name}", node.place, remedy)


def _plain(node: Call) -> None:
    """Refuse what only a reduction takes."""
    if node.letters is not None or node.condition is not None:
        raise InputError(
            f"{node.function} takes no `for` or `if`", node.place, f"{node.function}(...) of arguments only"
        )


def arguments_of(
    node: Call, arguments: tuple[str, ...], settings: dict[str, Expr], context: Context
) -> tuple[list[Value], list[Value]]:
    """The values of arguments and settings in their order; defaults where nothing is given."""
    names = (*arguments, *settings)
    written = f"{node.function}({', '.join([*arguments, *(f'{key}={value}' for key, value in settings.items())])})"
    if len(node.arguments) > len(names):
        raise InputError(
            f"{node.function} takes {len(names)} arguments, but {len(node.arguments)} came", node.place, written
        )
    given: dict[str, Node] = dict(zip(names, node.arguments, strict=False))
    for key, setting in node.settings:
        if key not in names:
            raise InputError(f"{node.function} has no setting {key}", setting.place, written)
        if key in given:
            raise InputError(f"{key} is given twice", setting.place, written)
        given[key] = setting
    missing = [name for name in arguments if name not in given]
    if missing:
        raise InputError(f"{node.function} needs {' and '.join(missing)} too", node.place, written)
    operands = [context.number(given[name]) for name in arguments]
    chosen = [context.number(given[name]) if name in given else Value(default) for name, default in settings.items()]
    return operands, chosen


def _elementwise(function: Elementwise, node: Call, context: Context) -> Value:
    _plain(node)
    if node.over is not None:
        raise InputError(f"{node.function} works on each entry: it takes no `over`", node.place, "leave out over=")
    operands, settings = arguments_of(node, function.arguments, function.settings, context)
    expressions, axes = context.align([*operands, *settings], node.place)
    return Value(function.make(*expressions), axes)


def _where(node: Call, context: Context) -> Value:
    _plain(node)
    if len(node.arguments) != 3 or node.settings or node.over is not None:
        raise InputError("where takes a condition and two values", node.place, "where(x > 0, a, b)")
    condition = context.condition(node.arguments[0])
    then = context.assuming(condition.expr).number(node.arguments[1])
    values = [condition, then, context.assuming(condition.expr, False).number(node.arguments[2])]
    expressions, axes = context.align(values, node.place)
    return Value(Where(*expressions), axes)


def _along(function: AlongAnAxis, node: Call, context: Context) -> Value:
    if node.letters is not None:
        what = f"{node.function} works along an axis: it takes no `for`"
        raise InputError(what, node.place, f"{node.function}(..., over=...)")
    operands, settings = arguments_of(node, function.arguments, function.settings, context)
    first = operands[0]
    along = _the_axes(function, node, first, context)
    rest = tuple(other for other in first.axes if other not in along)
    if function.labels and range_of(operands[1].expr) is not None:
        if len(along) != 1 or node.condition is not None:
            what = "integer labels pick one entry along one axis"
            raise InputError(what, node.place, f"over={along[-1].size}, without a condition")
        return _with_labels(node, first, operands[1], along[0], rest, context)
    if function.labels and len(operands[1].axes) != len(first.axes):
        what = f"the arguments of {function.name} have axes {shape(first.sizes)} and {shape(operands[1].sizes)}"
        raise InputError(what, node.arguments[-1].place, "equal axes, or integer labels declared with `in`")
    taken = [mask(node.condition, first, context)] if node.condition is not None else []
    expressions, axes = context.align([*operands, *settings, *taken], node.place)
    if len(axes) != len(first.axes):
        what = f"the other arguments of {function.name} have more axes than the first"
        raise InputError(what, node.place, "arguments with axes of the first")
    letters = [axis.letter for axis in along]
    if not taken:
        return Value(function.make(*expressions, *letters), first.axes if function.keeps else rest)
    *expressions, condition = expressions
    result = function.make(*expressions, *letters, taken=condition)
    return Value(Where(condition, result, function.elsewhere), first.axes) if function.keeps else Value(result, rest)


def _the_axes(function: AlongAnAxis, node: Call, first: Value, context: Context) -> tuple[Axis, ...]:
    if not first.axes:
        what = f"the first argument of {function.name} has no axis"
        raise InputError(what, node.place, "a whole tensor, or a partial entry: z[n]")
    if node.over is None:
        if node.condition is not None:
            raise InputError("which axis the condition is about is not said", node.condition.place, "over=u if u <= t")
        return (first.axes[-1] if function.axis == "last" else first.axes[0],)
    return named_axes(node.over, first, context)


def _with_labels(
    node: Call, first: Value, labels: Value, axis: Axis, rest: tuple[Axis, ...], context: Context
) -> Value:
    """-log p[..., y]"""
    within = range_of(labels.expr)
    assert within is not None
    if not context.scope.fits(within, axis.size):
        raise InputError(
            f"the labels run over {within}, but the axis is {axis.size}", node.arguments[-1].place, f"in {axis.size}"
        )
    if len(labels.axes) != len(rest):
        what = f"the labels have axes {shape(labels.sizes)}, but {shape(other.size for other in rest)} is needed"
        raise InputError(what, node.arguments[-1].place, "the axes of the first argument without the one it runs along")
    (_, label), axes = context.align([Value(Integer(0), rest), labels], node.place)
    return Value(-log(substitute(first.expr, {axis.letter: label})), axes)
