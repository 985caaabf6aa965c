"""Names of several words, written as words side by side: \\mathrm{leaky}\\,\\mathrm{relu}(z) is leaky_relu(z)."""

from __future__ import annotations

from dataclasses import replace

from derive.network import Network
from derive.operators import Apply
from derive.verification.formula.tree import Applied, Chain, Node, Statement, Symbol
from derive.verification.functions import function_named
from derive.verification.rewriting import changed, in_statement


def joined_names(statement: Statement, network: Network) -> Statement:
    """The statement with words before the name of a function as a part of it, where a function has such a name."""

    own = {function.name for function in network.functions}
    own |= {call.name for equation in network.equations for call in equation.right.atoms(Apply)}

    def join(node: Node) -> Node | None:
        if isinstance(node, Applied) and len(node.arguments) == 1 and isinstance(node.arguments[0], Applied):
            inner = node.arguments[0]
            name = f"{node.of.name}_{inner.of.name}"
            if name in own and not _bracketed(node, inner) and not node.of.upper:
                return changed(replace(inner, of=replace(inner.of, name=name)), join)
        if not isinstance(node, Chain):
            return None
        operands, signs = list(node.operands), list(node.signs)
        for place in range(len(signs) - 1, -1, -1):
            word, call = operands[place], operands[place + 1]
            if signs[place] or not isinstance(call, Applied) or not isinstance(word, Symbol) or len(word.name) < 2:
                continue
            name = f"{word.name}_{call.of.name}"
            if not word.lower and not word.upper and function_named(name, network) is not None:
                operands[place : place + 2] = [replace(call, of=replace(call.of, name=name))]
                del signs[place]
        if len(operands) == len(node.operands):
            return None
        operands = [changed(operand, join) for operand in operands]
        return replace(node, operands=tuple(operands), signs=tuple(signs)) if signs else operands[0]

    return in_statement(statement, join)


def _bracketed(node: Applied, inner: Applied) -> bool:
    """False for gelu tanh(z), which may be gelu_tanh(z); true for gelu(tanh(z))."""
    first, second = node.of.place, inner.place
    between = first.source[first.column - 1 + first.length : second.column - 1]
    return first.line != second.line or "(" in between
