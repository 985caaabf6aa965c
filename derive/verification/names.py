"""What a written symbol names in a network: `W_1`, `W^{(1)}`, `W^{[1]}` are W1; `\\delta_2` is the gradient by z2.

A symbol is spelled in every way its parts allow, and looked up: the author's own table first, then the names of the
network, then the conventions of textbooks (layers, the loss, the prediction). What is left of its subscripts and
superscripts after that picks entries, transposes, raises to a power.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from sympy import Expr

from derive.network import Network
from derive.verification.aliases import put, rest_of, single
from derive.verification.formula.tree import Node, Run, Symbol, Upper
from derive.verification.layers import Layer, batch_of, layers_of, output_of
from derive.verification.spelling import (
    LAST,
    key_of,
    labels,
    normal,
    spellings,
    text_of,
    without_operations,
    without_step_mark,
)

Kind = Literal["value", "gradient", "size", "constant", "rate", "loss", "defined"]

_LOSS = {"E", "L", "J", "C", "ℒ", "ℓ", "loss", "Loss", "cost", "Cost", "error", "Error", "NLL", "CE", "MSE"}
_TOTAL = {"total", "tot", "T", "0", "CE", "MSE"}
_OF_ONE = {"x", "n", "i"}  # E_n, C_x: the loss of one example
_EXAMPLES = {"N", "m", "n", "M", "B"}
_RATES = {"α", "η", "lr", "learning_rate"}
_TARGET_WORDS = {"target", "true", "label", "desired"}
_OUTPUT_WORDS = {"output", "out", "pred", "prediction"}


@dataclass(frozen=True)
class Meaning:
    """What a symbol names, and what of it is still to be read."""

    kind: Kind
    name: str
    lower: tuple[Node, ...] = ()
    upper: tuple[Upper, ...] = ()
    updated: bool = False


@dataclass(frozen=True)
class Defined:
    """A symbol that the text itself defines, with the letters it is defined for."""

    symbol: Symbol
    body: Node
    letters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Names:
    """The symbols of a text: those of the network, aliases that the author gives, definitions of the text; `found` are
    aliases that follow from definitions, such as u_t = ... where that is a value of the network."""

    network: Network
    aliases: tuple[tuple[Symbol, Symbol], ...] = ()
    definitions: dict[str, Defined] = field(default_factory=dict)
    found: list[tuple[Symbol, Symbol]] = field(default_factory=list)
    _read: dict[Symbol, tuple[tuple[int, int], tuple[Meaning, ...]]] = field(default_factory=dict, repr=False)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        return layers_of(self.network)

    @cached_property
    def depth(self) -> int:
        """The number of the last layer: that in its name, z3, or how many there are."""
        numbers = [int(layer.z[1:]) for layer in self.layers if re.fullmatch(r"[zZ]\d{1,3}", layer.z)]
        return max(numbers) if numbers else len(self.layers)

    @cached_property
    def _named_by_number(self) -> bool:
        """True where z3 need not be the third layer: only its name tells its number."""
        numbers = [
            (place, layer.z[1:]) for place, layer in enumerate(self.layers, 1) if re.fullmatch(r"[zZ]\d{1,3}", layer.z)
        ]
        return any(str(place) != number for place, number in numbers)

    @cached_property
    def batch(self) -> str | None:
        return batch_of(self.network)

    @cached_property
    def output(self) -> str | None:
        return output_of(self.network)

    @cached_property
    def loss(self) -> str | None:
        return None if self.network.is_layer else self.network.results[0]

    @cached_property
    def sizes(self) -> frozenset[str]:
        return frozenset(item.symbol.name for item in self.network.dimensions)

    def size(self, name: str) -> Expr:
        """The dimension of this name."""
        return next(item.symbol for item in self.network.dimensions if item.symbol.name == name)

    def constant(self, name: str) -> Expr:
        """The number of the constant of this name."""
        return next(item.value for item in self.network.constants if item.symbol.name == name)

    @cached_property
    def constants(self) -> dict[str, str]:
        return {normal(item.symbol.name): item.symbol.name for item in self.network.constants}

    @cached_property
    def _exact(self) -> dict[str, str]:
        return {normal(name): name for name in self.network.tensors}

    @cached_property
    def _folded(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.network.tensors:
            found.setdefault(normal(name).casefold(), []).append(name)
        return found

    def tensor(self, spelled: str) -> str | None:
        """The tensor of this name: exactly, else by the only one that differs in capitals."""
        name = normal(spelled)
        if name in self._exact:
            return self._exact[name]
        found = self._folded.get(name.casefold(), [])
        return found[0] if len(found) == 1 and name != "e" else None

    def speaks_of(self, symbol: Symbol) -> bool:
        """True where the author's table or a definition says what this very symbol is."""
        table = (*self.aliases, *self.found)
        bare = replace(symbol, upper=without_operations(symbol.upper))
        known = key_of(symbol) in self.definitions or key_of(bare) in self.definitions
        return known or any(rest_of(symbol, *pair) is not None for pair in table)

    def meanings(self, symbol: Symbol) -> Iterator[Meaning]:
        """What the symbol may name, the likeliest first."""
        version = (len(self.found), len(self.definitions))
        known = self._read.get(symbol)
        if known is None or known[0] != version:
            bare, updated = without_step_mark(symbol)
            meanings = tuple(replace(meaning, updated=updated) for meaning in self._readings(bare))
            known = self._read[symbol] = (version, meanings)
        yield from known[1]

    def _readings(self, symbol: Symbol) -> Iterator[Meaning]:
        table = (*self.aliases, *self.found)
        # δ_k and δ_j may be two things: a row that has the very letter comes first.
        exact = [pair for pair in table if pair[0].lower and pair[0].lower == symbol.lower]
        for written, meant in (*exact, *table):
            rest = rest_of(symbol, written, meant)
            if rest is not None:
                lower = tuple(put(item, rest[2]) for item in single(meant.lower, set(rest[2])))
                upper = tuple(Upper(put(mark.of, rest[2]), mark.bracket, place=mark.place) for mark in meant.upper)
                target = Symbol(meant.name, (*lower, *rest[0]), (*upper, *rest[1]), meant.accents, place=symbol.place)
                yield from self._spelled(target)
                return
        yield from self._spelled(symbol)

    def _spelled(self, symbol: Symbol) -> Iterator[Meaning]:
        """What a symbol names by itself, without the author's table."""
        for marks in (symbol.upper, without_operations(symbol.upper)):
            key = key_of(replace(symbol, upper=marks))
            if key in self.definitions:
                yield Meaning("defined", key, (), tuple(mark for mark in symbol.upper if mark not in marks))
                break
        if "bar" in symbol.accents:
            yield from self._gradients(Symbol(symbol.name, symbol.lower, symbol.upper))
        hatted = self._is_prediction(symbol) and "hat" in symbol.accents
        for spelled, lower, upper in spellings(symbol):
            name = self.tensor(spelled)
            if hatted and "hat" not in spelled:
                name = None if name in self._targets else name  # ŷ is what the network says, y what it should say
            if name is not None:
                kind: Kind = "loss" if name == self.loss else "value"
                if kind == "value" or not lower:  # E_{o1} is a part of the loss E, another symbol
                    yield Meaning(kind, name, lower, upper)
            if normal(spelled) in self.constants:
                yield Meaning("constant", self.constants[normal(spelled)], lower, upper)
            if spelled in self.sizes:
                yield Meaning("size", spelled, lower, upper)
        yield from self._gradients_by_name(symbol)
        yield from self._conventions(symbol)

    @cached_property
    def _targets(self) -> frozenset[str]:
        return frozenset(tensor.name for tensor in self.network.with_role("target"))

    @staticmethod
    def _is_prediction(symbol: Symbol) -> bool:
        return symbol.name in ("output", "out", "pred", "prediction") or (
            symbol.name in ("y", "Y", "a", "p", "t") and "hat" in symbol.accents
        )

    def _numbered_words(self, symbol: Symbol) -> Iterator[Meaning]:
        """`target_{o1}` is the target with the number of o1, `output_{o1}` is o1."""
        label = text_of(symbol.lower[0]) if len(symbol.lower) == 1 else None
        if label is None or label.isdigit():
            return
        number = re.search(r"\d+$", label)
        if symbol.name in _TARGET_WORDS and number is not None:
            named = [
                tensor.name
                for tensor in self.network.with_role("target")
                if re.search(r"\d*$", tensor.name)[0] == number[0]  # type: ignore[index]
            ]
            if len(named) == 1:
                yield Meaning("value", named[0], (), symbol.upper)
        if symbol.name in _OUTPUT_WORDS and self.tensor(label) is not None:
            yield Meaning("value", self.tensor(label) or "", (), symbol.upper)

    def _gradients(self, symbol: Symbol) -> Iterator[Meaning]:
        for meaning in self._readings(symbol):
            if meaning.kind == "value":
                yield Meaning("gradient", meaning.name, meaning.lower, meaning.upper)

    def _gradients_by_name(self, symbol: Symbol) -> Iterator[Meaning]:
        """`dW1`, `dL_dW1`, `grad_W1`, `W1_grad`, `δ_2`, `delta_h`."""
        name = symbol.name
        for pattern in (r"d[A-Za-z]+_?d(.+)", r"grad_?(.+)", r"(.+?)_grad", r"[dg]_?(.+)", r"∇_?(.+)"):
            found = re.fullmatch(pattern, name)
            if found and len(name) > 1:
                yield from self._gradients(Symbol(found[1], symbol.lower, symbol.upper, symbol.accents))
        found = re.fullmatch(r"(?:δ|delta|Delta)_?(\w*)", name)
        if found:
            label = (Run(found[1]),) if found[1] else ()
            yield from self._errors(Symbol("δ", (*label, *symbol.lower), symbol.upper))

    def _errors(self, symbol: Symbol) -> Iterator[Meaning]:
        """The error of a layer, the gradient by its z; of a value, the gradient by that."""
        for label, lower, upper in labels(symbol):
            layer = self._layer(label) if label else None
            numbered = self.tensor(f"z{label}") if label.isdigit() else None
            if numbered is not None:
                yield Meaning("gradient", numbered, lower, upper)
            elif layer is not None:
                yield Meaning("gradient", layer.z, lower, upper)
            elif label and self.tensor(label) is not None and not label.isdigit():
                named = self.tensor(label)
                z = next((layer.z for layer in self.layers if layer.activation == named), None)
                yield Meaning("gradient", z or named or "", lower, upper)
        if self.layers and (self.network.recurrences or not any(mark.bracket for mark in symbol.upper)):
            recurrent = {name for item in self.network.recurrences for name in item.members}
            stepped = [layer for layer in self.layers if layer.z in recurrent]
            chosen = stepped[0] if stepped and (symbol.lower or symbol.upper) else self.layers[-1]
            yield Meaning("gradient", chosen.z, symbol.lower, symbol.upper)

    def _layer(self, label: str) -> Layer | None:
        if label.isdigit() and self._named_by_number:
            return next((layer for layer in self.layers if layer.z[1:] == label), None)
        if label.isdigit() and 1 <= int(label) <= len(self.layers):
            return self.layers[int(label) - 1]
        if label in LAST and self.layers:
            return self.layers[-1]
        return self.layers[0] if label in ("h", "hid", "hidden") and len(self.layers) == 2 else None

    def _conventions(self, symbol: Symbol) -> Iterator[Meaning]:
        name, plain = symbol.name, not symbol.lower and not symbol.upper
        for label, lower, upper in labels(symbol):
            layer = self._layer(label) if label else None
            parts = {} if layer is None else {
                "z": layer.z, "W": layer.weights, "w": layer.weights, "θ": layer.weights, "Θ": layer.weights,
                "b": layer.bias, "a": layer.activation, "h": layer.activation, "o": layer.activation,
            }  # fmt: skip
            found = parts.get(name) or (parts.get(name.lower()) if name in "ZAHB" else None)
            if self._named_by_number and any(
                re.fullmatch(rf"{re.escape(name)}\d+", item, re.I) for item in self.network.tensors
            ):
                found = None  # W2 leads into z3: where names have numbers of their own, no other numbering holds
            if label == "0" and name in "aAhx" and self.layers:
                found = self.layers[0].source
            if found:
                yield Meaning("value", found, lower, upper)
        if name in _LOSS and self.network.is_layer:
            yield Meaning("loss", "")
        elif name in _LOSS or name.casefold() in ("loss", "cost"):
            rest = tuple(item for item in symbol.lower if text_of(item) not in _TOTAL)
            if self.loss and all(text_of(item) in _OF_ONE for item in rest):
                yield Meaning("loss", self.loss, rest, symbol.upper)
        if self.output and self._is_prediction(symbol):
            yield Meaning("value", self.output, symbol.lower, symbol.upper)
        yield from self._numbered_words(symbol)
        targets = self.network.with_role("target")
        if len(targets) == 1 and name in ("t", "y", "target", "true", "label") and "hat" not in symbol.accents:
            yield Meaning("value", targets[0].name, symbol.lower, symbol.upper)
        if name == "a" and plain and self.output and self.layers and self.layers[-1].activation == self.output:
            yield Meaning("value", self.output)
        if len(self.layers) == 1:
            single = {"W": self.layers[0].weights, "w": self.layers[0].weights, "b": self.layers[0].bias,
                      "z": self.layers[0].z, "a": self.layers[0].activation}.get(name)  # fmt: skip
            if single:
                yield Meaning("value", single, symbol.lower, symbol.upper)
        if name in _EXAMPLES and plain and self.batch:
            yield Meaning("size", self.batch)
        if name in _RATES:
            yield Meaning("rate", name, symbol.lower, symbol.upper)
        elif name == "learning" and text_of(symbol.lower[0] if symbol.lower else symbol) == "rate":
            yield Meaning("rate", name, symbol.lower[1:], symbol.upper)
