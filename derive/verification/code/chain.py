"""Every adjoint as the chain rule over its consumers, with no other adjoint written out.

The derivation writes an adjoint into its only consumer where the algebra gets shorter, as p into p - y. A person may
have gone the long way; here each path from a value to the loss stands by itself, and a mistake on it reaches all that
follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sympy import Add, Expr, S

from derive.backward import adjoint_recurrence
from derive.binding import bind, free_letters
from derive.derivation import Adjoint, Derivation, Local
from derive.entry import Entry
from derive.equation import Equation
from derive.network import Recurrence
from derive.operators import Sum
from derive.rules.conditions import guarded


@dataclass(frozen=True)
class Path:
    """One consumer's share of an adjoint: what arrives at the consumer times its local derivative."""

    local: Local
    arriving: Expr
    letters: Expr

    def term(self, derivative: Expr | None = None) -> Expr:
        """The share, with another local derivative where one is given."""
        local = self.local
        body = self.arriving * (local.result if derivative is None else derivative)
        shared = free_letters(self.letters)
        letters = [letter for letter in local.consumer.letters if letter not in shared]
        inner = [guard for guard in local.guards if free_letters(guard) & set(letters)]
        outer = [guard for guard in local.guards if guard not in inner]
        return guarded(outer, bind(Sum, guarded(inner, body), letters))


@dataclass(frozen=True)
class Unfolded:
    """All adjoints by the chain rule: equations by name in an order in which they can be computed, and their paths."""

    derivation: Derivation
    equations: Mapping[str, Equation]
    paths: Mapping[str, tuple[Path, ...]]
    adjoints: Mapping[str, Adjoint]

    def recurrences(self, equations: Mapping[str, Equation]) -> tuple[Recurrence, ...]:
        """The recurrences of the network and of these equations of adjoints, in an order that can be computed."""
        found = list(self.derivation.network.recurrences)
        by_tensor = {a.of.name: replace(a, equation=equations[a.tensor.name]) for a in self.derivation.adjoints}
        for recurrence in self.derivation.network.recurrences:
            found += adjoint_recurrence(recurrence, by_tensor)
        return tuple(found)


def unfolded(derivation: Derivation) -> Unfolded:
    """The derivation with every adjoint as a sum over its consumers."""
    adjoints = {adjoint.tensor.name: adjoint for adjoint in derivation.adjoints}
    paths = {name: _paths(derivation, adjoint) for name, adjoint in adjoints.items()}
    equations = {
        name: replace(adjoint.equation, right=Add(*(path.term() for path in paths[name])))
        for name, adjoint in adjoints.items()
    }
    return Unfolded(derivation, equations, paths, adjoints)


def _paths(derivation: Derivation, adjoint: Adjoint) -> tuple[Path, ...]:
    return tuple(Path(local, _arriving(derivation, local.consumer), local.by) for local in adjoint.locals)


def _arriving(derivation: Derivation, consumer: Equation) -> Expr:
    """The gradient by a consumer: 1 for the loss, what comes from outside for an output, and its own adjoint."""
    name, network = consumer.tensor.name, derivation.network
    arriving: Expr = S.Zero
    if name in network.results:
        upstream = dict(zip(network.results, derivation.upstream, strict=False))
        arriving += Entry(upstream[name], *consumer.left.subscripts) if network.is_layer else S.One
    for adjoint in derivation.adjoints:
        if adjoint.of.name == name:
            arriving += Entry(adjoint.tensor, *consumer.left.subscripts)
    return arriving
