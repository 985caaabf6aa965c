"""The meaning of an expression: one case for each kind of node of the syntax tree."""

from __future__ import annotations

from dataclasses import replace

from sympy import Basic, Expr, Rational, oo, pi

from derive.entry import Entry
from derive.errors import InputError, Place
from derive.index import is_letter
from derive.language.arithmetic import checked, power, real, whole_division
from derive.language.calls import call
from derive.language.context import Context
from derive.language.contraction import matmul
from derive.language.subscripts import subscript
from derive.language.tree import (
    Array,
    Call,
    Chain,
    Colon,
    Comparison,
    Connective,
    Else,
    Iverson,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Subscript,
    Transpose,
    Tuple,
)
from derive.language.value import Value
from derive.operators import Compare, Condition, Delta, Logic, Where, iverson


def evaluate(node: Node, context: Context) -> Value:
    """The value of an expression in a context; InputError where it has none."""
    found = _meaning(node, context)
    if not found.axes and isinstance(node, Number | Negative | Chain | Power | Call):
        real(found.expr, node.place, context.scope.numbers())
    return found


def _meaning(node: Node, context: Context) -> Value:
    match node:
        case Number():
            return Value(Rational(node.text))
        case Name():
            return name(node, context)
        case Subscript():
            return subscript(node, context)
        case Transpose():
            return _transpose(node, context)
        case Negative():
            of = context.number(node.of)
            return Value(-of.expr, of.axes)
        case Chain():
            return _chain(node, context)
        case Power():
            (of, exponent), axes = context.align([context.number(node.of), context.number(node.exponent)], node.place)
            if exponent.has(Entry) and not of.has(Entry) and of.xreplace(context.scope.numbers()).is_positive is False:
                what = "a power with a tensor in the exponent has a value only where its base is above 0"
                raise InputError(what, node.of.place, "a positive base")
            return Value(power(of, exponent, node.place), axes)
        case Comparison():
            return _comparison(node, context)
        case Connective():
            operands, axes = context.align([context.condition(part) for part in node.operands], node.place)
            return Value(Logic(node.word, *operands), axes)
        case Call():
            return call(node, context)
        case Iverson():
            condition = context.condition(node.condition)
            return Value(_iverson(condition.expr), condition.axes)
        case Else():
            return _otherwise(node, context)
        case Tuple():
            raise InputError("a list in round brackets means nothing here", node.place, "one expression")
        case Colon() | Array():
            raise InputError("this means nothing here", node.place, "an expression")
    raise TypeError(f"no case for {type(node).__name__}")


def name(node: Name, context: Context) -> Value:
    """A bare name: an argument, a letter, a tensor, a dimension or a constant."""
    scope, word = context.scope, node.name
    if word in context.arguments:
        return context.arguments[word]
    if word in context.letters:
        if word in scope.tensors:
            raise InputError(
                f"{word} is a letter of this equation and also a tensor", node.place, "another letter in this equation"
            )
        return Value(context.letters[word])
    if word in scope.tensors and not context.inside:
        return context.tensor(scope.tensors[word])
    if word in scope.dimensions:
        return Value(scope.canonical(scope.dimensions[word].symbol))
    if word in scope.constants:
        return Value(scope.constants[word].symbol)
    if word in ("pi", "inf"):
        return Value(pi if word == "pi" else oo)
    raise unknown(word, node.place, context)


def unknown(word: str, place: Place, context: Context) -> InputError:
    """The complaint about a name that nothing explains."""
    if context.inside:
        what = f"{word} is not an argument of {context.inside[-1]}, nor a constant or dimension"
        return InputError(what, place, f"add {word} to the arguments of {context.inside[-1]}")
    similar = context.scope.similar(word, context.letters)
    if similar is not None:
        return InputError(f"{word} is not declared", place, f"{similar}?")
    remedy = f"input {word}[...], or param {word}[...], or an equation {word} = ..."
    if len(word) == 1:
        remedy += f"; a letter {word} needs a `for {word}` or a place on the left side"
    return InputError(f"{word} is not declared", place, remedy)


def _transpose(node: Transpose, context: Context) -> Value:
    of = context.number(node.of)
    if len(of.axes) < 2:
        raise InputError(f".T swaps the last two axes, but there are {len(of.axes)}", node.place, "leave out .T")
    return Value(of.expr, (*of.axes[:-2], of.axes[-1], of.axes[-2]))


def _chain(node: Chain, context: Context) -> Value:
    values = [context.number(operand) for operand in node.operands]
    if set(node.signs) <= {"+", "-"}:
        expressions, axes = context.align(values, node.place)
        signed = [e if sign == "+" else -e for sign, e in zip(("+", *node.signs), expressions, strict=True)]
        total = sum(signed[1:], start=signed[0])
        return Value(checked(total, node.place), axes)
    result, mixed = values[0], False
    for sign, value in zip(node.signs, values[1:], strict=True):
        if sign == "@" and mixed:
            raise InputError(
                "* or / of two tensors, then @: which comes first is not clear",
                node.place,
                "round brackets around one of them",
            )
        mixed = mixed or (sign != "@" and bool(result.axes) and bool(value.axes))
        result = _product(sign, result, value, node, context)
    return result


def _product(sign: str, left: Value, right: Value, node: Chain, context: Context) -> Value:
    if sign == "@":
        return matmul(left, right, node.place, context)
    (a, b), axes = context.align([left, right], node.place)
    if sign == "//":
        if a.has(Entry) or b.has(Entry):
            raise InputError("// is for sizes", node.place, "floor(a / b)")
        return Value(checked(whole_division(a, b, node.place), node.place), axes)
    return Value(checked(a * b if sign == "*" else _quotient(a, b, node.place), node.place), axes)


def _quotient(a: Expr, b: Expr, place: Place) -> Expr:
    if b == 0 or b.is_infinite:
        raise InputError(f"this divides by {'zero' if b == 0 else 'infinity'}", place, "another divisor")
    return a / b


def _otherwise(node: Else, context: Context) -> Value:
    """(x[i-1] else 0): the entry where its subscripts lie inside their axes, something else outside."""
    if not isinstance(node.of, Subscript):
        what = "`else` follows one entry, whose subscript may leave its axis"
        raise InputError(what, node.of.place, "(x[i-1] else 0), with the brackets around the entry")
    beyond: list[Compare] = []
    inside = replace(context, beyond=beyond).number(node.of)
    values = [inside, replace(context, beyond=None).number(node.otherwise)]
    (entry, otherwise), axes = context.align(values, node.place)
    if len(axes) != len(inside.axes):
        raise InputError("what follows `else` has more axes than the entry", node.otherwise.place, "0")
    if not beyond:
        return inside
    return Value(Where(beyond[0] if len(beyond) == 1 else Logic("and", *beyond), entry, otherwise), axes)


def _iverson(condition: Condition) -> Expr:
    """[c]; where two subscripts are equal it is a delta, which sums contract."""
    if isinstance(condition, Compare) and condition.relation == "==":
        sides = (condition.left, condition.right)
        if all(side.is_integer for side in sides) and any(is_letter(side) for side in sides):
            return Delta(*sides)
    return iverson(condition)


def _comparison(node: Comparison, context: Context) -> Value:
    expressions, axes = context.align([context.number(operand) for operand in node.operands], node.place)
    pairs: list[Basic] = [
        Compare(sign, left, right)
        for sign, left, right in zip(node.signs, expressions[:-1], expressions[1:], strict=True)
    ]
    return Value(pairs[0] if len(pairs) == 1 else Logic("and", *pairs), axes)
