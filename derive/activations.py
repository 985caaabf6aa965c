"""The elementwise functions of the language, each one formula. No derivative is written here or anywhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sympy import Expr, Integer, Rational, Symbol, pi, sqrt

from derive.function import Function
from derive.functions import apply, exp, log
from derive.operators import Apply, Compare, Where


@dataclass(frozen=True)
class Definition:
    """An elementwise function: its arguments, its settings with their defaults, and its formula.

    inline: the formula stands in the equation instead of the name (`squared_error(a, y)` is read as `(a - y)**2`).
    """

    name: str
    arguments: tuple[str, ...]
    formula: Callable[..., Expr]
    settings: dict[str, Expr] = field(default_factory=dict)
    inline: bool = False

    def function(self) -> Function:
        """The function as an atom of expressions; settings come after the arguments."""
        parameters = tuple(Symbol(name) for name in (*self.arguments, *self.settings))
        return Function(self.name, parameters, self.formula(*parameters))

    def __call__(self, *arguments: Expr) -> Expr:
        """The function applied to all arguments and settings."""
        return self.formula(*arguments) if self.inline else Apply(self.function(), *arguments)


SIGMOID = Definition("sigmoid", ("z",), lambda z: 1 / (1 + exp(-z)))
TANH = Definition("tanh", ("z",), lambda z: (exp(z) - exp(-z)) / (exp(z) + exp(-z)))
SOFTPLUS = Definition("softplus", ("z",), lambda z: log(1 + exp(z)))
CLIP = Definition("clip", ("z", "lo", "hi"), lambda z, lo, hi: apply("min", apply("max", z, lo), hi))

_ZERO, _ONE = Integer(0), Integer(1)
_SELU_SCALE = Rational("1.0507009873554804934193349852946")
_SELU_ALPHA = Rational("1.6732632423543772848170429916717")


def _elu(z: Expr, alpha: Expr) -> Expr:
    return Where(Compare(">", z, _ZERO), z, alpha * (exp(z) - 1))


def _leaky_relu(z: Expr, slope: Expr) -> Expr:
    return Where(Compare(">", z, _ZERO), z, slope * z)


def _gelu_tanh(z: Expr) -> Expr:
    return z * (1 + TANH(sqrt(2 / pi) * (z + Rational("0.044715") * z**3))) / 2


ACTIVATIONS = (
    Definition("sqrt", ("u",), lambda u: sqrt(u), inline=True),
    Definition("log1p", ("u",), lambda u: log(1 + u)),
    Definition("expm1", ("u",), lambda u: exp(u) - 1),
    Definition("sinh", ("u",), lambda u: (exp(u) - exp(-u)) / 2),
    Definition("cosh", ("u",), lambda u: (exp(u) + exp(-u)) / 2),
    SIGMOID,
    TANH,
    SOFTPLUS,
    CLIP,
    Definition("relu", ("z",), lambda z: apply("max", z, _ZERO)),
    Definition("leaky_relu", ("z",), _leaky_relu, {"slope": Rational("0.01")}),
    Definition("elu", ("z",), _elu, {"alpha": _ONE}),
    Definition("selu", ("z",), lambda z: _SELU_SCALE * _elu(z, _SELU_ALPHA)),
    Definition("gelu", ("z",), lambda z: z * (1 + apply("erf", z / sqrt(2))) / 2),
    Definition("gelu_tanh", ("z",), _gelu_tanh),
    Definition("silu", ("z",), lambda z: z * SIGMOID(z)),
    Definition("mish", ("z",), lambda z: z * TANH(SOFTPLUS(z))),
    Definition("hard_sigmoid", ("z",), lambda z: CLIP(z / 6 + Rational(1, 2), _ZERO, _ONE)),
    Definition("hard_swish", ("z",), lambda z: z * CLIP(z / 6 + Rational(1, 2), _ZERO, _ONE)),
    Definition("softsign", ("z",), lambda z: z / (1 + apply("abs", z))),
)
