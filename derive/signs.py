"""What the form of an expression says about its size: never negative, positive, at least so much, at most one."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from sympy import Add, Expr, Mul, Pow, S, Symbol, expand

from derive.binding import unbind
from derive.entry import Constant, Entry
from derive.facts import declared_facts, known_facts
from derive.network import Network
from derive.operators import Apply, Compare, Delta, Maximum, Minimum, Product, Sum, Where


@lru_cache(maxsize=16384)
def never_negative(expr: Expr, network: Network) -> bool:
    """True when the form of the expression shows that it is at least 0."""
    if expr.is_number:
        return bool(expr.is_nonnegative)
    match expr:
        case Constant():
            return _value(expr, network) >= 0
        case Symbol():
            return bool(expr.is_integer)
        case Entry():
            declared = network.declaration(expr.tensor.name)
            if declared is not None:
                return expr.tensor.within is not None or any(f.never_negative for f in declared_facts(declared))
            return any(never_negative(right, before) for right, before in _definition(expr, network))
        case Add() | Mul():
            if all(never_negative(part, network) for part in expr.args) or positive(expr, network):
                return True
            return isinstance(expr, Add) and at_most_one(1 - expr, network)
        case Pow():
            even = bool(expr.exp.is_Integer and expr.exp % 2 == 0)
            return even or never_negative(expr.base, network) or positive(expr.base, network)
        case Sum() | Product() | Maximum() | Minimum():
            return never_negative(expr.body, network)
        case Where():
            return never_negative(expr.then, network) and never_negative(expr.otherwise, network)
        case Delta():
            return True
        case Apply():
            if expr.function.formula is not None:
                return never_negative(expr.function.expand(*expr.arguments), network)
            if expr.name == "max":
                return any(never_negative(argument, network) for argument in expr.arguments)
            return expr.name in ("exp", "abs", "step")
    return False


@lru_cache(maxsize=16384)
def at_most_one(expr: Expr, network: Network) -> bool:
    """True when the form of the expression shows that it is at most 1: 1/(1 + exp(-z)), or a share of a whole."""
    if expr.is_number:
        return bool(expr <= 1)
    match expr:
        case Entry():
            declared = network.declaration(expr.tensor.name)
            if declared is not None:
                return any(fact.values and max(fact.values) <= 1 for fact in declared_facts(declared))
            shares = any(k.tensor == expr.tensor and k.fact.name == "sums_to_one" for k in known_facts(network))
            if shares and never_negative(expr, network):
                return True
            return any(at_most_one(right, before) for right, before in _definition(expr, network))
        case Pow():
            number, rest = expr.base.as_coeff_Add()
            return bool(expr.exp.is_negative and number >= 1 and never_negative(rest, network))
        case Mul():
            return all(never_negative(part, network) and at_most_one(part, network) for part in expr.args)
        case Apply():
            return expr.function.formula is not None and at_most_one(expr.function.expand(*expr.arguments), network)
    return False


@lru_cache(maxsize=16384)
def positive(expr: Expr, network: Network) -> bool:
    """True when the form of the expression shows that it is greater than 0."""
    if expr.is_number:
        return bool(expr.is_positive)
    match expr:
        case Constant():
            return _value(expr, network) > 0
        case Symbol():
            return bool(expr.is_integer)
        case Entry():
            declared = network.declaration(expr.tensor.name)
            if declared is not None:
                return any(fact.positive for fact in declared_facts(declared))
            return any(positive(right, before) for right, before in _definition(expr, network))
        case Add():
            return all(never_negative(term, network) for term in expr.args) and any(
                positive(term, network) for term in expr.args
            )
        case Mul():
            return all(positive(factor, network) for factor in expr.args)
        case Pow():
            return positive(expr.base, network)
        case Sum():
            return positive(expr.body, network) or _some_positive(expr, network)
        case Product():
            return positive(expr.body, network)
        case Apply():
            if expr.function.formula is not None:
                return positive(expr.function.expand(*expr.arguments), network)
            return expr.name == "exp"
    return False


def _some_positive(total: Sum, network: Network) -> bool:
    """True for a sum over some values of a letter, u <= t, of which there is at least one."""
    letters, body = unbind(total)
    if not isinstance(body, Where) or not isinstance(body.condition, Compare) or body.otherwise != 0:
        return False
    condition = body.condition
    return positive(body.then, network) and any(
        _always(condition.xreplace({letter: place}))
        for letter in letters
        for place in (S.Zero, letter.size - 1, condition.left, condition.right)
        if condition.has(letter) and getattr(place, "size", letter.size) == letter.size
    )


def _always(condition: Compare) -> bool:
    """True where both sides differ by a number, and the comparison of that holds."""
    gap = expand(condition.left - condition.right)
    if not gap.is_number:
        return False
    return bool({"<": gap < 0, "<=": gap <= 0, ">": gap > 0, ">=": gap >= 0, "==": gap == 0}.get(condition.relation))


def floor_of(expr: Expr, network: Network) -> Expr:
    """A number or constant that the expression is never below, by its form; 0 where there is none."""
    if isinstance(expr, Entry):
        return next((floor_of(right, before) for right, before in _definition(expr, network)), S.Zero)
    if isinstance(expr, Pow) and expr.exp.is_positive:
        return floor_of(expr.base, network) ** expr.exp
    if not isinstance(expr, Add):
        return S.Zero
    fixed = [term for term in expr.args if term.is_number or isinstance(term, Constant)]
    rest = [term for term in expr.args if term not in fixed]
    if fixed and all(never_negative(term, network) for term in rest) and positive(Add(*fixed), network):
        return Add(*fixed)
    return S.Zero


def _definition(entry: Entry, network: Network) -> list[tuple[Expr, Network]]:
    """What a value is defined by, and the network without that equation, so that nobody follows a cycle for ever.

    Nothing for a value whose first or last slices are given by equations of their own. Later equations are left out
    too, so that the same question is asked of the same network however one came to it; what a step reads of the step
    before it has such slices.
    """
    name = entry.tensor.name
    defined = network.equation(name)
    if defined is None or any(end.tensor.name == name for group in network.recurrences for end in group.boundaries):
        return []
    return [(defined.right, replace(network, equations=network.equations[: network.equations.index(defined)]))]


def _value(constant: Constant, network: Network) -> Expr:
    return next((item.value for item in network.constants if item.symbol == constant), S.Zero)
