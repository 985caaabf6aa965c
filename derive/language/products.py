"""Product axes: an axis H*K whose entry h*K+e is written (h,e)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from sympy import Expr, Integer, Mul

from derive.errors import InputError, Place
from derive.language.scope import Scope
from derive.language.tree import Chain, Node, Number, Power

COUNTS = tuple(str(number) for number in range(2, 10))


def factor_nodes(node: Node) -> tuple[Node, ...]:
    """The factors of a size that is written as a product, R*R as R**2 too; none for any other size."""
    if isinstance(node, Power) and is_count(node.exponent):
        return (node.of,) * int(node.exponent.text)
    if not isinstance(node, Chain) or set(node.signs) != {"*"}:
        return ()
    return tuple(part for operand in node.operands for part in factor_nodes(operand) or (operand,))


def is_count(node: Node) -> TypeGuard[Number]:
    """True for a small whole number of at least 2, written out."""
    return isinstance(node, Number) and node.text in COUNTS


def register_factors(sizes: tuple[Expr, ...], scope: Scope, place: Place) -> None:
    """Keep the order of the factors of a product axis; one order in a network."""
    size = scope.explicit(Mul(*sizes))
    known = scope.products.setdefault(size, sizes)
    if _flat(known, scope) != _flat(sizes, scope):
        written, before = ("*".join(map(str, factors)) for factors in (sizes, known))
        what = f"the axis {written} was written {before} before, which orders its entries in another way"
        raise InputError(what, place, f"{before} everywhere")


def factors_of(size: Expr, count: int, scope: Scope) -> tuple[Expr, ...] | None:
    """The sizes of `count` factors of an axis, in the order in which they were written; None where it has none."""
    factors = scope.products.get(scope.explicit(size))
    if factors is not None and len(factors) != count:
        factors = _flat(factors, scope)
    return tuple(scope.canonical(factor) for factor in factors) if factors and len(factors) == count else None


def _flat(factors: tuple[Expr, ...], scope: Scope) -> tuple[Expr, ...]:
    flat: tuple[Expr, ...] = ()
    whole = scope.explicit(Mul(*factors))
    for factor in map(scope.explicit, factors):
        # With a factor 1 beside it, a factor is the whole product.
        inner = scope.products.get(factor) if factor != whole else None
        flat += _flat(inner, scope) if inner else (factor,)
    return flat


def combined(subscripts: Sequence[Expr], sizes: Sequence[Expr]) -> Expr:
    """(h,e) over H*K is h*K+e."""
    total: Expr = Integer(0)
    for subscript, size in zip(subscripts, sizes, strict=True):
        total = total * size + subscript
    return total.expand()


def no_product(size: Expr, count: int, place: Place) -> InputError:
    """The complaint about (h,e) where the axis has no such factors."""
    what = (
        f"{count} subscripts in round brackets need an axis that is a product of {count} sizes, but this one is {size}"
    )
    return InputError(what, place, f"dim {size} = H*K, or an axis [H*K]" if size.is_Symbol else "a letter alone")
