"""Functions that a formula applies: those of the language, the network's own, and what textbooks call σ, f or g."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sympy import Expr, Symbol

from derive.arrays import Arrays, Named, evaluated
from derive.arrays.values import STEP
from derive.binding import bind, substitute
from derive.entry import Entry, Tensor
from derive.function import Function
from derive.functions import exp, log
from derive.network import Network
from derive.operators import Apply, Partial, Sum
from derive.partial import work_out
from derive.rule import Trail
from derive.slopes import Slopes
from derive.verification.expressed import Elementwise, express
from derive.verification.points import has_cases
from derive.verification.value import DoesNotFit, Value, applied
from derive.vocabulary import ELEMENTWISE

OnArrays = Callable[..., np.ndarray]

_OTHER_NAMES = {
    "ln": "log", "sig": "sigmoid", "logistic": "sigmoid", "sgn": "sign", "ReLU": "relu", "relu": "relu", "th": "tanh",
    "Softplus": "softplus", "GELU": "gelu", "SiLU": "silu", "swish": "silu", "heaviside": "step",
    "LeakyReLU": "leaky_relu",
    "ELU": "elu", "maximum": "max", "minimum": "min", "np.exp": "exp", "np.log": "log", "np.tanh": "tanh",
}  # fmt: skip
ANY_ACTIVATION = ("σ", "f", "g", "φ", "ϕ", "Φ", "s", "act", "activation")


def function_named(name: str, network: Network) -> OnArrays | None:
    """The elementwise function of a name, on arrays; the network's own one before one of the language."""
    own = next((item for item in network.functions if item.name == name), None)
    if own is not None:
        return on_arrays(own, network)
    known = ELEMENTWISE.get(_OTHER_NAMES.get(name, name)) or ELEMENTWISE.get(name.lower())
    if known is None:
        return None

    settings = list(known.settings.values())

    def function(*arguments: np.ndarray) -> np.ndarray:
        names = [*known.arguments, *known.settings]
        if not len(known.arguments) <= len(arguments) <= len(names):
            raise DoesNotFit(f"{name} takes {len(known.arguments)} values, but {len(arguments)} stand here")
        symbols = [Symbol(f"·{item}") for item in names[: len(arguments)]]
        formula = known.make(*symbols, *settings[len(arguments) - len(known.arguments) :])
        return _numbers(formula, dict(zip(symbols, arguments, strict=False)))

    def expression(*arguments: Expr) -> Expr:
        return known.make(*arguments, *settings[len(arguments) - len(known.arguments) :])

    return Elementwise(function, expression)


def decides_by_name(name: str) -> bool:
    """True for relu, max, clip: functions that are one formula here and another there."""
    made = formula_named(name)
    return has_cases(made[1]) if made is not None else name == "where"


def formula_named(name: str) -> tuple[tuple[Symbol, ...], Expr] | None:
    """The formula of an elementwise function of the language and the symbols that stand for its arguments."""
    known = ELEMENTWISE.get(_OTHER_NAMES.get(name, name)) or ELEMENTWISE.get(name.lower())
    if known is None:
        return None
    symbols = tuple(Symbol(f"·{item}") for item in known.arguments)
    return symbols, known.make(*symbols, *known.settings.values())


def on_arrays(function: Function, network: Network) -> OnArrays:
    """A defined function, or a primitive one, as a function of arrays; constants of the network have their values."""
    parameters = function.parameters or (Symbol("·u"), Symbol("·v"))
    constants = {item.symbol: item.value for item in network.constants}

    def call(*arguments: np.ndarray) -> np.ndarray:
        formula = function.formula
        if formula is None:
            formula = Apply(function, *parameters[: len(arguments)])
        for _ in constants:
            formula = formula.xreplace(constants)  # one constant may stand in the value of another
        return _numbers(formula, dict(zip(parameters, arguments, strict=False)))

    return Elementwise(call, lambda *arguments: Apply(function, *arguments))


def _numbers(formula: object, arguments: dict[Symbol, np.ndarray]) -> np.ndarray:
    """The formula of arrays of equal shape; their axes have no letters, so it is applied to all at once."""
    fixed = {symbol: Named((), np.asarray(array)) for symbol, array in arguments.items()}
    return evaluated(formula, Arrays({}, {}, {}), fixed).array  # type: ignore[arg-type]


def activation_of(network: Network, argument: str | None) -> OnArrays | None:
    """What σ, f or g stands for: the function that the network applies to a value, else its only function."""
    found: dict[str, Function] = {}
    for equation in network.equations:
        for node in sorted(equation.right.atoms(Apply), key=str):
            inside = {entry for entry in node.arguments[0].atoms() if getattr(entry, "name", "") == argument}
            if inside and node == equation.right:
                return on_arrays(node.function, network)
        if isinstance(equation.right, Apply):
            found[equation.right.name] = equation.right.function
    return on_arrays(next(iter(found.values())), network) if len(found) == 1 else None


def slope(function: OnArrays) -> OnArrays:
    """f', by a complex step."""

    def derivative(argument: np.ndarray) -> np.ndarray:
        if np.iscomplexobj(argument):
            raise DoesNotFit("a derivative of a derivative is not read")
        return np.asarray(np.imag(function(argument + 1j * STEP)) / STEP)

    if not isinstance(function, Elementwise):
        return derivative
    return Elementwise(derivative, lambda argument: _slope_at(function, argument))


def _slope_at(function: Elementwise, argument: Expr) -> Expr:
    moving = Entry(Tensor("·u"))
    trail = Trail(Partial(function.on_expressions(moving), moving))
    work_out(trail, Slopes().of)
    return substitute(trail.expr, {moving: argument})


def along_classes(name: str, value: Value, letter: object) -> Value | None:
    """softmax, log_softmax, logsumexp along one axis; None for another name."""
    data, axes = value.data, tuple(item for item in value.axes if item is not letter)
    top = Named(data.letters, data.array.real).reduced(np.max, (letter,))  # type: ignore[arg-type]
    shifted = data - top
    powers = Named(data.letters, np.exp(shifted.along(data.letters)))
    total = powers.reduced(np.sum, (letter,))  # type: ignore[arg-type]
    if name == "softmax":
        return Value(value.axes, express(powers / total, lambda z: exp(z) / _total(z, letter), data), value.row)
    logarithm = Named(total.letters, np.log(total.array))
    if name in ("log_softmax", "logsoftmax", "LogSoftmax"):
        return Value(value.axes, express(shifted - logarithm, lambda z: z - log(_total(z, letter)), data), value.row)
    if name in ("logsumexp", "LSE"):
        return Value(axes, express(top + logarithm, lambda z: log(_total(z, letter)), data))
    return None


def _total(formula: Expr, letter: object) -> Expr:
    return bind(Sum, exp(formula), [letter])  # type: ignore[list-item]


__all__ = ["ANY_ACTIVATION", "activation_of", "along_classes", "applied", "function_named", "on_arrays", "slope"]
