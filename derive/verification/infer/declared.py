"""What a text declares without defining it: shapes, x ∈ R^D, W ∈ R^{D×H}; facts, y ∈ {0,1}^K with Σ_k y_k = 1; which
function σ is; how far a letter runs, n = 1, ..., N."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from derive.verification.formula.tree import Big, Chain, Matrix, Node, Number, Raised, Run, Statement, Symbol
from derive.verification.infer.spelling import letters_below
from derive.verification.infer.vocabulary import known_function
from derive.verification.spelling import GREEK, text_of

_REALS = ("R", "ℝ")
_SYMBOL = r"\$?\\?(?:mathbf|boldsymbol|bm|vec)?\{?(?P<name>[^\W\d_]{1,10})\}?(?:_\w|\^\{\(\w\)\})?\$?"
_ONE_HOT = (
    re.compile(
        _SYMBOL + r"(?:\s+(?:is|are|be|ist|sind)\s+(?:an?\s+|the\s+)?|\s*[,:]?\s+\(?)one[-\s]hot", re.IGNORECASE
    ),
    re.compile(
        r"one[-\s]hot(?:[-\s]?(?:encoded|kodierte?[rns]?))?(?:\s+(?:targets?|labels?|vectors?|encodings?)){0,2}\s+"
        r"(?:in\s+)?" + _SYMBOL,
        re.IGNORECASE,
    ),
)
_ACTIVATION = re.compile(
    _SYMBOL + r"(?:\(\w\)\$?)?\s+(?:is|denotes|be|being|means|stands\s+for|ist)\s+"
    r"(?:the\s+|a\s+|die\s+|der\s+)?(?:logistic\s+)?"
    r"(?P<function>sigmoid|logistic|tanh|hyperbolic\s+tangent|relu|rectifier|softplus)\b",
    re.IGNORECASE,
)
_EXTENT = r"\$?(?:[A-Z]|[a-z]|\d{1,4})\$?"
# X is N x D; X (N x D); X is an N × D matrix; X has shape (N, D)
_SHAPE = re.compile(
    r"(?<![\w\\^{])\$?(?:\\(?:mathbf|boldsymbol|bm)\{)?(?P<name>[^\W\d_]_?\d?)\}?\$?\s*"
    r"(?:\s(?:is|are|ist|being)\s+(?:an?\s+|the\s+|eine?\s+)?(?:matrix\s+)?(?:of\s+(?:shape|size)\s+)?"
    r"|\s(?:has|have|of|hat|with)\s+(?:the\s+)?(?:shape|size)\s+|(?=\())"
    rf"(?:\(\s*)?(?P<rows>{_EXTENT})\s*(?P<sign>\sx\s|×|\\times(?![a-z])|\sby\s|,)\s*(?P<columns>{_EXTENT})"
    r"(?P<end>\s*\))?(?![\w(^{\\+*/=-])"
)
_WORDS = {"logistic": "sigmoid", "hyperbolic tangent": "tanh", "rectifier": "relu"}


@dataclass(frozen=True)
class Declared:
    """What a text declares, by names.

    shapes      the letters below a symbol, and its axes as names of sizes or numbers, "" for one without a name
    one_hot     symbols with one 1 among zeros; sums: those whose entries add up to one
    functions   what a letter before brackets is: σ is the sigmoid
    lasts       the last values of letters
    """

    shapes: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    one_hot: frozenset[str] = frozenset()
    sums: frozenset[str] = frozenset()
    functions: Mapping[str, str] = field(default_factory=dict)
    lasts: tuple[tuple[str, str], ...] = ()
    statements: frozenset[int] = frozenset()  # those that say so, and claim nothing


def declared_by(
    statements: Sequence[Statement],
    said: Sequence[str],
    name_of: Callable[[Symbol], str | None],
    indices: frozenset[str],
    defined: Iterable[str],
) -> Declared:
    """The declarations among statements, and those that sentences make; `defined` are names with an equation."""
    shapes: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    binary: set[str] = set()
    lasts: list[tuple[str, str]] = []
    sums: set[str] = set()
    places: set[int] = set()
    known = set(defined)
    for place, statement in enumerate(statements):
        if statement.relations == ("∈",) and isinstance(statement.sides[0], Symbol):
            symbol, within = statement.sides[0], statement.sides[1]
            last = _last_of(within)
            if last is not None and text_of(symbol) is not None:
                lasts.append((symbol.name, last))
            axes = axes_of(within)
            for member in (*_listed_before(statements, place), symbol):
                name = name_of(member)
                if name is not None and axes is not None:
                    shapes.setdefault(name, (letters_below(member, indices), axes))
                    if _is_binary(within):
                        binary.add(name)
        summed = _summed_to_one(statement)
        if summed is not None:
            name = name_of(summed)
            if name is not None and name not in known:
                sums.add(name)
                places.add(place)
    for name, axes in shapes_said(said).items():
        if name not in known:  # of what has an equation, this tells the shape
            shapes.setdefault(name, ((), axes))
    one_hot = {name for name in sums if name in binary} | one_hots(said)
    return Declared(
        shapes, frozenset(one_hot), frozenset(sums - one_hot), activations(said), tuple(lasts), frozenset(places)
    )


def _listed_before(statements: Sequence[Statement], place: int) -> list[Symbol]:
    """Q and K of `Q, K, V ∈ R^{T×d}`: the symbols alone that only commas part from a declaration."""
    found: list[Symbol] = []
    after = statements[place].place
    for statement in reversed(statements[:place]):
        before = statement.place
        between = before.source[before.column - 1 + before.length : after.column - 1]
        symbol = statement.sides[0]
        if statement.relations or not isinstance(symbol, Symbol):
            break
        if (before.line, between.strip()) != (after.line, ","):
            break
        found.append(symbol)
        after = before
    return found[::-1]


def declares(statement: Statement) -> bool:
    """True for what only says of which kind something is: x ∈ R^D, ε ∼ N(0, 1)."""
    return bool({"∈", "∼"} & set(statement.relations))


def axes_of(within: Node) -> tuple[str, ...] | None:
    """The axes of a member of a set: (D, H) of R^{D×H}, (K) of {0, 1}^K, none of R and [0, 1]."""
    if isinstance(within, Symbol) and within.name in _REALS and not within.lower:
        return _sizes(within.upper[0].of) if len(within.upper) == 1 else () if not within.upper else None
    if isinstance(within, Raised) and isinstance(within.of, Matrix):
        return _sizes(within.upper.of)
    return () if isinstance(within, Matrix) and _last_of(within) is None else None


def _sizes(exponent: Node) -> tuple[str, ...]:
    if isinstance(exponent, Chain) and set(exponent.signs) <= {"×", "*", "·", ""}:
        operands = [item for item in exponent.operands if text_of(item) != "x"]
        return tuple(_size(item) for item in operands)
    return (_size(exponent),)


def _size(node: Node) -> str:
    text = text_of(node) or ""
    return text if text.isdigit() or (text.isidentifier() and isinstance(node, Symbol | Run)) else ""


def _last_of(within: Node) -> str | None:
    """N of {1, ..., N}: the row of its ends."""
    if not isinstance(within, Matrix) or len(within.rows) != 1 or len(within.rows[0]) != 2:
        return None
    first, last = within.rows[0]
    text = text_of(last) or ""
    starts = isinstance(first, Number) and first.text in ("0", "1")
    is_size = isinstance(last, Symbol) and text.isidentifier()
    return text if starts and is_size else None


def _is_binary(within: Node) -> bool:
    values = within.of if isinstance(within, Raised) else within
    return isinstance(values, Matrix) and [[text_of(item) for item in row] for row in values.rows] == [["0", "1"]]


def _summed_to_one(statement: Statement) -> Symbol | None:
    """y of `\\sum_k y_k = 1`."""
    if statement.relations != ("=",) or text_of(statement.sides[1]) != "1" or not isinstance(statement.sides[0], Big):
        return None
    total = statement.sides[0]
    if total.operator != "sum" or total.conditions or not isinstance(total.body, Symbol):
        return None
    last = text_of(total.body.lower[-1]) if total.body.lower else None
    is_over_last = len(total.letters) == 1 and last is not None and last.endswith(total.letters[0].name)
    return replace(total.body, lower=()) if is_over_last else None


# Sentences


def one_hots(said: Sequence[str]) -> set[str]:
    """The symbols that a text calls one-hot."""
    text = " ".join(said)
    found = {_letter(match["name"]) for pattern in _ONE_HOT for match in pattern.finditer(text)}
    return {name for name in found if len(name) <= 2 or name in ("target", "targets", "labels", "label")}


def shapes_said(said: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The shapes that sentences tell: (N, D) of "X is N x D". A comma needs the word "shape" or "size" before it."""
    found: dict[str, tuple[str, str]] = {}
    for match in _SHAPE.finditer(" ".join(said)):
        if match["sign"] == "," and re.search("shape|size", match[0]) is None:
            continue
        extents = (match["rows"].strip("$"), match["columns"].strip("$"))
        found.setdefault(match["name"].replace("_", ""), extents)
    return found


def activations(said: Sequence[str]) -> dict[str, str]:
    """Which function a letter is, where a text says so: σ is the sigmoid."""
    found: dict[str, str] = {}
    for match in _ACTIVATION.finditer(" ".join(said)):
        word = " ".join(match["function"].lower().split())
        name = _letter(match["name"])
        function = known_function(_WORDS.get(word, word))
        if len(name) == 1 and function is not None:
            found.setdefault(name, function)
    return found


def _letter(name: str) -> str:
    return GREEK.get(name, name)
