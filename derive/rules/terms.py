"""Rules for the terms of a sum, one at a time: what does not depend on a letter leaves its sum, signs go inside."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Add, Expr, Mul, S

from derive.binding import bind, free_letters, unbind
from derive.cost import preference
from derive.entry import Tensor
from derive.functions import log
from derive.index import Index, dimension
from derive.operators import Compare, Sum, Where
from derive.rule import Rewrite, Rule
from derive.rules.algebra import tidy


def split_off(term: Expr) -> Expr | None:
    """a sum_i (f_i + c)  ->  a sum_i f_i + a n c: terms with different letters, each in a sum of its own"""
    total = _one_sum(term)
    if total is None:
        return None
    letters, body = unbind(total, free_letters(term))
    groups: dict[frozenset[Index], list[Expr]] = {}
    for part in Add.make_args(body):
        groups.setdefault(free_letters(part) & frozenset(letters), []).append(part)
    if len(groups) < 2:
        return None
    found = []
    for used, group in groups.items():
        count = Mul(*(letter.size for letter in letters if letter not in used))
        inner = bind(Sum, Add(*group), [letter for letter in letters if letter in used])
        found.append(term / total * count * inner)
    return Add(*found)


def minus_inside(term: Expr) -> Expr | None:
    """-sum_i (f_i - g_i)  ->  sum_i (g_i - f_i), where no more terms have a minus sign afterwards"""
    number, _ = term.as_coeff_Mul()
    total = _one_sum(term)
    if total is None or not number < 0:
        return None
    letters, body = unbind(total, free_letters(term))
    found = Add.make_args(body)
    if not isinstance(body, Add | Where) or 2 * sum(1 for part in found if _is_minus(part)) < len(found):
        return None
    return -(term / total) * bind(Sum, Add(*(_opposite(part) for part in found)), letters)


def _is_minus(part: Expr) -> bool:
    """True for -f, and for where(c, -f, 0)."""
    if not isinstance(part, Where):
        return bool(part.as_coeff_Mul()[0] < 0)
    terms = [term for case in (part.then, part.otherwise) for term in Add.make_args(case) if term != 0]
    return all(_is_minus(term) for term in terms)


def _opposite(part: Expr) -> Expr:
    if not isinstance(part, Where):
        return -part
    return Where(part.condition, _opposite(part.then), _opposite(part.otherwise))


def _one_sum(term: Expr) -> Sum | None:
    """The sum among the factors of a term, where there is one."""
    sums = [factor for factor in Mul.make_args(term) if isinstance(factor, Sum)]
    return sums[0] if len(sums) == 1 else None


def _tidied(term: Expr) -> Expr | None:
    after = tidy(term)
    return after if preference(after) < preference(term) else None


def in_terms(change: Callable[[Expr], Expr | None]) -> Callable[[Expr], Rewrite | None]:
    """A rule's function that tries `change` on every term of a sum, not inside them."""

    def apply(expr: Expr) -> Rewrite | None:
        changed = [(term, change(term)) for term in Add.make_args(expr)]
        after = Add(*(term if new is None else new for term, new in changed))
        return None if after == expr else Rewrite(after)

    return apply


def _sums() -> tuple[Expr, ...]:
    N, K = dimension("N"), dimension("K")
    n, k = Index("n", N), Index("k", K)
    q, y, m, s = Tensor("q", (N, K)), Tensor("y", (N, K)), Tensor("m", (N,)), Tensor("s")
    return (
        bind(Sum, q[n, k] - log(s[()]), [n, k]),
        bind(Sum, q[n, k] + m[n] ** 2 + 3, [n, k]),
        -bind(Sum, -q[n, k] - y[n, k] * log(q[n, k]), [n, k]) / s[()],
        1 - 2 * bind(Sum, -q[n, k] + y[n, k], [n, k]),
        y[n, k] - (-s[()] / 2 - S.Half) * bind(Sum, q[n, k], [n, k]),
        -bind(Sum, Where(Compare(">", y[n, k], m[n]), -(q[n, k] ** 2) - m[n], S.Zero), [n, k]),
    )


SPLIT_OFF = Rule("one sum for each", "sum_i (f_i + c) = sum_i f_i + n c", in_terms(split_off), _sums)
MINUS_INSIDE = Rule("minus into the sum", "-sum_i (f_i - g_i) = sum_i (g_i - f_i)", in_terms(minus_inside), _sums)
COLLECT_TERMS = Rule(
    "collect in each term", "the cheapest and shortest of equal forms, term by term", in_terms(_tidied), _sums
)
