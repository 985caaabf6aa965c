"""What a text is about, told by its signs: numbers, arrays entry by entry, or matrices and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.verification.formula.tree import Big, Chain, Matrix, Node, Norm, Run, Statement, Symbol, Upper, walk
from derive.verification.infer.spelling import is_transpose, shifted
from derive.verification.spelling import text_of

_LETTERS = frozenset("ijklmnpqrstuvcdτ")
_STEPS = "tsnτ"
_FRAMES = "tnτ"


@dataclass(frozen=True)
class Evidence:
    """How symbols are read.

    indices    letters that count, wherever they stand below a symbol
    matrices   True where transposes, ⊙ or norms show that letters without subscripts are arrays
    lasts      the last values of letters that have a name, N of `\\sum_{n=1}^N`
    frames     letters of steps and examples: where matrices are meant, x_t is a vector for each
    code       True for lines of NumPy: there * is always entry by entry
    """

    indices: frozenset[str]
    matrices: bool
    lasts: tuple[str, ...]
    frames: frozenset[str] = frozenset()
    code: bool = False


def evidence_of(statements: Sequence[Statement], matrices: bool) -> Evidence:
    """The signs of arrays in a text; `matrices` where they are known to be meant."""
    indices: set[str] = set()
    lasts: dict[str, None] = {}
    stepped: set[str] = set()
    code = False
    for statement in statements:
        for side in statement.sides:
            for node in walk(side):
                matrices = matrices or _shows_matrices(node)
                code = code or (isinstance(node, Chain) and "@" in node.signs)
                stepped |= _stepped(node)
                for letter in node.letters if isinstance(node, Big) else ():
                    if len(letter.name) == 1 and letter.name.isalpha():
                        indices.add(letter.name)
                        last = text_of(letter.last) if letter.last is not None else None
                        if last is not None and last.isidentifier():
                            lasts[last] = None
        indices |= _shared(statement)
    indices = (indices - _labels(statements, stepped)) | stepped
    frames = frozenset(stepped | (indices & set(_FRAMES)))
    return Evidence(frozenset(indices), matrices, tuple(lasts), frames, code)


def _labels(statements: Sequence[Statement], stepped: set[str]) -> set[str]:
    """The i of W_i beside a value i_t of each step: a label, which counts nothing."""
    lefts = [statement.sides[0] for statement in statements if statement.relations[:1] == ("=",)]
    return {
        left.name
        for left in lefts
        if isinstance(left, Symbol) and len(left.name) == 1 and {text_of(item) for item in left.lower} & stepped
    }


def _stepped(node: Node) -> set[str]:
    """t of h_{t-1}; l numbers layers."""
    if not isinstance(node, Symbol):
        return set()
    letters = {
        text_of(item.operands[0]) or ""
        for item in node.lower
        if isinstance(item, Chain) and shifted(item, frozenset(_LETTERS)) is not None
    }
    return letters & set(_STEPS)


def _shows_matrices(node: Node) -> bool:
    """True for a transpose, an elementwise or outer product, a norm."""
    if isinstance(node, Chain):
        return bool({"⊙", "⊗", "∘", "@"} & set(node.signs))
    if isinstance(node, Matrix):
        return any(len(row) > 1 for row in node.rows) or len(node.rows) > 1
    return (isinstance(node, Upper) and is_transpose(node)) or (isinstance(node, Norm) and node.kind == "norm")


def _shared(statement: Statement) -> set[str]:
    """Letters below two different symbols of a statement: `p_i = q_i`."""
    found: dict[str, set[str]] = {}
    for side in statement.sides:
        for node in walk(side):
            if isinstance(node, Symbol):
                for item in node.lower:
                    for letter in _letters(item):
                        found.setdefault(letter, set()).add(node.name)
    return {letter for letter, names in found.items() if len(names) > 1}


def _letters(item: Node) -> str:
    text = text_of(item) or ""
    return text if isinstance(item, Run | Symbol) and text and set(text) <= _LETTERS and len(text) < 4 else ""
