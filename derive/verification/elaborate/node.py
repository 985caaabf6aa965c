"""The function that every kind of node adds its own case to: what a formula is in a scope."""

from __future__ import annotations

from functools import singledispatch

import numpy as np

from derive.errors import InputError
from derive.verification.formula.tree import (
    Node,
)
from derive.verification.scope import Scope
from derive.verification.value import (
    Value,
)


class Unknown(InputError):
    """A symbol that nothing explains."""


def elaborated(node: Node, scope: Scope) -> Value:
    """The value of a formula in a scope. DoesNotFit for shapes without meaning, InputError for what is not read."""
    with np.errstate(all="ignore"):
        return value_of(node, scope)


@singledispatch
def value_of(node: Node, scope: Scope) -> Value:
    """The value of a node; the modules beside this one add a case for every kind."""
    raise InputError(f"{type(node).__name__.lower()} is not understood here", node.place)
