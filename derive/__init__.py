"""Derives the gradients of a network from its equations, by the chain rule, as steps a reader can follow.

    net = derive.read("mlp.net")         or derive.parse(text), or the builder derive.Network("mlp", "title")
    d = derive.differentiate(net)        d["W1"].equation, d["W1"].steps

What stands here is loaded on first use: importing `derive` alone does not import SymPy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derive.backward import differentiate
    from derive.builder import Network
    from derive.hessian import hvp
    from derive.language import gallery, gallery_path, parse, read
    from derive.verification.verify import verify

__all__ = ["Network", "differentiate", "gallery", "gallery_path", "hvp", "parse", "read", "verify"]

_HOME = {
    "differentiate": "derive.backward",
    "Network": "derive.builder",
    "hvp": "derive.hessian",
    "verify": "derive.verification.verify",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    value = getattr(import_module(_HOME.get(name, "derive.language")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
