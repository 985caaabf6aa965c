"""The function names of the language, looked up in one place.

ELEMENTWISE      a scalar function of scalars: a primitive or a definition of `derive.activations`, `derive.losses`
ALONG_AN_AXIS    a function of `derive.layers` or `derive.losses` that works along one axis
REDUCTIONS       what removes the letters or axes it is given
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sympy import Expr, Rational, S, oo

from derive import layers, losses
from derive.activations import ACTIVATIONS, Definition
from derive.functions import PRIMITIVES, apply
from derive.losses import ELEMENTWISE_LOSSES

REDUCTIONS = ("sum", "mean", "max", "min", "prod", "var", "argmax", "argmin")


@dataclass(frozen=True)
class Elementwise:
    """A scalar function: names of its arguments, defaults of its settings, and what it makes of all of them."""

    name: str
    arguments: tuple[str, ...]
    settings: dict[str, Expr]
    make: Callable[..., Expr]


@dataclass(frozen=True)
class AlongAnAxis:
    """A function that works along an axis of its first argument, or several; the other arguments have axes of that one.

    keeps: the axis remains in the result. axis: the one that is meant when none is named, the last or the first.
    labels: an integer tensor without the axis may stand for the second argument. elsewhere: what entries become
    that a condition leaves out.
    """

    name: str
    arguments: tuple[str, ...]
    settings: dict[str, Expr]
    make: Callable[..., Expr]
    keeps: bool
    axis: Literal["first", "last"] = "last"
    labels: bool = False
    elsewhere: Expr = S.Zero


def _of_definition(definition: Definition) -> Elementwise:
    return Elementwise(definition.name, definition.arguments, definition.settings, definition)


def _of_primitive(name: str, arity: int) -> Elementwise:
    arguments = ("a", "b")[:arity] if arity > 1 else ("u",)
    return Elementwise(name, arguments, {}, lambda *values: apply(name, *values))


ELEMENTWISE: dict[str, Elementwise] = {
    **{name: _of_primitive(name, primitive.arity) for name, primitive in PRIMITIVES.items()},
    **{definition.name: _of_definition(definition) for definition in (*ACTIVATIONS, *ELEMENTWISE_LOSSES)},
}

ALONG_AN_AXIS: dict[str, AlongAnAxis] = {
    function.name: function
    for function in (
        AlongAnAxis("softmax", ("a",), {}, layers.softmax, keeps=True),
        AlongAnAxis("log_softmax", ("a",), {}, layers.log_softmax, keeps=True, elsewhere=-oo),
        AlongAnAxis("logsumexp", ("a",), {}, layers.logsumexp, keeps=False),
        AlongAnAxis("norm", ("x",), {}, layers.norm, keeps=False),
        AlongAnAxis("normalize", ("x",), {}, layers.normalize, keeps=True),
        AlongAnAxis("cross_entropy", ("p", "y"), {}, losses.cross_entropy, keeps=False, labels=True),
        AlongAnAxis("kl", ("p", "q"), {}, losses.kl, keeps=False),
        AlongAnAxis("layer_norm", ("x", "g", "b"), {"eps": Rational(1, 10**5)}, layers.layer_norm, keeps=True),
        AlongAnAxis("rms_norm", ("x", "g"), {"eps": Rational(1, 10**6)}, layers.rms_norm, keeps=True),
        AlongAnAxis(
            "batch_norm", ("x", "g", "b"), {"eps": Rational(1, 10**5)}, layers.layer_norm, keeps=True, axis="first"
        ),
    )
}

FUNCTIONS: tuple[str, ...] = tuple(sorted({*ELEMENTWISE, *ALONG_AN_AXIS, *REDUCTIONS, "where"}))
