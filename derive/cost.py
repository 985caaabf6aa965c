"""What an expression costs when it is computed with arrays, and so which of two equal expressions is the better one.

Every distinct subexpression is an array over the letters that stand free in it, and is computed once. Sizes are
symbolic, so each counts as the same nominal number: what matters is how many axes an operation runs over.
"""

from __future__ import annotations

from functools import lru_cache

from sympy import Add, Basic, Expr, Integer, Mul, Pow, S

from derive.entry import Entry
from derive.index import Bound, Index
from derive.operators import Apply, Binder, Compare, Delta, Logic, Where

NOMINAL_SIZE = 32
_FUNCTION = 4.0
_POWER = 3.0


@lru_cache(maxsize=65536)
def loose_letters(expr: Basic) -> frozenset[Expr]:
    """The letters of an expression, free or bound, that nothing inside it binds."""
    if isinstance(expr, Index | Bound):
        return frozenset((expr,))
    found: frozenset[Expr] = frozenset()
    for argument in expr.args:
        found |= loose_letters(argument)
    return found - frozenset(expr.letters) if isinstance(expr, Binder) else found


@lru_cache(maxsize=4096)
def _nominal(size: Expr) -> int:
    return max(1, int(size.xreplace({symbol: Integer(NOMINAL_SIZE) for symbol in size.free_symbols})))


def _entries(expr: Basic) -> int:
    """How many numbers the array of an expression has."""
    count = 1
    for letter in loose_letters(expr):
        count *= _nominal(letter.size)
    return count


def _common_number(expr: Basic) -> Expr:
    """The number that all terms of a sum share: SymPy writes 2 (a - y) as 2 a - 2 y, but nobody computes it so."""
    return abs(expr.primitive()[0]) if isinstance(expr, Add) else S.One


@lru_cache(maxsize=65536)
def _own(expr: Basic) -> float:
    """The operations of the outermost node alone, over all entries of its array."""
    if isinstance(expr, Binder):
        return float(_entries(expr.body))
    weight = 0.0
    if isinstance(expr, Add):
        weight = 1.0 if _common_number(expr) != 1 else len(expr.args) - 1.0
    elif isinstance(expr, Mul):
        weight = sum(1.0 for factor in expr.args if factor != -1) - 1.0
    elif isinstance(expr, Pow):
        cheap = expr.exp in (2, -1)
        weight = 0.0 if expr.is_number or expr.base.is_Symbol else 1.0 if cheap else _POWER
    elif isinstance(expr, Apply):
        weight = _FUNCTION
    elif isinstance(expr, Where | Compare | Logic | Delta):
        weight = 1.0
    return max(0.0, weight) * _entries(expr)


@lru_cache(maxsize=65536)
def _nodes(expr: Basic) -> frozenset[Basic]:
    """Every subexpression that is worth counting."""
    if isinstance(expr, Entry) or not expr.args:
        return frozenset()
    found: frozenset[Basic] = frozenset((expr,))
    if _common_number(expr) != 1:
        return found | _nodes(expr / _common_number(expr))
    for argument in expr.args:
        found |= _nodes(argument)
    return found


@lru_cache(maxsize=65536)
def cost(expr: Expr) -> float:
    """The number of scalar operations, every distinct subexpression counted once."""
    return sum(_own(node) for node in _nodes(expr))


@lru_cache(maxsize=65536)
def risk(expr: Expr) -> float:
    """How many entries are divided by a value that may be zero: p or 1 - p, not v + eps or a size."""
    return float(sum(_entries(node) for node in _nodes(expr) if isinstance(node, Pow) and _may_be_zero(node)))


def _may_be_zero(power: Pow) -> bool:
    terms = [term for term in Add.make_args(power.base) if not term.is_Number]
    plain = len(terms) == 1 and isinstance(terms[0].as_coeff_Mul()[1], Entry)
    return plain and power.exp.could_extract_minus_sign()


@lru_cache(maxsize=65536)
def length(expr: Basic) -> int:
    """How long an expression is to read: its nodes, a minus sign not counted."""
    if _common_number(expr) != 1:
        return 2 + length(expr / _common_number(expr))
    own = 0 if expr == -1 else 1
    return own + sum(length(argument) for argument in expr.args)


def preference(expr: Expr) -> tuple[float, int, str]:
    """Smaller is better: cost first, then length, then spelling so that the choice never depends on chance."""
    return (cost(expr), length(expr), str(expr))
