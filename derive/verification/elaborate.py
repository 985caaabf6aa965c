"""What a formula is: its syntax tree, read in a scope, as a value. One case for every kind of node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial, singledispatch

import numpy as np
from sympy import Expr, S, pi

from derive.arrays import Named
from derive.arrays.named import combined
from derive.dependence import tensors
from derive.errors import InputError
from derive.functions import apply
from derive.index import Index
from derive.operators import Compare, Delta, iverson
from derive.verification.array_functions import where
from derive.verification.calls import call, is_product
from derive.verification.expressed import Expressed, along, exactly, express, fraction, mapped, modulus
from derive.verification.formula.tree import (
    Applied,
    At,
    Big,
    Cases,
    Chain,
    Comparison,
    Derivative,
    Differential,
    Indicator,
    Letter,
    Matrix,
    Negative,
    Node,
    Norm,
    Number,
    Raised,
    Symbol,
    Upper,
    walk,
)
from derive.verification.names import Meaning
from derive.verification.products import product
from derive.verification.reductions import extreme
from derive.verification.scope import LOSS, Scope
from derive.verification.spelling import key_of, text_of
from derive.verification.subscripts import is_letter, is_subscript, items_of, located, size_letters, size_of, subscript
from derive.verification.value import (
    DoesNotFit,
    Path,
    Value,
    added,
    aligned,
    applied,
    axis,
    negative,
    number,
    transposed,
)

_SIGNS = {
    "=": np.equal, "==": np.equal, "≠": np.not_equal, "!=": np.not_equal, "<": np.less, "≤": np.less_equal,
    "<=": np.less_equal, ">": np.greater, "≥": np.greater_equal, ">=": np.greater_equal,
}  # fmt: skip
_RELATIONS = {"=": "==", "≠": "!=", "≤": "<=", "≥": ">="}


class Unknown(InputError):
    """A symbol that nothing explains."""


def elaborated(node: Node, scope: Scope) -> Value:
    """The value of a formula in a scope. DoesNotFit for shapes without meaning, InputError for what is not understood."""
    with np.errstate(all="ignore"):
        return _value(node, scope)


@singledispatch
def _value(node: Node, scope: Scope) -> Value:
    raise InputError(f"{type(node).__name__.lower()} is not understood here", node.place)


@_value.register
def _(node: Number, scope: Scope) -> Value:
    if node.place in scope.numbers:
        return number(scope.numbers[node.place])
    value = Fraction(node.text)
    return number(fraction(float(value), value.numerator, value.denominator))


@_value.register
def _(node: Negative, scope: Scope) -> Value:
    return negative(_value(node.of, scope))


@_value.register
def _(node: Chain, scope: Scope) -> Value:
    if node.signs and set(node.signs) <= {"+", "-"}:
        total = _value(node.operands[0], scope)
        for sign, operand in zip(node.signs, node.operands[1:], strict=True):
            total = added(total, _value(operand, scope), 1 if sign == "+" else -1)
        return total
    if any(sign == "/" and _is_change(below) for sign, below in zip(node.signs, node.operands[1:], strict=True)):
        raise InputError("a small change δx is not read", node.place, "the derivative, with ∂ or d")
    divided_by = scope.counting()
    factors = [
        _value(operand, divided_by if sign == "/" else scope)
        for sign, operand in zip(("", *node.signs), node.operands, strict=True)
    ]
    if any(isinstance(operand, Indicator) for operand in node.operands):
        factors = _masked(node, factors)
    return product(factors, list(node.signs), scope.surface, "dots" in scope.options)


def _masked(node: Chain, factors: list[Value]) -> list[Value]:
    """[t < T] h_{t+1}: where the condition does not hold there is 0, whether or not there is an h_{t+1}."""
    found = []
    for place, factor in enumerate(factors):
        data = factor.data
        for operand, mask in zip(node.operands, factors, strict=True):
            if isinstance(operand, Indicator) and mask.rank == 0 and operand is not node.operands[place]:
                if np.any(np.isnan(data.array)):
                    data = express(
                        combined(lambda m, x: np.where(m == 0, 0.0, x), mask.data, data), lambda _, x: x, mask.data, data
                    )
        found.append(replace(factor, data=data) if data is not factor.data else factor)
    return found


def _is_change(node: Node) -> bool:
    """True for δx below a fraction, where δ is no error of a layer but a small change."""
    if isinstance(node, Symbol):
        return node.name.startswith(("δ", "Δ")) and len(node.name) > 1 and node.name[1:].isalpha()
    if not isinstance(node, Chain) or node.signs[:1] != ("",):
        return False
    return text_of(node.operands[0]) == "δ" and isinstance(node.operands[1], Symbol)


# Symbols


@_value.register
def _(node: Symbol, scope: Scope) -> Value:
    text = text_of(node)
    if text in scope.letters and text is not None:
        letter = scope.letters[text]
        return Value((), along(letter, scope.values.size(letter.size), first=scope.first(letter.size)))
    if node.name in scope.free and not node.lower:
        return _marked(number(scope.free[node.name]), node.upper, scope)
    kronecker = _kronecker(node, scope)
    if kronecker is not None:
        return kronecker
    exponential = _constant(node, scope) if _is_power_of_e(node) else None
    if exponential is not None:
        return exponential
    problem: Exception | None = None
    meanings = list(scope.names.meanings(node))
    if "sizes" in scope.options:
        meanings.sort(key=lambda meaning: meaning.kind != "size")
    for meaning in meanings:
        try:
            return _named(meaning, scope)
        except (DoesNotFit, InputError) as error:
            problem = problem or error
    constant = _constant(node, scope)
    if constant is not None:
        return constant
    if isinstance(problem, DoesNotFit):
        raise problem
    if problem is not None and not isinstance(problem, Unknown):
        raise problem
    raise Unknown(
        f"nothing says what {shown(node)} is", node.place, "define it before, or name it in a table with the columns symbol | means"
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
            return _marked(number(exactly(1)), meaning.upper, scope)
        size = exactly(scope.values.sizes[meaning.name], scope.names.size(meaning.name))
        return _marked(number(size), meaning.upper, scope)
    if meaning.kind == "constant":
        constant = exactly(scope.values.constants[meaning.name], scope.names.constant(meaning.name))
        return _marked(number(constant), meaning.upper, scope)
    if meaning.kind == "rate":
        return _marked(number(exactly(scope.rate, scope.learning_rate)), meaning.upper, scope)
    if meaning.kind == "defined":
        return _marked(_defined(meaning, scope), meaning.upper, scope)
    if meaning.kind == "loss":
        if meaning.lower:
            raise InputError("the loss is one number: it has no subscripts")
        return _marked(_updated(scope).loss() if meaning.updated else scope.loss(), meaning.upper, scope)
    extra = tuple(mark for mark in meaning.upper if is_subscript(mark, scope))
    upper = tuple(mark for mark in meaning.upper if mark not in extra)
    if meaning.updated:
        scope = _updated(scope)
    places, implied = located(meaning.name, meaning.lower, extra, scope)
    if meaning.kind == "gradient":
        value = scope.derivative(lambda moved: moved.loss(), LOSS, meaning.name, places, implied)
        if scope.reading.errors == "example":
            value = _of_examples(value, meaning.name, scope)
    else:
        value = scope.entries(meaning.name, places, implied)
    return _marked(value, upper, scope)


def _of_examples(value: Value, name: str, scope: Scope) -> Value:
    """The gradient that every example has by itself: N times that of the mean over all."""
    batch = scope.names.batch
    if batch is None or scope.reading.batch == "one" or scope.axes(name).examples is None:
        return value
    return replace(value, data=value.data * Named.number(scope.values.sizes[batch]), path=None)


def _updated(scope: Scope) -> Scope:
    if scope.after is None:
        raise InputError("values after the update are not known here")
    return replace(scope.with_values(scope.after()), later=True)


def _marked(value: Value, upper: tuple[Upper, ...], scope: Scope) -> Value:
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
    exponent = _value(mark.of, scope)
    if exponent.rank:
        raise DoesNotFit("an exponent that is no number")
    return Value(value.axes, value.data**exponent.data, value.row)


def _defined(meaning: Meaning, scope: Scope) -> Value:
    definition = scope.names.definitions[meaning.name]
    return _value(definition.body, scope)


def _constant(node: Symbol, scope: Scope) -> Value | None:
    """e, π, ∞, the identity matrix and the vector of ones."""
    if node.name == "e" and not node.lower:
        base = number(exactly(np.e, apply("exp", 1)))
        if not node.upper:
            return base
        exponent = _value(node.upper[0].of, scope)
        power = applied(np.exp, exponent)
        return _marked(power, node.upper[1:], scope)
    if node.name == "π" and not node.lower:
        return _marked(number(exactly(np.pi, pi)), node.upper, scope)
    if node.name == "∞":
        return number(float(np.inf))
    if node.name in ("1", "𝟙", "𝟏") and not node.lower:
        return _marked(Value((), exactly(1), ones=True), node.upper, scope)
    return None


def _is_power_of_e(node: Symbol) -> bool:
    """True for e^{-z}, whatever else is called e; not for e^2, e^T, e^{(l)}."""
    if node.name != "e" or node.lower or node.accents or len(node.upper) != 1 or node.upper[0].bracket:
        return False
    text = text_of(node.upper[0].of)
    return text is None or (text not in ("T", "⊤", "'", "*", "+", "t", "l") and not text.isdigit())


def _kronecker(node: Symbol, scope: Scope) -> Value | None:
    """δ_{ij}, δ_{t,u+1}, δ_{k,y_n}: 1 where the two are equal, which run over one size."""
    if node.name not in ("δ", "delta") or node.upper or node.accents:
        return None
    items = items_of(node.lower)
    fixed = [isinstance(item, Number) or (text_of(item) or "") in scope.names.sizes for item in items]
    if len(items) != 2 or items[0] == items[1] or (any(isinstance(item, Number) for item in items) and not all(fixed)):
        return None
    if all(fixed):
        first, second = (_value(item, scope.counting()).data for item in items)
        return Value((), express(combined(lambda a, b: (a == b).astype(float), first, second), Delta, first, second))
    sizes = [size_of(item, scope) for item in items]
    known = next((size for size in sizes if size is not None), None)
    if known is None or any(size not in (None, known) for size in sizes):
        return None
    if any(
        size is None and not is_fixed and not isinstance(item, Chain) and not is_letter(text_of(item) or "", scope)
        for size, item, is_fixed in zip(sizes, items, fixed, strict=True)
    ):
        return None
    places = [subscript(item, known, scope) for item in items]
    return Value((), express(combined(lambda a, b: (a == b).astype(float), *places), Delta, *places))


# Derivatives


@_value.register
def _(node: Derivative, scope: Scope) -> Value:
    by = node.by
    if not isinstance(by, Symbol):
        raise InputError("a derivative is taken by a symbol", by.place)
    of = node.of
    if text_of(by) in scope.free:
        return scope.slope_by(_function(of), by.name)
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
            value = scope.derivative(_function(of), _key(of, scope), meaning.name, places, implied, alone)
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


def _function(of: Node | None):  # type: ignore[no-untyped-def]
    def value(scope: Scope) -> Value:
        return scope.loss() if of is None else _value(of, scope)

    return value


def _alone(of: Node | None, by: str, scope: Scope) -> tuple[str | None] | None:
    """The only value that follows `by` in a local derivative: `of`, where its equation reads `by`; none where `of` is a
    formula with `by` in it. None where there is no local derivative: of the loss, or of what does not read `by` itself."""
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


@_value.register
def _(node: Differential, scope: Scope) -> Value:
    named = replace(node.of, name="d" + node.of.name)
    if scope.names.speaks_of(named):
        return _value(named, scope)
    value = _value(Derivative(None, node.of, place=node.place), scope)
    if scope.reading.errors == "example" and value.path is not None:
        return _of_examples(value, value.path.by, scope)
    return value


@_value.register
def _(node: At, scope: Scope) -> Value:
    if node.settings or not isinstance(node.of, Derivative):
        raise InputError("a value at a point is not read", node.place, "put the numbers in")
    return _value(node.of, replace(scope, options=scope.options | {"direct"}))


# Functions, powers, sums, cases


@_value.register
def _(node: Raised, scope: Scope) -> Value:
    if isinstance(node.of, Number) and node.of.text == "1" and text_of(node.upper.of) in ("T", "⊤"):
        return Value((), exactly(1), row=True, ones=True)
    if isinstance(node.of, Applied) and len(node.of.arguments) == 1 and is_product(node.of, scope):
        # h (1 - h)^2 and W (a)^T: the mark belongs to the bracket alone.
        (inner,) = node.of.arguments
        pair = (node.of.of, Raised(inner, node.upper, place=node.place))
        return _value(Chain(pair, ("",), place=node.place), scope)
    return raised(_value(node.of, scope), node.upper, scope)


@_value.register
def _(node: Applied, scope: Scope) -> Value:
    return call(node, scope, _value)


@_value.register
def _(node: Norm, scope: Scope) -> Value:
    value = _value(node.of, scope)
    if node.kind == "abs":
        return applied(np.abs, value) if not np.iscomplexobj(value.data.array) else applied(modulus, value)
    order = text_of(node.order) if node.order is not None else "2"
    if order == "1":
        return Value((), applied(modulus, value).data.reduced(np.sum, value.axes))
    if order not in ("2", "F"):
        raise InputError("only the norms 1, 2 and F are read", node.place)
    square = (value.data * value.data).reduced(np.sum, value.axes)
    return Value((), mapped(np.sqrt, square))


@_value.register
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
        return _value(body, scope)
    except (DoesNotFit, InputError):
        return _value(body, scope)


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
    ends = [exactly(0) if bound is None else _value(bound, scope.counting()).data for bound in (item.first, item.last)]

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
        value = _value(bound, scope.counting())
        if value.data.letters:
            return combined(
                lambda a, b, f=fits: f(a, b).astype(float), Named((letter,), counted), value.data
            ) * Named((letter,), inside)
        edge = float(np.real(value.data.array))
        if fits is np.greater_equal and edge == 0 and counted[0] == 1:
            counted = counted - 1
        if fits is np.less_equal and counted[0] == 0 and edge == size:
            continue
        inside = inside * fits(counted, edge)
    return Named((letter,), inside)


@_value.register
def _(node: Indicator, scope: Scope) -> Value:
    kept: Named = exactly(1)
    axes: tuple[Index, ...] = ()
    for condition in node.conditions:
        value = _truth(condition, scope)
        axes = value.axes
        kept = kept * value.data
    return Value(axes, kept)


def holds(condition: Node, scope: Scope) -> Named:
    """1 where a condition holds, else 0."""
    value = _truth(condition, scope)
    if value.rank:
        raise DoesNotFit("a condition on a whole array")
    return value.data


def _truth(condition: Node, scope: Scope) -> Value:
    if not isinstance(condition, Comparison):
        raise InputError("a condition is a comparison", condition.place)
    for left, right in zip(condition.operands, condition.operands[1:], strict=False):
        _share_letters(left, right, scope)
    result: Value | None = None
    for sign, left, right in zip(condition.signs, condition.operands, condition.operands[1:], strict=False):
        if sign not in _SIGNS:
            raise InputError(f"{sign} is no comparison", condition.place)
        axes, a, b = aligned(_label_or_value(left, scope), _label_or_value(right, scope), "the comparison")
        data = combined(lambda x, y, f=_SIGNS[sign]: f(np.real(x), np.real(y)).astype(float), a, b)
        data = express(data, partial(_iverson, _RELATIONS.get(sign, sign)), a, b)
        result = Value(axes, data if result is None else result.data * data)
    assert result is not None
    return result


def _iverson(relation: str, left: Expr, right: Expr) -> Expr:
    return iverson(Compare(relation, left, right))


def _label_or_value(node: Node, scope: Scope) -> Value:
    value = _value(node, scope)
    if isinstance(node, Symbol):
        for meaning in scope.names.meanings(node):
            tensor = scope.names.network.tensors.get(meaning.name)
            if tensor is not None and tensor.within is not None:
                return added(value, number(exactly(scope.first(tensor.within))))  # classes count as letters do
            break
    return value


def _share_letters(left: Node, right: Node, scope: Scope) -> None:
    """i = j says that both run over one size."""
    names = [text_of(left) or "", text_of(right) or ""]
    known = [scope.letters.get(name) for name in names]
    for name, other in ((names[0], known[1]), (names[1], known[0])):
        if name not in scope.letters and other is not None and is_letter(name, scope):
            scope.letter(name, other.size)


@_value.register
def _(node: Cases, scope: Scope) -> Value:
    result: Value | None = None
    for body, conditions in reversed(node.branches):
        value = _value(body, scope)
        if not conditions or result is None:
            result = value
            continue
        result = where(_value(Indicator(conditions), scope), value, result)
    if result is None:
        raise InputError("cases without a branch", node.place)
    return result


@_value.register
def _(node: Matrix, scope: Scope) -> Value:
    rows = [[_value(item, scope) for item in row] for row in node.rows]
    if any(item.rank for row in rows for item in row) or len({len(row) for row in rows}) != 1:
        raise DoesNotFit("the entries of a matrix are numbers, as many in each row")
    down, across = axis(_whole(len(rows))), axis(_whole(len(rows[0])))
    total: Named | None = None
    for i, row in enumerate(rows):
        for j, item in enumerate(row):
            unit = np.zeros((len(rows), len(row)))
            unit[i, j] = 1.0
            part = item.data * Expressed((down, across), unit, lambda i=i, j=j: Delta(down, i) * Delta(across, j))  # type: ignore[misc]
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


def letters_of(scope: Scope) -> Iterator[Index]:
    """The letters that a statement has met."""
    yield from scope.letters.values()


__all__ = ["Path", "Unknown", "elaborated", "holds", "letters_of", "raised", "shown"]
