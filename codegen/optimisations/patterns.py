"""What `stable` looks for in expressions: differences of exponentials, logarithms of a softmax, equal values."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Add, Basic, Expr, Pow, S, expand

from codegen.optimisations.exponential import Definitions, LogSumExp, split, terms
from derive.binding import free_letters, substitute, unbind
from derive.entry import Entry
from derive.index import Index, is_letter
from derive.operators import Apply, Where


def applications(expr: Basic, names: Sequence[str]) -> list[Apply]:
    """The applications of these functions in an expression."""
    return [node for node in sorted(expr.atoms(Apply), key=str) if node.primitive_name in names]


def divides(factor: Expr) -> bool:
    """Whether a factor is a divisor."""
    return isinstance(factor, Pow) and bool(factor.exp.is_number and factor.exp.is_negative)


def bare_terms(logarithm: Expr) -> list[Expr]:
    """The terms of a logarithm without their numbers."""
    return [term.as_coeff_Mul()[1] for term in terms(logarithm)]


def differences(factors: Sequence[Expr]) -> list[Add]:
    """The factors that are differences with an exponential in them."""
    return [
        factor for factor in factors
        if isinstance(factor, Add)
        and any(term.as_coeff_Mul()[0].is_negative for term in factor.args)
        and any(node.primitive_name == "exp" for node in factor.atoms(Apply))
    ]  # fmt: skip


def two_sides(difference: Add, definitions: Definitions) -> tuple[Expr | None, Expr | None]:
    """The logarithms of A and B in A - B."""
    if len(difference.args) != 2:
        return None, None
    sides: dict[int, Expr] = {}
    for term in difference.args:
        part = split(term, definitions, False)
        if part.opaque in (1, -1):
            sides[int(part.opaque)] = part.logarithm
    return sides.get(1), sides.get(-1)


def is_log_softmax(logarithm: Expr) -> bool:
    """Whether the expression is a_i - logsumexp_k(a_k)."""
    return log_softmax_of(logarithm) is not None


def log_softmax_of(logarithm: Expr) -> tuple[Expr, Index] | None:
    """(a, i) where the expression is a_i - logsumexp_k(a_k); also with a condition outside which it is -inf."""
    if isinstance(logarithm, Where) and logarithm.otherwise == -S.Infinity:
        return _masked_log_softmax_of(logarithm)
    for term in terms(logarithm):
        coefficient, node = term.as_coeff_Mul()
        if coefficient != -1 or not isinstance(node, LogSumExp) or len(node.letters) != 1:
            continue
        value = expand(logarithm - term)
        if value.has(LogSumExp):
            continue
        (letter,), body = unbind(node, free_letters(value))
        for candidate in sorted(free_letters(value), key=lambda item: item.name):
            if (
                candidate.size == letter.size
                and expand(substitute(body, {letter: candidate}) - value) == 0
                and candidate not in free_letters(node)
            ):
                return value, candidate
    return None


def _masked_log_softmax_of(logarithm: Where) -> tuple[Expr, Index] | None:
    """(where(c_i, a_i, -inf), i) where the expression is that less logsumexp_k(where(c_k, a_k, -inf))."""
    for term in terms(logarithm.then):
        coefficient, node = term.as_coeff_Mul()
        value = Where(logarithm.condition, expand(logarithm.then - term), -S.Infinity)
        if coefficient == -1 and isinstance(node, LogSumExp) and len(node.letters) == 1 and not value.has(LogSumExp):
            (letter,), body = unbind(node, free_letters(value))
            for candidate in sorted(free_letters(value) - free_letters(node), key=lambda item: item.name):
                if candidate.size == letter.size and substitute(body, {letter: candidate}) == value:
                    return value, candidate
    return None


def canonical(name: str, right: Expr) -> tuple[tuple[Index, ...], tuple[str, Expr]]:
    """The free letters in order, and the expression with letters that only tell their places."""
    letters = in_order(right)
    return letters, (name, substitute(right, {v: Index(f"_{place}", v.size) for place, v in enumerate(letters)}))


def in_order(expr: Expr) -> tuple[Index, ...]:
    """The free letters in the order in which they stand in entries."""
    free = free_letters(expr)
    orders = sorted(
        (
            tuple(s for s in entry.subscripts if is_letter(s) and s in free)
            for entry in sorted(expr.atoms(Entry), key=str)
        ),
        key=lambda order: (-len(order), [letter.name for letter in order]),
    )
    found = dict.fromkeys(letter for order in orders for letter in order)
    found |= dict.fromkeys(sorted(free - found.keys(), key=lambda letter: letter.name))
    return tuple(found)
