"""What was written down: declarations and equations, frozen. `derive.language` and the builder make it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from sympy import Expr, Symbol

from derive.entry import Constant, Tensor
from derive.equation import Equation
from derive.function import Function
from derive.shown import Shown

Role = Literal["input", "target", "param"]
Number = int | float
Nested = Number | tuple["Nested", ...]


@dataclass(frozen=True)
class Dimension:
    """A named size. `default` is a number that arrays override; `formula` (in earlier dimensions) always holds."""

    symbol: Symbol
    default: int | None = None
    formula: Expr | None = None


@dataclass(frozen=True)
class Declaration:
    """An input, target or parameter: its tensor, the facts known of it, and its value for a worked example."""

    tensor: Tensor
    role: Role
    facts: tuple[str, ...] = ()
    value: Expr | tuple | None = None  # type: ignore[type-arg]


@dataclass(frozen=True)
class NamedConstant:
    """A number with a name, exact."""

    symbol: Constant
    value: Expr


@dataclass(frozen=True)
class Recurrence:
    """Equations that depend on each other through one letter with a step: h[t] from h[t-1].

    size         what the letter runs over, 0 .. size - 1
    step         -1 where a step reads the one before it (computed upwards), +1 where it reads the next (downwards)
    members      the tensors, in an order in which they can be computed within a step
    axes         for each member, the place of the letter among its axes
    boundaries   equations for single slices (subscript -1, size, or one inside): they win over the general equation
    """

    size: Expr
    step: int
    members: tuple[str, ...]
    axes: tuple[int, ...]
    boundaries: tuple[Equation, ...] = ()


@dataclass(frozen=True)
class Network(Shown):
    """A network and its loss, or a layer and its outputs; equations stand in an order in which they can be computed.

    The members of a recurrence stand side by side, in the order of their record; boundaries stand in the record only.

    `results` are the names after `loss` (exactly one, a number) or after `output` (one or more).
    `about` is the sentence of the comment block below the first line; `text` reads back as an equal network.
    """

    name: str
    title: str
    dimensions: tuple[Dimension, ...]
    constants: tuple[NamedConstant, ...]
    declarations: tuple[Declaration, ...]
    equations: tuple[Equation, ...]
    results: tuple[str, ...]
    is_layer: bool = False
    wrt: tuple[str, ...] = ()
    learning_rate: Expr | None = None
    functions: tuple[Function, ...] = ()
    recurrences: tuple[Recurrence, ...] = ()
    about: str = field(default="", compare=False)
    text: str = field(default="", compare=False)
    file: str = field(default="", compare=False)

    def declaration(self, name: str) -> Declaration | None:
        """The declaration of `name`, or None when an equation defines it."""
        return self._declared.get(name)

    def equation(self, name: str) -> Equation | None:
        """The equation that defines `name`, or None when it is declared."""
        return self._defined.get(name)

    def with_role(self, role: Role) -> tuple[Tensor, ...]:
        """The tensors declared as `role`, in the order of their declarations."""
        return tuple(item.tensor for item in self.declarations if item.role == role)

    @property
    def parameters(self) -> tuple[Tensor, ...]:
        return self.with_role("param")

    @cached_property
    def _declared(self) -> dict[str, Declaration]:
        return {item.tensor.name: item for item in self.declarations}

    @cached_property
    def _defined(self) -> dict[str, Equation]:
        return {item.tensor.name: item for item in self.equations}

    @cached_property
    def tensors(self) -> Mapping[str, Tensor]:
        """Every tensor by name: declared ones first, then those of the equations."""
        return {name: item.tensor for name, item in (self._declared | self._defined).items()}

    @property
    def facts(self) -> Mapping[str, tuple[str, ...]]:
        """The declared facts by tensor name."""
        return {item.tensor.name: item.facts for item in self.declarations if item.facts}
