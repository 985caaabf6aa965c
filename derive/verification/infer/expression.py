"""A hand-written formula as text of the network language, in index form; shapes follow from how symbols are used.

Every part has axes and, given letters for them, a text: `W x` is `sum(W[i, k] * x[k] for k)` with the axis of i.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import singledispatch

from derive.verification.formula.tree import (
    Applied,
    Big,
    Chain,
    Negative,
    Node,
    Norm,
    Number,
    Raised,
    Symbol,
    Upper,
)
from derive.verification.infer.definitions import Defined
from derive.verification.infer.sizes import Sizes, Unfit
from derive.verification.infer.spelling import is_transpose, letters_below, powers
from derive.verification.infer.vocabulary import is_generic, is_loss, known_function, role_of
from derive.verification.names import text_of

EXAMPLE = "i0"
_MOST_SOFTMAXES = 8  # of one definition
_TIMES = ("", "*", "·", "×", "⊙", "∘", "@", "⊗")


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
        """True for a symbol without powers that has no shape yet and no subscripts that count."""
        if not isinstance(node, Symbol) or powers(node) or letters_below(node, self.indices):
            return False
        name = self.defined.name(node)
        return (
            name is not None and name not in self.shapes and name not in self.named and text_of(node) not in ("e", "π")
        )

    def shape(self, name: str, symbol: Symbol, most: int = 2) -> tuple[int, ...]:
        """The sizes of a symbol: one for each letter below it, and those that its letter has by convention."""
        known, below = self.shapes.get(name), letters_below(symbol, self.indices)
        if known is None:
            rank = len(below) + (min(most, self._rank(symbol)) if self.matrices and not below else 0)
            self.symbols[name] = symbol
            if self.lying and role_of(symbol) != "param" and self._rank(symbol) == 1:
                self.examples.add(name)
            known = self.shapes[name] = tuple(self.sizes.new() for _ in range(rank))
        if below and len(known) != len(below):
            raise Unfit(f"{name} has {len(known)} axes, but {len(below)} subscripts stand here")
        return known

    def _rank(self, symbol: Symbol) -> int:
        name = symbol.name.rstrip("0123456789")
        if is_loss(name) or name in ("α", "η", "λ", "n", "m", "N", "M", "ε", "γ") or len(name) > 2:
            return 0
        return 2 if name.isupper() or (name == "θ" and symbol.upper) else 1


@singledispatch
def part(node: Node, writing: Writing) -> Part:
    """A formula as a part. Unfit where the language cannot say it."""
    raise Unfit(f"{type(node).__name__.lower()} is not written in a network")


def scalar(text: str) -> Part:
    """A number."""
    return Part((), lambda _: text)


@part.register
def _(node: Number, writing: Writing) -> Part:
    if len(node.text) > 40:
        raise Unfit("a long number")
    return scalar(node.text)


@part.register
def _(node: Negative, writing: Writing) -> Part:
    inner = part(node.of, writing)
    return Part(inner.axes, lambda at: f"(-{inner.text(at)})", inner.row)


@part.register
def _(node: Symbol, writing: Writing) -> Part:
    if (
        node.name == "e"
        and not node.lower
        and "e" not in writing.defined.definitions
        and "e" not in writing.defined.given
    ):
        if not node.upper:
            return scalar("exp(1)")
        inner = part(node.upper[0].of, writing)
        return Part(inner.axes, lambda at: f"exp({inner.text(at)})", inner.row)
    if text_of(node) == "π":
        return scalar("pi")
    name = writing.name(node)
    if name in writing.named:
        return scalar(name)
    if name in writing.defined.functions:
        raise Unfit(f"{name} is a function")
    sizes = writing.shape(name, node)
    below = letters_below(node, writing.indices)
    for letter, size in zip(below, sizes, strict=False):
        writing.sizes.same(writing.letters.setdefault(letter, size), size)
    rest = sizes[len(below) :]
    lead = (EXAMPLE, *below) if name in writing.examples else below
    found = Part(
        rest, lambda at: f"{name}[{', '.join((*lead, *at))}]" if lead or at else name, writing.rows.get(name, False)
    )
    for mark in powers(node):
        found = raised(found, mark, writing)
    return found


@part.register
def _(node: Raised, writing: Writing) -> Part:
    if isinstance(node.of, Norm) and node.of.kind == "norm" and text_of(node.upper.of) == "2":
        inner = part(node.of.of, writing)
        return _summed(Part(inner.axes, lambda at: f"({inner.text(at)})**2", inner.row), writing)
    return raised(part(node.of, writing), node.upper, writing)


def raised(inner: Part, mark: Upper, writing: Writing) -> Part:
    """A part transposed, or to a power entry by entry."""
    if is_transpose(mark):
        if len(inner.axes) == 2:
            return Part(inner.axes[::-1], lambda at: inner.text(at[::-1]))
        return Part(inner.axes, inner.text, not inner.row)
    if text_of(mark.of) in ("*", "+", "'", "T"):
        raise Unfit("a mark without a meaning")
    exponent = part(mark.of, writing)
    if exponent.axes:
        raise Unfit("an exponent that is no number")
    return Part(inner.axes, lambda at: f"({inner.text(at)})**({exponent.text(())})", inner.row)


@part.register
def _(node: Norm, writing: Writing) -> Part:
    inner = part(node.of, writing)
    if node.kind == "abs":
        return Part(inner.axes, lambda at: f"abs({inner.text(at)})", inner.row)
    order = text_of(node.order) if node.order is not None else "2"
    if order == "1":
        return _summed(Part(inner.axes, lambda at: f"abs({inner.text(at)})", inner.row), writing)
    if order not in ("2", "F"):
        raise Unfit("a norm of another order")
    square = _summed(Part(inner.axes, lambda at: f"({inner.text(at)})**2", inner.row), writing)
    return scalar(f"sqrt({square.text(())})")


def _summed(inner: Part, writing: Writing) -> Part:
    """The sum over all axes."""
    if not inner.axes:
        return inner
    letters = tuple(writing.letter() for _ in inner.axes)
    return Part((), lambda _: f"sum({inner.text(letters)} for {', '.join(letters)})")


# Sums and products


@part.register
def _(node: Chain, writing: Writing) -> Part:
    if set(node.signs) <= {"+", "-"}:
        return _sum(node, writing)
    parts = [part(operand, writing) for operand in node.operands]
    groups, signs = [parts[0]], []
    for sign, following in zip(node.signs, parts[1:], strict=True):
        if sign == "/":
            groups[-1] = elementwise(groups[-1], following, "/", writing)
        elif sign in _TIMES:
            groups.append(following)
            signs.append(sign)
        else:
            raise Unfit(f"the sign {sign}")
    product = groups[0]
    for sign, following in zip(signs, groups[1:], strict=True):
        product = times(product, following, sign, writing)
    return product


def _sum(node: Chain, writing: Writing) -> Part:
    """Terms of one shape; a symbol that nothing else tells the shape of has at most that of the others."""
    parts: dict[int, Part] = {}
    later = [place for place, operand in enumerate(node.operands) if writing.is_new(operand)]
    for place in (*(place for place in range(len(node.operands)) if place not in later), *later):
        operand = node.operands[place]
        if place in later and parts and isinstance(operand, Symbol):
            writing.shape(writing.name(operand), operand, max(len(item.axes) for item in parts.values()))
        parts[place] = part(operand, writing)
    total = parts[0]
    for place, sign in enumerate(node.signs, 1):
        total = elementwise(total, parts[place], sign, writing)
    return total


def elementwise(a: Part, b: Part, sign: str, writing: Writing) -> Part:
    """a + b, a - b, a ⊙ b, a / b; a number stands beside any shape, a vector beside a matrix whose axis it has."""
    if len(a.axes) == len(b.axes):
        for x, y in zip(a.axes, b.axes, strict=True):
            writing.sizes.same(x, y)
        return Part(a.axes, lambda at: f"({a.text(at)} {sign} {b.text(at)})", a.row)
    if not a.axes or not b.axes:
        axes = a.axes or b.axes
        return Part(
            axes, lambda at: f"({a.text(at if a.axes else ())} {sign} {b.text(at if b.axes else ())})", a.row or b.row
        )
    if len(b.axes) == 2:
        raise Unfit("a vector before a matrix in a sum")
    # A bias beside a matrix of examples: on the axis that already has its size, else the last one, as NumPy does.
    size = writing.sizes.root(b.axes[0])
    place = next((place for place in (1, 0) if writing.sizes.root(a.axes[place]) == size), 1)
    writing.sizes.same(a.axes[place], b.axes[0])
    return Part(a.axes, lambda at: f"({a.text(at)} {sign} {b.text((at[place],))})")


def times(a: Part, b: Part, sign: str, writing: Writing) -> Part:
    """A product as shapes decide it."""
    if not a.axes or not b.axes or sign in ("⊙", "∘"):
        return elementwise(a, b, "*", writing)
    if len(a.axes) == 1 and len(b.axes) == 1:
        if sign == "⊗" or (not a.row and b.row):
            return Part((*a.axes, *b.axes), lambda at: f"({a.text(at[:1])} * {b.text(at[1:])})")
        if sign != "·" and not a.row:
            if sign == "*":
                return elementwise(a, b, "*", writing)
            raise Unfit("a product of two columns")
    return _contracted(a, b, writing)


def _contracted(a: Part, b: Part, writing: Writing) -> Part:
    writing.sizes.same(a.axes[-1], b.axes[0])
    k, kept = writing.letter(), len(a.axes) - 1

    def text(at: tuple[str, ...]) -> str:
        return f"sum({a.text((*at[:kept], k))} * {b.text((k, *at[kept:]))} for {k})"

    return Part((*a.axes[:-1], *b.axes[1:]), text, row=len(a.axes) == 1 and len(b.axes) == 2)


# Functions and big sums


@part.register
def _(node: Applied, writing: Writing) -> Part:
    name, symbol = node.of.name, node.of
    if any(text_of(mark.of) == "'" for mark in symbol.upper):
        raise Unfit("a derivative inside a definition")
    own = writing.defined.functions.get(name)
    known = known_function(name)
    decorated = any(not mark.bracket for mark in symbol.upper)
    if own is None and known is None and name == "σ":
        known = "sigmoid"
    is_value = name in writing.plain and known is None and own is None
    if is_value:
        if len(node.arguments) != 1:
            raise Unfit(f"{name} of {len(node.arguments)} arguments")
        return times(part(symbol, writing), part(node.arguments[0], writing), "", writing)
    if name in ("softmax", "Softmax") and own is None:
        return _softmax(node, writing)
    if known is None and own is None:
        if not is_generic(name) or len(node.arguments) != 1:
            raise Unfit(f"nothing says what the function {name} is")
        writing.generic[name] = None
    called = name if own is not None or known is None else known
    arguments = [part(argument, writing) for argument in node.arguments]
    if len(arguments) > 1 and any(argument.axes for argument in arguments):
        raise Unfit("a function of several arrays")
    inner = arguments[0]
    found = Part(
        inner.axes, lambda at: f"{called}({', '.join(argument.text(at) for argument in arguments)})", inner.row
    )
    if decorated:
        for mark in symbol.upper:
            found = raised(found, mark, writing) if not mark.bracket else found
    return found


def _softmax(node: Applied, writing: Writing) -> Part:
    inner = part(node.arguments[0], writing)
    if len(inner.axes) != 1:
        raise Unfit("a softmax of something that is no vector")
    letter = writing.letter()
    writing.softmaxes += 1
    if writing.softmaxes > _MOST_SOFTMAXES:
        raise Unfit("so many softmax, each of which writes its argument twice")
    return Part(
        inner.axes, lambda at: f"(exp({inner.text(at)}) / sum(exp({inner.text((letter,))}) for {letter}))", inner.row
    )


@part.register
def _(node: Big, writing: Writing) -> Part:
    if node.operator not in ("sum", "prod", "max", "min") or node.conditions:
        raise Unfit(f"{node.operator} with a condition")
    letters = [letter.name for letter in node.letters]
    if not letters or any(letter not in writing.indices for letter in letters):
        raise Unfit("a sum over what does not count")
    outside = {letter: writing.letters.pop(letter, None) for letter in letters}
    inner = part(node.body, writing)
    for letter in letters:
        size = writing.letters.pop(letter, None)
        if size is None:
            raise Unfit(f"nothing says what {letter} runs over")
        last = text_of(node.letters[letters.index(letter)].last or node)
        if last is not None and last.isdigit() and 1 < int(last) < 100:
            writing.fixed[size] = int(last)
        if last is not None and last.isidentifier():
            writing.named.setdefault(last, size)
            writing.sizes.same(writing.named[last], size)
        before = outside[letter]
        if before is not None:
            writing.letters[letter] = before
    return Part(inner.axes, lambda at: f"{node.operator}({inner.text(at)} for {', '.join(letters)})", inner.row)


__all__ = ["Part", "Writing", "part"]
