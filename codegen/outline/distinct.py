"""Names that would look the same on paper, told apart: `z1` and `z_1` are two tensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from codegen.block import Document, Node
from codegen.notation import formula as f
from codegen.notation.symbol import alike
from codegen.outline.legend import nodes


def told_apart(document: Document) -> Document:
    """The document with such names spelled out letter by letter, all but one of each kind."""
    names = {item.name for item in nodes(document) if isinstance(item, f.Name | f.Component)}
    names |= {item.label for item in nodes(document) if isinstance(item, Node)}
    spelled = alike(names)
    changed: Document = _changed(document, spelled) if spelled else document
    return changed


def _changed(item: Any, spelled: Mapping[str, str]) -> Any:
    if isinstance(item, tuple):
        return tuple(_changed(part, spelled) for part in item)
    if not is_dataclass(item) or isinstance(item, type):
        return item
    parts = {field.name: _changed(getattr(item, field.name), spelled) for field in fields(item)}
    if isinstance(item, f.Name | f.Component):
        parts["name"] = spelled.get(item.name, item.name)
    elif isinstance(item, Node):
        parts["label"] = spelled.get(item.label, item.label)
    return type(item)(**parts)
