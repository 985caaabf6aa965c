"""The words inside formulas, `otherwise` and `and`, in the language of the document."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from codegen.language import Language
from codegen.notation import formula as f


def worded(item: Any, own: Language) -> Any:
    """Blocks, texts and formulas with the words in their formulas put in the language."""
    if isinstance(item, tuple):
        return tuple(worded(part, own) for part in item)
    if not is_dataclass(item) or isinstance(item, type):
        return item
    parts = {field.name: worded(getattr(item, field.name), own) for field in fields(item)}
    match item:
        case f.Derivative():
            parts["mark"] = own.phrase("formula.direct")
        case f.Cases():
            parts["words"] = (own.phrase("formula.otherwise"), own.phrase("formula.otherwise_if"))
        case f.Logic("and"):
            parts["said"] = own.phrase("formula.and")
        case f.Logic("or"):
            parts["said"] = own.phrase("formula.or")
        case f.Logic("not"):
            parts["said"] = own.phrase("formula.not")
    return type(item)(**parts)
