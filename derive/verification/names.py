"""What a written symbol names in a network: `W_1`, `W^{(1)}`, `\\mathbf W^{[1]}` are W1; `\\delta_2` is the gradient by z2.

A symbol is spelled in every way its parts allow, and looked up: the author's own table first, then the names of the
network, then the conventions of textbooks (layers, the loss, the prediction). What is left of its subscripts and
superscripts after that picks entries, transposes, raises to a power.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Literal

from sympy import Expr

from derive.network import Network
from derive.verification.formula.tree import Chain, Negative, Node, Number, Run, Symbol, Upper, walk
from derive.verification.layers import Layer, batch_of, layers_of, output_of

Kind = Literal["value", "gradient", "size", "constant", "rate", "loss", "defined"]

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "eta": "η",
    "theta": "θ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ",
    "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "pi": "π", "kappa": "κ", "zeta": "ζ", "eps": "ε",
}  # fmt: skip
_LOSS = {"E", "L", "J", "C", "ℒ", "ℓ", "loss", "Loss", "cost", "Cost", "error", "Error", "NLL", "CE", "MSE"}
_TOTAL = {"total", "tot", "T", "0", "x", "n", "i", "CE", "MSE"}
_EXAMPLES = {"N", "m", "n", "M", "B"}
_RATES = {"α", "η", "lr", "learning_rate"}
_TARGET_WORDS = {"target", "true", "label", "desired"}
_OUTPUT_WORDS = {"output", "out", "pred", "prediction"}
_LAST = {"L", "o", "out", "output", "K"}
_STEP_MARKS = {"+", "new", "neu"}


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
        numbers = [(place, layer.z[1:]) for place, layer in enumerate(self.layers, 1) if re.fullmatch(r"[zZ]\d{1,3}", layer.z)]
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
        bare = replace(symbol, upper=_without_operations(symbol.upper))
        known = key_of(symbol) in self.definitions or key_of(bare) in self.definitions
        return known or any(_rest(symbol, *pair) is not None for pair in table)

    def meanings(self, symbol: Symbol) -> Iterator[Meaning]:
        """What the symbol may name, the likeliest first."""
        version = (len(self.found), len(self.definitions))
        known = self._read.get(symbol)
        if known is None or known[0] != version:
            bare, updated = _without_step_mark(symbol)
            meanings = tuple(replace(meaning, updated=updated) for meaning in self._readings(bare))
            known = self._read[symbol] = (version, meanings)
        yield from known[1]

    def _readings(self, symbol: Symbol) -> Iterator[Meaning]:
        table = (*self.aliases, *self.found)
        # δ_k and δ_j may be two things: a row that has the very letter comes first.
        exact = [pair for pair in table if pair[0].lower and pair[0].lower == symbol.lower]
        for written, meant in (*exact, *table):
            rest = _rest(symbol, written, meant)
            if rest is not None:
                lower = tuple(_put(item, rest[2]) for item in _single(meant.lower, set(rest[2])))
                upper = tuple(Upper(_put(mark.of, rest[2]), mark.bracket, place=mark.place) for mark in meant.upper)
                target = Symbol(meant.name, (*lower, *rest[0]), (*upper, *rest[1]), meant.accents, place=symbol.place)
                yield from self._spelled(target)
                return
        yield from self._spelled(symbol)

    def _spelled(self, symbol: Symbol) -> Iterator[Meaning]:
        """What a symbol names by itself, without the author's table."""
        for marks in (symbol.upper, _without_operations(symbol.upper)):
            key = key_of(replace(symbol, upper=marks))
            if key in self.definitions:
                yield Meaning("defined", key, (), tuple(mark for mark in symbol.upper if mark not in marks))
                break
        if "bar" in symbol.accents:
            yield from self._gradients(Symbol(symbol.name, symbol.lower, symbol.upper))
        for spelled, lower, upper in _spellings(symbol):
            name = self.tensor(spelled)
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

    def _numbered_words(self, symbol: Symbol) -> Iterator[Meaning]:
        """`target_{o1}` is the target with the number of o1, `output_{o1}` is o1."""
        label = text_of(symbol.lower[0]) if len(symbol.lower) == 1 else None
        if label is None or label.isdigit():
            return
        number = re.search(r"\d+$", label)
        if symbol.name in _TARGET_WORDS and number is not None:
            named = [
                tensor.name for tensor in self.network.with_role("target") if re.search(r"\d*$", tensor.name)[0] == number[0]  # type: ignore[index]
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
        for label, lower, upper in _labels(symbol):
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
        if label in _LAST and self.layers:
            return self.layers[-1]
        return self.layers[0] if label in ("h", "hid", "hidden") and len(self.layers) == 2 else None

    def _conventions(self, symbol: Symbol) -> Iterator[Meaning]:
        name, plain = symbol.name, not symbol.lower and not symbol.upper
        for label, lower, upper in _labels(symbol):
            layer = self._layer(label) if label else None
            parts = {} if layer is None else {
                "z": layer.z, "W": layer.weights, "w": layer.weights, "θ": layer.weights, "Θ": layer.weights,
                "b": layer.bias, "a": layer.activation, "h": layer.activation, "o": layer.activation,
            }  # fmt: skip
            found = parts.get(name) or (parts.get(name.lower()) if name in "ZAHB" else None)
            if self._named_by_number and any(re.fullmatch(rf"{re.escape(name)}\d+", item, re.I) for item in self.network.tensors):
                found = None  # W2 leads into z3: where names have numbers of their own, no other numbering holds
            if label == "0" and name in "aAhx" and self.layers:
                found = self.layers[0].source
            if found:
                yield Meaning("value", found, lower, upper)
        if name in _LOSS and self.network.is_layer:
            yield Meaning("loss", "")
        elif name in _LOSS or name.casefold() in ("loss", "cost"):
            rest = tuple(item for item in symbol.lower if text_of(item) not in _TOTAL)
            if not rest and self.loss:
                yield Meaning("loss", self.loss, (), symbol.upper)
        is_prediction = name in ("output", "out", "pred", "prediction") or (name in "yap" and "hat" in symbol.accents)
        if self.output and is_prediction:
            yield Meaning("value", self.output, symbol.lower, symbol.upper)
        yield from self._numbered_words(symbol)
        targets = self.network.with_role("target")
        if len(targets) == 1 and name in ("t", "y", "target", "true", "label"):
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


@lru_cache(maxsize=65536)
def normal(name: str) -> str:
    """A name as it is compared: NFKC, Greek letters by their character, without underscores."""
    text = unicodedata.normalize("NFKC", name)
    for word, letter in GREEK.items():
        text = re.sub(rf"(?<![A-Za-z]){word}(?![a-z])", letter, text)
    return text.replace("_", "")


def text_of(node: Node) -> str | None:
    """What stands in a subscript, where that is a plain word or number."""
    if isinstance(node, Number | Run):
        return node.text
    if isinstance(node, Symbol) and not node.lower and not node.upper and not node.accents:
        return node.name
    return None


def key_of(symbol: Symbol) -> str:
    """A symbol as text, to look up what the document itself defines."""
    return "|".join(
        (symbol.name, ",".join(symbol.accents), ",".join(map(_shape, symbol.lower)), ",".join(map(_mark, symbol.upper)))
    )


def _without_operations(upper: tuple[Upper, ...]) -> tuple[Upper, ...]:
    """Superscripts without those that do something to a value: a transpose, a power."""
    return tuple(
        mark for mark in upper if mark.bracket or not (text_of(mark.of) in ("T", "⊤", "'") or isinstance(mark.of, Number))
    )


def _mark(upper: Upper) -> str:
    return f"{upper.bracket}{_shape(upper.of)}"


def _shape(node: Node) -> str:
    return text_of(node) or repr(node)


def _rest(symbol: Symbol, written: Symbol, meant: Symbol) -> tuple[tuple[Node, ...], tuple[Upper, ...], dict[str, Node]] | None:
    """What a symbol has beyond the one of an alias, and what its letters stand for; None where it is another.

    A letter in the alias, the l of `w^l`, stands for whatever is in its place: `w^{l+1}`.
    """
    if (symbol.name, symbol.accents) != (written.name, written.accents):
        return None
    letters: dict[str, Node] = {}
    variables = {name for item in (*meant.lower, *(mark.of for mark in meant.upper)) for name in _letters_in(item)}
    lower, patterns = _single(symbol.lower, variables), _single(written.lower, variables)
    count = len(patterns)
    if len(lower) < count:
        return None
    for item, pattern in zip(lower, patterns, strict=False):
        if not _matches(item, pattern, letters, variables):
            return None
    upper = list(symbol.upper)
    for pattern_mark in written.upper:
        found = next(
            (mark for mark in upper if mark.bracket == pattern_mark.bracket and _matches(mark.of, pattern_mark.of, letters, variables)),
            None,
        )
        if found is None:
            return None
        upper.remove(found)
    return lower[count:], tuple(upper), letters


def _letters_in(node: Node) -> Iterator[str]:
    """The single letters of a subscript."""
    for item in walk(node):
        text = text_of(item)
        if text is not None and text.isalpha():
            yield from text if isinstance(item, Run) else ([text] if len(text) == 1 else [])


def _single(items: tuple[Node, ...], variables: set[str]) -> tuple[Node, ...]:
    """Subscripts one by one, where they are letters that an alias may stand for anything with."""
    found: list[Node] = []
    for item in items:
        if isinstance(item, Run) and variables and item.text.isalpha() and len(item.text) <= 4:
            found += [Symbol(letter, place=item.place) for letter in item.text]
        else:
            found.append(item)
    return tuple(found)


def _matches(item: Node, pattern: Node, letters: dict[str, Node], variables: set[str]) -> bool:
    if item == pattern:
        if isinstance(pattern, Symbol):
            letters[pattern.name] = item
        return True
    text = text_of(pattern)
    is_variable = isinstance(pattern, Symbol) and text in variables and text != "T"
    if not is_variable or text is None or text_of(item) in ("T", "⊤", "'", "+", "*"):
        return False
    if isinstance(item, Symbol) and (text_of(item) or "")[:1].isupper():
        letters[text] = item
        return True
    if isinstance(item, Number | Chain) or (isinstance(item, Symbol) and text_of(item) is not None):
        letters[text] = item
        return True
    return False


def _put(node: Node, letters: dict[str, Node]) -> Node:
    """The node with letters of an alias replaced by what they stand for."""
    text = text_of(node)
    if isinstance(node, Symbol) and text in letters:
        return letters[text]
    if isinstance(node, Chain):
        return Chain(tuple(_put(operand, letters) for operand in node.operands), node.signs, place=node.place)
    return node


def _without_step_mark(symbol: Symbol) -> tuple[Symbol, bool]:
    """The symbol without the + that marks a value after the update."""
    upper = tuple(mark for mark in symbol.upper if text_of(mark.of) not in _STEP_MARKS)
    lower = tuple(item for item in symbol.lower if text_of(item) not in _STEP_MARKS)
    changed = len(upper) + len(lower) < len(symbol.upper) + len(symbol.lower)
    return Symbol(symbol.name, lower, upper, symbol.accents, place=symbol.place), changed


def _labels(symbol: Symbol) -> Iterator[tuple[str, tuple[Node, ...], tuple[Upper, ...]]]:
    """Ways to take a label from a symbol: `(1)` above, the first subscript, the digits that it begins with."""
    for place, mark in enumerate(symbol.upper):
        text = text_of(mark.of)
        if text is not None and (mark.bracket or text.isdigit() or text in _LAST) and text not in ("T", "⊤"):
            yield text, symbol.lower, (*symbol.upper[:place], *symbol.upper[place + 1 :])
    if symbol.lower:
        first, rest = symbol.lower[0], symbol.lower[1:]
        text = text_of(first)
        if text is not None:
            yield text, rest, symbol.upper
            digits = re.fullmatch(r"(\d)([a-zA-Z]+|\d+)", text) if isinstance(first, Run) else None
            if digits:
                yield digits[1], (Run(digits[2], place=first.place), *rest), symbol.upper


def _spellings(symbol: Symbol) -> Iterator[tuple[str, tuple[Node, ...], tuple[Upper, ...]]]:
    """The names that a symbol can be spelled as, those with a label first, and what is left of it."""
    primes = sum(1 for mark in symbol.upper if text_of(mark.of) == "'")
    bases = [symbol.name]
    for accent in symbol.accents:
        bases = [f"{symbol.name}{accent}", f"{accent}{symbol.name}", *bases]
    if primes:
        bases = [symbol.name + "'" * primes, *bases]
    for label, lower, upper in _labels(symbol):
        for base in bases:
            yield base + label, lower, _unprimed(upper) if base.endswith("'") else upper
    for base in bases:
        yield base, symbol.lower, _unprimed(symbol.upper) if base.endswith("'") else symbol.upper


def _unprimed(upper: tuple[Upper, ...]) -> tuple[Upper, ...]:
    return tuple(mark for mark in upper if text_of(mark.of) != "'")


def is_shift(node: Node) -> bool:
    """True for `t-1`, `l+1`, `-1`: what can only be a subscript or a layer."""
    return isinstance(node, Negative) or (isinstance(node, Chain) and set(node.signs) <= {"+", "-"})
