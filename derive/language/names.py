"""Names that a network may not use, and why."""

from __future__ import annotations

import builtins
import keyword
import re

STATEMENTS = ("network", "dim", "const", "input", "target", "param", "wrt", "learning_rate", "loss", "output")
BUILT_IN = ("pi", "inf", "over")
# What an emitted module uses where names of the network stand too: its own names, its arguments, and Python's.
# Beside them every name with an underscore before it is the module's.
EMITTED = (
    "np", "DIMS", "PARAMS", "INPUTS", "UPSTREAM", "FORMULAS", "DIVIDED", "WITHIN", "VALUES", "LEARNING_RATE",
    "init_params", "forward", "backward", "loss_and_grads", "gradient_step", "gradient_errors", "worked_example",
    "params", "saved", "grads", "rng", "dtype", "sizes", "arrays", "draw", "errors", "error", "name",
    "abs", "all", "any", "bool", "dict", "enumerate", "float", "getattr", "hasattr", "int", "isinstance", "len", "list",
    "map", "max", "min", "print", "range", "repr", "reversed", "round", "set", "slice", "sorted", "str", "sum", "sys",
    "tuple", "type", "zip",
)  # fmt: skip
_MODULE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])")
_EXCEPTIONS = tuple(name for name in dir(builtins) if name[0].isupper())


def objection(name: str) -> str | None:
    """Why a dimension, constant, tensor or own function cannot have this name; None when it can."""
    plain = name.rstrip("'")
    if keyword.iskeyword(plain):
        return f"{plain} is a word of Python, in which the network is emitted"
    if name in STATEMENTS or name in BUILT_IN:
        return f"{name} is a word of the language"
    if is_emitted(plain):
        return f"{plain} is a name of the emitted module"
    return None


def is_emitted(name: str) -> bool:
    """True for what the emitted module calls something of its own."""
    return name in EMITTED or name in _EXCEPTIONS or name.startswith("_")


def identifier(name: str) -> str:
    """A name of the language as one of Python: `h'` becomes `h_prime`."""
    return name.replace("'", "_prime")


def module_objection(name: str) -> str | None:
    """Why a network cannot have this name, which is also that of a module and of files; None when it can."""
    if keyword.iskeyword(name):
        return f"{name} is a word of Python, and the name of the network is that of a module"
    if _MODULE.fullmatch(name) is None:
        return f"{name} is not the name of a module: letters a-z, digits and _ only, 64 at most"
    if _DEVICES.fullmatch(name) is not None:
        return f"{name} is the name of a device on some systems, not of a file"
    if name in ("numpy", "math", "sys", "test", "derive", "codegen"):
        return f"a module {name} would hide another one"
    return None
