"""The kinds of records: networks, equations, steps and derivations, field by field."""

from __future__ import annotations

import types
from dataclasses import fields
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from derive.derivation import Adjoint, Derivation, Lemma, Local, Note, Restatement
from derive.equation import Equation
from derive.network import Declaration, Dimension, NamedConstant, Network, Recurrence
from derive.step import Step
from derive.tree.kind import Kind, expected


def _fits(part: Any, hint: Any) -> bool:
    """True when a part is what the annotation of its field says."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return any(_fits(part, choice) for choice in inside)
    if origin is Literal:
        return part in inside
    if origin is tuple:
        return isinstance(part, tuple) and all(_fits(item, inside[0]) for item in part)
    if hint is int:
        return isinstance(part, int) and not isinstance(part, bool)
    return isinstance(part, hint)


def _record(kind: type) -> Kind:
    names = tuple(field.name for field in fields(kind))
    hints = get_type_hints(kind)

    def parts(record: Any) -> tuple[Any, ...]:
        return tuple(getattr(record, name) for name in names)

    def build(*came: Any) -> Any:
        expected(len(came) == len(names), f"{kind.__name__} with the fields {', '.join(names)}", came)
        for name, part in zip(names, came, strict=True):
            expected(_fits(part, hints[name]), f"the field {name} of {kind.__name__}", part)
        return kind(*came)

    return Kind(kind.__name__, kind, parts, build)


RECORDS: tuple[Kind, ...] = tuple(
    _record(kind)
    for kind in (
        Dimension,
        Declaration,
        NamedConstant,
        Equation,
        Recurrence,
        Network,
        Step,
        Local,
        Note,
        Lemma,
        Restatement,
        Adjoint,
        Derivation,
    )
)
