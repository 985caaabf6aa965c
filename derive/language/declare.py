"""Declarations: what each line adds to the scope, and what can be wrong with it."""

from __future__ import annotations

import difflib

from sympy import Expr

from derive.entry import Constant, Entry, Tensor
from derive.errors import InputError, Place
from derive.facts import FACTS
from derive.index import dimension
from derive.language.context import Context
from derive.language.names import identifier, module_objection, objection
from derive.language.products import factor_nodes, is_count, register_factors
from derive.language.resolve import evaluate
from derive.language.scope import Scope, shape
from derive.language.tree import (
    Array,
    Chain,
    ConstantItem,
    DimensionItem,
    FunctionStatement,
    Heading,
    LearningRate,
    Name,
    Negative,
    Node,
    Number,
    Power,
    TensorItem,
    WantedItem,
    walk,
)
from derive.language.value import Value
from derive.network import Declaration, Dimension, NamedConstant

ROLES = {"input": "an input", "target": "a target", "param": "a parameter"}


def register(name: str, place: Place, scope: Scope, what: str) -> None:
    """Take a name, once."""
    reason = objection(name)
    if reason is not None:
        raise InputError(f"{what} cannot be called {name}: {reason}", place, f"{name.lstrip('_')}1, or another name")
    twin = next((other for other in scope.places if other != name and identifier(other) == identifier(name)), None)
    if twin is not None:
        what = f"{name} and {twin} are both {identifier(name)} in the emitted module"
        raise InputError(what, place, f"another name for {name} or {twin}")
    if name in scope.places:
        raise InputError(
            f"{name} stands for something already, since line {scope.places[name].line}", place, "another name"
        )
    scope.places[name] = place


def heading(item: Heading) -> None:
    """The name of the network is that of a module."""
    reason = module_objection(item.name)
    if reason is not None:
        raise InputError(reason, item.place, "a short name such as mlp")


def declare_dimension(item: DimensionItem, scope: Scope) -> None:
    """`N`, `D = 784`, `F = 4*D`"""
    register(item.name, item.place, scope, "a dimension")
    symbol = dimension(item.name)
    scope.dimensions[item.name] = Dimension(symbol)
    if item.size is None:
        return
    if isinstance(item.size, Number) or not any(isinstance(part, Name) for part in walk(item.size)):
        size = _plain(item.size, scope).expr
        if not (size.is_Integer and size > 0):
            raise InputError(
                f"the size {item.name} is a whole number of at least 1", item.size.place, f"{item.name} = 8"
            )
        scope.dimensions[item.name] = Dimension(symbol, default=int(size))
        return
    size = _size(item.size, scope, without=item.name)
    _register_product(item.size, scope)
    scope.dimensions[item.name] = Dimension(symbol, formula=size)


def _plain(node: Node, scope: Scope) -> Value:
    return Context(scope, evaluate).number(node)


def _size(node: Node, scope: Scope, without: str = "") -> Expr:
    """A formula in earlier dimensions."""
    for part in walk(node):
        if isinstance(part, Name) and (part.name not in scope.dimensions or part.name == without):
            what = scope.what_is(part.name)
            sentence = (
                f"{part.name} is {what}" if what and part.name != without else f"{part.name} is not a dimension yet"
            )
            raise InputError(f"{sentence}; a size is a formula of earlier dimensions", part.place, f"dim {part.name}")
        divides = isinstance(part, Chain) and not {"/", "@"}.isdisjoint(part.signs)
        whole_power = isinstance(part, Power) and is_count(part.exponent)
        if divides or not (whole_power or isinstance(part, Number | Name | Negative | Chain)):
            raise InputError("a size is made of whole numbers and dimensions with + - * //", part.place, "dim F = 4*D")
    size: Expr = _plain(node, scope).expr
    if size.is_integer is not True or (size.is_number and not size > 0):
        raise InputError("a size is a whole number of at least 1", node.place, "dim F = 4*D")
    return size


def declare_constant(item: ConstantItem, scope: Scope) -> None:
    """`eps = 1e-5`"""
    register(item.name, item.place, scope, "a constant")
    scope.constants[item.name] = NamedConstant(Constant(item.name), exact(item.number, scope))


def check_sizes(scope: Scope) -> None:
    """Every size is told by an axis of something given, or by a default."""
    axes = [scope.explicit(axis) for item in scope.declarations.values() for axis in item.tensor.axes]
    told = {symbol for axis in axes for symbol in axis.free_symbols}
    for name, item in scope.dimensions.items():
        if item.formula is None and item.default is None and item.symbol not in told:
            what = f"nothing tells the size {name}: it is no axis of an input, a target or a parameter"
            raise InputError(what, scope.places[name], f"a default: {name} = 10")


def exact(node: Node, scope: Scope) -> Expr:
    """A number without any tensor or dimension in it."""
    value = _plain(node, scope).expr
    number: Expr = value.xreplace(scope.numbers())
    if number.has(Entry) or number.free_symbols or not number.is_number or number.is_infinite:
        raise InputError("a number is wanted here", node.place, "0.5")
    return number


