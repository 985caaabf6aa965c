"""What a text is about, told by its signs: numbers, arrays entry by entry, or matrices and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.verification.formula.tree import Big, Chain, Node, Norm, Run, Statement, Symbol, Upper, walk
from derive.verification.infer.spelling import is_transpose
from derive.verification.spelling import text_of

_LETTERS = frozenset("ijklmnpqrstuvcd")


@dataclass(frozen=True)
class Evidence:
    """How symbols are read.

    indices    letters that count, wherever they stand below a symbol
    matrices   True where transposes, ⊙ or norms show that letters without subscripts are arrays
    lasts      the last values of letters that have a name, N of `\\sum_{n=1}^N`
    """

    indices: frozenset[str]
    matrices: bool
    lasts: tuple[str, ...]


def evidence_of(statements: Sequence[Statement], matrices: bool) -> Evidence:
    """The signs of arrays in a text; `matrices` where they are known to be meant."""
    indices: set[str] = set()
    lasts: dict[str, None] = {}
    for statement in statements:
        for side in statement.sides:
            for node in walk(side):
                matrices = matrices or _shows_matrices(node)
                for letter in node.letters if isinstance(node, Big) else ():
                    if len(letter.name) == 1 and letter.name.isalpha():
                        indices.add(letter.name)
                        last = text_of(letter.last) if letter.last is not None else None
                        if last is not None and last.isidentifier():
                            lasts[last] = None
        indices |= _shared(statement)
    return Evidence(frozenset(indices), matrices, tuple(lasts))


def _shows_matrices(node: Node) -> bool:
    """True for a transpose, an elementwise or outer product, a norm."""
    if isinstance(node, Chain):
        return bool({"⊙", "⊗", "∘"} & set(node.signs))
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
