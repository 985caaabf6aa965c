"""What is known while the formulas of a text are written in the network language: names, shapes, letters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from derive.verification.formula.tree import Node, Symbol
from derive.verification.infer.definitions import Defined
from derive.verification.infer.sizes import Sizes, Unfit
from derive.verification.infer.spelling import letters_below, powers
from derive.verification.infer.vocabulary import is_loss, role_of
from derive.verification.spelling import text_of

EXAMPLE = "i0"


@dataclass(frozen=True)
class Part:
    """A value with axes, and its text at letters for them. `row` is True for a vector that lies down."""

    axes: tuple[int, ...]
    text: Callable[[tuple[str, ...]], str]
    row: bool = False


@dataclass
class Writing:
    """What is known while the formulas of a text are written.

    indices   letters that count, wherever they stand below a symbol
    matrices  True where capitals are matrices and small letters columns; else what has no subscripts is a number
    plain     names that stand somewhere without brackets behind them
    shapes    the sizes of every name
    letters   what the letters of this statement run over
    named     sizes that have a name, the last value of a letter
    fixed     sizes that are numbers, the 3 of `\\sum_{i=1}^3`
    rows      of defined vectors: True for those that lie down
    lying     True where vectors lie down: then values have an axis of examples, as rows of a matrix do
    examples  the names with that axis
    frames    letters of steps and examples: where matrices are meant, x_t is a vector for each
    code      True where * is entry by entry, as in NumPy
    stepped   names of which another step is read, h of h_{t-1}
    turned    names that stand transposed in code: arrays with two axes
    """

    defined: Defined
    indices: frozenset[str]
    matrices: bool
    plain: frozenset[str]
    sizes: Sizes = field(default_factory=Sizes)
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    symbols: dict[str, Symbol] = field(default_factory=dict)
    generic: dict[str, None] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    letters: dict[str, int] = field(default_factory=dict)
    named: dict[str, int] = field(default_factory=dict)
    rows: dict[str, bool] = field(default_factory=dict)
    lying: bool = False
    examples: set[str] = field(default_factory=set)
    fixed: dict[int, int] = field(default_factory=dict)
    frames: frozenset[str] = frozenset()
    code: bool = False
    stepped: dict[str, None] = field(default_factory=dict)
    turned: frozenset[str] = frozenset()
    told: dict[str, int] = field(default_factory=dict)
    fresh: int = 0
    softmaxes: int = 0

    def letter(self) -> str:
        """A letter that no text has."""
        self.fresh += 1
        return f"i{self.fresh}"

    def name(self, symbol: Symbol) -> str:
        """The name of a symbol. Unfit where it has none or nothing may be assumed of it."""
        name = self.defined.name(symbol)
        if name is None or name in self.defined.lost:
            raise Unfit(f"{symbol.name} cannot be named")
        return self.aliases.get(name, name)

    def is_new(self, node: Node) -> bool:
        """True for a symbol without powers that has no shape yet and no subscripts that count, but those of steps."""
        if not isinstance(node, Symbol) or powers(node) or not set(letters_below(node, self.indices)) <= self.frames:
            return False
        name = self.defined.name(node)
        return (
            name is not None and name not in self.shapes and name not in self.named and text_of(node) not in ("e", "π")
        )

    def shape(self, name: str, symbol: Symbol, most: int = 2) -> tuple[int, ...]:
        """The sizes of a symbol: one for each letter below it, and those that its letter has by convention."""
        known, below = self.shapes.get(name), letters_below(symbol, self.indices)
        if known is None and name in self.defined.matrices:
            known = self.shapes[name] = tuple(self.size_of(str(count)) for count in self._counts(name))
            self.symbols[name] = symbol
        if known is None and name in self.defined.declared.shapes:
            known = self._declared(name, below)
            self.symbols[name] = symbol
        if known is None:
            is_frame = len(below) == 1 and below[0][0] in self.frames
            rank = len(below) + (min(most, self._rank(symbol)) if self.matrices and (not below or is_frame) else 0)
            self.symbols[name] = symbol
            if self.lying and role_of(symbol) != "param" and self._rank(symbol) == 1:
                self.examples.add(name)
            known = self.shapes[name] = tuple(self.sizes.new() for _ in range(rank))
        if below and (len(known) < len(below) or (len(known) > len(below) and not self.matrices)):
            raise Unfit(f"{name} has {len(known)} axes, but {len(below)} subscripts stand here")
        return known

    def _declared(self, name: str, below: tuple[str, ...]) -> tuple[int, ...]:
        """The shape that the text declares: its letters, then the sizes of the set that it is of."""
        letters, axes = self.defined.declared.shapes[name]
        lead = below[: len(letters)] if len(letters) == len(below) else letters
        shape = (*(self.sizes.new() for _ in lead), *(self.size_of(text) for text in axes))
        self.shapes[name] = shape
        return shape

    def _counts(self, name: str) -> tuple[int, ...]:
        """How many numbers each axis of a given array has; one row or one column is a vector."""
        matrix, turned = self.defined.matrices[name]
        rows, columns = len(matrix.rows), len(matrix.rows[0])
        if min(rows, columns) == 1:
            return (max(rows, columns),)
        return (columns, rows) if turned else (rows, columns)

    def size_of(self, text: str) -> int:
        """The size of this name or number; of no name, one of its own."""
        if not text:
            return self.sizes.new()
        if text not in self.told:
            self.told[text] = self.named[text] if text in self.named else self.sizes.new()
            if text.isdigit():
                self.fixed[self.told[text]] = int(text)
            elif text not in self.defined.definitions and text not in self.defined.declared.shapes:
                self.named.setdefault(text, self.told[text])
        return self.told[text]

    def is_loss(self, symbol: Symbol) -> bool:
        """True for what stands for a loss, unless it is an array: H of a hidden layer."""
        return is_loss(symbol.name) and self.defined.name(symbol) not in self.defined.arrays

    def _rank(self, symbol: Symbol) -> int:
        name = symbol.name.rstrip("0123456789")
        if self.code and name in self.turned and role_of(symbol) != "param":
            return 2
        if self.is_loss(symbol) or name in ("α", "η", "λ", "n", "m", "N", "M", "ε", "γ") or len(name) > 2:
            return 0
        return 2 if name.isupper() or (name == "θ" and symbol.upper) else 1
