"""How NumPy writes each scalar function: one line each, with {0}, {1} for the arguments."""

from __future__ import annotations

FUNCTIONS: dict[str, str] = {
    "exp": "np.exp({0})",
    "log": "np.log({0})",
    "sin": "np.sin({0})",
    "cos": "np.cos({0})",
    "erf": "_erf({0})",
    "abs": "np.abs({0})",
    "max": "np.maximum({0}, {1})",
    "min": "np.minimum({0}, {1})",
    "xlogy": "_xlogy({0}, {1})",
    "sign": "np.sign({0})",
    "floor": "np.floor({0})",
    "ceil": "np.ceil({0})",
    "round": "np.round({0})",
    "tanh": "np.tanh({0})",
    "sinh": "np.sinh({0})",
    "cosh": "np.cosh({0})",
    "log1p": "np.log1p({0})",
    "expm1": "np.expm1({0})",
    "logaddexp": "np.logaddexp({0}, {1})",
    "sigmoid": "0.5 * (1.0 + np.tanh(0.5 * {0}))",
    "sqrt": "np.sqrt({0})",
    "where": "np.where({0}, {1}, {2})",
    "float": "float({0})",
    "clip": "np.clip({0}, 0, {1})",
    "stop": "_stop({0})",
}

LOWERED = frozenset(("step", "stop"))
"""Primitives that are no function of numbers here: a comparison, and what only the check of gradients looks at."""
