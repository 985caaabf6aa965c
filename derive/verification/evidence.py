"""What a text shows of its conventions: matrices, transposed weights, capitals for batches, errors, single entries."""

from __future__ import annotations

from collections.abc import Sequence

from derive.verification.formula.tree import Chain, Differential, Node, Symbol, Upper, children, walk
from derive.verification.names import Names
from derive.verification.session import Written
from derive.verification.spelling import text_of


def has_matrices(statements: Sequence[Written], names: Names) -> bool:
    """True where a text writes matrices: a transpose, or a product of two whole arrays."""
    for written in statements:
        for side in written.statement.sides:
            for node in walk(side):
                if isinstance(node, Upper) and text_of(node.of) in ("T", "⊤"):
                    return True
                is_product = isinstance(node, Chain) and any(sign in ("", "@", "⊗") for sign in node.signs)
                if is_product and sum(_is_array(item, names) for item in children(node)) > 1:
                    return True
    return False


def has_turned_weights(statements: Sequence[Written], names: Names) -> bool:
    """True where a text computes a value with W^T x: its weights are as declared, its examples are columns."""
    for written in statements:
        left, *others = written.statement.sides
        first = next(names.meanings(left), None) if isinstance(left, Symbol) else None
        if first is None or first.kind != "value" or first.name in {t.name for t in names.network.parameters}:
            continue
        for node in (node for side in others for node in walk(side) if isinstance(node, Symbol)):
            if any(text_of(mark.of) in ("T", "⊤") for mark in node.upper):
                meant = next(names.meanings(node), None)
                if meant is not None and meant.name in {tensor.name for tensor in names.network.parameters}:
                    return True
    return False


def _is_array(node: Node, names: Names) -> bool:
    """True for a symbol of a whole array: no subscripts but labels, and axes."""
    if not isinstance(node, Symbol) or any((text_of(item) or "i").isalpha() for item in node.lower):
        return False
    first = next(names.meanings(node), None)
    if first is None or first.kind not in ("value", "gradient"):
        return False
    return bool(names.network.tensors[first.name].axes)


def has_batches(statements: Sequence[Written], names: Names) -> bool:
    """True where a text writes capitals for values that the network writes small: matrices of all examples."""
    for written in statements:
        for side in written.statement.sides:
            for node in walk(side):
                if not isinstance(node, Symbol) or not node.name[:1].isupper() or len(node.name) > 1:
                    continue
                first = next(names.meanings(node), None)
                if first is None or first.kind not in ("value", "gradient") or first.name[:1].isupper():
                    continue
                if any(str(size) == names.batch for size in names.network.tensors[first.name].axes):
                    return True
    return False


def has_errors(statements: Sequence[Written]) -> bool:
    """True where a text has several claims about dz, δ: it may mean those of single examples."""
    count = sum(
        any(
            isinstance(node, Differential) or (isinstance(node, Symbol) and node.name in ("δ", "Δ"))
            for node in walk(side)
        )
        for written in statements
        for side in written.statement.sides[:1]
    )
    return count > 1


def has_components(statements: Sequence[Written]) -> bool:
    """True where a text writes entries, z_k or W_{ij}: it may leave out the letter of the examples."""
    nodes = [node for written in statements for side in written.statement.sides for node in walk(side)]
    items = [item for node in nodes if isinstance(node, Symbol) for item in node.lower]
    return any((text_of(item) or "").isalpha() for item in items)
