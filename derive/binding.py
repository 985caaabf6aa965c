"""Binding letters and renaming them: the one module that may look under a binder.

    bind(Sum, body, [i])        sum over i of body; the letter disappears into the node
    unbind(node, avoid)         fresh letters and the body written with them
    substitute(expr, {i: j})    replace free letters, without capture
    free_letters(expr)          the letters that are not bound

Between `unbind` and `bind` the body is an ordinary expression, so nothing can be captured.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import permutations
from typing import TypeVar

from sympy import Basic, Expr, Mul, S

from derive.index import Bound, Index
from derive.operators import Binder, Sum

LETTERS = "ijklmnpqrstuvwabcdefgh"
Node = TypeVar("Node", bound=Basic)


@lru_cache(maxsize=65536)
def free_letters(expr: Basic) -> frozenset[Index]:
    """The free letters of an expression."""
    if isinstance(expr, Index):
        return frozenset((expr,))
    found: frozenset[Index] = frozenset()
    for argument in expr.args:
        found |= free_letters(argument)
    return found


@lru_cache(maxsize=65536)
def _level(expr: Basic) -> int:
    """The highest level of a bound letter in the expression, 0 without any."""
    if isinstance(expr, Bound):
        return expr.level
    return max((_level(argument) for argument in expr.args), default=0)


def fresh(size: Expr, avoid: Iterable[Index]) -> Index:
    """A letter over `size` whose name is none of the names in `avoid`."""
    taken = {letter.name for letter in avoid}
    return Index(next(name for name in _names() if name not in taken), size)


def _names() -> Iterator[str]:
    yield from LETTERS
    number = 1
    while True:
        yield from (f"{letter}{number}" for letter in LETTERS)
        number += 1


def bind(kind: type[Binder], body: Expr, letters: Iterable[Index]) -> Expr:
    """A binder over free letters of the body. Letters are ordered so that spelling and order do not matter; a number
    in front of a sum's body stands in front of the sum, and a sum of sums is one sum,
    unless the inner one is a matrix product."""
    letters = tuple(letters)
    if not letters:
        return body
    if kind is Sum:
        number, body = body.as_coeff_Mul()
        if number != 1:
            return number * bind(kind, body, letters) if number != 0 else S.Zero
        if isinstance(body, Sum):
            inner, innermost = unbind(body, letters)
            if not is_contraction(innermost, inner):
                return bind(kind, innermost, (*letters, *inner))
    level = _level(body)
    candidates = []
    for order in _orders(letters, body):
        bound = {letter: Bound(level + 1 + place, letter.size) for place, letter in enumerate(order)}
        candidates.append(kind(body.xreplace(bound), *bound.values()))
    return candidates[0] if len(candidates) == 1 else min(candidates, key=lambda node: node.sort_key())


def is_contraction(body: Expr, letters: Iterable[Index]) -> bool:
    """True for the body of a matrix product: factors with different letters that share a summed one."""
    factors = [factor for factor in Mul.make_args(body) if free_letters(factor)]
    shared = any(sum(letter in free_letters(factor) for factor in factors) > 1 for letter in letters)
    return shared and len({free_letters(factor) for factor in factors}) > 1


def _orders(letters: tuple[Index, ...], body: Expr) -> list[tuple[Index, ...]]:
    """The orders worth trying: by size, then by where a letter stands, and every order among letters that still tie."""
    groups: dict[tuple[str, str], list[Index]] = {}
    for letter in letters:
        places = str(sorted(_places(body, letter))) if len(letters) > 1 else ""
        groups.setdefault((str(letter.size), places), []).append(letter)
    orders: list[tuple[Index, ...]] = [()]
    for key in sorted(groups):
        group = sorted(groups[key], key=lambda letter: letter.name)
        choices = permutations(group) if len(group) <= _MOST_TIES else (tuple(group),)
        orders = [order + choice for choice in list(choices) for order in orders]
    return orders


_MOST_TIES = 4


def _places(expr: Basic, letter: Index, path: str = "") -> list[str]:
    """Where a letter stands in an expression, in words that do not depend on the spelling of any letter."""
    if expr == letter:
        return [path]
    if letter not in free_letters(expr):
        return []
    name = getattr(expr, "tensor", None)
    own = f"{path}/{type(expr).__name__}{name.name if name is not None else ''}"
    ordered = name is not None or not expr.is_commutative
    found: list[str] = []
    for place, argument in enumerate(expr.args):
        found += _places(argument, letter, f"{own}{place}" if ordered else own)
    return found


def unbind(node: Binder, avoid: Iterable[Index] = ()) -> tuple[tuple[Index, ...], Expr]:
    """Fresh letters for the bound ones, clashing with nothing in the node or in `avoid`, and the body in them."""
    taken = set(avoid) | free_letters(node)
    letters = []
    for bound in node.letters:
        letter = fresh(bound.size, taken)
        taken.add(letter)
        letters.append(letter)
    return tuple(letters), node.body.xreplace(dict(zip(node.letters, letters, strict=True)))


def rebind(node: Binder, body: Expr, letters: Iterable[Index]) -> Expr:
    """The same kind of binder around another body."""
    return bind(type(node), body, letters)


def substitute(expr: Node, mapping: Mapping[Basic, Basic]) -> Node:
    """Replace letters, entries or other nodes by what they map to. Bound letters step aside."""
    incoming: set[Index] = set()
    for key, value in mapping.items():
        incoming |= free_letters(value) | free_letters(key)
    return _substitute(expr, dict(mapping), frozenset(incoming))


def _substitute(expr: Node, mapping: dict[Basic, Basic], incoming: frozenset[Index]) -> Node:
    if expr in mapping:
        return mapping[expr]  # type: ignore[return-value]
    if not expr.args:
        return expr
    if isinstance(expr, Binder):
        letters, body = unbind(expr, incoming)
        changed = _substitute(body, mapping, incoming)
        return expr if changed == body else rebind(expr, changed, letters)  # type: ignore[return-value]
    arguments = tuple(_substitute(argument, mapping, incoming) for argument in expr.args)
    return expr if arguments == expr.args else expr.func(*arguments)


def replace_nodes(expr: Node, change) -> Node:  # type: ignore[no-untyped-def]
    """Rebuild bottom-up: `change(node)` answers a new node, or None to keep it. Bodies are seen with free letters."""
    if isinstance(expr, Binder):
        letters, body = unbind(expr)
        changed = replace_nodes(body, change)
        expr = expr if changed == body else rebind(expr, changed, letters)
    elif expr.args:
        arguments = tuple(replace_nodes(argument, change) for argument in expr.args)
        expr = expr if arguments == expr.args else expr.func(*arguments)
    answer = change(expr)
    return expr if answer is None else answer
