"""Rules for sums and deltas: contract, move factors out, split, count."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Add, Expr, Mul, Pow, S

from derive.binding import bind, free_letters, substitute, unbind
from derive.dependence import entries
from derive.entry import Tensor
from derive.index import Index, dimension
from derive.operators import Compare, Delta, Sum, iverson
from derive.rule import Rule
from derive.rules.conditions import guarded
from derive.rules.nodes import everywhere
from derive.subscript import outside, solve


def contract(node: Expr, arriving: frozenset[Tensor] = frozenset()) -> Expr | None:
    """sum_i delta(i, j) f(i)  ->  f(j)

    A delta of a window, delta(r+u-1, h), fixes the letter r of a gradient among `arriving`: so the gradient of a
    convolution becomes a convolution with the flipped kernel.
    """
    if not isinstance(node, Sum) or not node.has(Delta):
        return None
    letters, body = unbind(node)
    terms = [_contract_term(term, letters, arriving) for term in _spread_deltas(body, letters)]
    if all(term is None for term in terms):
        return None
    spread = _spread_deltas(body, letters)
    kept = [term for term, done in zip(spread, terms, strict=True) if done is None]
    done = [term for term in terms if term is not None]
    return Add(*done, bind(Sum, Add(*kept), letters) if kept else S.Zero)


def _spread_deltas(body: Expr, letters: tuple[Index, ...]) -> tuple[Expr, ...]:
    """The terms of a body, where only those sums are multiplied out that hide a delta of one of the letters."""
    terms: list[Expr] = []
    for term in Add.make_args(body):
        hiding = next((f for f in Mul.make_args(term) if _hides_delta(f, letters)), None)
        if hiding is None:
            terms.append(term)
            continue
        rest = Mul(*(f for f in Mul.make_args(term) if f is not hiding))
        inner = hiding.base if isinstance(hiding, Pow) else hiding
        rest = rest * inner ** (hiding.exp - 1) if isinstance(hiding, Pow) else rest
        for part in Add.make_args(inner):
            terms.extend(_spread_deltas(rest * part, letters))
    return tuple(terms)


def _hides_delta(factor: Expr, letters: tuple[Index, ...]) -> bool:
    inner = factor
    if isinstance(factor, Pow) and factor.exp.is_Integer and factor.exp > 0:
        inner = factor.base
    return isinstance(inner, Add) and any(
        _delta_to_contract(term, letters) is not None for term in _spread_deltas(inner, letters)
    )


@dataclass(frozen=True)
class _Meeting:
    """A delta that fixes a letter: the value it fixes it to, and what has to hold for that value to exist."""

    delta: Delta
    letter: Index
    value: Expr
    conditions: tuple[Compare, ...]


def _delta_to_contract(
    term: Expr, letters: tuple[Index, ...], arriving: frozenset[Tensor] = frozenset()
) -> _Meeting | None:
    """The first delta that fixes one of the letters. Where the value may lie outside, a letter of its own is asked for:
    a window's delta, with two letters, stays."""
    for factor in Mul.make_args(term):
        if not isinstance(factor, Delta):
            continue
        present = [letter for letter in sorted(free_letters(factor), key=lambda a: a.name) if letter in letters]
        for letter in present:
            value = solve(letter, *factor.args)
            if value is None or letter in free_letters(value):
                continue
            conditions = outside(value, letter.size)
            if conditions is None:
                continue
            alone = len(present) == 1 and _one_letter(conditions)
            if conditions == () or alone or _stands_in(letter, term, arriving):
                return _Meeting(factor, letter, value, conditions)
    return None


def _stands_in(letter: Index, term: Expr, tensors: frozenset[Tensor]) -> bool:
    """True when the letter is a subscript of one of the tensors."""
    return any(entry.tensor in tensors and letter in entry.subscripts for entry in entries(term))


def _one_letter(conditions: tuple[Compare, ...]) -> bool:
    return len(frozenset().union(*(free_letters(condition) for condition in conditions))) <= 1


