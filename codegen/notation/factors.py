"""The order in which people write factors and terms."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Add, Expr, Pow, Symbol

from codegen.notation.setting import Setting
from derive.binding import free_letters
from derive.entry import Constant, Entry
from derive.index import Index
from derive.operators import Apply, Binder, Delta, Partial, Where

Key = tuple[int, int, bool, int, int, str]
_FAR = 1000
_TINY = 1e-3


def chain_order(factors: list[Expr], order: Sequence[str], setting: Setting) -> list[Expr]:
    """Factors like those of a matrix product: x_{ni} W_{ij}, each one next to the factor it shares a letter with."""
    waiting = sorted(factors, key=lambda factor: _factor_key(factor, order, setting))
    done: list[Expr] = []
    while waiting:
        done.append(_next(done, waiting))
        waiting.remove(done[-1])
    return done


def _next(done: list[Expr], waiting: list[Expr]) -> Expr:
    first = waiting[0]
    if not done or not isinstance(done[-1], Entry) or not isinstance(first, Entry):
        return first
    before = free_letters(done[-1])
    sharing = (item for item in waiting if isinstance(item, Entry) and before & free_letters(item))
    return first if before & free_letters(first) else next(sharing, first)


def _factor_key(factor: Expr, order: Sequence[str], setting: Setting) -> Key:
    names = {letter.name for letter in free_letters(factor)}
    place = next((place for place, name in enumerate(order) if name in names), _FAR)
    gradient = isinstance(factor, Entry) and factor.tensor.name in setting.gradients
    return (_stage(factor), place, not gradient, _shape(factor), _rank(factor, setting), str(factor))


def _stage(factor: Expr) -> int:
    """Sizes come first and sums last, with deltas and conditions before the sums."""
    base = factor.base if isinstance(factor, Pow) else factor
    if not factor.has(Entry, Binder, Apply, Partial):
        return 2 if factor.has(Delta) else 0
    if isinstance(base, Binder):
        return 5
    if isinstance(base, Partial):
        return 4
    if isinstance(base, Where):
        return 3
    return 1


def _shape(factor: Expr) -> int:
    if isinstance(factor, Entry):
        return 0
    if isinstance(factor, Pow):
        # q^y (1 - q)^(1 - y): the power of a value before that of a sum.
        return 3 if factor.exp.has(Entry) and isinstance(factor.base, Add) else 1
    if isinstance(factor, Apply):
        return 4 if factor.name == "log" else 2  # (1 - y) log(1 - p): a logarithm would seem to go on behind it
    return 3 if isinstance(factor, Add) else 4


def _rank(expr: Expr, setting: Setting) -> int:
    """The earliest place in the network of a name in the expression."""
    ranks = setting.ranks
    found = [ranks.get(setting.gradients.get(name, name), _FAR) for name in _names(expr)]
    return min(found, default=_FAR)


def _names(expr: Expr) -> set[str]:
    return {entry.tensor.name for entry in expr.atoms(Entry)} | {str(symbol) for symbol in expr.atoms(Symbol)}


def term_key(term: Expr, order: Sequence[str], setting: Setting) -> tuple[int, int, int, str]:
    """Numbers, then sums, then terms in the order of the network's names, then named constants."""
    coefficient, rest = term.as_coeff_Mul()
    if not rest.has(Entry, Binder, Apply, Delta):
        # A named constant, or a number as small as those that protect a denominator, is added at the end.
        tiny = rest == 1 and abs(coefficient) < _TINY
        place = 3 if rest.atoms(Constant) or tiny else -1 if rest.has(Index) else 0
    else:
        place = 1 if rest.has(Binder) else 2
    return (place, _rank(rest, setting), len(str(rest)), str(rest))
