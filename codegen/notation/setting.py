"""What the printing of one derivation has to know: which names are gradients, and which letters its author uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from string import ascii_lowercase

from sympy import Expr

from codegen.notation.formula import Component, Formula, Gradient, Handed, Name
from codegen.notation.symbol import read
from derive.binding import LETTERS
from derive.derivation import Derivation, Restatement
from derive.index import Index
from derive.network import Network

# e is the base of exponentials, d and o read like a differential and a zero.
_CONFUSING = frozenset("edo")
_LOSS_NAMES = ("L", "J", "C", "loss")


@dataclass(frozen=True)
class Setting:
    """How one derivation is written.

    loss        the letter of the loss; for a layer a letter for the loss that stands behind it
    gradients   the tensor that a gradient belongs to, by the name of the gradient (`dz1` -> `z1`)
    ranks       the place of every name in the network, for the order of terms and factors
    letters     the letters its author uses for a size, by the size as text
    taken       names that no bound letter may have
    linear      everything on one line, without stacked fractions
    stepped     sizes, as text, over which something recurs: their letters are counted from 1
    handed      names of upstream gradients whose output has a gradient of its own, because equations read it too
    mark        the accent that tells these from the others
    """

    loss: str = "E"
    gradients: Mapping[str, str] = field(default_factory=dict)
    ranks: Mapping[str, int] = field(default_factory=dict)
    letters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()
    linear: bool = False
    stepped: frozenset[str] = frozenset()
    handed: frozenset[str] = frozenset()
    mark: str = "bar"

    def value(self, name: str, subscripts: tuple[Formula, ...] = ()) -> Formula:
        """A tensor by its name, or one entry of it; the name of a gradient stands for a derivative."""
        of = self.gradients.get(name)
        plain = Component(of or name, subscripts) if subscripts else Name(of or name)
        if of is None:
            return plain
        return Handed(self.mark, name, plain) if name in self.handed else Gradient(self.loss, name, plain)

    def letter(self, size: Expr, used: Iterable[str]) -> str:
        """A letter over `size` that is none of `used`: the author's own first, then the ones that follow it."""
        used = set(used)
        own = self.letters.get(str(size), ())
        for name in own:
            if name not in used:
                return name
        others = {name for names in self.letters.values() for name in names} | self.taken | _CONFUSING
        first = own[0][0] if own else str(size)[:1].lower()
        for name in (*_neighbours(first), *LETTERS):
            if name not in used and name not in others:
                return name
        number = 1
        while f"{first}{number}" in used | self.taken:
            number += 1
        return f"{first}{number}"


def _neighbours(letter: str) -> tuple[str, ...]:
    """The letter and those around it in the alphabet, nearest first: k, l, j, m, ..."""
    start = ascii_lowercase.find(letter)
    if start < 0:
        return ()
    return tuple(sorted(ascii_lowercase, key=lambda other: (abs(ord(other) - ord(letter)), other < letter)))


def setting(derivation: Derivation, linear: bool = False) -> Setting:
    """How the derivation's own names are written."""
    network = derivation.network
    gradients = {adjoint.tensor.name: adjoint.of.name for adjoint in derivation.adjoints}
    # The gradient of an output is what the layer is given: `dy` is named after `y`.
    gradients |= {tensor.name: name for tensor, name in zip(derivation.upstream, network.results, strict=False)}
    own = {adjoint.of.name for adjoint in derivation.adjoints}
    names = [*network.tensors, *(str(dimension.symbol) for dimension in network.dimensions)]
    names += [str(constant.symbol) for constant in network.constants]
    # Values whose formulas were put in for them before anything was differentiated stand in that derivation only.
    names += [name for item in derivation.restatements for name in _opened(item) if name not in names]
    return Setting(
        loss=_loss(network, names),
        gradients=gradients,
        ranks={name: rank for rank, name in enumerate(names)},
        letters=_letters(derivation),
        # No letter of a sum looks like a value: with h1 and h2 in the network there is no sum over h.
        taken=frozenset(names) | {read(name).stem for name in names},
        linear=linear,
        stepped=frozenset(str(recurrence.size) for recurrence in network.recurrences),
        handed=frozenset(tensor.name for tensor in derivation.upstream if gradients[tensor.name] in own),
        mark="check" if any(read(name).accent == "bar" for name in names) else "bar",
    )


def _opened(item: Restatement) -> tuple[str, ...]:
    return tuple(equation.tensor.name for equation in item.opened)


def _loss(network: Network, names: list[str]) -> str:
    if not network.is_layer:
        return network.results[0]
    return next((name for name in _LOSS_NAMES if name not in names), "loss_behind")


def _letters(derivation: Derivation) -> dict[str, tuple[str, ...]]:
    """The letters on the left sides of equations, the author's own before those that gradients brought."""
    letters: dict[str, tuple[str, ...]] = {}

    def collect(found: Iterable[Index]) -> None:
        for letter in found:
            known = letters.get(str(letter.size), ())
            if letter.name not in known:
                letters[str(letter.size)] = (*known, letter.name)

    for dimension in derivation.network.dimensions:
        letters[str(dimension.symbol)] = ()
    for equation in derivation.network.equations:
        collect(equation.letters)
    for item in derivation.restatements:
        for equation in item.opened:
            collect(equation.letters)
    for adjoint in derivation.adjoints:
        collect(letter for letter in adjoint.letters if not letters.get(str(letter.size)))
    return letters
