"""Functions that an author defines: elementwise ones become a named function, the others are written out."""

from __future__ import annotations

from dataclasses import replace

from sympy import Symbol

from derive.errors import InputError
from derive.function import Function
from derive.language.axes import named_axes
from derive.language.context import Context
from derive.language.tree import Call, Chain, FunctionStatement, Node, Subscript, Transpose, walk
from derive.language.value import Value
from derive.operators import Apply
from derive.vocabulary import ALONG_AN_AXIS, REDUCTIONS


def apply_own(node: Call, context: Context) -> Value:
    """An own function applied as it is written; with `over=`, each argument is seen as having only those axes."""
    definition = context.scope.functions[node.function]
    names = [parameter.name for parameter in definition.parameters]
    written = f"{definition.name}({', '.join(names)})"
    if node.letters is not None or node.condition is not None:
        raise InputError(f"{node.function} takes no `for` or `if`", node.place, written)
    given = dict(zip(names, node.arguments, strict=False)) | dict(node.settings)
    if len(node.arguments) + len(node.settings) != len(names) or set(given) != set(names):
        what = f"{node.function} takes {len(names)} arguments, but {len(node.arguments) + len(node.settings)} came"
        raise InputError(what, node.place, written)
    values = [context.number(given[name]) for name in names]
    _no_endless_definition(definition, node, context)
    if is_elementwise(definition.body, context):
        if node.over is not None:
            raise InputError(f"{node.function} works on each entry: it takes no `over`", node.place, "leave out over=")
        expressions, axes = context.align(values, node.place)
        return Value(Apply(as_function(definition, context), *expressions), axes)
    if node.over is None:
        return _inside(definition, dict(zip(names, values, strict=True)), context)
    expressions, axes = context.align(values, node.place)
    whole = Value(expressions[0], axes)
    seen = named_axes(node.over, whole, context)
    arguments = {
        name: Value(expression, tuple(axis for axis in seen if expression.has(axis.letter)))
        for name, expression in zip(names, expressions, strict=True)
    }
    result = _inside(definition, arguments, context)
    rest = tuple(axis for axis in axes if axis not in seen)
    if result.axes == seen:
        return Value(result.expr, axes)
    return Value(result.expr, (*rest, *result.axes))


def _inside(definition: FunctionStatement, arguments: dict[str, Value], context: Context) -> Value:
    inner = replace(context, letters={}, arguments=arguments, inside=(*context.inside, definition.name))
    return inner.number(definition.body)


def _no_endless_definition(definition: FunctionStatement, node: Call, context: Context) -> None:
    if definition.name in context.inside:
        raise InputError(f"{definition.name} is defined by itself", node.place, "a formula of other functions")


def is_elementwise(body: Node, context: Context, inside: tuple[str, ...] = ()) -> bool:
    """True when the body makes a number of numbers: no reduction, no axis, no matrix product in it."""
    for part in walk(body):
        if isinstance(part, Subscript | Transpose) or (isinstance(part, Chain) and "@" in part.signs):
            return False
        if not isinstance(part, Call):
            continue
        own = context.scope.functions.get(part.function)
        if own is not None:
            if own.name not in inside and not is_elementwise(own.body, context, (*inside, own.name)):
                return False
        elif part.function in ALONG_AN_AXIS or (
            part.function in REDUCTIONS and not (part.function in ("max", "min") and len(part.arguments) == 2)
        ):
            return False
    return True


def as_function(definition: FunctionStatement, context: Context) -> Function:
    """The function record of an elementwise definition."""
    symbols = tuple(Symbol(parameter.name) for parameter in definition.parameters)
    arguments = {symbol.name: Value(symbol) for symbol in symbols}
    return Function(definition.name, symbols, _inside(definition, arguments, context).expr)
