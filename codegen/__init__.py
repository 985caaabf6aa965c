"""From a derivation to what a person keeps: a NumPy module and a document.

    codegen.emit(derivation, target="numpy")     the source of a standalone module, as text
    codegen.document(derivation, format="md")    the derivation as md, tex, html, typ or pdf

Both are loaded when they are first used, so that `import codegen` costs nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from codegen.version import VERSION as __version__

if TYPE_CHECKING:
    from codegen.document import document
    from codegen.emit import emit

__all__ = ["__version__", "document", "emit"]


class _Package(ModuleType):
    """This package. Two of its functions bear the names of their modules, and the functions win.

    Python binds a submodule to its package whenever anybody imports it; without this, `codegen.emit` would be the
    function or the module depending on who imported what before.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("document", "emit") and isinstance(value, ModuleType):
            value = getattr(value, name)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name not in ("document", "emit"):
        raise AttributeError(f"module 'codegen' has no attribute {name!r}")
    return getattr(import_module(f"codegen.{name}"), name)