def _contract_term(term: Expr, letters: tuple[Index, ...], arriving: frozenset[Tensor]) -> Expr | None:
    found = _delta_to_contract(term, letters, arriving)
    if found is None:
        return None
    remaining = list(letters)
    while found is not None:
        factors = [factor for factor in Mul.make_args(term) if factor is not found.delta]
        meeting = [factor for factor in factors if found.letter in free_letters(factor)]
        others = [factor for factor in factors if found.letter not in free_letters(factor)]
        met = substitute(Mul(*meeting), {found.letter: found.value})
        term = Mul(*others, guarded(found.conditions, met))
        remaining.remove(found.letter)
        found = _delta_to_contract(term, tuple(remaining), arriving)
    return bind(Sum, term, remaining)


def pull_out(node: Expr) -> Expr | None:
    """sum_i c f(i)  ->  c sum_i f(i);   sum_i c  ->  (size of i) c"""
    if not isinstance(node, Sum):
        return None
    letters, body = unbind(node)
    inside: list[Expr] = []
    outside: list[Expr] = []
    for factor in Mul.make_args(body):
        (inside if free_letters(factor) & set(letters) else outside).append(factor)
    used = free_letters(Mul(*inside))
    idle = [letter for letter in letters if letter not in used]
    if not outside and not idle:
        return None
    count = Mul(*(letter.size for letter in idle))
    return Mul(*outside, count, bind(Sum, Mul(*inside), [letter for letter in letters if letter in used]))


def split(node: Expr) -> Expr | None:
    """sum_i (f + g)  ->  sum_i f + sum_i g, products multiplied out"""
    if not isinstance(node, Sum):
        return None
    letters, body = unbind(node)
    spread = body.expand(deep=False, power_base=False, power_exp=False, log=False, mul=True, multinomial=True)
    terms = Add.make_args(spread)
    return Add(*(bind(Sum, term, letters) for term in terms)) if len(terms) > 1 else None


def merge(node: Expr) -> Expr | None:
    """sum_i f(i) sum_j g(i, j)  ->  sum_ij f(i) g(i, j)"""
    if not isinstance(node, Sum):
        return None
    letters, body = unbind(node)
    for factor in Mul.make_args(body):
        if isinstance(factor, Sum) and factor.has(Delta):
            inner, inner_body = unbind(factor, {*letters, *free_letters(body)})
            rest = Mul(*(other for other in Mul.make_args(body) if other is not factor))
            return bind(Sum, rest * inner_body, (*letters, *inner))
    return None


def _examples() -> tuple[Expr, ...]:
    """Sums over letters of different sizes with deltas, constants and nested sums."""
    N, K = dimension("N"), dimension("K")
    n, k, j = Index("n", N), Index("k", K), Index("j", K)
    a, b = Tensor("a", (N, K)), Tensor("b", (K,))
    plain = a[n, k] * b[k]
    return (
        bind(Sum, Delta(k, j) * plain, [k]),
        bind(Sum, plain * (Delta(k, j) - b[j]), [k]),
        bind(Sum, (Delta(k, j) - b[j]) ** 2, [k]),
        bind(Sum, b[j] * a[n, k] + b[k], [k]),
        bind(Sum, b[j] * b[k], [k, n]),
        bind(Sum, a[n, k] * bind(Sum, b[j] * Delta(j, k), [j]), [n]),
        bind(Sum, b[k] * iverson(Compare(">", a[n, k], S.Zero)) * Delta(j, k), [k]),
    )


CONTRACT = Rule("contract the delta", "sum_i delta(i, j) f(i) = f(j)", everywhere(contract), _examples)


def contract_rule(arriving: frozenset[Tensor]) -> Rule:
    """Contraction where the gradients that arrive are known."""
    change = everywhere(lambda node: contract(node, arriving))
    return Rule(CONTRACT.name, CONTRACT.formula, change, _examples)


PULL_OUT = Rule("move out of the sum", "sum_i c f(i) = c sum_i f(i)", everywhere(pull_out), _examples)
SPLIT = Rule("split the sum", "sum_i (f + g) = sum_i f + sum_i g", everywhere(split), _examples)
MERGE = Rule("one sum", "sum_i f sum_j g = sum_ij f g", everywhere(merge), _examples)
