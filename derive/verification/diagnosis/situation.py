"""What kind of statement fails: a step of descent, a slope, an identity; so that a slip is called what it is."""

from __future__ import annotations

from derive.dependence import entries
from derive.network import Network
from derive.operators import Apply
from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.spelling import derivative_of, first_meaning
from derive.verification.formula.tree import Applied, Derivative, Differential, Negative, Node, Symbol, walk
from derive.verification.spelling import text_of
from derive.verification.verdict import Mistake


def in_situation(mistake: Mistake, bench: Bench) -> Mistake:
    """What a wrong factor, term or symbol amounts to in a claim of this kind."""
    if is_update(bench):
        return Mistake.UPDATE
    if is_slope(bench):
        return Mistake.ACTIVATION
    return Mistake.FACT if is_identity(bench) else mistake


def is_update(bench: Bench) -> bool:
    """True where the claim says what a value is after the step."""
    if bench.statement.relations[0] in (":=", "←"):
        return True
    meaning = first_meaning(bench.fixed, bench) if isinstance(bench.fixed, Symbol) else None
    return meaning is not None and meaning.updated


def is_slope(bench: Bench) -> bool:
    """True for f'(z) = ..., and for ∂h/∂z = ... where h is a function of z, entry by entry."""
    fixed = bench.fixed
    if isinstance(fixed, Applied):
        return is_primed(fixed)
    asked = derivative_of(fixed, bench)
    return asked is not None and elementwise(bench.judge.names.network, *asked) is not None


def elementwise(network: Network, of: str, by: str) -> Apply | None:
    """f(z) where one value is that function of another one alone, entry by entry."""
    equation = network.equation(of) if of in network.tensors else None
    if equation is None or not isinstance(equation.right, Apply) or len(equation.right.arguments) < 1:
        return None
    read = list(entries(equation.right))
    alone = len(read) == 1 and read[0].tensor.name == by and read[0].tensor.axes == equation.tensor.axes
    return equation.right if alone and equation.right.arguments[0] == read[0] else None


def is_identity(bench: Bench) -> bool:
    """True for a claim without any derivative that does not say what a value of the network is: p² = p, Σ_k h_k = 1."""
    left = bench.statement.sides[0]
    while isinstance(left, Negative):
        left = left.of
    if isinstance(left, Symbol):
        meaning = first_meaning(left, bench)
        if meaning is None or not any((text_of(mark.of) or "").isdigit() for mark in meaning.upper):
            return False
    return not any(speaks_of_derivatives(side, bench) for side in bench.statement.sides)


def speaks_of_derivatives(side: Node, bench: Bench) -> bool:
    """True where a derivative, a gradient or a slope f' stands in a formula."""
    for node in walk(side):
        if isinstance(node, Derivative | Differential) or (isinstance(node, Applied) and is_primed(node)):
            return True
        if isinstance(node, Symbol):
            meaning = first_meaning(node, bench)
            if meaning is not None and (meaning.kind == "gradient" or meaning.updated):
                return True
    return False


def is_primed(node: Applied) -> bool:
    """True for f'(z)."""
    return any(text_of(mark.of) in ("'", "′") for mark in node.of.upper)
