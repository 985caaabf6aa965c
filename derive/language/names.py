"""Names that a network may not use, and why."""

from __future__ import annotations

import builtins
import keyword
import re

STATEMENTS = ("network", "dim", "const", "input", "target", "param", "wrt", "learning_rate", "loss", "output")
BUILT_IN = ("pi", "inf", "over")
EMITTED = (
    "np", "numpy", "math", "sys", "annotations", "PARAMS", "DIMS", "INPUTS", "TARGETS", "params", "saved",
    "grads", "grad", "rng", "dtype", "forward", "backward", "loss_and_grads", "gradient_step", "init_params",
    "theta", "upstream", "main", "numeric", "name", "shape", "array", "value", "self", "cls", "print", "len",
    "range", "float", "int", "bool", "str", "dict", "list", "tuple", "set", "zip", "isinstance", "enumerate",
    "sorted", "repr", "type", "getattr", "any", "all",
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
    if plain in EMITTED or plain in _EXCEPTIONS or plain.startswith("__"):
        return f"{plain} is a name of the emitted module"
    return None


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
