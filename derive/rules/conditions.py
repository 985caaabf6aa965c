"""Rules for cases and conditions: what stands in all cases moves out, what always holds goes away."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Add, Expr, Integer, Mul, S

from derive.dependence import entries
from derive.entry import Tensor
from derive.index import Index, dimension, is_letter
from derive.operators import Compare, Condition, Delta, Logic, Where
from derive.rule import Rule
from derive.rules.nodes import everywhere
from derive.subscript import high, low, never_negative


def guarded(conditions: Sequence[Condition], expr: Expr) -> Expr:
    """The expression where all conditions hold, else 0; itself without conditions."""
    if not conditions:
        return expr
    condition = conditions[0] if len(conditions) == 1 else Logic("and", *conditions)
    return Where(condition, expr, S.Zero)


def out_of_the_cases(node: Expr) -> Expr | None:
    """where(c, f g, f h)  ->  f where(c, g, h);   where(c, f g, 0)  ->  f where(c, g, 0), for deltas f"""
    if not isinstance(node, Where) or not (node.then.has(Delta) or node.otherwise.has(Delta)):
        return None
    then, otherwise = node.then, node.otherwise
    in_then = {factor for factor in Mul.make_args(then) if isinstance(factor, Delta)}
    in_otherwise = {factor for factor in Mul.make_args(otherwise) if isinstance(factor, Delta)}
    common = {then: in_otherwise, otherwise: in_then}.get(S.Zero, in_then & in_otherwise)
    if common:
        deltas = Mul(*sorted(common, key=lambda delta: delta.sort_key()))
        return deltas * Where(node.condition, _without(then, common), _without(otherwise, common))
    if 0 not in (then, otherwise):
        return Where(node.condition, then, S.Zero) + Where(node.condition, S.Zero, otherwise)
    if isinstance(then, Add):
        return Add(*(Where(node.condition, term, S.Zero) for term in then.args))
    if isinstance(otherwise, Add):
        return Add(*(Where(node.condition, S.Zero, term) for term in otherwise.args))
    return None


def _without(expr: Expr, factors: set[Expr]) -> Expr:
    return Mul(*(factor for factor in Mul.make_args(expr) if factor not in factors))


def one_case(node: Expr) -> Expr | None:
    """where(c, f, 0) + where(c, g, 0)  ->  where(c, f + g, 0)"""
    if not isinstance(node, Add):
        return None
    groups: dict[Condition, list[Expr]] = {}
    others: list[Expr] = []
    for term in node.args:
        number, rest = term.as_coeff_Mul()
        if isinstance(rest, Where) and rest.otherwise == 0:
            groups.setdefault(rest.condition, []).append(number * rest.then)
        else:
            others.append(term)
    if all(len(group) == 1 for group in groups.values()):
        return None
    return Add(*others, *(Where(condition, Add(*group), S.Zero) for condition, group in groups.items()))


def settled(condition: Condition) -> Condition | bool:
    """True or False where a condition on letters and sizes always or never holds, else what is left of it."""
    if isinstance(condition, Logic):
        parts = [settled(part) for part in condition.conditions]
        if condition.word == "not":
            return not parts[0] if isinstance(parts[0], bool) else condition
        deciding = condition.word == "or"
        left = [part for part in parts if not isinstance(part, bool)]
        if any(part is deciding for part in parts):
            return deciding
        if not left:
            return not deciding
        return left[0] if len(left) == 1 else Logic(condition.word, *left)
    if not isinstance(condition, Compare) or entries(condition) or condition.relation not in _BELOW:
        return condition
    least, most = low(condition.right - condition.left), high(condition.right - condition.left)
    always, never = _BELOW[condition.relation](least, most)
    return True if always else False if never else condition


_BELOW = {
    "<=": lambda least, most: (never_negative(least), never_negative(-most - 1)),
    "<": lambda least, most: (never_negative(least - 1), never_negative(-most)),
    ">=": lambda least, most: (never_negative(-most), never_negative(least - 1)),
    ">": lambda least, most: (never_negative(-most - 1), never_negative(least)),
}


def settle(node: Expr) -> Expr | None:
    """where(c, f, g)  ->  f where c always holds;   delta(a, i) where(0 <= a < size, f, 0)  ->  delta(a, i) f"""
    if isinstance(node, Where):
        left = settled(node.condition)
        if isinstance(left, bool):
            return node.then if left else node.otherwise
        return None if left == node.condition else Where(left, node.then, node.otherwise)
    if isinstance(node, Delta):
        apart = node.args[0] - node.args[1]
        return S.Zero if never_negative(low(apart) - 1) or never_negative(-high(apart) - 1) else None
    if not isinstance(node, Mul):
        return None
    met = {a: b for delta in node.args if isinstance(delta, Delta) for a, b in _form_and_letter(delta)}
    factors = [_known_inside(factor, met) if isinstance(factor, Where) else factor for factor in node.args]
    return None if not met or tuple(factors) == node.args else Mul(*factors)


def _form_and_letter(delta: Delta) -> list[tuple[Expr, Expr]]:
    """A delta of a form and a letter: where it is not zero, the form has the letter's range."""
    first, second = delta.args
    pairs = [(first, second), (second, first)]
    return [(form, letter) for form, letter in pairs if is_letter(letter) and not is_letter(form)]


def _known_inside(node: Where, met: dict[Expr, Expr]) -> Expr:
    left = settled(node.condition.xreplace(met))
    return (node.then if left else node.otherwise) if isinstance(left, bool) else node


def _cases() -> tuple[Expr, ...]:
    K = dimension("K")
    k, j = Index("k", K), Index("j", K)
    b = Tensor("b", (K,))
    positive = Compare(">", b[k], S.Zero)
    return (
        Where(positive, Delta(k, j) * b[k], S.Zero),
        Where(positive, Delta(k, j) * b[k], 2 * Delta(k, j)),
        Where(positive, Delta(k, j) * b[k], b[j]),
        Where(positive, Delta(k, j) + Delta(k, j) * b[k] + b[j], S.Zero),
    )


def _one_case_examples() -> tuple[Expr, ...]:
    K = dimension("K")
    k = Index("k", K)
    b = Tensor("b", (K,))
    positive = Compare(">", b[k], S.Zero)
    return (Where(positive, b[k] ** 2, S.Zero) - 3 * Where(positive, b[k] + 1, S.Zero) + b[k],)


def _settled_cases() -> tuple[Expr, ...]:
    K = dimension("K")
    k, j = Index("k", K), Index("j", K)
    b = Tensor("b", (K,))
    return (
        Where(Compare("<", k, K + 1), b[k], S.Zero),
        Where(Logic("and", Compare(">=", k, Integer(0)), Compare("<=", k, j)), b[k], S.Zero),
        Delta(K - 1, Integer(-1)) * b[k],
        Delta(k + 1, j) * Where(Logic("and", Compare(">=", k + 1, Integer(0)), Compare("<", k + 1, K)), b[j], S.Zero),
    )


CASES = Rule(
    "out of the cases",
    "where(c, f g, f h) = f where(c, g, h)",
    everywhere(out_of_the_cases),
    _cases,
)
ONE_CASE = Rule(
    "one condition",
    "where(c, f, 0) + where(c, g, 0) = where(c, f + g, 0)",
    everywhere(one_case),
    _one_case_examples,
)
SETTLE = Rule("what always holds", "where(c, f, g) = f where c holds", everywhere(settle), _settled_cases)
