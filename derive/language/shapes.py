"""What is left of an expression when everything unknown is taken out of it: enough to see which axes it has.

h[t] = tanh(x[t] @ Wx + h[t-1] @ Wh + b) says what h is before h is known: tanh(x[t] @ Wx + b) has its axes.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.language.tree import Call, Chain, Else, Name, Negative, Node, Power, Subscript, Transpose, walk
from derive.vocabulary import ALONG_AN_AXIS, REDUCTIONS


def known_part(node: Node, unknown: set[str]) -> Node | None:
    """The expression without the operands of sums and products that read an unknown name; None when all of it does."""
    match node:
        case Name(name=name):
            return None if name in unknown else node
        case Subscript(of=of) | Transpose(of=of):
            return node if known_part(of, unknown) == of else None
        case Negative(of=of) | Power(of=of) | Else(of=of):
            return known_part(of, unknown)
        case Chain(operands=operands, signs=signs):
            parts = [known_part(operand, unknown) for operand in operands]
            if parts == list(operands):
                return node
            return None if "@" in signs else _joined(parts, node)
        case Call():
            return _call(node, unknown)
    return node


def is_index_form(node: Node) -> bool:
    """True when nothing in the expression works on whole axes."""
    return not any(
        isinstance(part, Transpose)
        or (isinstance(part, Chain) and "@" in part.signs)
        or (isinstance(part, Call) and (part.function in ALONG_AN_AXIS or part.over is not None))
        for part in walk(node)
    )


def _call(node: Call, unknown: set[str]) -> Node | None:
    parts = [known_part(argument, unknown) for argument in node.arguments]
    if parts == list(node.arguments):
        return node
    elementwise = len(parts) > 1 or node.function not in REDUCTIONS
    if not elementwise or node.function in ALONG_AN_AXIS or node.letters is not None:
        return None
    return _joined(parts[1:] if node.function == "where" else parts, node)


def _joined(parts: Sequence[Node | None], node: Node) -> Node | None:
    known = [part for part in parts if part is not None]
    if len(known) < 2:
        return known[0] if known else None
    return Chain(tuple(known), ("+",) * (len(known) - 1), place=node.place)
