"""The syntax tree of a hand-written formula: what stands on the page, before anything is known of its symbols.

Numbers, signs and comparisons are those of the network language; what only people write (juxtaposition, decorated
symbols, fractions of differentials, big sums, cases) has nodes here. What a mark means that could mean several things,
`^2` on a layer or `h(1 - h)` on a value, is left open: shapes and the network decide.

A trailing example shows each node as it is written in LaTeX.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from derive.errors import Place
from derive.language.tree import NOWHERE, Chain, Comparison, Negative, Node, Number, children, walk

__all__ = [
    "Applied",
    "At",
    "Big",
    "Cases",
    "Chain",
    "Comparison",
    "Derivative",
    "Differential",
    "Indicator",
    "Letter",
    "Matrix",
    "Negative",
    "Node",
    "Norm",
    "Number",
    "Raised",
    "Run",
    "Slice",
    "Statement",
    "Symbol",
    "Upper",
    "children",
    "walk",
]

# Signs of a Chain. A sum has "+" and "-"; a product has "" (juxtaposition), "*", "·", "×", "⊙", "⊗", "@", "/", each as
# it was written: whether "*" or "×" is elementwise or a matrix product is not known yet. `\frac{a}{b}` has "/".
# The subscript (h, e) on an axis that is a product of two has ",".
# Nothing else marks brackets: a Chain inside a Chain was bracketed.


@dataclass(frozen=True)
class Run(Node):
    """Letters and digits that stand together in a subscript or superscript: `ij`, `nk`, `o1`, `11`, `total`."""

    text: str


@dataclass(frozen=True)
class Slice(Node):
    """The places of an axis before one: the `:T` of h[:, :T]."""

    last: Node


@dataclass(frozen=True)
class Upper(Node):
    """One superscript. `bracket` is "", "(" or "[": `W^{(l)}`, `W^{[l]}`; marks are symbols named + * ' T."""

    of: Node
    bracket: str = ""


@dataclass(frozen=True)
class Symbol(Node):
    """A letter or word with what hangs on it: `\\hat y_k`, `W_{ij}^{(l)}`, `\\delta^{l+1}`, `target_{o1}`, `z2[n,k]`.

    Greek letters are named by their character (δ, σ). `lower` has an item for each part between commas, in square
    brackets of plain text too. Fonts (\\mathbf) are dropped; accents (hat, bar, tilde, vec, dot) are kept.
    """

    name: str
    lower: tuple[Node, ...] = ()
    upper: tuple[Upper, ...] = ()
    accents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Raised(Node):
    """A superscript on something that is no plain symbol: `(a - y)^2`, `(W x)^T`, `\\sigma(z)^2`."""

    of: Node
    upper: Upper


@dataclass(frozen=True)
class Applied(Node):
    """A symbol directly before round brackets, or a named function before its argument: `f'(z)`, `\\log p`, `h(1-h)`.

    `h(1 - h)` may be a product: whether h is a function is not known yet. `\\sqrt x` is the function named sqrt. In
    plain text `np.sum(dz, axis=0)` has a setting; `dz.sum(axis=0)` is the same, with dz as its first argument.
    """

    of: Symbol
    arguments: tuple[Node, ...]
    settings: tuple[tuple[str, Node], ...] = ()


@dataclass(frozen=True)
class Derivative(Node):
    """`\\frac{\\partial E}{\\partial W}`, `\\frac{d}{dx} f(x)`, `∂E/∂w`, `\\nabla_W E`; `of` is None in `\\nabla_W`."""

    of: Node | None
    by: Node


@dataclass(frozen=True)
class Differential(Node):
    """`dW`, `\\mathrm{d}z^{[2]}` outside a fraction: in notes on back-propagation the gradient of the loss by it."""

    of: Symbol


@dataclass(frozen=True)
class Letter(Node):
    """A letter below a big operator, with the first and last value it was told: `i`, `i=1` .. `N`."""

    name: str
    first: Node | None = None
    last: Node | None = None


@dataclass(frozen=True)
class Big(Node):
    """`\\sum_{i=1}^N body`, `\\prod_k`, `\\max_j`, `\\frac1N` stays a factor. `conditions` are comparisons below it."""

    operator: str  # sum prod max min mean argmax
    letters: tuple[Letter, ...]
    body: Node
    conditions: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Cases(Node):
    """`\\begin{cases} value & condition ...`; a branch without condition holds otherwise."""

    branches: tuple[tuple[Node, tuple[Node, ...]], ...]


@dataclass(frozen=True)
class Matrix(Node):
    """`\\begin{bmatrix} a & b \\\\ c & d \\end{bmatrix}`, `[[a, b], [c, d]]`."""

    rows: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True)
class Norm(Node):
    """`\\|x\\|`, `\\Vert x \\Vert_1`, and the absolute value `|x|` (`kind` is "norm" or "abs")."""

    of: Node
    kind: str = "norm"
    order: Node | None = None


@dataclass(frozen=True)
class Indicator(Node):
    """`\\mathbb{1}[z > 0]`, `[i = j]`, `\\mathbf{1}_{\\{z>0\\}}`: 1 where the conditions hold, else 0."""

    conditions: tuple[Node, ...]


@dataclass(frozen=True)
class At(Node):
    """`\\left. of \\right|_{x=2}`: a value where symbols are set to values; without settings a derivative that goes
    no way through other values, `\\frac{\\partial E}{\\partial w}|_{\\mathrm{direct}}`."""

    of: Node
    settings: tuple[Comparison, ...]


@dataclass(frozen=True)
class Statement:
    """Sides with the relations between them: `a = b ≈ c`, and the cases that it is said of (`if i ≠ j`).

    relations are "=", ":=", "≈", "≡", "→" (one thing leads to a value: `W → 0.4`), "←" (assignment), "∝", "<", "≤",
    ">", "≥", "≠", "∈", "∼" (is distributed as). A statement with one side only mentions something. `source` is the
    formula as it was written.
    """

    sides: tuple[Node, ...]
    relations: tuple[str, ...] = ()
    conditions: tuple[Node, ...] = ()
    place: Place = field(compare=False, repr=False, kw_only=True, default=NOWHERE)
    source: str = field(compare=False, repr=False, kw_only=True, default="")
