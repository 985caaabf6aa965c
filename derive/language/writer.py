"""Any network as a text of the language, in index form."""

from __future__ import annotations

from sympy import Expr, Integer

from derive.activations import ACTIVATIONS
from derive.binding import fresh, substitute
from derive.equation import Equation
from derive.function import Function
from derive.functions import PRIMITIVES
from derive.index import Index
from derive.language.printer import print_file
from derive.language.tree import (
    Array,
    ConstantItem,
    DimensionItem,
    EquationStatement,
    File,
    FunctionStatement,
    Heading,
    LearningRate,
    Letter,
    Name,
    Node,
    Number,
    Statement,
    TensorItem,
    Tuple,
    WantedItem,
)
from derive.language.written import as_tree, tells
from derive.losses import ELEMENTWISE_LOSSES
from derive.network import Declaration, Network
from derive.operators import Apply
from derive.subscript import parts

BUILT_IN = {definition.name: definition.function() for definition in (*ACTIVATIONS, *ELEMENTWISE_LOSSES)}


def write(network: Network) -> str:
    """The text of a network; reading it gives an equal network, up to the spelling of letters."""
    names = [
        *(d.symbol.name for d in network.dimensions),
        *(c.symbol.name for c in network.constants),
        *network.tensors,
    ]
    statements: list[Statement] = [Heading(network.name, network.title)]
    for dimension in network.dimensions:
        size: Node | None = Number(str(dimension.default)) if dimension.default is not None else None
        if dimension.formula is not None:
            size = as_tree(dimension.formula)
        statements.append(DimensionItem(dimension.symbol.name, size))
    for constant in network.constants:
        statements.append(ConstantItem(constant.symbol.name, as_tree(constant.value)))
    statements.extend(_declaration(declaration) for declaration in network.declarations)
    statements.extend(WantedItem(name) for name in network.wrt)
    if network.learning_rate is not None:
        statements.append(LearningRate(as_tree(network.learning_rate)))
    statements.extend(_function(function) for function in _functions(network))
    role = "output" if network.is_layer else "loss"
    last = [
        equation for equation in network.equations if not network.is_layer and equation.tensor.name in network.results
    ]
    slices = [given for recurrence in network.recurrences for given in recurrence.boundaries]
    for equation in (*(e for e in network.equations if e not in last), *last):
        statements.append(_equation(equation, role if equation.tensor.name in network.results else "", names))
        statements.extend(_equation(given, "", names) for given in slices if given.tensor == equation.tensor)
    return print_file(File(tuple(statements), network.about))


def _declaration(declaration: Declaration) -> TensorItem:
    tensor = declaration.tensor
    return TensorItem(
        declaration.role,
        tensor.name,
        tuple(as_tree(size) for size in tensor.axes),
        as_tree(tensor.within) if tensor.within is not None else None,
        tuple(Name(fact) for fact in declaration.facts),
        _value(declaration.value) if declaration.value is not None else None,
    )


def _value(value: object) -> Node:
    if isinstance(value, tuple):
        return Array(tuple(_value(part) for part in value))
    assert isinstance(value, Expr)
    return as_tree(value)


def _functions(network: Network) -> list[Function]:
    """The network's own functions, and those that its equations apply without any declaration."""
    found = {function.name: function for function in network.functions}
    for equation in network.equations:
        for node in sorted(equation.right.atoms(Apply), key=str):
            function = node.function
            known = function.name in PRIMITIVES or BUILT_IN.get(function.name) == function
            if function.formula is not None and not known:
                found.setdefault(function.name, function)
    return list(found.values())


def _function(function: Function) -> FunctionStatement:
    assert function.formula is not None
    parameters = tuple(Name(parameter.name) for parameter in function.parameters)
    return FunctionStatement(function.name, parameters, as_tree(function.formula))


def _equation(equation: Equation, role: str, names: list[str]) -> EquationStatement:
    letters: list[Index] = []
    taken = [Index(name, Integer(1)) for name in names]
    for letter in equation.letters:
        clash = letter.name in {other.name for other in (*taken, *letters)} or not letter.name.isidentifier()
        letters.append(fresh(letter.size, [*taken, *letters, *equation.letters]) if clash else letter)
    renamed = dict(zip(equation.letters, letters, strict=True))
    right = substitute(equation.right, renamed)
    subscripts = [substitute(subscript, renamed) for subscript in equation.subscripts or equation.letters]
    sizes = equation.tensor.axes
    left = tuple(_subscript(subscript, size, right) for subscript, size in zip(subscripts, sizes, strict=True))
    avoid = {*names, *(letter.name for letter in letters)}
    return EquationStatement(role, equation.tensor.name, left, as_tree(right, avoid))


def _subscript(subscript: Expr, size: Expr, right: Expr) -> Node:
    """A subscript of the left side: a letter, several letters of a product axis, or a place."""
    pieces = [part for part, _ in parts(subscript, size)]
    if not all(isinstance(part, Index) for part in pieces):
        return as_tree(subscript)
    letters = [
        Letter(part.name, None if tells(part, right) else as_tree(part.size))
        for part in pieces
        if isinstance(part, Index)
    ]
    return letters[0] if len(letters) == 1 else Tuple(tuple(letters))
