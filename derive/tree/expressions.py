"""The kinds of expressions: our nodes, letters and entries, and SymPy's sums, products and numbers."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Basic, Expr, Symbol

from derive import operators
from derive.entry import Constant, Entry, Tensor
from derive.function import Function
from derive.index import Bound, Index, dimension
from derive.operators import Binder, Compare, Condition, Logic
from derive.tree.kind import Kind, digits, expected, expression, name, tuple_of, whole


def _arguments(node: Basic) -> tuple[Basic, ...]:
    return node.args


def _kept(kind: type[Expr]) -> Kind:
    """A sum, product or power of exactly these arguments in this order, with nothing worked out."""

    def build(*parts: Any) -> Expr:
        arguments = tuple_of(Expr, parts)
        expected(kind is not sympy.Pow or len(arguments) == 2, "a base and an exponent", parts)
        return kind(*arguments, evaluate=False)

    return Kind(kind.__name__, kind, _arguments, build)


def _node(kind: type[Expr], arity: int | None = None) -> Kind:
    """A node whose arguments are all expressions; `arity` of them, when there is a rule."""

    def build(*parts: Any) -> Expr:
        arguments = tuple_of(Expr, parts)
        expected(arity is None or len(arguments) == arity, f"{kind.__name__} with {arity} parts", parts)
        return kind(*arguments)

    return Kind(kind.__name__, kind, _arguments, build)


def _binder(kind: type[Binder]) -> Kind:
    """Built directly, not by `derive.binding.bind`: the letters in a tree are bound already."""

    def build(body: Any, *letters: Any) -> Expr:
        expected(len(letters) > 0, "a bound letter", letters)
        return kind(expression(body), *tuple_of(Bound, letters))

    return Kind(kind.__name__, kind, _arguments, build)


def _number(label: str, number: Expr) -> Kind:
    return Kind(label, type(number), lambda _number: (), lambda: number)


def _symbol(symbol: Symbol) -> tuple[str]:
    # Only names are kept; so a symbol that carries further assumptions would come back as another one.
    if symbol != type(symbol)(symbol.name):
        raise TypeError(f"a tree has no kind for the symbol {symbol} with its assumptions")
    return (symbol.name,)


def _is_dimension(symbol: Symbol) -> bool:
    return symbol == dimension(symbol.name)


def _tensor(label: Any, axes: Any, within: Any) -> Tensor:
    return Tensor(name(label), tuple_of(Expr, axes), None if within is None else expression(within))


def _entry(tensor: Any, *subscripts: Any) -> Entry:
    expected(isinstance(tensor, Tensor), "a tensor", tensor)
    expected(len(subscripts) == len(tensor.axes), f"a subscript for each axis of {tensor}", subscripts)
    return Entry(tensor, *tuple_of(Expr, subscripts))


def _function(label: Any, parameters: Any, formula: Any) -> Function:
    return Function(name(label), tuple_of(Symbol, parameters), None if formula is None else expression(formula))


def _apply(function: Any, *arguments: Any) -> Expr:
    expected(isinstance(function, Function), "a function", function)
    return operators.Apply(function, *tuple_of(Expr, arguments))


def _compare(relation: Any, left: Any, right: Any) -> Compare:
    expected(relation in ("<", "<=", ">", ">=", "==", "!="), "a relation", relation)
    return Compare(relation, expression(left), expression(right))


def _logic(word: Any, *conditions: Any) -> Logic:
    expected(word in ("and", "or", "not"), "and, or, not", word)
    expected(len(conditions) == 1 if word == "not" else len(conditions) > 0, f"conditions after {word}", conditions)
    return Logic(word, *tuple_of(Condition, conditions))


def _where(condition: Any, then: Any, otherwise: Any) -> Expr:
    expected(isinstance(condition, Condition), "a condition", condition)
    return operators.Where(condition, expression(then), expression(otherwise))


def _partial(of: Any, by: Any) -> Expr:
    expected(isinstance(by, Entry), "an entry", by)
    return operators.Partial(expression(of), by)


def _rational(numerator: Any, denominator: Any) -> Expr:
    expected(digits(denominator) != 0, "a denominator that is not 0", denominator)
    return sympy.Rational(digits(numerator), digits(denominator))


def _integer(text: Any) -> Expr:
    return sympy.Integer(digits(text))


def _dimension(label: Any) -> Symbol:
    return dimension(name(label))


EXPRESSIONS: tuple[Kind, ...] = (
    Kind("Integer", sympy.Integer, lambda number: (str(number.p),), _integer),
    Kind("Rational", sympy.Rational, lambda number: (str(number.p), str(number.q)), _rational),
    _number("pi", sympy.pi),
    _number("e", sympy.E),
    _number("inf", sympy.oo),
    _number("-inf", -sympy.oo),
    Kind("Size", Symbol, lambda symbol: (symbol.name,), _dimension, fits=_is_dimension),
    Kind("Symbol", Symbol, _symbol, lambda label: Symbol(name(label))),
    Kind("Constant", Constant, _symbol, lambda label: Constant(name(label))),
    Kind("Index", Index, lambda i: (i.name, i.size), lambda label, size: Index(name(label), expression(size))),
    Kind("Bound", Bound, lambda i: (i.level, i.size), lambda level, size: Bound(whole(level), expression(size))),
    Kind("Tensor", Tensor, lambda tensor: (tensor.name, tensor.axes, tensor.within), _tensor),
    Kind("Entry", Entry, _arguments, _entry),
    Kind("Function", Function, lambda f: (f.name, f.parameters, f.formula), _function),
    *(_kept(kind) for kind in (sympy.Add, sympy.Mul, sympy.Pow)),
    *(_node(kind, 1) for kind in (sympy.floor, sympy.ceiling)),
    *(_node(kind, 2) for kind in (sympy.Mod, operators.Delta)),
    _node(operators.Written),
    *(_binder(kind) for kind in (operators.Sum, operators.Product, operators.Maximum, operators.Minimum)),
    *(_binder(kind) for kind in (operators.ArgMax, operators.ArgMin)),
    Kind("Apply", operators.Apply, _arguments, _apply),
    Kind("Where", operators.Where, _arguments, _where),
    Kind("Compare", Compare, lambda node: (node.relation, node.left, node.right), _compare),
    Kind("Logic", Logic, lambda node: (node.word, *node.conditions), _logic),
    Kind("Partial", operators.Partial, _arguments, _partial),
)