def declare_tensor(item: TensorItem, scope: Scope) -> None:
    """`y[N, T] in K one_hot = value`"""
    register(item.name, item.place, scope, ROLES[item.role])
    scope.broken.add(item.name)
    axes = tuple(_axis(axis, scope) for axis in item.axes)
    within = _size(item.within, scope) if item.within is not None else None
    if within is not None and item.role == "param":
        raise InputError(
            "a parameter is a real number; `in` is for labels and tokens", item.place, f"input {item.name}"
        )
    facts = tuple(_fact(fact, item, axes) for fact in item.facts)
    value = None
    if item.number is not None:
        value = _value(item.number, axes, item, scope)
    tensor = Tensor(item.name, axes, within)
    scope.declarations[item.name] = Declaration(tensor, item.role, facts, value)  # type: ignore[arg-type]
    scope.tensors[item.name] = tensor
    scope.broken.discard(item.name)


def _axis(node: Node, scope: Scope) -> Expr:
    """An axis: a dimension, a whole number, or a product of them."""
    if isinstance(node, Name):
        return _size(node, scope)
    if isinstance(node, Number):
        size = _plain(node, scope).expr
        if size.is_Integer and size > 0:
            return size
        raise InputError("an axis has a whole number of entries, at least 1", node.place, "a dimension")
    if not factor_nodes(node):
        what = "an axis is a dimension, a whole number or a product of them"
        raise InputError(what, node.place, "a dimension of its own: dim F = D + 1, then [F]")
    size = _size(node, scope)
    _register_product(node, scope)
    return scope.canonical(size)


def _register_product(node: Node, scope: Scope) -> None:
    factors = tuple(_size(factor, scope) for factor in factor_nodes(node))
    if factors:
        register_factors(factors, scope, node.place)


def _fact(fact: Name, item: TensorItem, axes: tuple[Expr, ...]) -> str:
    if fact.name not in FACTS:
        similar = difflib.get_close_matches(fact.name, FACTS, 1)
        remedy = f"{similar[0]}?" if similar else f"one of {' '.join(FACTS)}; or a comma before another name"
        raise InputError(f"there is no fact {fact.name}", fact.place, remedy)
    if not FACTS[fact.name].fits(axes):
        has = f"has {shape(axes)}" if axes else "is one number"
        needed = "an axis" if FACTS[fact.name].of_axes == 1 else "two equal axes at the end"
        raise InputError(f"{fact.name} speaks of {needed}, but {item.name} {has}", fact.place, "declare its axes")
    if item.within is not None:
        raise InputError(f"{item.name} is whole numbers: {fact.name} does not go with `in`", fact.place, "one of both")
    return fact.name


def _value(node: Node, axes: tuple[Expr, ...], item: TensorItem, scope: Scope):  # type: ignore[no-untyped-def]
    """Nested tuples of exact numbers, as deep as there are axes, every row of the same length."""
    if not axes:
        if isinstance(node, Array):
            raise _wrong_shape(
                node, item, f"{item.name} has {len(item.axes)} axes, so there is a bracket too many; one number"
            )
        number = exact(node, scope)
        if not number.is_finite:
            raise InputError("a value is a finite number", node.place, "0.5")
        if item.within is not None and not (number.is_Integer and number >= 0):
            raise InputError(f"{item.name} holds whole numbers from 0", node.place, "0")
        return number
    if not isinstance(node, Array):
        raise _wrong_shape(node, item, shape(axes))
    size = scope.explicit(axes[0])
    if size.is_Integer and size != len(node.items):
        raise InputError(
            f"{item.name} has {size} entries here, but {len(node.items)} came", node.place, f"{size} entries"
        )
    if not node.items:
        raise _wrong_shape(node, item, shape(axes))
    return tuple(_value(part, axes[1:], item, scope) for part in node.items)


def _wrong_shape(node: Node, item: TensorItem, wanted: str) -> InputError:
    return InputError(
        f"the value of {item.name} has the wrong shape: {wanted} is needed", node.place, "[[1, 2], [3, 4]]"
    )


def declare_function(item: FunctionStatement, scope: Scope) -> None:
    """`Phi(u) = ...`; functions have names of their own."""
    reason = objection(item.name)
    if reason is not None:
        raise InputError(f"a function cannot be called {item.name}: {reason}", item.place, f"{item.name}1")
    if item.name in scope.functions:
        raise InputError(f"{item.name} is defined twice", item.place, "another name")
    names = [parameter.name for parameter in item.parameters]
    if not names:
        raise InputError(f"{item.name} has no argument", item.place, f"const {item.name} = ...")
    for position, parameter in enumerate(item.parameters):
        if parameter.name in names[:position] or objection(parameter.name) is not None:
            raise InputError(f"{parameter.name} cannot be an argument here", parameter.place, "another letter")
    scope.functions[item.name] = item


def wanted(item: WantedItem, scope: Scope) -> str:
    """An input whose gradient is wanted."""
    declaration = scope.declarations.get(item.name)
    if declaration is None:
        known = scope.similar(item.name)
        raise InputError(
            f"{item.name} is not a declared input", item.place, f"{known}?" if known else "declare it first"
        )
    if declaration.role == "param":
        raise InputError(f"{item.name} is a parameter: its gradient is always found", item.place, "leave it out")
    if declaration.tensor.within is not None:
        raise InputError(f"{item.name} holds whole numbers: there is no gradient by it", item.place, "leave it out")
    return item.name


def learning_rate(item: LearningRate, scope: Scope) -> Expr:
    """A positive number."""
    rate = exact(item.number, scope)
    if not (rate.is_positive and rate.is_finite):
        raise InputError("a learning rate is a positive number", item.number.place, "learning_rate 0.5")
    return rate
