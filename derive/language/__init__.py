"""The language of networks: text in, a `derive.network.Network` out, and back again. REFERENCE.md describes it.

    parse(text)  read(path)      a network, or an InputError that says where and what to try
    one_liner(text, wrt)         a network from a single formula; its declarations are inferred
    write(network)               the text of any network, in index form
    gallery()  gallery_path(n)   the networks that ship with the project

Loaded on first use, because reading needs SymPy and listing the gallery does not.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derive.language.infer import one_liner
    from derive.language.reader import parse, read
    from derive.language.shipped import gallery, gallery_path
    from derive.language.writer import write

__all__ = ["gallery", "gallery_path", "one_liner", "parse", "read", "write"]

_HOME = {"parse": "reader", "read": "reader", "one_liner": "infer", "write": "writer"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    module = import_module(f"derive.language.{_HOME.get(name, 'shipped')}")
    value = getattr(module, name)
    globals()[name] = value
    return value
