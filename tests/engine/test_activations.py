"""Every elementwise function of the language means what the rest of the world means by its name."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from derive.activations import ACTIVATIONS, Definition
from derive.entry import Entry, Tensor
from derive.evaluate import evaluate
from derive.losses import ELEMENTWISE_LOSSES

DEFINITIONS = {definition.name: definition for definition in (*ACTIVATIONS, *ELEMENTWISE_LOSSES)}
ARGUMENTS = (Tensor("first"), Tensor("second"), Tensor("third"))
NEAR = tuple(float(number) for number in np.linspace(-4, 4, 33))
ABOVE_ZERO = tuple(float(number) for number in np.linspace(0.05, 0.95, 19))


def logistic(z: float) -> float:
    return 1 / (1 + math.exp(-z))


BY_HAND: dict[str, Callable[..., float]] = {
    "sqrt": math.sqrt,
    "log1p": math.log1p,
    "expm1": math.expm1,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "sigmoid": logistic,
    "tanh": math.tanh,
    "softplus": lambda z: math.log1p(math.exp(z)),
    "clip": lambda z, lo, hi: float(np.clip(z, lo, hi)),
    "relu": lambda z: max(z, 0.0),
    "leaky_relu": lambda z: z if z > 0 else 0.01 * z,
    "elu": lambda z: z if z > 0 else math.expm1(z),
    "selu": lambda z: 1.0507009873554805 * (z if z > 0 else 1.6732632423543772 * math.expm1(z)),
    "gelu": lambda z: z * 0.5 * math.erfc(-z / math.sqrt(2)),
    "gelu_tanh": lambda z: 0.5 * z * (1 + math.tanh(0.7978845608028654 * (z + 0.044715 * z**3))),
    "silu": lambda z: z * logistic(z),
    "mish": lambda z: z * math.tanh(math.log1p(math.exp(z))),
    "hard_sigmoid": lambda z: min(max((z + 3) / 6, 0.0), 1.0),
    "hard_swish": lambda z: z * min(max(z + 3, 0.0), 6.0) / 6,
    "softsign": lambda z: z / (1 + abs(z)),
    "squared_error": lambda y, t: (y - t) * (y - t),
    "absolute_error": lambda y, t: abs(y - t),
    "huber": lambda y, t: 0.5 * (y - t) ** 2 if abs(y - t) < 1 else abs(y - t) - 0.5,
    "binary_cross_entropy": lambda p, t: -math.log(p) * t - math.log1p(-p) * (1 - t),
}

TORCH_NAMES = {
    "sigmoid": "sigmoid", "tanh": "tanh", "softplus": "softplus", "relu": "relu", "leaky_relu": "leaky_relu",
    "elu": "elu", "selu": "selu", "gelu": "gelu", "silu": "silu", "mish": "mish", "hard_sigmoid": "hardsigmoid",
    "hard_swish": "hardswish", "softsign": "softsign",
}  # fmt: skip


def value(definition: Definition, *numbers: float) -> float:
    """The formula at numbers, settings at their defaults."""
    entries = [Entry(tensor) for tensor in ARGUMENTS[: len(numbers)]]
    values = {tensor.name: number for tensor, number in zip(ARGUMENTS, numbers, strict=False)}
    return float(evaluate(definition(*entries, *definition.settings.values()), values, {}))


def places(definition: Definition) -> list[tuple[float, ...]]:
    """Arguments on which the function has a value."""
    line = ABOVE_ZERO if definition.name in ("sqrt", "log1p", "binary_cross_entropy") else NEAR
    shifts = (0.0, 0.3, 1.7)[: len(definition.arguments)]
    return [tuple((number + shift) if shift == 0 else shift * number for shift in shifts) for number in line]


@pytest.mark.parametrize("name", sorted(DEFINITIONS))
def test_a_formula_means_what_its_name_says(name: str) -> None:
    definition = DEFINITIONS[name]
    for numbers in places(definition):
        assert value(definition, *numbers) == pytest.approx(BY_HAND[name](*numbers), rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("name", sorted(TORCH_NAMES))
def test_a_formula_means_what_torch_means(name: str) -> None:
    functional = pytest.importorskip("torch", reason="PyTorch is an optional cross-check").nn.functional
    torch = pytest.importorskip("torch")
    theirs = getattr(functional, TORCH_NAMES[name])(torch.tensor(NEAR, dtype=torch.float64)).tolist()
    ours = [value(DEFINITIONS[name], number) for number in NEAR]
    assert ours == pytest.approx(theirs, rel=1e-12, abs=1e-13)


def test_gelu_tanh_means_what_torch_means() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is an optional cross-check")
    theirs = torch.nn.functional.gelu(torch.tensor(NEAR, dtype=torch.float64), approximate="tanh").tolist()
    assert [value(DEFINITIONS["gelu_tanh"], number) for number in NEAR] == pytest.approx(theirs, rel=1e-12, abs=1e-13)


def test_huber_means_what_torch_means() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is an optional cross-check")
    first = torch.tensor(NEAR, dtype=torch.float64)
    second = torch.tensor(NEAR[::-1], dtype=torch.float64)
    theirs = torch.nn.functional.huber_loss(first, second, reduction="none").tolist()
    ours = [value(DEFINITIONS["huber"], *pair) for pair in zip(NEAR, NEAR[::-1], strict=True)]
    assert ours == pytest.approx(theirs, rel=1e-12, abs=1e-13)
