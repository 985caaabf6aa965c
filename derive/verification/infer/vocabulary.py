"""Words that mean something before a text says so: functions, losses, learning rates, parameters, targets."""

from __future__ import annotations

import re

from derive.verification.formula.tree import Symbol
from derive.verification.functions import ANY_ACTIVATION
from derive.vocabulary import ELEMENTWISE

# What texts call functions of the language.
FUNCTIONS = {
    "ln": "log", "sig": "sigmoid", "logistic": "sigmoid", "sgn": "sign", "ReLU": "relu", "th": "tanh",
    "Softplus": "softplus", "GELU": "gelu", "SiLU": "silu", "swish": "silu", "heaviside": "step", "ELU": "elu",
    "Tanh": "tanh", "Sigmoid": "sigmoid",
}  # fmt: skip
LOSSES = ("E", "L", "J", "C", "ℒ", "ℓ", "Loss", "loss", "cost", "Cost", "error", "Error", "MSE", "NLL", "CE", "H", "R")
RATES = ("α", "η", "lr", "learning_rate")
_PARAMETERS = ("W", "w", "b", "B", "θ", "Θ", "β", "U", "u", "V", "v", "bias", "weight")
_TARGETS = ("t", "y", "Y", "T", "target", "true", "label", "d")
_ANY = ("σ", "f", "g", "h", "φ", "ϕ", "Φ", "ψ", "s", "F", "G")


def known_function(name: str) -> str | None:
    """The function of the language that a text calls by this name."""
    spelled = FUNCTIONS.get(name, name)
    if spelled in ELEMENTWISE:
        return spelled
    return name.lower() if name.lower() in ELEMENTWISE and len(name) > 2 else None


def is_function_name(name: str) -> bool:
    """True for a word that is a function wherever it stands before brackets."""
    return known_function(name) is not None or name in ("softmax", "max", "min", "Softmax") or name == ANY_ACTIVATION[0]


def is_generic(name: str) -> bool:
    """True for a letter that stands for any function before brackets: f, g, φ."""
    return name in _ANY


def is_gradient_name(symbol: Symbol) -> bool:
    """True for what stands for a derivative in every text: δ, grad_W, Δw."""
    return re.match(r"δ|Δ|∇|delta|Delta|grad", symbol.name) is not None or "bar" in symbol.accents


def is_loss(name: str) -> bool:
    """True for what texts call losses: E, L, J, C, cost."""
    return name in LOSSES


def role_of(symbol: Symbol) -> str:
    """What a symbol without a definition is: `W b θ` are learned, `t y target` are compared with, the rest is given."""
    name = symbol.name.rstrip("0123456789")
    if symbol.accents:
        return "input"
    if name in _PARAMETERS:
        return "param"
    return "target" if name in _TARGETS else "input"


def generic(name: str) -> str:
    """A smooth function in the place of one that a text leaves open; no identity is special to it."""
    shift = sum(map(ord, name)) % 5 + 2
    return f"{name}(u) = u / {shift} + sin(u + {shift}) + 1 / {shift + 1}"
